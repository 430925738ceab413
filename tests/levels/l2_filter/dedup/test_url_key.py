import pytest
from hypothesis import given
from hypothesis import strategies as st

from darwin_spark.levels.l2_filter.dedup.url_key import url_key


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("http://EXAMPLE.org/a?b=2&a=1", "http://example.org/a?a=1&b=2"),
        ("https://example.org/a#part-2", "https://example.org/a"),
        ("http://example.org/a%20b ", " http://example.org/a b"),
        ("HTTP://example.org", "http://example.org/"),
    ],
)
def test_spellings_of_one_url_have_one_key(left: str, right: str) -> None:
    assert url_key(left) == url_key(right) is not None


def test_different_urls_have_different_keys() -> None:
    assert url_key("http://example.org/a?id=1") != url_key("http://example.org/a?id=2")


@pytest.mark.parametrize("text", [None, "", "n/a", "10.7554/eLife.00047", "http://[broken", "javascript:void(0)"])
def test_what_is_no_url_has_no_key(text: str | None) -> None:
    assert url_key(text) is None


@given(st.text())
def test_any_text_after_the_scheme_is_accepted(text: str) -> None:
    key = url_key("http://" + text)
    assert key is None or url_key(key) == key
