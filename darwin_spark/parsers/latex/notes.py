"""Numbers of footnotes: which text belongs to which mark."""

from collections import deque
from dataclasses import dataclass, field


@dataclass
class Notes:
    """Footnotes of a document. A label is the number in `[^1]`, unlike the printed number, which each chapter may restart."""

    count: int = 0
    by_number: dict[str, int] = field(default_factory=dict)
    """By printed number: the label of the last mark with that number."""
    without_text: set[int] = field(default_factory=set)
    _marks: deque[int] = field(default_factory=deque)

    def new(self, number: str, has_text: bool) -> int:
        """Return the label of a new note with this printed number."""
        self.count += 1
        self.by_number[number] = self.count
        if not has_text:
            self.without_text.add(self.count)
            self._marks.append(self.count)
        return self.count

    def mark(self, number: str, is_repeated: bool) -> int:
        """Return the label of a mark; if `is_repeated`, that of the note with this number, if there is one."""
        known = self.by_number.get(number) if is_repeated else None
        return known if known is not None else self.new(number, has_text=False)

    def text(self, number: str) -> int:
        """Return the label for a text: of the mark with this number if that lacks a text, else of the first mark without one.

        If no mark lacks a text, the label is new.
        """
        label = self.by_number.get(number)
        while label not in self.without_text:
            if not self._marks:
                return self.new(number, has_text=True)
            label = self._marks.popleft()
        self.without_text.remove(label)
        return label
