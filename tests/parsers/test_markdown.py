"""Markdown: front matter is read, the rest stays."""

from pathlib import Path

import pytest

from darwin_spark.config.l1 import L1Settings
from darwin_spark.parsers.markdown import parse
from darwin_spark.parsers.parsed import Parsed, ParseFailure


def _parse(text: str) -> Parsed:
    return parse(text.encode(), L1Settings())


def test_front_matter_becomes_title_and_declared() -> None:
    parsed = _parse(
        "---\ntitle: On Cells\ntags: [a, b]\ndate: 2019-05-01\nlang: en\nauthors:\n- name: X\n---\n\n# Cells\r\n\r\nText.\n"
    )
    assert parsed.title == "On Cells"
    assert parsed.declared == {"keywords": "a; b", "year": "2019", "language": "en"}
    assert parsed.text == "# Cells\n\nText.\n"


def test_real_manuscript_is_not_changed(shared: Path) -> None:
    source = (shared / "text" / "scihub-manuscript" / "content" / "02.manuscript.md").read_text("utf-8")
    body = source.split("\n## ", 1)[1][:2_000]
    assert "\n".join(line.rstrip() for line in body.split("\n")) in _parse(source).text


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("intro\n\n# The Title #\n\nx", "The Title"),
        ("The Title\n=========\n\nx", "The Title"),
        ("```\n# comment\n```\n", None),
        ("## Only a section\n", None),
    ],
)
def test_title_from_the_first_heading(text: str, title: str | None) -> None:
    assert _parse(text).title == title


def test_bad_front_matter_stays_with_a_warning() -> None:
    parsed = _parse("---\n{ not: yaml: at all\n---\ntext\n")
    assert parsed.text.startswith("---\n{ not")
    assert "front matter is not valid YAML" in parsed.warnings[0]


def test_exploding_yaml_aliases_are_not_expanded() -> None:
    levels = "\n".join(f"l{i}: &l{i} [{', '.join([f'*l{i - 1}'] * 10)}]" for i in range(1, 12))
    parsed = _parse(f"---\nl0: &l0 ha\n{levels}\nkeywords: *l11\ntitle: T\n---\ntext\n")
    assert (parsed.title, dict(parsed.declared)) == ("T", {})


def test_rule_at_the_top_is_no_front_matter() -> None:
    assert _parse("---\n\ntext\n").text == "---\n\ntext\n"


def test_front_matter_alone_is_empty() -> None:
    with pytest.raises(ParseFailure) as failure:
        _parse("---\ntitle: x\n---\n")
    assert failure.value.reason == "empty"
