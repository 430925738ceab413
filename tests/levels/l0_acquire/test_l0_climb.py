"""L0 in Spark: new and changed objects are acquired, unchanged objects are not opened again."""

import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from pyspark.sql import Row, SparkSession

from darwin_spark.config.loading import load
from darwin_spark.pipeline.inputs import parse
from darwin_spark.pipeline.pipeline import Pipeline
from darwin_spark.storage.workspace import Workspace

Climb = Callable[..., dict[str, int]]


@pytest.fixture
def workspace(spark: SparkSession, tmp_path: Path) -> Workspace:
    return Workspace.at(spark, str(tmp_path / "workspace"))


@pytest.fixture
def climb(workspace: Workspace) -> Climb:
    def climb_to_l0(*inputs: str) -> dict[str, int]:
        settings = load((), ["tracking.enabled=false"])
        return dict(Pipeline(workspace, settings).climb([parse(text) for text in inputs], to="l0")["l0"])

    return climb_to_l0


def rows(workspace: Workspace) -> dict[str, Row]:
    return {row.source_id: row for row in workspace.read("l0").drop("content").collect()}


def test_a_tex_document_is_acquired_again_if_a_part_of_it_changes(workspace: Workspace, climb: Climb, tmp_path: Path) -> None:
    papers = tmp_path / "papers"
    for name in ("a", "b"):
        (papers / name / "s").mkdir(parents=True)
        (papers / name / "main.tex").write_text(r"\documentclass{article} \input{s/one}")
        (papers / name / "s" / "one.tex").write_text("One.")
    assert climb(str(papers)) == {"kept": 2}
    assert climb(str(papers)) == {}
    before = rows(workspace)
    assert set(before) == {"a/main.tex", "b/main.tex"}
    (papers / "a" / "s" / "one.tex").write_text("One, revised.")
    assert climb(str(papers)) == {"kept": 1}
    after = rows(workspace)
    assert {name for name in after if after[name].output_hash != before[name].output_hash} == {"a/main.tex"}
    assert {row.media_type for row in after.values()} == {"application/x-tex-project"}


class Library(BaseHTTPRequestHandler):
    """Answer every path but /down with the path itself, and /late.jsonl with two records from the second request on."""

    def __init__(self, requested: list[str], *arguments: object) -> None:
        self.requested = requested
        super().__init__(*arguments)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        self.requested.append(self.path)
        is_down = self.path == "/down" or (self.path == "/late.jsonl" and self.requested.count(self.path) == 1)
        found = self.path != "/robots.txt" and not is_down
        self.send_response_only(200 if found else 503 if is_down else 404)
        self.end_headers()
        content = b'{"id": "a", "text": "One."}\n{"id": "b", "text": "Two."}\n' if "jsonl" in self.path else self.path.encode()
        self.wfile.write(content if found else b"")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def library() -> Iterator[tuple[str, list[str]]]:
    requested: list[str] = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Library, requested))
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", requested
    server.shutdown()
    server.server_close()


def test_fetched_urls_are_not_fetched_again_and_transient_failures_are_retried(
    workspace: Workspace, tmp_path: Path, library: tuple[str, list[str]]
) -> None:
    site, requested = library
    (tmp_path / "web.txt").write_text(f"{site}/one\n{site}/two\n{site}/late.jsonl\n{site}/down\nfile:///etc/passwd\n")
    web = ("allow_private=true", "delay_seconds=0", "max_attempts=1")
    settings = load((), ["tracking.enabled=false", "l0.max_inline_bytes=1", *(f"l0.fetch.{option}" for option in web)])
    for expected in (
        {"kept": 2, "failed.http_503": 2, "failed.unsupported_scheme": 1},
        {"kept": 2, "failed.http_503": 1},  # the two records of the container, which has no row of its own any more
        {"failed.http_503": 1},
    ):
        assert Pipeline(workspace, settings).climb([parse(f"urls:{tmp_path}/web.txt")], to="l0")["l0"] == expected
    assert [requested.count(path) for path in ("/one", "/two", "/late.jsonl", "/down")] == [1, 1, 2, 3]
    assert set(rows(workspace)) == {
        *(f"{site}/{name}" for name in ("one", "two", "late.jsonl#a", "late.jsonl#b", "down")),
        "file:///etc/passwd",
    }
    pages = workspace.read("l0").where("verdict = 'kept' AND source_id NOT LIKE '%#%'").collect()
    assert {bytes(row.content) for row in pages} == {b"/one", b"/two"}
