"""What people decide about themes: asked for, written down, looked at."""
