"""The units of ../shared/cases: answers of models, refined texts, near duplicates and languages, without Spark.

A case shows a kind; the kinds have tests of their own beside the modules that they are about.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from darwin_spark.config.l2 import L2Settings
from darwin_spark.inference.checks.answer_checks import Checked
from darwin_spark.inference.task import Check, choose
from darwin_spark.levels.l1_normalize.olmocr import answer as page
from darwin_spark.levels.l2_filter.dedup.minhash import jaccard, sign
from darwin_spark.levels.l4_refine import checks as cleaned
from darwin_spark.levels.l4_refine.rules import refine
from darwin_spark.levels.l5_complete import checks as rewritten
from darwin_spark.text.language import detect_language

_SHARED = Path(os.environ.get("DARWIN_SHARED", Path(__file__).parents[2] / "shared" / "data"))
CASES = _SHARED.parent / "cases"
_CHECKS: dict[str, Check] = {
    "answer about a page": page.check,
    "cleaned window": cleaned.check,
    "rewritten window": rewritten.check,
}


def _units() -> Iterator[Any]:
    for place in sorted(CASES.glob("*/check.json")):
        for number, unit in enumerate(json.loads(place.read_text(encoding="utf-8")).get("units", ())):
            yield pytest.param(unit, id=f"{place.parent.name}-{number}")


@pytest.mark.parametrize("unit", list(_units()))
def test_units_of_the_cases(unit: dict[str, Any]) -> None:
    problems = _problems(unit)
    assert not problems, "\n".join(problems)


def test_cases_are_there() -> None:
    if not CASES.is_dir():
        pytest.skip(f"no cases at {CASES} (set DARWIN_SHARED to the folder beside it)")
    assert list(_units())


def _problems(unit: dict[str, Any]) -> list[str]:
    if unit["check"] in _CHECKS:
        return _answer_problems(unit, _CHECKS[unit["check"]])
    if unit["check"] == "refined text":
        text = refine(unit["input"]).text
        return [*_text_problems(unit, text), *_order_problems(unit, text)]
    if unit["check"] == "language":
        language, _ = detect_language(unit["input"])
        return [] if language == unit["language"] else [f"language {language}, not {unit['language']}"]
    assert unit["check"] == "near duplicates", f"no test knows the check {unit['check']}"
    settings = L2Settings()
    left, right = (sign(unit[name], settings.bands, settings.rows, settings.shingle_words) for name in "ab")
    near = bool(set(left.bands) & set(right.bands)) and jaccard(left.minhash, right.minhash) >= settings.min_jaccard
    return [] if near == unit["near"] else [f"near is {near}: {jaccard(left.minhash, right.minhash):.2f}"]


def _answer_problems(unit: dict[str, Any], check: Check) -> list[str]:
    """What does not hold for the check itself, and for the choice among attempts, through which the levels call it."""
    attempt = {"attempt": 0, "output": unit["output"], "finish_reason": unit["finish_reason"], "error": None}
    direct = check(unit["input"], unit["output"], unit["finish_reason"])
    return [*_checked_problems(unit, direct), *_checked_problems(unit, choose(check, unit["input"], [attempt]))]


def _checked_problems(unit: dict[str, Any], found: Checked) -> list[str]:
    accepted = found.text is not None
    if unit["accepted"] is not None and accepted != unit["accepted"]:
        return [f"accepted: {accepted} ({found.reason})"]
    return _text_problems(unit, found.text) if found.text is not None else []


def _text_problems(unit: dict[str, Any], text: str) -> list[str]:
    flat = " ".join(text.split())
    lines = {" ".join(line.split()) for line in text.split("\n")}
    return [
        *(f"missing: {part}" for part in unit.get("contains", ()) if part not in flat),
        *(f"found: {part}" for part in unit.get("absent", ()) if part in flat),
        *(f"no line: {line}" for line in unit.get("lines", ()) if line not in lines),
    ]


def _order_problems(unit: dict[str, Any], text: str) -> list[str]:
    flat, at = " ".join(text.split()), 0
    for part in unit.get("order", ()):
        found = flat.find(part, at)
        if found < 0:
            return [f"not in order: {part}"]
        at = found + len(part)
    return []
