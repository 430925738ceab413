"""S2ORC JSON in its two formats."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from darwin_spark.config.l1 import L1Settings
from darwin_spark.parsers.parsed import Parsed, ParseFailure
from darwin_spark.parsers.s2orc import parse
from darwin_spark.text.normalize_markdown import normalize_markdown


def _parsed(record: object) -> Parsed:
    return parse(json.dumps(record).encode(), L1Settings())


@pytest.fixture(scope="module")
def article(shared: Path) -> Parsed:
    return parse((shared / "json" / "2020.acl-main.207.json").read_bytes(), L1Settings())


def test_article_has_its_parts_in_order(article: Parsed) -> None:
    headings = [line for line in article.text.splitlines() if line.startswith("#")]
    assert article.title == "SPECTER: Document-level Representation Learning using Citation-informed Transformers"
    assert headings[:5] == [
        f"# {article.title}",
        "## Abstract",
        "## 1 Introduction",
        "## 2 Model 2.1 Overview",
        "### 2.2 Background: Pretrained Transformers",
    ]
    assert headings[-4:] == ["## Footnotes", "## Acknowledgements", "## Appendix", "## References"]
    assert "\n\n5 v = Transformer(input) [CLS] , (1)\n\n" in article.text
    assert "\n\nTable 1. Results on the SCIDOCS evaluation suite" in article.text
    assert article.text.index("Table 1. Results") < article.text.index("## 5 Results")
    assert "\n- Iz Beltagy, Kyle Lo, and Arman Cohan. 2019. SciB- ERT: A Pretrained" in article.text
    assert article.text == normalize_markdown(article.text)


def test_every_paragraph_is_there(article: Parsed, shared: Path) -> None:
    paper = json.loads((shared / "json" / "2020.acl-main.207.json").read_bytes())["pdf_parse"]
    texts = [p["text"] for part in ("abstract", "body_text", "back_matter") for p in paper[part] if not p["eq_spans"]]
    assert all(" ".join(text.split()) in article.text for text in texts)


def test_latex_parse_is_preferred_for_its_formulas() -> None:
    paragraphs = [
        {"text": "Let FORMULA be", "section": "Theory", "sec_num": "2",
         "eq_spans": [{"start": 4, "end": 11, "latex": "x^2", "ref_id": None}]},
        {"text": "EQUATION", "section": "Theory", "sec_num": "2",
         "eq_spans": [{"start": 0, "end": 8, "latex": "E=mc^2", "eq_num": "(3)"}]},
        {"text": "See Table 1.", "section": "Data", "sec_num": "2.1",
         "ref_spans": [{"start": 4, "end": 11, "ref_id": "TABREF0"}]},
    ]  # fmt: skip
    table = "<table><tr><th>a</th><th colspan='2'>b</th></tr><tr><td>1</td><td>2</td><td>3</td></tr></table>"
    parsed = _parsed({
        "title": "T",
        "pdf_parse": {"body_text": [{"text": "worse"}]},
        "latex_parse": {
            "body_text": paragraphs,
            "ref_entries": {
                "TABREF0": {"type_str": "table", "num": "1", "text": "Counts.", "html": table},
                "FIGREF9": {"type_str": "figure", "text": "Never cited."},
                "EQREF0": {"type_str": "equation", "text": "E=mc^2"},
            },
            "bib_entries": {"BIBREF0": {"title": "On heat", "authors": [{"first": "Ann", "middle": ["B"], "last": "Doe"}],
                                        "year": 1999, "venue": "J. Heat", "volume": "3", "pages": "1--9"}},
        },
    })  # fmt: skip
    assert parsed.text == (
        "# T\n\n## 2 Theory\n\nLet $x^2$ be\n\n$$\nE=mc^2 \\tag{3}\n$$\n\n### 2.1 Data\n\nSee Table 1.\n\nTable 1. Counts.\n\n"
        "| a | b |  |\n| --- | --- | --- |\n| 1 | 2 | 3 |\n\nNever cited.\n\n"
        "## References\n\n- Doe Ann B (1999). On heat. J. Heat 3, 1-9.\n"
    )


def _annotated(*parts: tuple[str, str]) -> dict[str, object]:
    """A text with annotations as strings of JSON, from (kind, words); kind '' is not annotated; 'kind:2.1' has a number."""
    text, spans = "\n", dict[str, list[dict[str, object]]]()
    for name, words in parts:
        kind, _, number = name.partition(":")
        span: dict[str, object] = {"start": len(text), "end": len(text) + len(words)}
        if kind:
            spans.setdefault(kind, []).append(span | ({"attributes": {"n": number}} if number else {}))
        text += words + "\n"
    return {"text": text, "annotations": {kind: json.dumps(found) for kind, found in spans.items()} | {"formula": None}}


_PIECES = (
    ("title", "On Heat"), ("author", "Ann Doe"), ("", "College of Heat"), ("abstract", "Short."),
    ("sectionheader:1", "Introduction"), ("paragraph", "First."), ("sectionheader:1.1", "Deeper"), ("paragraph", "Second."),
    ("", "A stray line."), ("sectionheader", "Figure 1 :"), ("figurecaption", "A kettle."), ("sectionheader", "Idle"),
)  # fmt: skip
_EXPECTED = (
    "# On Heat\n\n## Abstract\n\nShort.\n\n## 1 Introduction\n\nFirst.\n\n### 1.1 Deeper\n\nSecond.\n\nA stray line.\n\n"
    "Figure 1 :\n\nA kettle.\n\n"
)


def test_annotated_text_becomes_blocks() -> None:
    record = {"externalids": {"doi": "10.1/x"}, "content": _annotated(*_PIECES, ("bibentry", "Doe. Heat."))}
    parsed = _parsed(record)
    assert parsed.text == _EXPECTED + "## References\n\n- Doe. Heat.\n"
    assert (parsed.title, parsed.declared) == ("On Heat", {"doi": "10.1/x"})


def test_body_and_bibliography_may_be_apart() -> None:
    record = {"title": "On Heat", "body": _annotated(*_PIECES), "bibliography": _annotated(("bib_entry", "Doe. Heat."))}
    assert _parsed(record).text == _EXPECTED + "## References\n\n- Doe. Heat.\n"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b'{"body_text": [', "malformed_json"),
        (b"[" * 100_000, "malformed_json"),
        (b"[1]", "not_s2orc"),
        (b'{"title": "x", "text": "y"}', "not_s2orc"),
        (b'{"body_text": [{"text": " "}]}', "empty"),
        (b'{"content": {"text": "x", "annotations": {"paragraph": "[{"}}}', "empty"),
    ],
)
def test_bad_records_fail_with_a_reason(content: bytes, reason: str) -> None:
    with pytest.raises(ParseFailure) as failure:
        parse(content, L1Settings())
    assert failure.value.reason == reason


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["text", "start", "end", "section", "ref_id", "table", "title"]), inner, max_size=3)
    ),
    max_leaves=8,
)


_FIELDS = ["title", "abstract", "body_text", "back_matter", "bib_entries", "ref_entries", "content", "metadata"]


@settings(max_examples=50)
@given(st.dictionaries(st.sampled_from(_FIELDS), _JSON))
def test_records_of_any_shape_give_text_or_a_reason(record: dict[str, object]) -> None:
    try:
        text, reason = _parsed(record).text, ""
    except ParseFailure as failure:
        text, reason = "", failure.reason
    assert reason in {"not_s2orc", "empty"} if reason else text and text == normalize_markdown(text)
