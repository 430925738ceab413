"""Delimiters that mark a formula in TeX, and the blanks inside of them."""

DELIMITERS = (("$$", "$$"), (r"\[", r"\]"), (r"\(", r"\)"), ("$", "$"))


def strip_delimiters(tex: str) -> str:
    """Return TeX without the delimiters around it, if it has any."""
    for opening, closing in DELIMITERS:
        if tex.startswith(opening) and tex.endswith(closing) and len(tex) > len(opening) + len(closing):
            return trim_tex(tex[len(opening) : -len(closing)])
    return trim_tex(tex)


def trim_tex(tex: str) -> str:
    r"""Return TeX without white space at its ends, and without control spaces (`\ `) at its end.

    If only the blank of a control space went, its backslash would escape what is written behind it: a dollar or a brace.
    """
    tex = tex.strip()
    if not tex.endswith("\\"):
        return tex
    end = len(tex)
    while end and (tex[end - 1].isspace() or _is_escape(tex, end - 1)):
        end -= 1
    return tex[:end]


def _is_escape(tex: str, at: int) -> bool:
    """Return whether a backslash stands there that is not the second of a pair."""
    begin = at + 1
    while begin and tex[begin - 1] == "\\":
        begin -= 1
    return (at + 1 - begin) % 2 == 1
