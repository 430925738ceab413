"""TeX over DVI: dvips and Ghostscript, and dvipdfmx, for accents that are set apart and for Type 3 bitmap fonts."""

import os
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.l1.producers.model import Document
from benchmarks.l1.producers.tex import tex

_BITMAP = "% bitmap fonts\n"
_TIMEOUT = 120  # seconds of a program


class DviPs:
    """LaTeX, dvips, and Ghostscript's pdfwrite."""

    name = "dvips"
    suffix = ".tex"
    features = frozenset({"columns", "paragraph", "heading", "plain", "type3", "accents_apart"})
    programs: tuple[str, ...] = ("latex", "dvips", "gs")

    def missing(self) -> str | None:
        return next((name for name in self.programs if not shutil.which(name)), None)

    def source(self, document: Document) -> str:
        return (_BITMAP if document.type3 else "") + tex(document, luatex=False).replace(r"\pdfmapfile{}", "")

    def make(self, sources: list[Path], folder: Path) -> None:
        for source in sources:
            with TemporaryDirectory() as name, suppress(subprocess.TimeoutExpired):
                work = Path(name)
                _run(["latex", "-interaction=nonstopmode", f"-output-directory={work}", str(source.resolve())], work)
                made = self.converted(work, source.stem, is_bitmap=source.read_text().startswith(_BITMAP))
                if made.exists():
                    shutil.copy(made, folder / f"{source.stem}.pdf")

    def converted(self, work: Path, stem: str, *, is_bitmap: bool) -> Path:
        """Return the PDF made of a DVI file in the folder."""
        (work / "empty.map").touch()
        bitmap = ["-V", "-u", "empty.map"] if is_bitmap else []
        _run(["dvips", "-q", *bitmap, f"{stem}.dvi", "-o", "made.ps"], work)
        _run(["gs", "-q", "-dNOPAUSE", "-dBATCH", "-sDEVICE=pdfwrite", "-sOutputFile=made.pdf", "made.ps"], work)
        return work / "made.pdf"


class DviPdfMx(DviPs):
    """LaTeX and dvipdfmx, which finds no font but bitmaps where it is told to."""

    name = "dvipdfmx"
    programs = ("latex", "dvipdfmx")

    def converted(self, work: Path, stem: str, *, is_bitmap: bool) -> Path:
        fonts = work / "no_fonts"
        fonts.mkdir()
        (fonts / "pdftex.map").touch()
        paths = {"T1FONTS": str(fonts), "TEXFONTMAPS": str(fonts)} if is_bitmap else {}
        _run(["dvipdfmx", "-q", "-o", "made.pdf", f"{stem}.dvi"], work, paths)
        return work / "made.pdf"


def _run(command: list[str], work: Path, paths: dict[str, str] | None = None) -> None:
    subprocess.run(command, cwd=work, env=os.environ | (paths or {}), check=False, capture_output=True, timeout=_TIMEOUT)
