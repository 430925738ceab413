"""Captions of figures, tables and other floats."""

import re

CAPTION = re.compile(
    r"(?:fig(?:ure|\.)?|table|tab\.|algorithm|listing|scheme|box|plate)\s?[A-Z]?\d+[a-z]?\s?[.:|–-]", re.IGNORECASE
)
"""Beginning of a caption."""
TABLE_CAPTION = re.compile(r"(?:supplementary |continued )?table\s?[A-Z]?\d+(?:[.:|\s]|$)", re.IGNORECASE)
"""Beginning of the caption of a table. It is not a running header: a table over several pages repeats it on each."""
