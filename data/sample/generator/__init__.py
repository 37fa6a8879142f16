"""Makes the synthetic sample: complaints of an invented provider, and the truth about them.

Only the standard library is used, and only ``random.Random``: its streams are the same on every
machine and Python, so the committed files can be made again to the byte.
"""
