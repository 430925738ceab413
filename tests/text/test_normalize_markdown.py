"""The promise about every text that leaves L1."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from darwin_spark.text.normalize_markdown import normalize_markdown

_ANY = st.text(st.one_of(st.characters(), st.sampled_from("\r\n\t \x00\x85\u2028\ufeff\u0301é́\ud800")))


@given(_ANY)
def test_text_is_tidy(text: str) -> None:
    tidied = normalize_markdown(text)
    assert tidied == unicodedata.normalize("NFC", tidied)
    assert "\n\n\n" not in tidied
    assert "\r" not in tidied
    assert "\x00" not in tidied
    assert all(line == line.rstrip() for line in tidied.split("\n"))
    assert tidied == "" or (tidied.endswith("\n") and not tidied.startswith("\n") and not tidied.endswith("\n\n"))
    tidied.encode("utf-8")


@given(_ANY)
def test_tidying_again_changes_nothing(text: str) -> None:
    assert normalize_markdown(normalize_markdown(text)) == normalize_markdown(text)


def test_words_stay() -> None:
    assert normalize_markdown("a  b\r\n\r\n\r\n\r\n  c \x0cd\u00ad") == "a  b\n\n  c\nd\n"
