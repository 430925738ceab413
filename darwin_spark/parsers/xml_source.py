"""Prepare the bytes of an XML document for parsing: as UTF-8, with named characters replaced and damage repaired."""

import codecs
import re
from collections.abc import Callable
from html.entities import html5

from darwin_spark.parsers.decoding import decode
from darwin_spark.text.wide_encodings import wide_encoding

_DECLARATION = re.compile(rb"<\?xml\s[^<>]*?\?>")
_DECLARED = re.compile(rb"encoding\s*=\s*[\"']([\w.:-]{1,40})[\"']")
_ALIASES = {
    "iso8859-1": "cp1252", "ascii": "cp1252", "iso8859-9": "cp1254", "gb2312": "gb18030", "gbk": "gb18030", "euc_kr": "cp949",
    "shift_jis": "cp932",
}  # fmt: skip
"""Encodings that files declare, by Python's name, and the larger ones that they have, as browsers decode them."""
_STARTS_LATE = re.compile(rb"[^<]{1,4096}(?=<)")
_DOCTYPE = re.compile(r"<!DOCTYPE\s[^\[>]*(\[.*?\]\s*)?>", re.DOTALL)
_ENTITY = re.compile(
    r"""<!ENTITY\s+([A-Za-z][\w.-]*)\s+(?:"((?:[^"<%&]|&#\w{1,8};){0,40})"|'((?:[^'<%&]|&#\w{1,8};){0,40})')\s*>"""
)
"""A declared character or short text. Longer values, or those that name other entities, could make a small file huge."""
_ENTITY_NAME = re.compile(r"<!ENTITY\s+([A-Za-z][\w.-]*)")
_CHARACTER = re.compile(r"&#(?:x([0-9A-Fa-f]{1,6})|([0-9]{1,7}));")
_UNKNOWN_NAMES = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos);)[A-Za-z]")
_NAMED = re.compile(r"&([A-Za-z][\w.-]*);")
_PREDEFINED = frozenset(("amp", "lt", "gt", "quot", "apos"))
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|&#0*(?:[0-8]|1[124-9]|2[0-9]|3[01]);|&#[xX]0*(?:[0-8bBcCeEfF]|1[0-9a-fA-F]);"
)
"""Characters that XML forbids, as such and as references."""
_SAMPLE_BYTES = 4_096
_MAX_CONTROL_SHARE, _FEW_CONTROLS = 0.02, 8
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_START_TAG = re.compile(r"<[A-Za-z_][^<>]*>")
_UNQUOTED = re.compile(r"(\s[\w:.-]+=)([^\s\"'<>=]+)(?=[\s/>])")
_FIRST_TAG = re.compile(rb"(?:^|>)\s*<[A-Za-z_][^\s<>/]*")
_MARKUP = re.compile(rb"<[/?!]?[A-Za-z_][^<>]*>?|&[A-Za-z#0-9]{1,10};")
_BARE = re.compile(r"&(?!#\d{1,8};|#[xX][0-9A-Fa-f]{1,6};|[A-Za-z_][\w.-]{0,60};)|<(?![A-Za-z_/!?])")


def is_binary(content: bytes) -> bool:
    """Return whether many of the first bytes are control characters, and the content is neither UTF-16 nor UTF-32."""
    sample = content[:_SAMPLE_BYTES]
    return wide_encoding(content) is None and len(_CONTROL.findall(sample)) > max(
        _MAX_CONTROL_SHARE * len(sample), _FEW_CONTROLS
    )


def as_utf8(content: bytes) -> tuple[bytes, list[str]]:
    """Return the document in UTF-8, and warnings if its encoding was guessed. A short text before the first `<` is dropped.

    UTF-16 and UTF-32 are recognised. Other bytes are taken as UTF-8 if they are valid, unless ISO 2022 or HZ is declared; else
    the declared encoding holds if it decodes them; else it is guessed.
    """
    wide = wide_encoding(content)
    if wide:
        text = content[wide[1] :].decode(wide[0], "replace")
        return _without_declaration(text.encode("utf-8", "replace")), []
    content = content.removeprefix(codecs.BOM_UTF8)
    late = _STARTS_LATE.match(content)
    content = content[late.end() :] if late else content
    encoding = _declared_encoding(content)
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        if not encoding.startswith(("iso2022", "hz")):
            return content if encoding in ("utf-8", "") else _without_declaration(content), []
    try:
        if encoding and encoding != "utf-8":
            return _without_declaration(content.decode(encoding).encode()), []
    except (LookupError, ValueError):
        pass
    text, warnings = decode(content)
    return _without_declaration(text.encode("utf-8", "replace")), warnings


