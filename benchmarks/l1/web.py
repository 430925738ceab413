"""Main content of ordinary web pages, beside trafilatura: python -m benchmarks.l1.web [--peer PYTHON] [--misses]

`../shared/data/web` holds pages, and for each some strings that belong to its text and some that do not (trafilatura's
evaluation). A string that belongs and is found is a true positive, one that does not and is found a false positive; white space
counts as one blank. Half of the pages, chosen by a hash of their names, is for development; the other half, held out, gives the
figure, and its misses are never printed.

`--peer` is the Python of an environment with trafilatura, which is no dependency of this project: that of `make bench-text`,
which makes it. `--misses` lists what is wrong on the pages for development.
"""

import argparse
import json
import os
import subprocess
import tarfile
import time
from collections.abc import Callable, Iterable
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from darwin_spark.config.l1 import L1Settings
from darwin_spark.parsers.html import parse
from darwin_spark.parsers.parsed import ParseFailure

WEB = Path(os.environ.get("DARWIN_SHARED", Path(__file__).parents[3] / "shared" / "data")) / "web"
_PEER = """
import json, sys, time, trafilatura
pages = json.load(sys.stdin)
start = time.process_time()
texts = {name: trafilatura.extract(bytes.fromhex(page)) or "" for name, page in pages.items()}
print(json.dumps({"texts": texts, "seconds": time.process_time() - start, "version": trafilatura.__version__}))
"""


class Counts(NamedTuple):
    """Numbers of strings that belong and are found, belong and are missing, do not belong and are found."""

    right: int
    missing: int
    wrong: int

    @property
    def recall(self) -> float:
        return self.right / max(self.right + self.missing, 1)

    @property
    def precision(self) -> float:
        return self.right / max(self.right + self.wrong, 1)

    @property
    def f1(self) -> float:
        return 2 * self.right / max(2 * self.right + self.missing + self.wrong, 1)


class Page(NamedTuple):
    """A page and the strings that belong to its text, and those that do not."""

    name: str
    content: bytes
    belong: list[str]
    foreign: list[str]


def pages() -> list[Page]:
    """Return all pages in the order of the hashes of their names."""
    strings = json.loads((WEB / "segments.json").read_text(encoding="utf-8"))
    with tarfile.open(WEB / "pages.tar.xz") as archive:
        contents = {Path(m.name).name: file.read() for m in archive if (file := archive.extractfile(m)) is not None}
    names = sorted(strings, key=lambda name: sha256(name.encode()).hexdigest())
    return [Page(name, contents[name], strings[name]["with"], strings[name]["without"]) for name in names]


def our_text(content: bytes) -> str:
    """Return the text that the pipeline's parser gives, '' if it fails."""
    try:
        return parse(content, L1Settings()).text
    except ParseFailure:
        return ""


def counts(some: Iterable[Page], texts: dict[str, str], report: Callable[[str], None] = lambda _: None) -> Counts:
    """Count the strings of pages in their texts, and report those that are missing or wrong."""
    right = missing = wrong = 0
    for page in some:
        text = _flat(texts[page.name])
        lost = [string for string in page.belong if _flat(string) not in text]
        found = [string for string in page.foreign if _flat(string) in text]
        right, missing, wrong = right + len(page.belong) - len(lost), missing + len(lost), wrong + len(found)
        if lost or found:
            report(f"  {page.name}: missing {lost}, wrong {found}")
    return Counts(right, missing, wrong)


def _flat(text: str) -> str:
    return " ".join(text.split())


def _peer_texts(python: str, every: list[Page]) -> tuple[str, dict[str, str], float]:
    """Return (name and version, texts by page, CPU seconds) of trafilatura."""
    content = json.dumps({page.name: page.content.hex() for page in every})
    answer = subprocess.run([python, "-c", _PEER], input=content, stdout=subprocess.PIPE, text=True, check=True)
    found = json.loads(answer.stdout)
    return f"trafilatura {found['version']}", found["texts"], found["seconds"]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--peer", help="Python of an environment with trafilatura")
    parser.add_argument("--misses", action="store_true", help="list what is wrong on the pages for development")
    options = parser.parse_args()
    every = pages()
    start = time.process_time()
    ours = {page.name: our_text(page.content) for page in every}
    results = [("ours", ours, time.process_time() - start)]
    if options.peer:
        results.append(_peer_texts(options.peer, every))
    half = len(every) // 2
    for title, some in (("development", every[:half]), ("held out", every[half:]), ("all", every)):
        print(f"{title} ({len(some)} pages)")
        for name, texts, seconds in results:
            found = counts(some, texts)
            print(
                f"  {name:18} recall {found.recall:.3f}  precision {found.precision:.3f}  F1 {found.f1:.3f}  "
                f"{1_000 * seconds / len(every):.0f} ms a page"
            )
    if options.misses:
        counts(every[:half], ours, print)


if __name__ == "__main__":
    main()
