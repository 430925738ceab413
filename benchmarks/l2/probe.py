"""Read the values that datatrove computes while its filters compare them with thresholds; none of its code is copied.

A Probe takes the place of a threshold. When a filter compares it with a value, the Probe records the value and answers that
the threshold is not exceeded, so that the filter goes on to its next threshold.
"""

from collections.abc import Callable, Mapping
from typing import Any

from datatrove.data import Document
from datatrove.pipeline.filters import C4QualityFilter, FineWebQualityFilter, GopherQualityFilter, GopherRepetitionFilter
from datatrove.utils import text as datatrove_text
from datatrove.utils import word_tokenizers


class Probe:
    """A threshold that no value exceeds; it records the values that are compared with it."""

    __array_ufunc__ = None  # numpy must not treat it as an array

    def __init__(self) -> None:
        self.seen: list[float] = []

    def __lt__(self, value: Any) -> bool:
        self.seen.append(float(value))
        return False

    __gt__ = __lt__

    def last(self) -> float:
        return self.seen[-1] if self.seen else 0.0


class OurWords:
    """A tokenizer for datatrove made of given functions."""

    def __init__(self, words: Callable[[str], list[str]], sentences: Callable[[str], int]) -> None:
        self.word_tokenize = words
        self.sentences = sentences

    def span_tokenize(self, text: str) -> list[tuple[int, int]]:
        return [(0, len(text))] * self.sentences(text)


def use_words(tokenizer: OurWords | None) -> None:
    """Make datatrove split words by `tokenizer`, or by its own (spaCy, for English)."""
    load = word_tokenizers.load_word_tokenizer
    original = getattr(load, "original", load)
    if tokenizer is None:
        word_tokenizers.load_word_tokenizer = original
    else:

        def ours(_: str) -> OurWords:
            return tokenizer

        ours.original = original  # type: ignore[attr-defined]
        word_tokenizers.load_word_tokenizer = ours
    datatrove_text.split_into_parts.cache_clear()


def values(text: str) -> dict[str, float]:
    """Every signal by our name, with datatrove's value."""
    return {**_gopher_quality(text), **_gopher_repetition(text), **_c4(text), **_fineweb(text)}


def _ask(filter_class: Any, text: str, **settings: Any) -> Any:
    found = filter_class(**settings)
    found.filter(Document(text=text, id="0"))
    return found


def _probed(filter_class: Any, text: str, names: Mapping[str, str], **settings: Any) -> dict[str, float]:
    """The values that a filter compares with the thresholds in `names` (its setting to our signal), by our names."""
    probes = {setting: Probe() for setting in names}
    _ask(filter_class, text, **probes, **settings)
    return {names[setting]: probe.last() for setting, probe in probes.items()}


def _gopher_quality(text: str) -> dict[str, float]:
    names = {
        "min_doc_words": "gopher_words",
        "min_avg_word_length": "gopher_mean_word_length",
        "max_bullet_lines_ratio": "gopher_bullet_line_ratio",
        "max_ellipsis_lines_ratio": "gopher_ellipsis_line_ratio",
        "max_non_alpha_words_ratio": "gopher_alpha_word_ratio",
        "min_stop_words": "gopher_stop_words",
    }
    symbols = Probe()
    off = {"max_doc_words": None, "max_avg_word_length": None}
    found = _probed(GopherQualityFilter, text, names, **off, max_symbol_word_ratio=symbols)
    hashes, ellipses = symbols.seen
    return {**found, "gopher_hash_ratio": hashes, "gopher_ellipsis_ratio": ellipses}


def _gopher_repetition(text: str) -> dict[str, float]:
    names = {
        "dup_line_frac": "gopher_duplicate_line_ratio",
        "dup_para_frac": "gopher_duplicate_paragraph_ratio",
        "dup_line_char_frac": "gopher_duplicate_line_char_ratio",
        "dup_para_char_frac": "gopher_duplicate_paragraph_char_ratio",
    }
    top, duplicated = {size: Probe() for size in (2, 3, 4)}, {size: Probe() for size in range(5, 11)}
    grams = {"top_n_grams": tuple(top.items()), "dup_n_grams": tuple(duplicated.items())}
    return {
        **_probed(GopherRepetitionFilter, text, names, **grams),
        **{f"gopher_top_{size}_gram_ratio": probe.last() for size, probe in top.items()},
        **{f"gopher_duplicate_{size}_gram_ratio": probe.last() for size, probe in duplicated.items()},
    }


_C4_OFF: dict[str, Any] = {
    "filter_no_terminal_punct": False,
    "min_num_sentences": -1,
    "min_words_per_line": -1,
    "max_word_length": -1,
    "filter_lorem_ipsum": False,
    "filter_javascript": False,
    "filter_curly_bracket": False,
    "filter_policy": False,
}


def _c4_lines(text: str, stat: str, **settings: Any) -> int:
    """How many lines datatrove's C4 filter counts under `stat` with these rules alone."""
    return int(_ask(C4QualityFilter, text, **{**_C4_OFF, **settings}).stats[stat].total)


def _c4(text: str) -> dict[str, float]:
    blank = _c4_lines(text, "line-filter-too_few_words", min_words_per_line=1)
    lines = max(_c4_lines(text, "line-total") - blank, 1)
    on = {"filter_no_terminal_punct": True, "min_words_per_line": 3, "max_word_length": 1_000}
    most = {**on, "filter_javascript": True, "filter_policy": True}
    sentences, longest = Probe(), Probe()
    _ask(C4QualityFilter, text, **{**_C4_OFF, **most, "min_num_sentences": sentences})
    _ask(C4QualityFilter, text, **{**_C4_OFF, "max_word_length": longest})
    few = _c4_lines(text, "line-filter-too_few_words", min_words_per_line=3) - blank
    return {
        "c4_terminal_line_ratio": _c4_lines(text, "line-kept", filter_no_terminal_punct=True) / lines,
        "c4_few_word_line_ratio": few / lines,
        "c4_javascript_line_ratio": _c4_lines(text, "line-filter-javascript", filter_javascript=True) / lines,
        "c4_policy_line_ratio": _c4_lines(text, "line-filter-policy", filter_policy=True) / lines,
        "c4_kept_line_ratio": _c4_lines(text, "line-kept", **most) / lines,
        "c4_sentences": sentences.last(),
        "c4_max_word_length": max(longest.seen, default=0.0),
    }


def c4_drops(text: str, rule: str) -> bool:
    """Whether datatrove's C4 filter drops the document by `filter_lorem_ipsum` or `filter_curly_bracket`."""
    on = {"filter_no_terminal_punct": True, "min_words_per_line": 3, "max_word_length": 1_000, "filter_javascript": True}
    answer = C4QualityFilter(**{**_C4_OFF, **on, rule: True}).filter(Document(text=text, id="0"))
    return answer is not True


def _fineweb(text: str) -> dict[str, float]:
    names = {
        "line_punct_thr": "fineweb_punctuated_line_ratio",
        "short_line_thr": "fineweb_short_line_ratio",
        "char_duplicates_ratio": "fineweb_duplicate_char_ratio",
        "new_line_ratio": "fineweb_line_feed_ratio",
    }
    return _probed(FineWebQualityFilter, text, names)