def with_named_characters(content: bytes) -> bytes:
    """Return the document with named characters such as `&eacute;` replaced: those of HTML, which include ISO's, and those
    that the document declares. A name that nobody knows stays as text."""
    if not _UNKNOWN_NAMES.search(content):
        return content
    text = content.decode("utf-8", "replace")
    declaration = text.find("<!DOCTYPE", 0, 100_000)
    doctype = _DOCTYPE.match(text, declaration) if declaration >= 0 else None
    start = doctype.end() if doctype else 0
    known = dict.fromkeys(_ENTITY_NAME.findall(text[:start]))
    known |= {name: _expanded(one or two) for name, one, two in _ENTITY.findall(text[:start])}

    def replaced(found: re.Match[str]) -> str:
        name = found[1]
        value: str | None = known.get(name, html5.get(f"{name};", found[0]))
        if name in _PREDEFINED or value is None:  # None: a longer value, which stays a reference
            return found[0]
        return value.replace("&", "&amp;").replace("<", "&lt;")

    return (text[:start] + _outside_cdata(_NAMED, replaced, text[start:])).encode("utf-8", "replace")


def repaired(content: bytes) -> bytes:
    """Return an ill-formed document without forbidden characters, and with `&` and `<` that begin no markup escaped,
    and with quoted values of attributes."""

    def escaped(found: re.Match[str]) -> str:
        return {"&": "&amp;", "<": "&lt;"}.get(found[0], found[0])

    text = _FORBIDDEN.sub("", content.decode("utf-8", "replace"))
    text = _START_TAG.sub(lambda tag: _UNQUOTED.sub(r'\1"\2"', tag[0]), text)
    return _outside_cdata(_BARE, escaped, text).encode("utf-8", "replace")


def declaring(content: bytes, prefixes: set[str]) -> bytes:
    """Return a document with declarations of these namespace prefixes in its first start tag."""
    tag = _FIRST_TAG.search(content)
    declarations = "".join(f' xmlns:{prefix}="urn:undeclared:{prefix}"' for prefix in sorted(prefixes))
    return content[: tag.end()] + declarations.encode() + content[tag.end() :] if tag else content


def without_markup(content: bytes) -> bytes:
    """Return the text of a document, roughly: without comments, tags, instructions and references."""
    parts, position = [], 0
    while (start := content.find(b"<!--", position)) >= 0 and (end := content.find(b"-->", start)) >= 0:
        parts.append(content[position:start])
        position = end + 3
    return _MARKUP.sub(b"", b"".join([*parts, content[position:]]))


def _outside_cdata(pattern: re.Pattern[str], replaced: Callable[[re.Match[str]], str], text: str) -> str:
    """Return the text with the matches of a pattern replaced, except in CDATA sections."""
    parts, position = [], 0
    while (start := text.find("<![CDATA[", position)) >= 0 and (end := text.find("]]>", start)) >= 0:
        parts += [pattern.sub(replaced, text[position:start]), text[start : end + 3]]
        position = end + 3
    return "".join([*parts, pattern.sub(replaced, text[position:])])


def _declared_encoding(content: bytes) -> str:
    """Return Python's name of the encoding that the XML declaration names, or a larger one; '' if none, '?' if unknown."""
    declaration = _DECLARATION.match(content[:1_000])
    found = _DECLARED.search(declaration[0]) if declaration else None
    if not found:
        return ""
    try:
        name = codecs.lookup(found[1].decode("ascii")).name
    except LookupError:
        return "?"
    return _ALIASES.get(name, name)


def _without_declaration(content: bytes) -> bytes:
    """Return the document without XML declaration, which names the encoding that it had."""
    found = _DECLARATION.match(content)
    return content[found.end() :].lstrip() if found else content


def _expanded(value: str) -> str:
    """Return an entity's declared value with its character references replaced."""
    return _CHARACTER.sub(lambda found: _character(int(found[1], 16) if found[1] else int(found[2])), value)


def _character(code: int) -> str:
    return chr(code) if 31 < code < 0x110000 and not 0xD800 <= code < 0xE000 else ""
