"""A workspace as format 1 had it: the schemas of its tables, and some rows of each, with every word that was renamed."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import yaml
from pyspark.sql.types import StructType

from darwin_spark.storage import delta
from darwin_spark.storage.frames import frame_of_rows
from darwin_spark.storage.workspace import Workspace

_IDENTITY = "doc_id string, bucket string, verdict string, reason string"
_BOOKKEEPING = "attempts int, input_hash string, config_hash string, output_hash string, run_id string, processed_at timestamp"
_SIGNALS = "signals struct<words:bigint,gopher_words:bigint,alpha_ratio:double>"  # a few of the 45
SCHEMAS = {
    "l0": f"{_IDENTITY}, source string, source_id string, uri string, content binary, "
    f"content_ref struct<uri:string,offset:bigint,length:bigint>, metadata map<string,string>, {_BOOKKEEPING}",
    "l1": f"{_IDENTITY}, text string, pages array<struct<start:int,end:int,engine:string,confidence:float>>, "
    f"warnings array<string>, {_BOOKKEEPING}",
    "l2": f"{_IDENTITY}, text_bytes bigint, language string, "
    f"rule struct<signal:string,value:string,when:string,threshold:string>, {_SIGNALS}, {_BOOKKEEPING}",
    "l3": f"{_IDENTITY}, doc_type string, abstained string, annotator string, {_BOOKKEEPING}",
    "l4": f"{_IDENTITY}, text string, variant string, chunks int, {_BOOKKEEPING}",
    "generations": "request_id string, task string, attempt int, output string, finish_reason string, prompt_tokens int, "
    "completion_tokens int, latency_ms bigint, engine string, error string, model string, prompt_version string, "
    "run_id string, answered_at timestamp",
    "runs": "sequence bigint, run_id string, climb_id string, level string, state string, at timestamp, version string, "
    "settings string, buckets array<string>, counts map<string,bigint>, timings map<string,double>",
    "judgements": "level string, doc_id string, place int, variants array<string>, request_id string, attempt int, "
    "output string, finish_reason string, error string, judgement string, reason string, model string, "
    "prompt_version string, judged_at timestamp",
    "properties": "key string, value string",
}
PARTITIONED = ("l0", "l1", "l2", "l3", "l4")
AT = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)

_CONFIG = Path(__file__).parents[2] / "config" / "data" / "base_of_format_1.yaml"
SETTINGS: dict = yaml.safe_load(_CONFIG.read_text())
OWN_RULES = [
    "too_small",
    "gopher_few_words",
    "c4",
    {"reason": "language", "signal": "language_score", "below": 0.5, "above": None},
]
"""Rules of L2 with one of one's own that is called as one of ours was."""


def settings_of(level: str) -> str:
    return json.dumps(SETTINGS[level], separators=(",", ":"))


def _row(doc: str, verdict: str, reason: str | None, **columns: object) -> dict[str, object]:
    hashes = {name: f"{name} of {doc}" for name in ("input_hash", "config_hash", "output_hash")}
    kept = {"bucket": f"{doc[0]}", "attempts": 1, "run_id": f"{1:032x}", "processed_at": AT, **hashes}
    return {"doc_id": doc, "verdict": verdict, "reason": reason, **kept, **columns}


def _rule(signal: str, value: str, when: str, threshold: str) -> dict[str, str]:
    return {"signal": signal, "value": value, "when": when, "threshold": threshold}


def _run(sequence: int, level: str, state: str, counts: Mapping[str, int] | None, settings: str) -> dict[str, object]:
    names = {"run_id": f"{sequence:032x}", "climb_id": f"{99:032x}", "level": level, "state": state, "version": "1"}
    at = AT.replace(minute=sequence, second=state != "started")
    return {"sequence": sequence, **names, "at": at, "settings": settings, "buckets": ["a"], "counts": counts, "timings": None}


def _runs() -> list[dict[str, object]]:
    own = json.dumps({**SETTINGS["l2"], "rules": OWN_RULES})
    plugin = json.dumps({"attempts": 2, "model": {"endpoint": {"tries": 3}}})
    counts: Sequence[tuple[str, Mapping[str, int], str]] = [
        ("l0", {"kept": 1, "failed.robots": 1, "failed.robots_unreachable": 1}, settings_of("l0")),
        ("l1", {"kept": 2}, settings_of("l1")),
        ("l2", {"kept": 2, "dropped.language": 1, "dropped.gopher_few_words": 1}, settings_of("l2")),
        ("l2", {"dropped.language": 1}, own),
        ("l3", {"kept": 3}, settings_of("l3")),
        ("l4", {"kept": 1, "dropped.nothing_left": 1}, settings_of("l4")),
        ("l5", {"passed": 1}, settings_of("l5")),
        ("mine", {"dropped.language": 1}, plugin),
    ]
    runs = []
    for sequence, (level, found, settings) in enumerate(counts, start=1):
        runs += [_run(sequence, level, "started", None, settings), _run(sequence, level, "published", found, settings)]
    broken_off = _run(len(counts) + 1, "l4", "started", None, settings_of("l4"))
    return [*runs, broken_off, _run(len(counts) + 2, "l2", "reprocessed", None, "")]


