"""Files that try to hurt: `python tests/e2e/hostile.py FOLDER` writes them, FILES says how their objects end at L1.

Nothing here does harm by lying on a disk; the bombs are small and grow only when they are opened carelessly.
"""

import bz2
import gzip
import io
import json
import sys
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import docx
from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

OLE = bytes.fromhex("d0cf11e0a1b11ae1")
MEGABYTE = 1024 * 1024
SENTENCE = "The pendulum swings once in two seconds, and the clock counts every second swing. "
ARTICLE = (
    '<article><front><article-meta><title-group><article-title>T</article-title></title-group></article-meta></front>'
    "<body><sec><title>S</title><p>{}</p></sec></body></article>"
)  # fmt: skip


def pdf(pages: int = 1, encryption: StandardEncryption | None = None) -> bytes:
    """A sound PDF."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, encrypt=encryption)
    for _ in range(pages):
        for line in range(20):
            canvas.drawString(72, 760 - 20 * line, SENTENCE)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def raw_pdf(*objects: str | bytes) -> bytes:
    """A PDF of these objects, numbered from 1; the first is the catalogue."""
    out = bytearray(b"%PDF-1.7\n")
    starts = []
    for number, content in enumerate(objects, 1):
        starts.append(len(out))
        out += b"%d 0 obj\n" % number + (content.encode() if isinstance(content, str) else content) + b"\nendobj\n"
    table = b"".join(b"%010d 00000 n \n" % start for start in starts)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(starts) + 1)
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(starts) + 1, len(out))
    return bytes(out) + head + table + trailer


def stream(content: bytes, entries: str = "") -> bytes:
    return b"<< %s /Length %d >>\nstream\n" % (entries.encode(), len(content)) + content + b"\nendstream"


CATALOGUE = "<< /Type /Catalog /Pages 2 0 R >>"
PAGES = "<< /Type /Pages /Kids [3 0 R] /Count 1 >>"


def pdf_with_page(page: str, *more: str | bytes) -> bytes:
    return raw_pdf(CATALOGUE, PAGES, f"<< /Type /Page /Parent 2 0 R {page} >>", *more)


def cyclic_pages() -> bytes:
    return raw_pdf(CATALOGUE, "<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 >>")


def many_pages() -> bytes:
    kids = " ".join("3 0 R" for _ in range(100_000))
    return raw_pdf(CATALOGUE, f"<< /Type /Pages /Kids [{kids}] /Count 100000 >>", "<< /Type /Page /Parent 2 0 R >>")


def huge_page() -> bytes:
    """A page of 14 million kilometres, which cannot be rendered."""
    return pdf_with_page("/MediaBox [0 0 2000000000 2000000000] /Contents 4 0 R", stream(b"0 0 m 9 9 l S"))


def deep_arrays() -> bytes:
    return pdf_with_page("/MediaBox [0 0 9 9] /X " + "[" * 200_000 + "]" * 200_000)


def flate_bomb() -> bytes:
    """One page whose drawing unpacks to 600 MB of blanks."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(b" " * MEGABYTE) for _ in range(600)) + packer.flush()
    return pdf_with_page("/MediaBox [0 0 9 9] /Contents 4 0 R", stream(packed, "/Filter /FlateDecode"))


