"""The texts that one reader gives for PDFs, with its CPU time. Run by the Python that has the reader; imports nothing else.

    python peers.py READER OUT FILE...     one line of JSON to OUT for each file: name, text or error, seconds

Each reader is set to its most faithful output without OCR: Markdown where it makes any, running heads dropped where it can.
`seconds` is the CPU time of all threads and of ended child processes. The fastest of up to three readings counts, so that
neither imports nor a busy machine do; a file that took over five seconds is not read again.
"""

import gc
import json
import os
import sys
import time
from collections.abc import Callable
from io import StringIO
from pathlib import Path

_READINGS = 3
_LIMIT_S = 5.0
_GC_THRESHOLD = 20_000  # of the garbage collector, as in the pipeline's workers; for all readers

Reader = Callable[[str], str]


def ours() -> Reader:
    from darwin_spark.config.l1 import L1Settings, OcrSettings
    from darwin_spark.parsers.registry import PARSERS

    parse, settings = PARSERS["application/pdf"].load(), L1Settings(ocr=OcrSettings(engine="none"))

    return lambda path: parse(Path(path).read_bytes(), settings).text


def pdfium() -> Reader:
    """The bare text layer of pypdfium2."""
    import pypdfium2

    def read(path: str) -> str:
        document = pypdfium2.PdfDocument(path)
        try:
            return "\n".join(page.get_textpage().get_text_range() for page in document)
        finally:
            document.close()

    return read


def kreuzberg() -> Reader:
    import kreuzberg as library

    settings = library.ExtractionConfig(use_cache=False, disable_ocr=True, output_format=library.OutputFormat.MARKDOWN)
    return lambda path: str(library.extract_file_sync(path, config=settings).content)


def liteparse() -> Reader:
    import liteparse as library

    reader = library.LiteParse(ocr_enabled=False, output_format="markdown", image_mode="off", quiet=True)
    return lambda path: str(reader.parse(path).text)


def pdf_oxide() -> Reader:
    import pdf_oxide as library

    library.disable_logging()
    return lambda path: str(library.PdfDocument(path).to_markdown_all(include_artifacts=False))


def docling_parse() -> Reader:
    """The lines of text in the order of the file: the layout model of docling is another package."""
    from docling_core.types.doc.page import TextCellUnit
    from docling_parse.pdf_parser import DoclingPdfParser

    def read(path: str) -> str:
        document = DoclingPdfParser().load(path)
        try:
            pages = document.iterate_pages()
            return "\n".join(cell.text for _, page in pages for cell in page.iterate_cells(TextCellUnit.LINE))
        finally:
            document.unload()

    return read


def pymupdf4llm() -> Reader:
    """With its layout model, as it is installed."""
    import pymupdf4llm as library

    return lambda path: str(library.to_markdown(path, use_ocr=False, header=False, footer=False))


OURS: dict[str, Callable[[], Reader]] = {"ours": ours, "pdfium": pdfium}
"""Readers that the environment of this project has."""
PEERS: dict[str, Callable[[], Reader]] = {
    function.__name__: function for function in (kreuzberg, liteparse, pdf_oxide, docling_parse, pymupdf4llm)
}

BARE = frozenset({"pdfium", "docling_parse"})
"""Readers that give bare text: it has no headings and no tables."""


def reading(read: Reader, path: str) -> dict[str, object]:
    """Return the text of a file and the CPU seconds of its fastest reading, or the error."""
    spent: list[float] = []
    text = ""
    while len(spent) < _READINGS and sum(spent) < _LIMIT_S:
        begun = _cpu()
        try:
            text = read(path)
        except Exception as error:
            return {"error": f"{type(error).__name__}: {error}"}
        spent.append(_cpu() - begun)
    return {"text": text, "seconds": min(spent)}


def _cpu() -> float:
    times = os.times()
    return time.process_time() + times.children_user + times.children_system


def main(name: str, out: str, paths: list[str]) -> None:
    sys.stdout = StringIO()  # some readers print
    gc.set_threshold(_GC_THRESHOLD)
    read = {**OURS, **PEERS}[name]()
    with Path(out).open("w", encoding="utf-8", buffering=1) as lines:
        for path in paths:
            lines.write(json.dumps({"path": path, **reading(read, path)}) + "\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
