"""Write what stands in several rows beside a tall bracket (matrices, cases) row by row in the line of the bracket."""

from collections.abc import Sequence

from darwin_spark.parsers.pdf.words.formulas.parts import BARS, CLOSING, OPENING, Part, joined, written
from darwin_spark.parsers.pdf.words.word_text import SCRIPT

_MIN_HEIGHT = 1.6  # font sizes; a bracket of two rows is at least so tall
_MAX_PARTS = 300  # between two brackets
_ROW = 0.5  # font sizes by which the baselines of two rows differ at least
_MAX_GAP = 6.0  # font sizes between two cells of a row


def with_rows(parts: Sequence[Part]) -> list[Part]:
    """Return the parts with each tall bracket around or before several rows, and these rows, as one part."""
    found = list(parts)
    at = len(found) - 1
    while at >= 0:
        part = found[at]
        if part.sign and part.sign in OPENING + BARS and part.bottom - part.top > _MIN_HEIGHT * part.size:
            end = _closed_at(found, at) or _last_row(found, at)
            if end:
                found[at:end] = [_in_one_line(found[at:end])]
        at -= 1
    return found


def _closed_at(parts: Sequence[Part], at: int) -> int | None:
    """Return the index after the bracket that closes the one at index `at`, if several rows stand between; else None."""
    opening = parts[at]
    closing = CLOSING + BARS if opening.sign in OPENING else opening.sign
    for end in range(at + 1, min(at + _MAX_PARTS, len(parts))):
        part = parts[end]
        is_within = opening.top - 0.3 * opening.size < part.middle < opening.bottom + 0.3 * opening.size
        if not is_within or part.word.left < opening.word.left:
            return None
        if part.sign and part.sign in closing and abs(part.middle - opening.middle) < 0.15 * opening.size:
            same = abs((part.bottom - part.top) - (opening.bottom - opening.top)) < 0.3 * opening.size
            return end + 1 if same and len(_rows(parts[at + 1 : end])) > 1 else None
    return None


def _last_row(parts: Sequence[Part], at: int) -> int | None:
    """Return the index after the rows right of a brace that nothing closes; None if there is only one row."""
    brace = parts[at]
    if brace.sign != "{":
        return None
    end, right = at + 1, brace.word.right
    while end < min(at + _MAX_PARTS, len(parts)):
        part = parts[end]
        is_within = brace.top - 0.3 * brace.size < part.middle < brace.bottom + 0.3 * brace.size
        if not is_within or part.word.left < brace.word.right - 0.1 * brace.size:
            break
        if part.word.left - right > _MAX_GAP * brace.size or part.word.begins_column:
            break
        right = part.word.right if part.word.left > right - brace.size else max(right, part.word.right)
        end += 1
    return end if len(_rows(parts[at + 1 : end])) > 1 else None


def _in_one_line(parts: Sequence[Part]) -> Part:
    """Return a bracket, rows, and maybe the closing bracket as one part."""
    opening, closing = parts[0], parts[-1] if parts[-1].sign and parts[-1].sign not in OPENING else None
    inner = parts[1:-1] if closing else parts[1:]
    text = " ".join(written(row) for row in _rows(inner))
    text = f"{opening.word.text}{text}{closing.word.text if closing else ''}"
    return joined(parts, text, opening.size, opening.word.baseline, closing.sign if closing else "")


def _rows(parts: Sequence[Part]) -> list[list[Part]]:
    """Return the parts of each row: a row begins where a part of full size stands lower and not further right."""
    rows: list[list[Part]] = []
    size = max((part.size for part in parts), default=1.0)
    baseline = 0.0
    for part in parts:
        is_main = part.size > SCRIPT * size
        lower = is_main and part.word.baseline > baseline + _ROW * size
        if not rows or (lower and part.word.left < rows[-1][-1].word.right):
            rows.append([])
            baseline = part.word.baseline
        elif is_main and not any(p.size > SCRIPT * size for p in rows[-1]):
            baseline = part.word.baseline
        rows[-1].append(part)
    return rows
