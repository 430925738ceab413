"""XML documents of any encoding, with named characters, and with damage that can be repaired."""

import pytest

from darwin_spark.parsers.parsed import ParseFailure
from darwin_spark.parsers.xml_tree import local_name, plain_text, read_document

TEXT = "Glocken läuten – “früh” im Tal."
WESTERN = "Glocken läuten früh im Tal, und die Kähne fahren über das Wasser hinaus."


def _text(content: bytes) -> str:
    return plain_text(read_document(content)[0])


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-8", "UTF-8"), ("utf-8", None), ("utf-8-sig", "UTF-8"), ("utf-8", "ISO-8859-1"), ("utf-8", "UTF-16"),
        ("utf-8", "no-such-thing"), ("cp1252", "windows-1252"), ("cp1252", "ISO-8859-1"), ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16"), ("utf-16-be", None), ("utf-32", None), ("utf-32-be", "UTF-32"), ("mac_roman", "macintosh"),
    ],
)  # fmt: skip
def test_the_encoding_is_that_of_the_bytes(encoding: str, declared: str | None) -> None:
    declaration = f'<?xml version="1.0" encoding="{declared}"?>\n' if declared else ""
    root, warnings = read_document(f"{declaration}<a><b>{TEXT}</b></a>".encode(encoding))
    assert (plain_text(root), warnings) == (TEXT, [])


@pytest.mark.parametrize("declared", ["UTF-8", "no-such-thing", None])
def test_a_wrong_declaration_is_overruled_with_a_warning(declared: str | None) -> None:
    declaration = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    root, (warning,) = read_document(f"{declaration}<a>{WESTERN}</a>".encode("cp1252"))
    assert plain_text(root) == WESTERN
    assert warning.startswith("decoded as ")


def test_named_characters_need_no_dtd() -> None:
    assert _text(b"<a>caf&eacute; &alpha;&lt;&hellip; &nosuch; <![CDATA[&eacute;]]></a>") == "café α<… &nosuch; &eacute;"
    assert _text(b'<!DOCTYPE a [<!ENTITY dot "&#183;"><!ENTITY co "Yard">]><a>&co;&dot;&co;</a>') == "Yard·Yard"


@pytest.mark.parametrize(
    ("xml", "text"),
    [
        (b"<a>Salt & sand, x < y, R&D;</a>", "Salt & sand, x < y, R&D;"),
        (b"<a>bell\x0b\x01s&#11; ring</a>", "bells ring"),
        (b"<a><b>one</b><b>two", "onetwo"),
        (b"<a><b>one<i>two</b> three</i></a>", "onetwo three"),
        (b"\r\n <?xml version='1.0'?><a>late</a>", "late"),
        (b"HTTP/1.1 200 OK\n\n<?xml version='1.0'?><a>late</a>", "late"),
        (b"<a>an <b x=1>unquoted value</b></a>", "an unquoted value"),
    ],
)
def test_ill_formed_xml_is_repaired(xml: bytes, text: str) -> None:
    assert _text(xml) == text


def test_entities_that_name_others_are_not_expanded() -> None:
    levels = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 8}">' for i in range(1, 12))
    with pytest.raises(ParseFailure, match="amplification"):
        read_document(f'<!DOCTYPE a [<!ENTITY l0 "ha">{levels}]><a>&l11;</a>'.encode())


def test_undeclared_prefixes_are_part_of_no_name() -> None:
    root, warnings = read_document(b"<?xml version='1.0'?><!-- <a> --><a><m:b><m:c>x</m:c></m:b></a>")
    assert ([local_name(node) for node in root.iter()], warnings) == (["a", "b", "c"], [])


def test_repair_is_told() -> None:
    (warning,) = read_document(b"<a><b>one</b><b>two")[1]
    assert warning.startswith("repaired ill-formed XML: ")


@pytest.mark.parametrize("xml", [b"<a>", b"no markup", b"<a>one</a>" + b"<a>more words here</a>" * 20, b"<a" + b"\xff" * 40])
def test_a_tree_without_the_text_is_refused(xml: bytes) -> None:
    with pytest.raises(ParseFailure) as failure:
        read_document(xml)
    assert failure.value.reason == "malformed_xml"
