"""Media types: found from the content, whatever the encoding; texts that quote or resemble a format stay texts."""

import io
import json
import zipfile
import zlib
from pathlib import Path

import pytest
from support_l0 import open_all

from darwin_spark.levels.l0_acquire.media import HEAD_BYTES, media_type

PROSE = "Snails graze the young lobes at night and leave trails of bare stone behind them. " * 5
JATS = '<article article-type="research-article"><front><article-meta/></front><body><sec><p>x</p></sec></body></article>'
TEI = '<TEI xmlns="http://www.tei-c.org/ns/1.0"><teiHeader/><text><body><p>x</p></body></text></TEI>'
STREAM = zlib.compress(PROSE.encode())
OBJECTS = b"1 0 obj\n<< /Length 9 /Filter /FlateDecode >>\nstream\n" + STREAM + b"\nendstream\nendobj\n2 0 obj\n<< >>\nendobj\n"
PLAIN_OBJECTS = b"1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages >>\nendobj\n"


def kind_of(content: bytes | str, name: str = "a") -> str:
    return media_type((content.encode() if isinstance(content, str) else content)[:HEAD_BYTES], name)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (JATS, "jats+xml"),
        (
            '<?xml version="1.0"?><!DOCTYPE article PUBLIC "-//NLM//DTD JATS v1.1//EN" "JATS.dtd"><article><body/></article>',
            "jats+xml",
        ),
        ("<article><front><journal-meta/></front></article>", "jats+xml"),
        (f"<article><front/><body><p{' a=' * 9_000}", "jats+xml"),
        ("<pmc-articleset><article><front/></article></pmc-articleset>", "jats+xml"),
        (f"<?xml version='1.0'?><OAI-PMH xmlns='x'><record><metadata>{JATS}</metadata></record></OAI-PMH>", "jats+xml"),
        ('<book dtd-version="1.0"><book-meta><p/></book-meta></book>', "jats+xml"),
        ("<?xml version='1.0'?><article><title>T</title><content>x</content></article>", "xml"),
        ("<?xml version='1.0'?><article/>", "xml"),
        (TEI, "tei+xml"),
        (f'<teiCorpus xmlns="http://www.tei-c.org/ns/1.0"><teiHeader/>{TEI}</teiCorpus>', "tei+xml"),
        (f'<t:teiCorpus xmlns:t="http://www.tei-c.org/ns/1.0">{TEI}</t:teiCorpus>', "tei+xml"),
        ("<TEI.2><teiHeader/><text/></TEI.2>", "tei+xml"),
        (
            '<article xmlns="http://docbook.org/ns/docbook" version="5.0"><title>T</title><para>x</para></article>',
            "docbook+xml",
        ),
        (
            '<!DOCTYPE article PUBLIC "-//OASIS//DTD DocBook XML V4.5//EN" "docbookx.dtd"><article><para>x</para></article>',
            "docbook+xml",
        ),
        (
            "<?xml version='1.0'?><book><bookinfo><title>B</title></bookinfo><chapter><para>x</para></chapter></book>",
            "docbook+xml",
        ),
        ("<?xml version='1.0'?><article><articleinfo/><sect1><para>x</para></sect1></article>", "docbook+xml"),
        ('<ja:article xmlns:ja="http://www.elsevier.com/xml/ja/dtd"><ja:head/></ja:article>', "x-elsevier+xml"),
        ('<full-text-retrieval-response xmlns="http://www.elsevier.com/xml/svapi/article/dtd"/>', "x-elsevier+xml"),
        (
            '<!DOCTYPE converted-article PUBLIC "-//ES//DTD journal article DTD version 5.4.0//EN//XML"><converted-article/>',
            "x-elsevier+xml",
        ),
        ("<?xml version='1.0'?><Publisher><PublisherInfo/><Journal><Article/></Journal></Publisher>", "x-springer+xml"),
        ('<!DOCTYPE Publisher PUBLIC "-//Springer-Verlag//DTD A++ V2.4//EN" "A++V2.4.dtd"><Publisher/>', "x-springer+xml"),
        ("<?xml version='1.0'?><article><pubfm/><fm/><bdy><p>x</p></bdy></article>", "x-nature+xml"),
        ('<article xmlns="http://www.rsc.org/schema/rscart38"><art-admin/></article>', "x-rsc+xml"),
        ("<?xml version='1.0'?><article type='ART'><art-admin/><art-body/></article>", "x-rsc+xml"),
        ("<?xml version='1.0'?><PubmedArticleSet><PubmedArticle/></PubmedArticleSet>", "x-pubmed+xml"),
        ('<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.11/"><page/></mediawiki>', "x-mediawiki+xml"),
        ('<svg xmlns="http://www.w3.org/2000/svg"><path/></svg>', "svg+xml"),
        ('<?xml version="1.0"?><component xmlns="http://www.wiley.com/namespaces/wiley"/>', "x-wiley+xml"),
        ('<?xml version="1.0"?><FictionBook xmlns="http://www.gribuser.ru/xml/fictionbook/2.0"/>', "x-fictionbook+xml"),
        ("<?xml version='1.0'?><records><record>x</record></records>", "xml"),
        ("<records><record>x</record><record>y</record></records>", "xml"),
    ],
)
def test_xml_is_told_by_namespace_document_type_and_vocabulary(content: str, kind: str) -> None:
    for mark in ("", "\ufeff", "<!-- <article><front> -->\n"):
        start, _, rest = content.partition("?>") if content.startswith("<?xml") else ("", "", content)
        marked = f"{start}?>{mark}{rest}" if start and mark.startswith("<") else mark + content
        assert kind_of(marked).partition("/")[2] == kind


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be"])
@pytest.mark.parametrize(
    ("content", "kind"),
    [(JATS, "jats+xml"), (TEI, "tei+xml"), (f"<!DOCTYPE html><html><body><p>{PROSE}</html>", "html"), (PROSE, "plain")],
)
def test_encodings_of_two_and_four_bytes_are_read(encoding: str, content: str, kind: str) -> None:
    assert kind_of(content.encode(encoding)).endswith(kind)


