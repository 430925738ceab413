"""The PDFs of `../shared/data/pdf` whose JATS is there too."""

import os
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

SHARED = Path(os.environ.get("DARWIN_SHARED", Path(__file__).parents[3] / "shared" / "data"))


class Pair(NamedTuple):
    """A PDF, and the JATS of the same paper."""

    pdf: Path
    xml: bytes


def openjournals(shared: Path = SHARED) -> Iterator[Pair]:
    """Yield papers of JOSE, set by LaTeX."""
    for xml in sorted((shared / "pdf" / "openjournals").glob("*.jats.xml")):
        yield Pair(xml.with_name(xml.name.replace(".jats.xml", ".pdf")), xml.read_bytes())


def pmc(shared: Path = SHARED) -> Iterator[Pair]:
    """Yield papers of several publishers."""
    pdfs = {pdf.stem: pdf for pdf in (shared / "pdf" / "pmc").glob("*.pdf")}
    with tarfile.open(shared / "jats" / "pmc.tar.xz") as archive:
        for member in archive:
            stem = Path(member.name).stem
            file = archive.extractfile(member) if stem in pdfs else None
            if file is not None:
                yield Pair(pdfs[stem], file.read())


SETS: dict[str, Callable[[], Iterator[Pair]]] = {"openjournals": openjournals, "pmc": pmc}
