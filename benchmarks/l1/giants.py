"""Documents that are huge, or small and made to be huge, for `python -m benchmarks.l1.damage --giants`."""

import io
import json
import zipfile
import zlib
from collections.abc import Iterator
from itertools import pairwise

from benchmarks.l1.damage_inputs import SAMPLES

Giant = tuple[str, str, bytes]
_MB = 1_000_000
_DEEP = 100_000
_PROSE = "The tide rises twice a day, and the moon pulls the sea; what the earth turns below stays dry until then. "
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_SLIDES = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
_ODT = "application/vnd.oasis.opendocument.text"
_TEX_NOISE = (
    r"\newcommand{\a@}[2]{#1\b#2}\def\q#1{\ifx#1\relax\else\textbf{#1}\fi}\q{x}$\frac{1}{2}$\begin{itemize}\item\emph{y}\end{itemize}"
    "\n"
)


def giants() -> Iterator[Giant]:
    """Yield the name, the media type and the bytes of each, one at a time."""
    yield from _pdfs()
    yield from _texts()
    yield from _xml()
    yield from _packed()


def _pdfs() -> Iterator[Giant]:
    line = b"BT /F 10 Tf 72 %d Td (" + _PROSE[:90].encode() + b") Tj ET\n"
    page = b"".join(line % y for y in range(80, 760, 14))
    yield "PDF of 5,000 pages", "application/pdf", pdf([page], 5_000)
    yield "PDF of 5,001 pages", "application/pdf", pdf([page], 5_001)
    glyphs = b"".join(
        b"BT /F 1 Tf %d %d Td (%c) Tj ET\n" % (i % 500 + 50, i // 500 * 3 + 50, 97 + i % 26) for i in range(100_000)
    )
    yield "page of 100,000 glyphs apart", "application/pdf", pdf([glyphs])
    words = b"".join(line % (12 * i + 12) for i in range(1_150))
    yield "page of 100,000 glyphs in lines", "application/pdf", pdf([words], height=14_000)
    yield "page of 1,000,000 glyphs on a spot", "application/pdf", pdf([(line % 500) * 11_000])
    yield "page of 200,000 boxes", "application/pdf", pdf([page + b"10 10 90 12 re f\n" * 200_000])
    yield "page of 100,000 nested q", "application/pdf", pdf([b"q " * _DEEP + page])
    yield "page that unpacks to 300 MB", "application/pdf", pdf([page + b" " * 300 * _MB])


def pdf(contents: list[bytes], pages: int = 1, height: int = 792) -> bytes:
    """Return a PDF whose pages, `height` points high, take turns in showing these content streams."""
    first = 4 + len(contents)
    kids = b" ".join(b"%d 0 R" % (first + i) for i in range(pages))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count %d/Kids[%s]>>" % (pages, kids),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    for content in contents:
        packed = zlib.compress(content)
        objects.append(b"<</Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (len(packed), packed))
    head = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 %d]/Resources<</Font<</F 3 0 R>>>>/Contents %d 0 R>>"
    objects += [head % (height, 4 + i % len(contents)) for i in range(pages)]
    out, offsets = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size, start = len(objects) + 1, len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (
        size,
        table,
        size,
        start,
    )
    return bytes(out)


def _filled(size: int, unit: str) -> str:
    return unit * (size // len(unit))


def _texts() -> Iterator[Giant]:
    yield "HTML line of 30 MB", "text/html", f"<html><body><p>{_filled(30 * _MB, _PROSE)}</p></body></html>".encode()
    tags = _filled(30 * _MB, f"<span class='x'>{_PROSE}</span> <a href='#y'>z</a>")
    yield "HTML line of 30 MB with tags", "text/html", f"<html><body><p>{tags}</p></body></html>".encode()
    yield "HTML of 10 MB of <div>", "text/html", ("<div>" * (2 * _MB) + "text").encode()
    yield (
        "HTML table of 20 MB",
        "text/html",
        f"<table>{_filled(20 * _MB, '<tr><td>12.5<td>hemp rope, 3 kg<td>dry')}</table>".encode(),
    )
    document = "\\documentclass{article}\\begin{document}\n%s\\end{document}"
    yield "TeX noise of 30 MB", "text/x-tex", (document % _filled(30 * _MB, _TEX_NOISE)).encode()
    yield "TeX prose of 30 MB", "text/x-tex", (document % _filled(30 * _MB, _PROSE + "\n\n")).encode()
    yield "TeX macro that doubles 60 times", "text/x-tex", (document % _doubling(60)).encode()
    yield "TeX of 100,000 open braces", "text/x-tex", (document % ("{" * _DEEP + "x")).encode()
    yield "Markdown of 30 MB", "text/markdown", _filled(30 * _MB, f"# {_PROSE}\n\n- a\n\n| a | b |\n| --- | --- |\n").encode()
    yield "text line of 90 MB", "text/plain", _filled(90 * _MB, _PROSE).encode()
    rtf = r"{\rtf1\ansi %s}"
    yield "RTF of 20 MB", "application/rtf", (rtf % _filled(20 * _MB, _PROSE + r"\par {\b x}\'e9 ")).encode()
    yield "RTF of 100,000 open groups", "application/rtf", (rtf % ("{" * _DEEP + "x" + "}" * _DEEP)).encode()
    yield from _json()


def _doubling(times: int) -> str:
    names = [f"\\x{'abcdefghij'[i // 10]}{'abcdefghij'[i % 10]}" for i in range(times + 1)]
    return "\\def" + names[0] + "{word }" + "".join(f"\\def{b}{{{a}{a}}}" for a, b in pairwise(names)) + names[-1]


def _json() -> Iterator[Giant]:
    cells = [{"cell_type": "markdown", "metadata": {}, "source": [f"# Part {i}\n", _PROSE * 20]} for i in range(10_000)]
    book = {"cells": cells, "nbformat": 4, "nbformat_minor": 5, "metadata": {}}
    yield "notebook of 20 MB", "application/x-ipynb+json", json.dumps(book).encode()
    deep = "[" * _DEEP + "]" * _DEEP
    yield "notebook nested 100,000 times", "application/x-ipynb+json", f'{{"nbformat":4,"cells":{deep}}}'.encode()
    yield "S2ORC nested 100,000 times", "application/x-s2orc+json", f'{{"paper_id":"1","body_text":{deep}}}'.encode()
    many = ",".join([f'{{"text":"{_PROSE}","section":"A","cite_spans":[],"ref_spans":[]}}'] * 150_000)
    yield "S2ORC of 20 MB", "application/x-s2orc+json", f'{{"paper_id":"1","title":"A","body_text":[{many}]}}'.encode()


def _xml() -> Iterator[Giant]:
    jats = "<article><front><article-meta><title-group><article-title>T</article-title></title-group></article-meta></front>"
    jats += "<body>%s</body></article>"
    section = f"<sec><title>Part</title><p>{_PROSE * 10}<xref rid='b'>1</xref></p></sec>"
    yield "JATS book of 20 MB", "application/jats+xml", (jats % _filled(20 * _MB, section)).encode()
    yield "JATS nested 100,000 times", "application/jats+xml", (jats % ("<sec>" * _DEEP + "x" + "</sec>" * _DEEP)).encode()
    yield "JATS with one paragraph of 20 MB", "application/jats+xml", (jats % f"<p>{_filled(20 * _MB, _PROSE)}</p>").encode()
    levels = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 10))
    laughs = f'<!DOCTYPE article [<!ENTITY l0 "ha">{levels}]>'
    yield "JATS with a billion laughs", "application/jats+xml", (laughs + jats % "<p>&l9;</p>").encode()
    quadratic = f'<!DOCTYPE article [<!ENTITY a "{"x" * 50_000}">]>' + jats % f"<p>{'&a;' * 50_000}</p>"
    yield "JATS with quadratic entities", "application/jats+xml", quadratic.encode()
    attributes = " ".join(f'a{i}="1"' for i in range(_DEEP))
    yield "JATS with 100,000 attributes", "application/jats+xml", (jats % f"<p {attributes}>x</p>").encode()
    page = "<mediawiki><page><title>T</title><ns>0</ns><revision><text>%s</text></revision></page></mediawiki>"
    wiki = f"== Part ==\n{_PROSE}[[a|b]] {{{{c|d}}}} &lt;ref&gt;e&lt;/ref&gt;\n* f\n"
    yield "MediaWiki page of 2 MB", "application/x-mediawiki+xml", (page % _filled(2 * _MB, wiki)).encode()
    flat = SAMPLES.joinpath("flat.fodt").read_text(encoding="utf-8")
    paragraph = f"<text:p>{_PROSE * 5}</text:p>"
    large = flat.replace("<office:text>", "<office:text>" + _filled(20 * _MB, paragraph)).encode()
    yield "flat ODT of 20 MB", "application/vnd.oasis.opendocument.text-flat-xml", large