@pytest.mark.parametrize(
    "text",
    [
        "GIF89a is the name of a format", "GIF87a too", "MThd is what a music box writes", "PDF is a format", "BMC Genomics",
        "MZ twins é", "ID3 is an algorithm", "RIFF is a container", "fLaC in letters", "AC1015 is the number of a drawing",
        "!<arch> begins an archive", "%!PS is a mark", "{\\rtf begins such files", "AT&TFORM begins others", "OTTO is a name",
        "%PDF-1.4 begins such a file, as we know", "It:\n%PDF-1.4\nand then\n1 0 obj\n<< >>\nendobj\nand so on in many words.",
        "<p> is the mark of a paragraph", "<3 is a heart", "<someone@example.org> wrote", "<b> makes letters bold",
    ],
)  # fmt: skip
def test_text_that_begins_like_a_format_is_text(text: str) -> None:
    for encoding in ("utf-8", "cp1252", "utf-16"):
        assert kind_of(f"{text}\n{PROSE}".encode(encoding), "a.txt") == "text/plain", encoding


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + OBJECTS,
        b"%PDF-1.4 %\xe2\xe3\xcf\xd3\n" + OBJECTS,
        b"%PDF-1.4\n" + PLAIN_OBJECTS,
        b"HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\n\r\n%PDF-1.4\n" + OBJECTS,
        b"\0" * 3_000 + b"%PDF-1.4\n" + OBJECTS,
        b"junk that mail servers leave, in some words\n" * 60 + b"%PDF-1.4\n" + OBJECTS,
        OBJECTS,
        PLAIN_OBJECTS + b"xref\n0 3\ntrailer\n<< /Size 3 >>\nstartxref\n9\n%%EOF\n",
        b"%PDF-1.4\n" + OBJECTS[:150],
    ],
)
def test_pdf_with_junk_before_it_without_header_or_cut_is_pdf(content: bytes) -> None:
    assert kind_of(content) == "application/pdf"


MINIMAL = "\\documentclass{article}\n\\usepackage{yard}\n\\begin{document}\nHello bell\n\\end{document}\n"


@pytest.mark.parametrize(
    "text",
    [
        f"A minimal file is this:\n\n{MINIMAL}\nThe remarks go on. {PROSE}",
        f"Why?\n\n    {MINIMAL}",
        f"```tex\n{MINIMAL}```\n{PROSE}",
        f"{MINIMAL}\nThis file fails, why? {PROSE}",
        f"% is a comment in TeX, and so:\nan example\n{MINIMAL}",
    ],
)
def test_text_that_quotes_latex_is_text(text: str) -> None:
    assert kind_of(text, "a.txt") == "text/plain"
    assert kind_of(text, "a.md") == "text/markdown"
    assert kind_of(text, "a.tex") == "text/x-tex"