def _response(request: str, attempt: int, task: str, error: str | None) -> dict[str, object]:
    output = {"output": None if error else "said", "finish_reason": None if error else "stop", "error": error}
    tokens = {"prompt_tokens": 7, "completion_tokens": 3, "latency_ms": 12, "engine": "vllm:0"}
    stored = {"model": "m", "prompt_version": "p1", "run_id": f"{6:032x}", "answered_at": AT}
    return {"request_id": request, "attempt": attempt, "task": task, **output, **tokens, **stored}


def judged(level: str, request: str, attempt: int, **columns: object) -> dict[str, object]:
    found = {"output": "raw", "finish_reason": "stop", "model": "judge", "prompt_version": "j1", **columns}
    where = {"level": level, "doc_id": "a1", "place": 2, "variants": ["x", "y"], "request_id": request}
    return {**where, "attempt": attempt, "judged_at": AT.replace(hour=attempt), **found}


def rows() -> dict[str, list[dict[str, object]]]:
    broken = "olmocr gives no usable answer ({}); the text layer stands, though it looks broken"
    pages = [f"page {page}: {broken.format(reason)}" for page, reason in enumerate(("not_extractable", "server_garbage"), 1)]
    return {
        "l0": [
            _row("a1", "kept", None, content=b"a lens", metadata={"url": "http://x/robots"}),
            _row("b1", "failed", "robots"),
            _row("b2", "failed", "robots_unreachable"),
        ],
        "l1": [
            _row(
                "a1",
                "kept",
                None,
                text="robots, and no usable answer (page_not_drawn)",
                warnings=["cut at 3 characters", *pages],
            ),
            _row("b1", "kept", None, text="b", warnings=["page 1: olmocr gives no usable answer (repetition)"]),
            _row("b2", "kept", None, text="c"),
        ],
        "l2": [
            _row("a1", "kept", None, language="en"),
            _row("a2", "dropped", "language", language="de", rule=_rule("language", "de", "none of", "en")),
            _row("b1", "dropped", "language", language="en", rule=_rule("language_score", "0.4", "below", "0.5")),
            _row("b2", "dropped", "gopher_few_words", rule=_rule("gopher_words", "3", "below", "50"), signals={"words": 3}),
            _row("b3", "dropped", "near_duplicate"),
        ],
        "l3": [
            _row("a1", "kept", None, abstained="server_garbage"),
            _row("a2", "kept", None, abstained="not_json"),
            _row("b1", "kept", None),
        ],
        "l4": [_row("a1", "kept", None, variant="rules-5", text="t"), _row("b1", "dropped", "nothing_left", variant="rules-5")],
        "generations": [
            _response("r1", 1, "l4", "server_garbage"),
            _response("r1", 2, "l4", None),
            _response("r2", 1, "l1_page", "page_not_drawn"),
            _response("r2", 2, "l1_page", "prompt_too_long"),
        ],
        "runs": _runs(),
        "judgements": [
            judged("l4", "q1", 1, reason="not_json"),
            judged("l4", "q1", 2, judgement='{"overall": 7}'),
            judged("l4", "q1", 2, judgement='{"overall": 7}', judged_at=AT.replace(hour=5)),  # two judges at once
            judged("l5", "q2", 1, reason="server_garbage", error="server_garbage", output=None, finish_reason=None),
        ],
        "properties": [{"key": "buckets", "value": "16"}, {"key": "source.papers", "value": "file:///papers"}],
    }


def write(workspace: Workspace, found: Mapping[str, Sequence[Mapping[str, object]]]) -> None:
    """Append rows to tables of format 1."""
    for table, table_rows in found.items():
        schema = StructType.fromDDL(SCHEMAS[table])
        write_rows = delta.write_by_bucket if table in PARTITIONED else delta.write
        write_rows(frame_of_rows(workspace.spark, table_rows, schema), workspace, table)
