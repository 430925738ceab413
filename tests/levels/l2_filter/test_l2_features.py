import tracemalloc
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from darwin_spark.config.l2 import L2Settings
from darwin_spark.levels.l2_filter.features import FEATURES, extractor


def features(text: str | None, url: str | None = None) -> dict[str, Any]:
    row = {"doc_id": "1", "bucket": "0", "source": "web", "url": url, "text": text}
    return dict(next(iter(extractor(L2Settings())(row))))


@pytest.mark.parametrize("text", ["", None])
def test_a_document_without_text_has_features_too(text: str | None) -> None:
    found = features(text)
    assert (found["text_bytes"], found["garbled_ratio"], found["language"]) == (0, 0.0, "und")
    assert (found["text_hash"], found["bands"]) == (None, [])
    assert found["signals"]["words"] == 0


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=500))
def test_any_text_gives_every_feature(text: str) -> None:
    found = features(text, url="http://x.org/" + text[:20])
    assert set(found) == set(FEATURES.names)
    assert found["text_bytes"] == len(text.encode())
    assert len(found["bands"]) in (0, 14)
    assert len(found["minhash"]) == 8 * 8 * len(found["bands"])


@pytest.mark.parametrize(
    "text",
    ["x" * 6_000_000, "a b " * 1_500_000, "\x00" * 6_000_000, "é½ﬁ\u0301" * 500_000, "a\n" * 3_000_000],
    ids=["one endless word", "one endless line", "NUL bytes", "characters that expand", "short lines"],
)
def test_a_long_text_costs_bounded_memory(text: str) -> None:
    features("warm up ½")
    tracemalloc.start()
    features(text)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 160 * 1024 * 1024