@pytest.mark.parametrize(
    "before",
    [
        "", "% a real one\n", "%!TEX program = xelatex\n\n", "\\PassOptionsToPackage{\n  dvipsnames,\n}{xcolor}\n",
        "\\RequirePackage{fix-cm}\n", "\\begin{filecontents*}{a.bib}\nA book of words.\n\\end{filecontents*}\n",
        "\\def\\x{1} % why not\n\\ifx\\x\\y\n\\fi\n",
    ],
)  # fmt: skip
def test_latex_without_a_telling_name_is_latex(before: str) -> None:
    paper = (
        f"\\documentclass{{article}}\n\\begin{{document}}\n{PROSE}\n\\end{{document}}\n% Local Variables: and some more words\n"
    )
    assert kind_of(before + paper) == "text/x-tex"


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        ("<div><p>One.</p><p>Two.</p></div>", "a", "text/html"),
        ("<title>T</title>\n<h1>Bells</h1>\n<p>One.<p>Two.", "a", "text/html"),
        ("<article><h1>T</h1><p>One.</p></article>", "a", "text/html"),
        ("<article><section><h2>T</h2><p>One.</p></section></article>", "a", "text/html"),
        ("Loose words, <b>bold</b> ones", "a.html", "text/html"),
        ("Loose words without a tag", "a.html", "text/plain"),
        ("HTTP/1.1 200 OK\nContent-Type: text/html\n\n<html><body>x</body></html>", "a", "text/html"),
        ("<div align='center'><b>Name</b></div>\n\n# Readme\n", "README.md", "text/markdown"),
        ("MIME-Version: 1.0\nSubject: x\nContent-Type: multipart/related\n\n<html></html>", "a.mht", "message/rfc822"),
        ("{\\rtf1\\ansi Hello}", "a", "application/rtf"),
        ("%!PS-Adobe-3.0\n%%BoundingBox: 0 0 1 1\n", "a", "application/postscript"),
        ('.\\" a page\n.TH LS 1\n.SH NAME\n', "ls.1", "text/troff"),
        (json.dumps({"cells": [{"cell_type": "markdown", "source": []}], "nbformat": 4}), "a", "application/x-ipynb+json"),
        (json.dumps({"cells": []}), "a.json", "application/json"),
    ],
)
def test_kinds_of_text(content: str, name: str, kind: str) -> None:
    assert kind_of(content, name) == kind


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"AT&TFORM\0\0\x10\0DJVM" + bytes(90), "image/vnd.djvu"),
        (b"GIF89a\x10\0\x10\0\xf7\0\0" + bytes(90), "image/gif"),
        (b"MThd\0\0\0\x06\0\x01\0\x02", "audio/midi"),
        (b"\xf7\x02\x01\x83\x92\xc0\x1c;\0\0\0\0", "application/x-dvi"),
        (b"Title\0" + bytes(54) + b"BOOKMOBI" + bytes(90), "application/x-mobipocket-ebook"),
    ],
)
def test_binary_formats_are_named(content: bytes, kind: str) -> None:
    assert kind_of(content) == kind


@pytest.mark.parametrize(
    ("members", "kind"),
    [
        (
            {"mimetype": "application/vnd.oasis.opendocument.text", "META-INF/manifest.xml": "", "content.xml": ""},
            "oasis.opendocument.text",
        ),
        (
            {"META-INF/manifest.xml": "", "mimetype": "application/vnd.oasis.opendocument.spreadsheet"},
            "opendocument.spreadsheet",
        ),
        ({"META-INF/manifest.xml": "", "content.xml": ""}, "vnd.oasis.opendocument"),
        ({"[Content_Types].xml": "", "ppt/presentation.xml": ""}, "presentationml.presentation"),
        ({"[Content_Types].xml": "", "xl/workbook.xml": ""}, "spreadsheetml.sheet"),
        ({"[Content_Types].xml": "", "word/document2.xml": ""}, "wordprocessingml.document"),
    ],
)
def test_documents_that_are_zip_files_are_named(tmp_path: Path, members: dict[str, str], kind: str) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    (tmp_path / "a.bin").write_bytes(file.getvalue())
    (row,) = open_all(tmp_path / "a.bin")
    assert row["media_type"].endswith(kind)
