"""Find a caption under two columns, which is read after both, and a line that goes on with the text of a column."""

from collections.abc import Sequence

from darwin_spark.parsers.pdf.captions import CAPTION
from darwin_spark.parsers.pdf.fragments import Fragment


def goes_on(left: Sequence[Fragment], line: Fragment) -> bool:
    """Whether a line on the right of a column goes on with its text: in small letters, level with its first line."""
    top = min(f.baseline for f in left)
    return line.text[:1].islower() and abs(line.baseline - top) < line.size


def caption_below(left: Sequence[Fragment], right: Sequence[Fragment]) -> Fragment | None:
    """Return the first line of a caption that ends the left column, below the right one: it is read after both."""
    end = max(f.baseline for f in right)
    return min((f for f in left if f.baseline > end and CAPTION.match(f.text)), key=lambda f: f.baseline, default=None)
