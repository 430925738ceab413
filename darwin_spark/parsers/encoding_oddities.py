"""Count what looks odd in a text that was decoded by the wrong one of the Western encodings: 'itÕs', 'M\x81ller', 'caf‚'."""

import re

_LATIN_LETTERS = [c for c in map(chr, range(0xC0, 0x180)) if c.isalpha()]
_UPPER = "".join(c for c in _LATIN_LETTERS if c.isupper())
_LOWER = "".join(c for c in _LATIN_LETTERS if c.islower())
_LETTER = f"A-Za-z{_UPPER}{_LOWER}"
_ODD = re.compile(
    "|".join([
        rf"(?<=[a-z{_LOWER}])[{_UPPER}]",  # a capital within a word
        rf"(?<=[{_LETTER}])[^\w\s\x00-\x7f’‘”“»·–—…\xad\u2010\u2011\xa0®™©°†‡²³¹](?=[{_LETTER}])",  # a sign within a word
        r"(?<=[A-Za-z])[“”](?=[A-Za-z])",
        rf"(?<![\w'’])[{_UPPER}](?![\w.'’])",  # an accented capital that is a word of its own
        rf"\d[{_LOWER}{_UPPER}]|[{_LOWER}{_UPPER}]\d|[{_LOWER}][A-Z]",
        r"[\x80-\x9f\ufffd]",
        r"(?<=[a-z])[‚„ˆ¨´¸˜«¿¡](?=[\s.,;a-z])|[¿¡](?=[\s\d])|[¯¨´¸˘˙˝˛ˇ](?=\w)",  # marks that stand before a word, after it
    ])
)  # fmt: skip


def odd_characters(text: str) -> int:
    """Return the number of places at which a text looks as if it was decoded by the wrong encoding."""
    return len(_ODD.findall(text))