def image_bomb() -> bytes:
    """One page with one image of 60,000 x 60,000 points, black, packed to nothing."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(7_500)) for _ in range(60_000)) + packer.flush()
    image = "/Type /XObject /Subtype /Image /Width 60000 /Height 60000 /BitsPerComponent 1 /ColorSpace /DeviceGray"
    page = "/MediaBox [0 0 600 800] /Contents 4 0 R /Resources << /XObject << /I 5 0 R >> >>"
    return pdf_with_page(page, stream(b"600 0 0 800 0 0 cm /I Do"), stream(packed, image + " /Filter /FlateDecode"))


def form_that_draws_itself() -> bytes:
    form = "/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /F 5 0 R >> >>"
    page = "/MediaBox [0 0 9 9] /Contents 4 0 R /Resources << /XObject << /F 5 0 R >> >>"
    return pdf_with_page(page, stream(b"/F Do"), stream(b"/F Do /F Do", form))


def looping_xref() -> bytes:
    whole = pdf()
    at = int(whole.rsplit(b"startxref", 1)[1].split()[0])
    return whole.replace(b"trailer\n<<", b"trailer\n<< /Prev %d" % at)


def billion_laughs() -> bytes:
    entities = '<!ENTITY a0 "ha">' + "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 11))
    return f"<?xml version='1.0'?><!DOCTYPE article [{entities}]>{ARTICLE.format('&a10;')}".encode()


def external_entity() -> bytes:
    entity = '<!ENTITY secret SYSTEM "file:///etc/passwd">'
    return f"<?xml version='1.0'?><!DOCTYPE article [{entity}]>{ARTICLE.format('Before. &secret; After.')}".encode()


def zip_of(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def zip_bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("zeros.txt", "w", force_zip64=True) as member:
        for _ in range(300):
            member.write(bytes(MEGABYTE))
    return out.getvalue()


def encrypted_zip() -> bytes:
    """The bit that says so is enough."""
    content = bytearray(zip_of({"paper.txt": SENTENCE.encode()}))
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


def overlapping_zip() -> bytes:
    """Two hundred names for the same packed bytes."""
    packed = zip_of({"a.txt": bytes(10 * MEGABYTE)})
    at = packed.index(b"PK\x01\x02")
    end = packed.index(b"PK\x05\x06")
    entry, local = packed[at:end], packed[:at]
    tail = bytearray(packed[end:])
    tail[8:12] = (200).to_bytes(2, "little") * 2
    tail[12:16] = (len(entry) * 200).to_bytes(4, "little")
    return local + entry * 200 + bytes(tail)


def epub(chapter: bytes, **more: bytes) -> bytes:
    container = (
        '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
        '<rootfile full-path="b.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
    )
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf" version="3.0">'
        '<metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>T</dc:title></metadata>'
        '<manifest><item id="c" href="c.xhtml" media-type="application/xhtml+xml"/></manifest>'
        '<spine><itemref idref="c"/><itemref idref="c"/></spine></package>'
    )
    members = {"mimetype": b"application/epub+zip", "META-INF/container.xml": container.encode(), "b.opf": package.encode()}
    return zip_of(members | {"c.xhtml": chapter} | {name.replace("__", "/"): content for name, content in more.items()})


def locked_epub() -> bytes:
    locked = (
        '<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container">'
        '<EncryptedData xmlns="http://www.w3.org/2001/04/xmlenc#">'
        '<EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#aes128-cbc"/>'
        '<CipherData><CipherReference URI="c.xhtml"/></CipherData></EncryptedData></encryption>'
    )
    return epub(b"\x93\x01" * 500, **{"META-INF__encryption.xml": locked.encode()})


def docx_bomb() -> bytes:
    out = io.BytesIO()
    docx.Document().save(out)
    with zipfile.ZipFile(out) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members["word/document.xml"] = members["word/document.xml"].replace(b"<w:body>", b"<w:body>" + b" " * (300 * MEGABYTE))
    return zip_of(members)


def tar_of(*entries: tuple[tarfile.TarInfo, bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for info, content in entries:
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return out.getvalue()


def entry(name: str, content: bytes = b"", kind: bytes = tarfile.REGTYPE, target: str = "") -> tuple[tarfile.TarInfo, bytes]:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info, content


def links_tar() -> bytes:
    return tar_of(
        entry("passwd", kind=tarfile.SYMTYPE, target="/etc/passwd"),
        entry("hard", kind=tarfile.LNKTYPE, target="../../etc/passwd"),
        entry("null", kind=tarfile.CHRTYPE),
        entry("pipe", kind=tarfile.FIFOTYPE),
        entry("../../../tmp/escaped.txt", SENTENCE.encode()),
    )


def cut_tar() -> bytes:
    return gzip.compress(tar_of(entry("a.txt", SENTENCE.encode()), entry("b.txt", bytes(9_000_000))))[:-4_000]


def nested_zip() -> bytes:
    return zip_of({"a.zip": zip_of({"b.zip": zip_of({"c.txt": SENTENCE.encode()})})})


def tex(body: bytes, preamble: bytes = b"") -> bytes:
    return rb"\documentclass{article}" + preamble + rb"\begin{document}" + body + rb"\end{document}"


def doubling_macros() -> bytes:
    r"""\z is \y\y, which is \x\x\x\x ...: 2^25 times the same."""
    doublings = b"".join(rb"\def\%c{\%c\%c}" % (letter + 1, letter, letter) for letter in range(97, 122))
    return tex(rb"Words. \z", rb"\def\a{xx}" + doublings)


def bad_lines() -> bytes:
    sound = json.dumps({"id": "sound", "text": SENTENCE}).encode()
    return b'{"text": "cut\n[1, 2]\n' + b"[" * 100_000 + b'\n{"text": 5}\n' + sound


def giant_png() -> bytes:
    """A real PNG whose header claims 60,000 x 60,000 points."""
    out = io.BytesIO()
    Image.new("1", (8, 8)).save(out, "PNG")
    content = bytearray(out.getvalue())
    content[16:24] = (60_000).to_bytes(4, "big") * 2
    content[29:33] = zlib.crc32(content[12:29]).to_bytes(4, "big")
    return bytes(content)


def jpeg() -> bytes:
    out = io.BytesIO()
    Image.effect_noise((400, 400), 90).save(out, "JPEG")
    return out.getvalue()


def yaml_bomb() -> bytes:
    anchors = "a0: &a0 [x, x]\n" + "".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 30))
    return f"---\n{anchors}title: &t [*a29]\n---\n\nWords below.\n".encode()


KEPT = {"kept"}
"""Nothing is wrong with it, or what is wrong does not matter."""
OUT_OF_BOUNDS = {"parse_memory", "parse_timeout", "parse_crash"}
"""One of them, which one hangs on the machine: a library that is refused memory may abort."""

FILES: dict[str, tuple[Callable[[], bytes], set[str]]] = {
    # PDF
    "pdf/sound.pdf": (pdf, KEPT),
    "pdf/cut_in_half.pdf": (lambda: pdf(40)[: len(pdf(40)) // 2], KEPT),
    "pdf/head_only.pdf": (lambda: b"%PDF-1.7\n", {"corrupt_pdf"}),
    "pdf/garbage_after_head.pdf": (lambda: b"%PDF-1.7\n" + bytes(range(256)) * 400, {"corrupt_pdf"}),
    "pdf/locked.pdf": (lambda: pdf(encryption=StandardEncryption("secret", "owner")), {"encrypted"}),
    "pdf/owner_locked.pdf": (lambda: pdf(encryption=StandardEncryption("", "owner")), KEPT),
    "pdf/cyclic_pages.pdf": (cyclic_pages, {"empty"}),
    "pdf/hundred_thousand_pages.pdf": (many_pages, {"too_many_pages"}),
    "pdf/huge_page.pdf": (huge_page, {"empty"}),
    "pdf/deep_arrays.pdf": (deep_arrays, {"empty"}),
    "pdf/flate_bomb.pdf": (flate_bomb, OUT_OF_BOUNDS),
    "pdf/image_bomb.pdf": (image_bomb, {"no_text_layer"}),
    "pdf/form_that_draws_itself.pdf": (form_that_draws_itself, OUT_OF_BOUNDS),
    "pdf/looping_xref.pdf": (looping_xref, KEPT),
    "pdf/no_pages.pdf": (lambda: raw_pdf(CATALOGUE, "<< /Type /Pages /Kids [] /Count 0 >>"), {"corrupt_pdf"}),
    # XML
    "xml/billion_laughs.xml": (billion_laughs, {"malformed_xml"}),
    "xml/external_entity.xml": (external_entity, KEPT),
    "xml/deep.xml": (lambda: ARTICLE.format("<b>" * 500_000 + "x" + "</b>" * 500_000).encode(), {"too_deep"}),
    "xml/cut.xml": (lambda: ARTICLE.format(SENTENCE * 100).encode()[:4_000], KEPT),
    "xml/many_attributes.xml": (
        lambda: ARTICLE.format("<b " + " ".join(f'a{i}="x"' for i in range(200_000)) + ">x</b>").encode(), KEPT),
    "xml/wrong_encoding.xml": (
        lambda: b'<?xml version="1.0" encoding="no-such-thing"?>' + ARTICLE.format(SENTENCE).encode(), KEPT),
    # HTML
    "html/deep.html": (lambda: b"<html><body>" + b"<div>" * 200_000 + b"x" + b"</div>" * 200_000, KEPT | OUT_OF_BOUNDS),
    "html/one_line.html": (lambda: b"<html><body><p>" + SENTENCE.encode() * 200_000 + b"</p></body></html>", KEPT),
    "html/only_scripts.html": (lambda: b"<html><body><script>" + b"x=1;" * 10_000 + b"</script></body></html>", {"empty"}),
    "html/deep_table.html": (lambda: b"<html><body>" + b"<table><tr><td>" * 20_000 + b"x", KEPT | OUT_OF_BOUNDS),
    # EPUB, DOCX
    "epub/bomb.epub": (lambda: epub(b"<html><body>" + b" " * (300 * MEGABYTE) + b"</body></html>"), {"archive_bomb"}),
    "epub/same_chapter_twice.epub": (lambda: epub(f"<html><body><p>{SENTENCE}</p></body></html>".encode()), KEPT),
    "epub/locked.epub": (locked_epub, {"encrypted"}),
    "epub/cut.epub": (lambda: epub(SENTENCE.encode() * 100)[:-60], {"broken_archive"}),
    "docx/bomb.docx": (docx_bomb, {"archive_bomb"}),
    "docx/locked.docx": (lambda: OLE + bytes(8_000) + "EncryptedPackage".encode("utf-16-le") + bytes(8_000), {"encrypted"}),
    "docx/old.doc": (lambda: OLE + bytes(16_000), {"unsupported_media_type"}),
    # archives
    "zip/bomb.zip": (zip_bomb, {"archive_bomb"}),
    "zip/overlapping.zip": (overlapping_zip, {"archive_bomb"}),
    "zip/locked.zip": (encrypted_zip, {"encrypted"}),
    "zip/empty.zip": (lambda: zip_of({}), {"empty_archive"}),
    "zip/escaping.zip": (lambda: zip_of({"../../../tmp/escaped.txt": SENTENCE.encode()}), KEPT),
    "zip/in_zip_in_zip.zip": (nested_zip, {"nested_too_deep"}),
    "tar/links.tar": (links_tar, {"link_in_archive", "not_a_file", "kept"}),
    "tar/cut.tar.gz": (cut_tar, {"kept", "broken_member", "broken_archive"}),
    "tar/bomb.tar.bz2": (lambda: bz2.compress(tar_of(entry("zeros.txt", bytes(200 * MEGABYTE)))), {"archive_bomb"}),
    # TeX
    "tex/includes_itself.tex": (lambda: tex(rb"Round \input{includes_itself} again."), KEPT),
    "tex/doubling_macro.tex": (lambda: tex(rb"Words. \a", rb"\def\a{\a\a}"), KEPT),
    "tex/exponential.tex": (doubling_macros, KEPT),
    "tex/deep_braces.tex": (lambda: tex(b"{" * 200_000 + b"x" + b"}" * 200_000), KEPT),
    # images
    "image/giant.png": (giant_png, {"too_large"}),
    "image/cut.jpg": (lambda: jpeg()[:3_000], {"corrupt_image"}),
    "image/nothing.png": (lambda: b"", {"empty"}),
    "image/animated.gif": (lambda: b"GIF89a" + bytes(100), {"unsupported_media_type"}),
    # text and records
    "text/yaml_bomb.md": (yaml_bomb, KEPT),
    "text/endless_line.txt": (lambda: SENTENCE.encode() * 240_000, KEPT),
    "text/binary.txt": (lambda: bytes(range(256)) * 400, {"unsupported_media_type"}),
    "text/html_called.pdf": (lambda: f"<!doctype html><html><body><p>{SENTENCE}</p></body></html>".encode(), KEPT),
    "text/pdf_called.txt": (pdf, KEPT),
    "text/nothing.txt": (lambda: b"", {"empty"}),
    "text/blanks.txt": (lambda: b" \n" * 10_000, {"empty"}),
    "json/deep.json": (lambda: b'{"pdf_parse":' + b"[" * 200_000 + b"]" * 200_000 + b"}", {"unsupported_media_type"}),
    "json/lines.jsonl": (bad_lines, {"malformed_record", "no_text_field", "kept"}),
}  # fmt: skip


ADDRESSES = {
    "http://127.0.0.1:9/": "blocked_address",
    "http://localhost/": "blocked_address",
    "http://[::1]/": "blocked_address",
    "http://2130706433/": "blocked_address",
    "http://0.0.0.0/": "blocked_address",
    "http://10.0.0.1/": "blocked_address",
    "http://169.254.169.254/latest/meta-data/": "blocked_address",
    "http://[::ffff:169.254.169.254]/": "blocked_address",
    "file:///etc/passwd": "unsupported_scheme",
    "ftp://127.0.0.1/": "unsupported_scheme",
}
"""URLs that nobody outside may make a worker fetch, and the reason with which each must end."""


def write(folder: Path) -> None:
    """All of them, below `folder`."""
    for name, (make, _) in FILES.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(make())


if __name__ == "__main__":
    write(Path(sys.argv[1]))
