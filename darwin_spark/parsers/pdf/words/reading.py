"""What is known about a PDF while its pages are read one after the other."""

from dataclasses import dataclass, field

from darwin_spark.parsers.pdf.words.line_numbers import LineNumbers


@dataclass
class Reading:
    """The state of reading one document."""

    layers: bool = False
    """Whether the document may have layers (optional content), of which some may be switched off."""
    line_numbers: LineNumbers = field(default_factory=LineNumbers)
    hidden: dict[int, int] = field(default_factory=dict)
    """Characters of hidden text by page index."""

    def warnings(self) -> list[str]:
        """Return what a user should know: how much hidden text was left out, and on which pages."""
        if not self.hidden:
            return []
        pages = ", ".join(str(index + 1) for index in sorted(self.hidden)[:_SHOWN]) + (
            ", ..." if len(self.hidden) > _SHOWN else ""
        )
        return [f"hidden text left out: {sum(self.hidden.values()):,} characters on page {pages}"]


_SHOWN = 10
"""Pages that the warning names."""
