"""Read the bold or italic words with which a paragraph begins, and which may be a heading that runs into it."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from darwin_spark.parsers.pdf.dehyphenation import joined
from darwin_spark.parsers.pdf.lines import Line

_MAX_LINES = 3
_MIN_CHARS, _MAX_CHARS = 4, 120
_MIN_HANGING = 4.0  # font sizes by which a heading in the margin stands left of its text
_ENDS = (".", ":", "—")


class Lead(NamedTuple):
    """The words, with the sign that ends them; their type; whether they stand in the margin, beside the text."""

    text: str
    bold: bool
    in_margin: bool

    @property
    def is_ended(self) -> bool:
        """Whether the lead ends like a heading."""
        return self.in_margin or self.text.endswith(_ENDS)


def is_in_margin(left: float, text: float, size: float) -> bool:
    """Return whether a lead of a font size, which begins at `left`, stands in the margin of text that begins at `text`."""
    return left < text - _MIN_HANGING * size


def lead_of(group: Sequence[Line], text: str, words: Mapping[str, int]) -> Lead | None:
    """Return the lead of the paragraph `text` of these lines; None if it has none that ends like a heading.

    Of a single line, which may be beside text that follows as a part of its own, a bold lead may end in any way.
    """
    first = group[0].pieces[0]
    if not _own(group[0]) and not (len(group) > 1 and (group[0].bold or group[0].italic)):
        return None
    lead = ""
    for line in group[:_MAX_LINES]:
        if lead.endswith(".") and not (line.bold or line.italic or line.pieces[0].lead):
            break
        own = _own(line)
        part = own or line.text
        lead = joined(lead, part, words) if lead else part
        if own:
            break
        if not (line.bold or line.italic):
            return None
    else:
        return None
    if not text.startswith(lead) or not (lead[0].isupper() or lead[0].isdigit()):
        return None
    rest = text[len(lead) :]
    if not lead.endswith(_ENDS) and rest.startswith(_ENDS):
        lead += rest[0]
    bold = first.bold_lead or first.bold
    in_margin = bold and len(group) > 1 and is_in_margin(group[0].left, group[1].left, group[0].size)
    is_lead = _MIN_CHARS <= len(lead) <= _MAX_CHARS and (in_margin or lead.endswith(_ENDS) or (bold and len(group) == 1))
    return Lead(lead, bold, in_margin) if is_lead else None


def _own(line: Line) -> str:
    """Return the bold or italic words before the first regular word of the line; empty if it has no regular word."""
    first = line.pieces[0]
    if first.lead or len(line.pieces) == 1 or not (first.bold or first.italic):
        return first.lead
    return "" if line.pieces[1].bold or line.pieces[1].italic else first.text
