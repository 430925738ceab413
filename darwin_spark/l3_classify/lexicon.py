"""Words and phrases found in running text, in one pass over its words whatever the number of phrases."""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from darwin_spark.text.normalize import normalize


class Lexicon:
    """A fixed set of phrases, matched on whole words, without regard to case, accents, hyphens or a regular plural.

    The longest phrase wins where several begin at the same word, and its words count for no other phrase:
    "sensor network" is not also a "sensor".
    """

    def __init__(self, phrases: Iterable[str]) -> None:
        self._phrases: dict[tuple[str, ...], str] = {}
        self._longest: dict[str, int] = {}
        for phrase in phrases:
            for form in _forms(tuple(words(phrase))):
                self._phrases.setdefault(form, phrase)
                self._longest[form[0]] = max(len(form), self._longest.get(form[0], 0))

    def find(self, text: str) -> Iterator[str]:
        """Every occurrence, in order, as the phrase was given."""
        tokens = words(text)
        longest = self._longest
        taken = 0
        for start in [place for place, token in enumerate(tokens) if token in longest]:
            if start < taken:
                continue
            for length in range(longest[tokens[start]], 0, -1):
                phrase = self._phrases.get(tuple(tokens[start : start + length]))
                if phrase is not None:
                    taken = start + length
                    yield phrase
                    break


@lru_cache(maxsize=2)
def words(text: str) -> Sequence[str]:
    """The words of a text in lower case, without accents; hyphens, apostrophes and underscores separate.

    The last two texts are remembered, for two lexicons read each head.
    """
    return normalize(text).tobytes().decode("utf-32-le", "replace").split()


def _forms(phrase: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The phrase, and the same with the regular plural of its last word."""
    yield phrase
    *before, last = phrase
    if last.endswith("y") and last[-2:-1] not in "aeiou":
        yield (*before, last[:-1] + "ies")
    elif last.endswith(("s", "x", "ch", "sh")):
        yield (*before, last + "es")
    else:
        yield (*before, last + "s")
