"""Delimiters that mark a formula in TeX."""

DELIMITERS = (("$$", "$$"), (r"\[", r"\]"), (r"\(", r"\)"), ("$", "$"))


def strip_delimiters(tex: str) -> str:
    """Return TeX without the delimiters around it, if it has any."""
    for opening, closing in DELIMITERS:
        if tex.startswith(opening) and tex.endswith(closing) and len(tex) > len(opening) + len(closing):
            return tex[len(opening) : -len(closing)].strip()
    return tex
