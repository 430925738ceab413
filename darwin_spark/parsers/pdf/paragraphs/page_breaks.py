"""Join the parts of a paragraph that the end of a column or page cuts, also if footnotes or captions stand between them."""

import re
from collections.abc import Mapping

from darwin_spark.parsers.pdf.captions import CAPTION
from darwin_spark.parsers.pdf.dehyphenation import joined
from darwin_spark.parsers.pdf.paragraphs.item_starts import ITEM_START
from darwin_spark.parsers.pdf.paragraphs.paragraph_starts import SENTENCE_ENDS, SIZE_TOLERANCE
from darwin_spark.parsers.pdf.paragraphs.paragraphs import Paragraph

_LABEL = re.compile(rf"{ITEM_START.pattern}|(?:\d{{1,2}}|[A-Z])(?:\.\d{{1,3}}){{0,4}}\.?\s+[^\W\d_a-z]")
"""The label of a list item, or the number of a section."""
_MIN_TEXT_CHARS = 60  # minimum characters of both parts of a paragraph whose second part begins with a capital
_MAX_HEADING_CHARS = 160
_LARGE = 1.05  # type larger than the text by more than this factor may be that of a heading
_RELATION = re.compile("[=<>≤≥≈≡≠∼≃→⇒∈⊂⊆∑∏∫]")
_WORD = re.compile(r"(?<![{\w])[^\W\d_]{4,}")
_FOOTNOTE = re.compile(r"\^\{|\d{1,2}\D|[*∗†‡§¶]")


def continue_paragraph(above: list[Paragraph], below: list[Paragraph], body: float, words: Mapping[str, int]) -> None:
    """Join a paragraph that a column or page break cuts: its end is `below[0]`, its start in `above`. Changes both in place.

    The start is dehyphenated, and `below[0]` gets a `glue` without line breaks. Footnotes and captions between both move before
    the start or its heading. If `above` ends with a heading and footnotes, only this heading moves, behind the footnotes. A
    heading that is cut moves to `above` as a whole.
    """
    if _ends_in_footnotes_under_heading(above, body):
        heading = next(p for p in reversed(above) if p.size > (1 - SIZE_TOLERANCE) * body)
        above.remove(heading)
        above.append(heading)
        return
    if above and below and _is_cut_heading(above[-1], below[0], body):
        rest = below.pop(0)
        above[-1].text = joined(above[-1].text, rest.text, words)
        above[-1].lines += rest.lines
        return
    last = _cut_paragraph(above, below[0]) if below else None
    if last is None:
        return
    cut, rest = above[last], below[0]
    has_notes_between = last < len(above) - 1
    if not _is_unfinished(cut, rest) or (has_notes_between and cut.glue != "\n\n"):
        return
    begin = last
    while begin and _looks_like_heading(above[begin - 1], body):
        begin -= 1
    above[begin:] = above[last + 1 :] + above[begin : last + 1]
    merged_text = joined(cut.text, rest.text, words)
    head = merged_text[: len(merged_text) - len(rest.text)]
    cut.text, rest.glue = head.rstrip(), " " if head.endswith(" ") else ""


def _is_cut_heading(cut: Paragraph, rest: Paragraph, body: float) -> bool:
    """Whether both are lines of one heading: in its bold or large type, the first as wide as the column or cut in a phrase."""
    is_one_type = cut.bold == rest.bold and abs(cut.size - rest.size) < SIZE_TOLERANCE * cut.size
    if not is_one_type or not (cut.bold or cut.size > _LARGE * body):
        return False
    if cut.verbatim or rest.verbatim or cut.text.endswith(SENTENCE_ENDS) or _LABEL.match(rest.text):
        return False
    is_short = len(cut.text) + len(rest.text) <= _MAX_HEADING_CHARS
    goes_on = rest.text[:1].islower() or cut.text.endswith("-") or cut.is_full
    return is_short and goes_on and not (CAPTION.match(cut.text) or CAPTION.match(rest.text) or rest.is_list_item)


def _cut_paragraph(above: list[Paragraph], rest: Paragraph) -> int | None:
    """Return the index in `above` of the last paragraph as large as `rest`, skipping captions and smaller type; or None."""
    for i in range(len(above) - 1, -1, -1):
        if CAPTION.match(above[i].text):
            continue
        if above[i].size > rest.size - 0.6:
            return i if above[i].size < rest.size + 0.6 else None
    return None


def _ends_in_footnotes_under_heading(above: list[Paragraph], body: float) -> bool:
    """Whether the last paragraphs are a heading and footnotes, so that the text of the heading begins after the break."""
    last = next((i for i in range(len(above) - 1, -1, -1) if above[i].size > (1 - SIZE_TOLERANCE) * body), None)
    if last is None or last == len(above) - 1:
        return False
    heading = above[last]
    notes = all(_FOOTNOTE.match(p.text) and not p.verbatim for p in above[last + 1 :])
    return notes and _looks_like_heading(heading, body)


def _looks_like_heading(paragraph: Paragraph, body: float) -> bool:
    """Whether the paragraph looks like a heading: one line in bold or large type that does not end like a sentence."""
    if paragraph.verbatim or paragraph.lines > 1 or paragraph.text.endswith(SENTENCE_ENDS):
        return False
    return paragraph.bold or paragraph.size > _LARGE * body


def _is_unfinished(cut: Paragraph, rest: Paragraph) -> bool:
    """Whether `rest`, at the top of the next column or page, continues the paragraph `cut`."""
    if (
        rest.is_list_item
        or (rest.lead is not None and rest.lead.is_ended)
        or rest.verbatim
        or cut.verbatim
        or abs(cut.size - rest.size) > 0.6
        or cut.text.endswith(SENTENCE_ENDS)
        or _is_formula(cut.text)
        or _is_formula(rest.text)
    ):
        return False
    if rest.text[:1].islower() or (cut.text.endswith(("-", "\u2010")) and rest.text[:1].isalpha()):
        return True
    return _is_running_text(cut) and _is_running_text(rest) and _breaks_off(cut) and not _LABEL.match(rest.text)


def _is_formula(text: str) -> bool:
    """Whether a paragraph is a formula: it holds a relation and no two words, of four letters or more, of running text."""
    return _RELATION.search(text) is not None and len(_WORD.findall(text)) < 2


def _is_running_text(paragraph: Paragraph) -> bool:
    is_plain = not (paragraph.bold or paragraph.mono or paragraph.is_row or CAPTION.match(paragraph.text))
    return is_plain and len(paragraph.text) > _MIN_TEXT_CHARS


def _breaks_off(cut: Paragraph) -> bool:
    """Whether a sentence breaks off at the end of a full line: the next word may have a capital. An address may end there."""
    last = cut.text.rpartition(" ")[2]
    return cut.is_full and cut.lines > 1 and (last[-1:].isalpha() or last.endswith(",")) and "/" not in last and "@" not in last
