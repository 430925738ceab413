"""Join drop capitals, and other large first letters of a paragraph, with the word that they begin."""

from collections import Counter
from collections.abc import Sequence

from darwin_spark.parsers.pdf.words.word import Word
from darwin_spark.text.common_words import frequency

_LARGER = 1.6  # how much larger than the text a drop capital is at least
_CAP_HEIGHT = 0.7  # height of capitals in font sizes
_MAX_GAP = 1.5  # maximum distance of the capital from the rest of its word, in font sizes of the text
_MAX_CAPITALS = 30  # a page with more large single letters is a drawing or a poster
_OVERLAP = 0.5  # how far the boxes of both may overlap, in font sizes of the text
_COVERED = 0.15  # how far the left edges of both may differ where the capital covers the word, in font sizes of the text
_OPENING = "\"'“‘«„¿¡(["
_WORDS = frozenset({"A", "I", "O", "E", "Y", "Á", "É", "Ö", "À"})
"""Capitals that may be a word of their own."""


def join_drop_caps(words: Sequence[Word]) -> list[Word]:
    """Return the words of a page, of one direction, without drop capitals, which are put before the words they begin."""
    short = [i for i, word in enumerate(words) if len(word.text) < 3 and word.text[-1].isupper()]
    text_size = _usual_size(words) if short else 0.0
    capitals = [i for i in short if _is_capital(words[i], text_size)]
    if not capitals or len(capitals) > _MAX_CAPITALS:
        return list(words)
    joined, gone = list(words), set()
    for i in capitals:
        rest = _rest(words, i, text_size)
        if rest is not None:
            joined[rest] = joined[rest]._replace(text=_joined(words[i].text, joined[rest].text))
            gone.add(i)
    return [word for i, word in enumerate(joined) if i not in gone]


def _usual_size(words: Sequence[Word]) -> float:
    sizes: Counter[float] = Counter()
    for word in words:
        sizes[word.style.size] += len(word.text)
    return max(sizes, key=lambda size: sizes[size], default=0.0)


def _is_capital(word: Word, text_size: float) -> bool:
    if word.style.size < _LARGER * text_size:
        return False
    text = word.text.lstrip(_OPENING)
    return len(text) == 1 and text.isupper()


def _rest(words: Sequence[Word], index: int, text_size: float) -> int | None:
    """Return the index of the word that the capital begins, on the uppermost line beside it; None if there is none.

    It stands on the right of the capital, or under it: WeasyPrint leaves the first line no room.
    """
    capital = words[index]
    top = capital.baseline - _CAP_HEIGHT * capital.style.size
    best = None
    for i, word in enumerate(words):
        size = word.style.size
        if i == index or size * _LARGER > capital.style.size or not word.text[:1].isalpha():
            continue
        beside = top < word.baseline + 0.2 * size and word.baseline < capital.baseline + 0.2 * size
        close = -_OVERLAP * text_size < word.left - capital.right < _MAX_GAP * text_size
        covered = abs(word.left - capital.left) < _COVERED * text_size
        if beside and (close or covered) and (best is None or word.baseline < words[best].baseline - 0.2 * size):
            best = i
    return best


def _joined(capital: str, rest: str) -> str:
    """Return both as one word, or as two if the capital is a word and the rest more common than both: "A" and "clerk"."""
    first = rest.split(maxsplit=1)[0].strip(".,;:!?")
    whole = f"{capital[-1]}{first}".lower()
    is_two = capital[-1] in _WORDS and first.islower() and frequency(first) > frequency(whole)
    return f"{capital} {rest}" if is_two else f"{capital}{rest}"
