"""The text of a page in another direction than most of it: tables on their side, labels of axes, stamps."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from darwin_spark.parsers.pdf.fragments import Fragment, PageText
from darwin_spark.parsers.pdf.lines import lines
from darwin_spark.parsers.pdf.page_furniture.repeated_lines import min_pages_of
from darwin_spark.parsers.pdf.paragraphs.paragraphs import Paragraph
from darwin_spark.parsers.pdf.tables.cells import with_tables
from darwin_spark.parsers.pdf.tables.tables import split_tables

_LINES = 9  # lines that turned text counts as: more than a heading or title may have, so that it is neither
_MIN_CELLS = 3  # minimum number of fragments on a line that are the cells of a table, and no stamp
_DIGITS = re.compile(r"\d+")


def remove_stamps(pages: Sequence[PageText]) -> list[list[Fragment]]:
    """Return the turned fragments of each page, without single characters and stamps (text that repeats on several pages).

    A fragment on one line with two others, as the cells of a table are, stays.
    """
    seen = Counter(key for page in pages for key in {_DIGITS.sub("#", f.text) for f in page.turned})
    min_pages = min_pages_of(pages)
    kept = []
    for page in pages:
        cells = Counter((f.angle, round(f.baseline)) for f in page.turned)
        is_cell = {place for place, count in cells.items() if count >= _MIN_CELLS}
        kept.append([f for f in page.turned if (f.angle, round(f.baseline)) in is_cell or _is_text(f, seen, min_pages)])
    return kept


def _is_text(fragment: Fragment, seen: Counter[str], min_pages: int) -> bool:
    return len(fragment.text) > 1 and seen[_DIGITS.sub("#", fragment.text)] < min_pages


def turned_paragraphs(fragments: Iterable[Fragment], words: Mapping[str, int]) -> Iterator[Paragraph]:
    """Yield tables, and each other fragment as a paragraph of its own. `fragments`: sorted by angle, else in content order."""
    for _, same in groupby(fragments, key=lambda f: f.angle):
        for is_table, run in groupby(lines(with_tables(list(same), words)), key=lambda line: line.pieces[0].table):
            if is_table:
                yield from (Paragraph(line.text, line.size, False, _LINES, verbatim=True) for line in run)
                continue
            for table, rows in split_tables(list(run), words):
                if table is not None:
                    yield Paragraph(table, rows[0].size, False, _LINES, verbatim=True)
                else:
                    yield from (Paragraph(f.text, f.size, False, _LINES) for line in rows for f in line.pieces)
