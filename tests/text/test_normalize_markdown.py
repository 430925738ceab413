"""The guarantees about every text that L1 writes."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from darwin_spark.text.normalize_markdown import normalize_markdown

_ANY = st.text(st.one_of(st.characters(), st.sampled_from("\r\n\t \x00\x85\u2028\ufeff\u0301é́\ud800")))


@given(_ANY)
def test_output_is_normalized_markdown(text: str) -> None:
    normalized = normalize_markdown(text)
    assert normalized == unicodedata.normalize("NFC", normalized)
    assert "\n\n\n" not in normalized
    assert "\r" not in normalized
    assert "\x00" not in normalized
    assert all(line == line.rstrip() for line in normalized.split("\n"))
    assert normalized == "" or (
        normalized.endswith("\n") and not normalized.startswith("\n") and not normalized.endswith("\n\n")
    )
    normalized.encode("utf-8")


@given(_ANY)
def test_normalization_is_idempotent(text: str) -> None:
    assert normalize_markdown(normalize_markdown(text)) == normalize_markdown(text)


def test_words_stay() -> None:
    assert normalize_markdown("a  b\r\n\r\n\r\n\r\n  c \x0cd\u00ad") == "a  b\n\n  c\nd\n"
