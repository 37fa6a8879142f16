"""Themes that are being born: looked for by the hour, kept, warned of."""