def _packed() -> Iterator[Giant]:
    word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    head = f'<w:document xmlns:w="{word}"><w:body>'
    paragraph = f"<w:p><w:r><w:t>{_PROSE * 5}</w:t></w:r></w:p>"
    for name, size in (("DOCX of 20 MB", 20 * _MB), ("DOCX of 95 MB", 95 * _MB)):
        yield name, _WORD, docx(f"{head}{_filled(size, paragraph)}</w:body></w:document>".encode())
    yield "DOCX that unpacks to 400 MB", _WORD, docx(head.encode() + b" " * 400 * _MB)
    yield "DOCX nested 100,000 times", _WORD, docx((head + "<w:sdt>" * _DEEP).encode())
    content = SAMPLES.joinpath("odt/content.xml").read_text(encoding="utf-8")
    odt = content.replace("<office:text>", "<office:text>" + _filled(20 * _MB, f"<text:p>{_PROSE * 5}</text:p>"))
    yield "ODT of 20 MB", _ODT, _zip({"content.xml": odt.encode()})
    yield "ODT that unpacks to 400 MB", _ODT, _zip({"content.xml": content.encode() + b" " * 400 * _MB})
    deck = {
        file.relative_to(SAMPLES / "pptx").as_posix(): file.read_bytes()
        for file in (SAMPLES / "pptx").rglob("*")
        if file.is_file()
    }
    shape = f"<p:sp><p:txBody><a:p><a:r><a:t>{_PROSE * 5}</a:t></a:r></a:p></p:txBody></p:sp>"
    slide = deck["ppt/slides/s1.xml"].decode().replace("</p:spTree>", _filled(20 * _MB, shape) + "</p:spTree>")
    yield "PPTX of 20 MB", _SLIDES, _zip({**deck, "ppt/slides/s1.xml": slide.encode()})
    chapter = f"<html><body>{_filled(200_000, f'<p>{_PROSE}</p>')}</body></html>".encode()
    yield "EPUB of 100 chapters, 20 MB", "application/epub+zip", epub({f"c{i}.xhtml": chapter for i in range(100)})
    yield "EPUB that unpacks to 400 MB", "application/epub+zip", epub({"c.xhtml": b"<p>" + b" " * 400 * _MB})
    many = {f"c{i}.xhtml": b"<p>x</p>" for i in range(21_000)}
    yield "EPUB of 21,000 chapters", "application/epub+zip", epub(many)


def docx(document: bytes) -> bytes:
    """Return a Word file with this main document."""
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r" Type="{kind}" Target="word/document.xml"/></Relationships>'
    )
    return _zip({"_rels/.rels": relations.encode(), "word/document.xml": document})


def epub(chapters: dict[str, bytes]) -> bytes:
    """Return an EPUB of these chapters."""
    container = b'<container><rootfiles><rootfile full-path="p.opf"/></rootfiles></container>'
    items = "".join(f'<item id="i{i}" href="{name}" media-type="application/xhtml+xml"/>' for i, name in enumerate(chapters))
    spine = "".join(f'<itemref idref="i{i}"/>' for i in range(len(chapters)))
    package = f'<package xmlns="http://www.idpf.org/2007/opf"><manifest>{items}</manifest><spine>{spine}</spine></package>'
    return _zip({"META-INF/container.xml": container, "p.opf": package.encode(), **chapters})


def _zip(members: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue()
