"""Open a PDF with pdfium, also if something stands before its header, the header is missing, or the file was cut off.

What comes out depends on the bytes alone: not on the document before, and not on the fonts that a machine has installed, which
pdfium would otherwise use for fonts that are not embedded, and with other metrics places or even drops characters.
"""

import ctypes
import re
from collections.abc import Iterator
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from darwin_spark.parsers.parsed import ParseFailure
from darwin_spark.parsers.pdf.pdfium.repair import is_encrypted, rebuilt

_HEADER = re.compile(rb"%PDF-\d")
_MAX_JUNK = 1_000_000  # bytes before the header that are searched; pdfium itself skips 1,024
_OBJECT = re.compile(rb"\b\d+\s+\d+\s+obj\b")
_CATALOG = re.compile(rb"/Type\s{0,9}/Catalog\b")
_MAX_ENTRIES = 500  # bytes of a catalog before its type


def _forget_system_fonts() -> None:
    """Start pdfium anew with no folder of fonts: it then has its own fonts only. No document may be open."""
    no_folders = (ctypes.POINTER(ctypes.c_char) * 1)()
    config = pdfium_c.FPDF_LIBRARY_CONFIG(version=2)
    config.m_pUserFontPaths = ctypes.cast(no_folders, type(config.m_pUserFontPaths))
    pdfium_c.FPDF_DestroyLibrary()
    pdfium_c.FPDF_InitLibraryWithConfig(config)


_forget_system_fonts()


def open_pdf(content: bytes, warnings: list[str] | None = None) -> Any:
    """Return the PDF opened with pdfium, with its form, if any, loaded; a repair of a damaged file is told in `warnings`.

    Raises ParseFailure encrypted, corrupt_pdf.
    """
    error: pdfium.PdfiumError | None = None
    for version, is_repaired in _versions(content):
        _forget_last_error()
        try:
            document = pdfium.PdfDocument(version)
            if len(document):
                if is_repaired and warnings is not None:
                    warnings.append(f"the PDF is damaged or was cut off; pages found: {len(document)}")
                break
            document.close()
        except pdfium.PdfiumError as failure:
            if failure.err_code == pdfium_c.FPDF_ERR_PASSWORD:
                raise ParseFailure("encrypted", "the PDF asks for a password") from failure
            error = error or failure
    else:
        raise ParseFailure("corrupt_pdf", f"pdfium cannot open it: {error or 'it has no pages'}") from error
    if document.get_formtype() != pdfium_c.FORMTYPE_NONE:
        document.init_forms()  # so that filled-in fields can be flattened into the pages
    return document


def _versions(content: bytes) -> Iterator[tuple[bytes, bool]]:
    """Yield versions of the file, and whether it was repaired: the bytes as they are; from a header further inside or with a
    header before them; with a trailer; with its index rebuilt."""
    yield content, False
    header = _HEADER.search(content, 0, _MAX_JUNK)
    if header is not None and header.start():
        yield content[header.start() :], False
    elif header is None and _OBJECT.search(content, 0, _MAX_JUNK):
        yield b"%PDF-1.7\n" + content, False
    if is_encrypted(content):  # a trailer of ours would not say how
        return
    catalog = _CATALOG.search(content)
    if catalog is not None and b"trailer" not in content[catalog.end() :]:
        begins = _OBJECT.findall(content[max(catalog.start() - _MAX_ENTRIES, 0) : catalog.start()])
        if begins:  # a file that was cut off does not name the root of the document
            yield content + b"\ntrailer\n<< /Root %s R >>\nstartxref\n0\n%%%%EOF\n" % begins[-1].removesuffix(b"obj"), True
    repaired = rebuilt(content)
    if repaired is not None:
        yield repaired, True


def _forget_last_error() -> None:
    """Set pdfium's last error to "no PDF": it keeps the error of an earlier document where it sets none itself."""
    pdfium_c.FPDF_LoadMemDocument(b"-", 1, None)
