"""Read the text of a PDF page as fragments: parts of one line without a wide gap.

All lengths are in points (1/72 inch); y grows downwards. Fragments come in the order of the content stream, which most
programs write in reading order inside a column.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from itertools import compress
from operator import attrgetter
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium_c

from darwin_spark.parsers.pdf.characters.directions import is_right_to_left
from darwin_spark.parsers.pdf.pdfium.page_box import page_box
from darwin_spark.parsers.pdf.pdfium.pictures import has_image, image_share
from darwin_spark.parsers.pdf.words.drop_caps import join_drop_caps
from darwin_spark.parsers.pdf.words.fixed_pitch import fixed_pitch_text, pitch_of
from darwin_spark.parsers.pdf.words.reading import Reading
from darwin_spark.parsers.pdf.words.small_capitals import size_with_capitals
from darwin_spark.parsers.pdf.words.upright import main_angle, upright_words
from darwin_spark.parsers.pdf.words.word import Word
from darwin_spark.parsers.pdf.words.word_text import SCRIPT, expand_ligatures, size_and_baseline, text_of
from darwin_spark.text.normalize_markdown import one_line

_FRAGMENT_GAP = 1.1
_BLANK = 0.6
"""Horizontal gaps in font sizes: where a fragment ends, and the widest blank between the words of a line."""

_TEXT, _STYLE, _LEFT, _RIGHT, _TALL = map(attrgetter, ("text", "style", "left", "right", "tall"))
_MONO, _ITALIC = attrgetter("mono"), attrgetter("italic")


class Fragment(NamedTuple):
    """A part of a line; `^{}` and `_{}` in `text` mark superscripts and subscripts."""

    text: str
    left: float
    right: float
    baseline: float
    size: float
    bold: bool
    mono: bool
    lead: str = ""
    """The bold or italic text at the beginning, if a regular word follows: a heading that runs into its paragraph."""
    table: bool = False  # whether the text is a whole pipe table, made by `cells.py`
    italic: bool = False  # whether all of the text is italic
    angle: int = 0  # direction of the text in degrees; 0 is horizontal
    pitch: float = 0.0  # width of a column of fixed-width text in points; 0: unknown
    tall: tuple[float, float] | None = None  # top and bottom of a formula that is higher than a line
    bold_lead: bool = False  # whether `lead` begins in bold type

    @property
    def top(self) -> float:
        """Return the y of the top of capital letters: about 0.7 font sizes above the baseline."""
        return self.baseline - 0.7 * self.size


_fragment_with = partial(tuple.__new__, Fragment)
"""Make a fragment of a tuple of all its fields, in their order. Calling the class takes four times as long."""


@dataclass(frozen=True)
class PageText:
    """The text of one page. `turned`: fragments in another direction than most text. `has_image` is set only without text.

    `right_page` is set for the image of an open book. `image_share`: share of the page area that pictures cover, 0 if little.
    """

    width: float
    height: float
    fragments: list[Fragment] = field(default_factory=list)
    turned: list[Fragment] = field(default_factory=list)
    has_image: bool = False
    right_page: "PageText | None" = None
    image_share: float = 0.0


def read_page(document: Any, index: int, reading: Reading | None = None) -> PageText:
    """Return the text of page `index`, without hidden text, text outside the visible page, and numbers of lines.

    Closes all pdfium objects that it opens. `reading` is the state of reading this document.
    """
    reading = reading or Reading()
    with closing(_page(document, index)) as page:
        box = page_box(page)
        width, height = box.width, box.height
        words, hidden = upright_words(page, box, reading)
        if hidden:
            reading.hidden[index] = hidden
        if not words:
            return PageText(width, height, has_image=has_image(page))
        share = image_share(page)
    main = main_angle(words)
    turned = [word for angle, found in words.items() if angle != main for word in found]
    if main in (90, 270):
        width, height = height, width
    fragments = list(_fragments(join_drop_caps(words[main])))
    return PageText(width, height, fragments, list(_fragments(turned)), image_share=share)


def _page(document: Any, index: int) -> Any:
    """Return the opened page `index`; in a document with a form, form fields and notes are first flattened into the page."""
    page = document[index]
    if not document.formenv or not _is_filled_in(page):
        return page
    with closing(page):
        page.flatten()
    return document[index]


def _is_filled_in(page: Any) -> bool:
    """Whether the page has annotations other than links and pop-ups: form fields or notes."""
    kinds = set()
    for i in range(pdfium_c.FPDFPage_GetAnnotCount(page)):
        annotation = pdfium_c.FPDFPage_GetAnnot(page, i)
        kinds.add(pdfium_c.FPDFAnnot_GetSubtype(annotation))
        pdfium_c.FPDFPage_CloseAnnot(annotation)
    return not kinds <= {pdfium_c.FPDF_ANNOT_LINK, pdfium_c.FPDF_ANNOT_POPUP}


def _fragments(words: Sequence[Word]) -> Iterator[Fragment]:
    """Yield the visible fragments. A line that runs off the page is kept whole: its author did not mean to hide its end."""
    all_inside = all(map(attrgetter("inside"), words))
    for run in _runs(words):
        visible = run if all_inside else _visible_part(run)
        if visible:
            yield _fragment(visible)


def _runs(words: Sequence[Word]) -> Iterator[list[Word]]:
    """Yield the words of each fragment."""
    if not words:
        return
    last = main = words[0]
    run = [main]
    for word in words[1:]:
        if _continues(last, main, word):
            run.append(word)
            if word.style is not main.style and word.style.size > main.style.size * 1.05:
                main = word
        else:
            yield run
            run, main = [word], word
        last = word
    yield run


def _visible_part(run: list[Word]) -> list[Word]:
    """Return the words inside the visible page, and those outside that follow or precede them at the distance of a blank."""
    inside = [i for i, word in enumerate(run) if word.inside]
    if not inside:
        return []
    begin, end = inside[0], inside[-1]
    while begin and run[begin].left - run[begin - 1].right < _BLANK * run[begin].style.size:
        begin -= 1
    while end + 1 < len(run) and run[end + 1].left - run[end].right < _BLANK * run[end].style.size:
        end += 1
    return run[begin : end + 1]


def _continues(last: Word, main: Word, word: Word) -> bool:
    """Whether `word` follows `last` without a wide gap, at most 0.6 font sizes above or below `main`, the largest word."""
    style, usual = word.style, main.style
    size = style.size
    if style is not usual:
        if style.angle != usual.angle:
            return False
        size = max(size, usual.size)
    if size < 1.0:
        size = 1.0
    if abs(word.baseline - main.baseline) >= 0.6 * size or word.begins_column:
        return False
    gap = word.left - last.right
    if gap < -size and _may_stand_before(last, main, word):
        gap = last.left - word.right
    return -size < gap < _FRAGMENT_GAP * size


def _may_stand_before(last: Word, main: Word, word: Word) -> bool:
    """Whether `word`, though it follows `last`, may stand before it: words in the other direction than the page, scripts."""
    if is_right_to_left(last.text) != is_right_to_left(word.text):
        return False
    is_script = max(last.style.size, word.style.size) < SCRIPT * main.style.size
    return is_script or word.mirrored or is_right_to_left(word.text)


def _fragment(run: list[Word]) -> Fragment:
    """Return a run of words as a fragment. Fixed-width words set its size and weight only if they hold 80 % of its letters."""
    if len(run) == 1:
        return _fragment_of(run[0])
    lengths, styles = list(map(len, map(_TEXT, run))), list(map(_STYLE, run))
    letters, in_mono = sum(lengths), sum(compress(lengths, map(_MONO, styles)))
    mono = 10 * (letters - in_mono) <= 2 * letters
    sizes: defaultdict[tuple[float, float], int] = defaultdict(int)
    bold = 0
    for word, n, style in zip(run, lengths, styles, strict=True):
        if mono or not style.mono:
            sizes[style.size, word.baseline] += n
            bold += n if style.bold else 0
    size, baseline = size_and_baseline(sizes)
    pitch = pitch_of(run) if mono else 0.0
    text = (fixed_pitch_text(run, pitch) if mono else None) or text_of(run, baseline, size)
    if len(sizes) > 1:
        size = size_with_capitals(run, size)
    lead = _lead(run, baseline, size)
    # fmt: off
    return _fragment_with((
        text, min(map(_LEFT, run)), max(map(_RIGHT, run)), baseline, max(size, 1.0), 2 * bold > sum(sizes.values()), mono, lead,
        False, all(map(_ITALIC, styles)), styles[0].angle, pitch, _tall(run) if any(map(_TALL, run)) else None,
        lead != "" and run[0].style.bold,
    ))
    # fmt: on


def _fragment_of(word: Word) -> Fragment:
    text, left, right, baseline, style, _, _, _, _, _, tall = word
    size, bold, mono, _, italic, _, angle = style
    text = expand_ligatures(one_line(text))
    return _fragment_with((text, left, right, baseline, max(size, 1.0), bold, mono, "", False, italic, angle, 0.0, tall, False))


def _tall(run: Sequence[Word]) -> tuple[float, float]:
    """Return the extent of the tall words of a run, which has some."""
    extents = [word.tall for word in run if word.tall]
    return min(low for low, _ in extents), max(high for _, high in extents)


def _lead(run: list[Word], baseline: float, size: float) -> str:
    """Return the text of the bold or italic words before the first regular word; empty if there is no regular word."""
    if not (run[0].style.bold or run[0].style.italic):
        return ""
    end = next((i for i, word in enumerate(run) if not (word.style.bold or word.style.italic)), 0)
    return text_of(run[:end], baseline, size) if end else ""
