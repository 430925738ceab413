"""L0 in Spark: what is new or changed is acquired, what stands is not opened again."""

import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from darwin_spark.storage.tables import Workspace
from pyspark.sql import Row, SparkSession

from darwin_spark.config.loading import load
from darwin_spark.pipeline.inputs import parse
from darwin_spark.pipeline.pipeline import climb
from darwin_spark.storage import tables

Climb = Callable[..., dict[str, int]]


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    return Workspace.parse(str(tmp_path / "workspace"))


@pytest.fixture
def go(spark: SparkSession, place: Workspace) -> Climb:
    def climb_to_l0(*inputs: str) -> dict[str, int]:
        settings = load((), ["tracking.enabled=false"])
        return dict(climb(spark, place, settings, [parse(text) for text in inputs], to="l0")["l0"])

    return climb_to_l0


def rows(spark: SparkSession, place: Workspace) -> dict[str, Row]:
    return {row.source_id: row for row in tables.read(spark, place, "l0").drop("content").collect()}


def test_a_tex_document_is_acquired_anew_when_a_part_changes(
    spark: SparkSession, place: Workspace, go: Climb, tmp_path: Path
) -> None:
    papers = tmp_path / "papers"
    for name in ("a", "b"):
        (papers / name / "s").mkdir(parents=True)
        (papers / name / "main.tex").write_text(r"\documentclass{article} \input{s/one}")
        (papers / name / "s" / "one.tex").write_text("One.")
    assert go(str(papers)) == {"kept": 2}
    assert go(str(papers)) == {}
    before = rows(spark, place)
    assert set(before) == {"a/main.tex", "b/main.tex"}
    (papers / "a" / "s" / "one.tex").write_text("One, revised.")
    assert go(str(papers)) == {"kept": 1}
    after = rows(spark, place)
    assert {name for name in after if after[name].output_hash != before[name].output_hash} == {"a/main.tex"}
    assert {row.media_type for row in after.values()} == {"application/x-tex-project"}


class Library(BaseHTTPRequestHandler):
    """Answers every path but /down with itself, and /late.jsonl with two records from the second time on."""

    def __init__(self, asked: list[str], *arguments: object) -> None:
        self.asked = asked
        super().__init__(*arguments)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        is_down = self.path == "/down" or (self.path == "/late.jsonl" and self.asked.count(self.path) == 1)
        found = self.path != "/robots.txt" and not is_down
        self.send_response_only(200 if found else 503 if is_down else 404)
        self.end_headers()
        content = b'{"id": "a", "text": "One."}\n{"id": "b", "text": "Two."}\n' if "jsonl" in self.path else self.path.encode()
        self.wfile.write(content if found else b"")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def library() -> Iterator[tuple[str, list[str]]]:
    asked: list[str] = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Library, asked))
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()


def test_what_was_fetched_rests_and_a_passing_failure_is_tried_again(
    spark: SparkSession, place: Workspace, tmp_path: Path, library: tuple[str, list[str]]
) -> None:
    site, asked = library
    (tmp_path / "web.txt").write_text(f"{site}/one\n{site}/two\n{site}/late.jsonl\n{site}/down\nfile:///etc/passwd\n")
    web = ("allow_private=true", "delay_seconds=0", "attempts=1")
    settings = load((), ["tracking.enabled=false", "l0.max_inline_bytes=1", *(f"l0.fetch.{option}" for option in web)])
    for expected in (
        {"kept": 2, "failed.http_503": 2, "failed.unsupported_scheme": 1},
        {"kept": 2, "failed.http_503": 1},  # the two records of the container, which has no row of its own any more
        {"failed.http_503": 1},
    ):
        assert climb(spark, place, settings, [parse(f"urls:{tmp_path}/web.txt")], to="l0")["l0"] == expected
    assert [asked.count(path) for path in ("/one", "/two", "/late.jsonl", "/down")] == [1, 1, 2, 3]
    assert set(rows(spark, place)) == {
        *(f"{site}/{name}" for name in ("one", "two", "late.jsonl#a", "late.jsonl#b", "down")),
        "file:///etc/passwd",
    }
    pages = tables.read(spark, place, "l0").where("verdict = 'kept' AND source_id NOT LIKE '%#%'").collect()
    assert {bytes(row.content) for row in pages} == {b"/one", b"/two"}
