"""How faithful the text of a PDF is: python -m benchmarks.l1.fidelity

1. PDF against the JATS of the same paper (`jats_truth`): recall of the word 3-grams of abstract and body, 3-gram F1 against
   all that a reader sees, beside raw pypdfium2, and against the XML as it is filed (`jats_truth.as_filed`); the ceiling of
   both (`ceiling`); section titles that are headings, in order; lines that repeat in the pages' margins and are still there.
2. Other formats against the PDF of the same document: S2ORC JSON (fields read by json alone) and LaTeX (by our parser).
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from pathlib import Path
from statistics import mean
from typing import NamedTuple

import pypdfium2 as pdfium

from benchmarks.l1 import pairs
from benchmarks.l1.jats_truth import Article, as_filed, read_article
from benchmarks.l1.ngrams import score, words
from benchmarks.l1.pairs import SHARED, Pair
from darwin_spark.config.l1 import L1Settings
from darwin_spark.parsers.parsed import ParseFailure
from darwin_spark.parsers.registry import parser_for

_MARGIN_LINES = 2
_DIGITS = re.compile(r"\d+")


class Fidelity(NamedTuple):
    """Shares between 0 and 1 of one PDF; `raw_` is pypdfium2's own text, `filed_` is against the XML as it is filed."""

    name: str
    raw_recall: float
    recall: float
    raw_f1: float
    f1: float
    ceiling: float
    filed_raw_f1: float
    filed_f1: float
    filed_ceiling: float
    headings: int
    titles: int
    running_heads: int


def raw_pages(pdf: bytes) -> list[str]:
    """The text layer as pypdfium2 gives it."""
    with closing(pdfium.PdfDocument(pdf)) as document:
        return [page.get_textpage().get_text_range() for page in document]


def parsed_text(content: bytes, media_type: str) -> str:
    """By the parser of the pipeline; raises ParseFailure."""
    return parser_for(media_type).load()(content, L1Settings()).text


def measure(pair: Pair) -> Fidelity:
    """Compare a PDF with its JATS."""
    article, filed = read_article(pair.xml), as_filed(pair.xml)
    pdf = pair.pdf.read_bytes()
    pages = raw_pages(pdf)
    raw, text = "\n".join(pages), parsed_text(pdf, "application/pdf")
    best = ceiling(article, text)
    return Fidelity(
        pair.pdf.stem,
        score(article.core, raw).recall,
        score(article.core, text).recall,
        score(article.whole, raw, article.notices).f1,
        score(article.whole, text, article.notices).f1,
        score(article.whole, best).f1,
        score(filed, raw).f1,
        score(filed, text).f1,
        score(filed, best).f1,
        headings_found(article.headings, text),
        len(article.headings),
        len(running_heads_left(pages, text)),
    )


def ceiling(article: Article, text: str) -> str:
    """Return the best text that the PDF allows: the JATS, with the reference list in the wording of `text`, since styles print
    initials, shortened author lists and "&".
    """
    printed = re.search(r"^#+ (?:\d+\.? )?references\n(.*?)(?:\n#|\Z)", text, re.MULTILINE | re.DOTALL | re.IGNORECASE)
    return article._replace(references=f"References {printed[1] if printed else article.references}").whole


def headings_found(titles: tuple[str, ...], text: str) -> int:
    """The longest common subsequence of section titles and headings, by their words of letters."""
    wanted = [words(title) for title in titles]
    found = [words(line) for line in text.splitlines() if line.startswith("#")]
    best = [0] * (len(found) + 1)
    for title in wanted:
        above = best[:]
        for i, heading in enumerate(found):
            best[i + 1] = above[i] + 1 if title == heading else max(best[i], above[i + 1])
    return best[-1]


def running_heads_left(pages: list[str], text: str) -> list[str]:
    """Lines of the text, or parts of them, that are first or last on half of the pages (at least three), numbers ignored."""
    seen: Counter[str] = Counter()
    for page in pages:
        lines = [line.strip() for line in page.splitlines() if line.strip()]
        seen.update({_DIGITS.sub("#", line) for line in lines[:_MARGIN_LINES] + lines[-_MARGIN_LINES:]})
    repeated = [line for line, n in seen.items() if n >= max(3, len(pages) / 2) and len(words(line)) > 1]
    plain = _DIGITS.sub("#", " ".join(text.split()))
    return [line for line in repeated if plain.count(line) > 1]


def openjournals(shared: Path = SHARED) -> Iterator[Fidelity]:
    return map(measure, pairs.openjournals(shared))


def pmc(shared: Path = SHARED) -> Iterator[Fidelity]:
    return map(measure, pairs.pmc(shared))


def _s2orc(shared: Path) -> tuple[str, bytes]:
    stem = shared / "json" / "2020.acl-main.207"
    paper = json.loads(stem.with_suffix(".207.json").read_text())
    parts = paper.get("pdf_parse", paper)
    texts = [paper["title"], *(p["text"] for key in ("abstract", "body_text") for p in parts.get(key) or [])]
    return " ".join(texts), stem.with_suffix(".207.pdf").read_bytes()


def _latex(shared: Path) -> tuple[str, bytes]:
    folder = shared / "latex" / "whitehead-41568"
    text = parsed_text((folder / "41568-t" / "41568-t.tex").read_bytes(), "text/x-tex")
    return text, (folder / "41568-pdf.pdf").read_bytes()


def _print_pairs(name: str, rows: list[Fidelity]) -> None:
    print(f"{'':16} {'recall':>13} {'F1, as a reader sees':>23} {'F1, as filed':>23}")
    print(
        f"{name:16} {'raw':>6} {'ours':>6}" + f" {'raw':>7} {'ours':>6} {'ceiling':>8}" * 2 + "  headings  running heads left"
    )
    for row in rows:
        print(f"{_shares(row.name, row[1:9])} {row.headings:5}/{row.titles:<3} {row.running_heads:9}")
    columns = list(zip(*(row[1:9] for row in rows), strict=True))
    found, titles = sum(row.headings for row in rows), sum(row.titles for row in rows)
    print(f"{_shares('mean', map(mean, columns))} {found:5}/{titles:<3}")
    print(f"{_shares('worst', map(min, columns))}\n")


def _shares(name: str, shares: Iterable[float]) -> str:
    return "{:16} {:6.3f} {:6.3f} {:7.3f} {:6.3f} {:8.3f} {:7.3f} {:6.3f} {:8.3f}".format(name, *shares)


def _print_against_pdf(name: str, read: Callable[[Path], tuple[str, bytes]]) -> None:
    try:
        truth, pdf = read(SHARED)
    except (ParseFailure, ImportError) as error:
        print(f"{name}: no text to compare ({error})")
        return
    raw, ours = score(truth, "\n".join(raw_pages(pdf))), score(truth, parsed_text(pdf, "application/pdf"))
    print(f"{name} in the PDF's text: recall raw {raw.recall:.3f}, ours {ours.recall:.3f}", end="; ")
    print(f"F1 raw {raw.f1:.3f}, ours {ours.f1:.3f}")


def main() -> None:
    _print_pairs("openjournals", list(openjournals()))
    _print_pairs("pmc", list(pmc()))
    _print_against_pdf("S2ORC JSON", _s2orc)
    _print_against_pdf("LaTeX (whitehead)", _latex)


if __name__ == "__main__":
    main()
