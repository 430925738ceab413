"""Damage documents: bytes, numbers and blocks of any format, and the structure of PDF, zip, tar, XML, TeX, JSON and RTF."""

import io
import json
import random
import re
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from benchmarks.l1.damage_inputs import tarred

Mutation = Callable[[bytes, random.Random], bytes]
MAX_BYTES = 1_500_000
_REPEATS = 1_000
_HUGE = (b"0", b"-1", b"65536", b"2147483648", b"99999999999", b"1e308", b"9" * 400)
_JUNK = (
    b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"&", b"<", b"<!--", b"<![CDATA[", b"]]>", b"{", b"}", b"\\", b"$", b"%", b"\r", b"(",
    b"<<", b"[", b'"', b"&#0;", b"&#xFFFFFFFF;", b"\xed\xa0\x80", b"\\begin{", b"\xf4\x90\x80\x80", b"endstream", b"\x1b[",
)  # fmt: skip
_NUMBER = re.compile(rb"\d+(?:\.\d+)?")
_TAG = re.compile(rb"<[^<>]{1,200}>")
_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\n?endstream", re.DOTALL)
_TEX_TOKEN = re.compile(rb"\\begin\{[^{}]*\}|\\end\{[^{}]*\}|\\[A-Za-z]+|[{}$&%#\[\]]")
_TEX_LOOPS = (
    rb"\def\x{\x\x}\x", rb"\newcommand{\y}[1]{\y{#1#1}}\y{z}", rb"\input{main}", rb"\let\par\relax", rb"\def\z#1{}\z",
    rb"\expandafter\expandafter\csname", rb"\loop\iftrue\repeat", rb"\begin{tabular}{*{99999}{c}}",
    rb"\multicolumn{99999}{c}{x}",
)  # fmt: skip
_RTF_TOKEN = re.compile(rb"\\[a-z]+-?\d*|[{}]")


def mutated(content: bytes, media_type: str, rng: random.Random) -> bytes:
    """Return the document damaged in one to three ways; half of them keep to the structure of the format."""
    for _ in range(rng.choice((1, 1, 2, 3))):
        own = _structured(media_type)
        mutate = rng.choice(own) if own and rng.random() < 0.6 else rng.choice(GENERIC)
        content = mutate(content, rng)[:MAX_BYTES]
    return content


def _span(content: bytes, rng: random.Random, longest: int = 4_000) -> tuple[int, int]:
    start = rng.randrange(len(content) + 1)
    return start, min(len(content), start + rng.randint(1, longest))


def _flip_bits(content: bytes, rng: random.Random) -> bytes:
    changed = bytearray(content)
    for _ in range(rng.choice((1, 5, 50)) if changed else 0):
        changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def _cut(content: bytes, rng: random.Random) -> bytes:
    return content[: rng.randrange(len(content) + 1)]


def _cut_head(content: bytes, rng: random.Random) -> bytes:
    return rng.choice((b"", b"\n\n", b"HTTP/1.1 200 OK\r\n\r\n", rng.randbytes(300))) + content[rng.choice((0, 1, 20)) :]


def _delete(content: bytes, rng: random.Random) -> bytes:
    start, end = _span(content, rng)
    return content[:start] + content[end:]


def _duplicate(content: bytes, rng: random.Random) -> bytes:
    start, end = _span(content, rng)
    return content[:end] + content[start:]


def _swap(content: bytes, rng: random.Random) -> bytes:
    a, b, c, d = sorted((*_span(content, rng), *_span(content, rng)))
    return content[:a] + content[c:d] + content[b:c] + content[a:b] + content[d:]


def _insert(content: bytes, rng: random.Random) -> bytes:
    for _ in range(rng.choice((1, 10))):
        position = rng.randrange(len(content) + 1)
        content = content[:position] + rng.choice((*_JUNK, rng.randbytes(rng.randint(1, 50)))) + content[position:]
    return content


def _repeat(content: bytes, rng: random.Random) -> bytes:
    start, end = _span(content, rng, rng.choice((1, 3, 20, 300)))
    return content[:start] + content[start:end] * _REPEATS + content[end:]


def _huge_numbers(content: bytes, rng: random.Random) -> bytes:
    return _replace_some(content, _NUMBER, lambda _: rng.choice(_HUGE), rng)


def _replace_some(
    content: bytes, pattern: re.Pattern[bytes], value: Callable[[re.Match[bytes]], bytes], rng: random.Random
) -> bytes:
    """Replace one to five matches of a pattern."""
    found = list(pattern.finditer(content))
    for match in sorted(rng.sample(found, min(len(found), rng.randint(1, 5))), key=lambda match: -match.start()):
        content = content[: match.start()] + value(match) + content[match.end() :]
    return content


GENERIC: tuple[Mutation, ...] = (
    _flip_bits, _cut, _cut_head, _delete, _duplicate, _swap, _insert, _repeat, _huge_numbers,
)  # fmt: skip


def _pdf_stream(content: bytes, rng: random.Random) -> bytes:
    """Damage what a compressed stream contains, and compress it again into the same place, so that all offsets stay true."""
    streams = [match for match in _STREAM.finditer(content) if match[1][:1] in (b"\x78", b"\x48", b"\x68")]
    rng.shuffle(streams)
    for match in streams[:20]:
        with suppress(zlib.error):
            inside = rng.choice(GENERIC)(zlib.decompress(match[1]), rng)
            while len(packed := zlib.compress(inside, 9)) > len(match[1]):
                inside = inside[: len(inside) * 9 // 10]
            return content[: match.start(1)] + packed.ljust(len(match[1]), b"\0") + content[match.end(1) :]
    return _flip_bits(content, rng)


def _zip_member(content: bytes, rng: random.Random) -> bytes:
    """Damage, drop, double or rename a member of a zip file, and pack it again."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = [(name, archive.read(name)) for name in archive.namelist()]
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, ValueError, EOFError, OSError):
        return _flip_bits(content, rng)
    if not members:
        return content
    index = rng.randrange(len(members))
    name, inside = members[index]
    way = rng.randrange(8)
    if way == 0:
        del members[index]
    elif way == 1:
        members.append((name, _cut(inside, rng)))
    elif way == 2:
        members[index] = (name.swapcase(), inside)
    else:
        members[index] = (name, rng.choice((*GENERIC, *_XML))(inside, rng))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, inside in members:
            archive.writestr(zipfile.ZipInfo(name), inside[:MAX_BYTES], zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _tar_member(content: bytes, rng: random.Random) -> bytes:
    members: dict[str, bytes] = {}
    with suppress(tarfile.TarError, EOFError, ValueError), tarfile.open(fileobj=io.BytesIO(content)) as archive:
        members = {info.name: file.read() for info in archive if (file := archive.extractfile(info))}
    if not members:
        return _flip_bits(content, rng)
    name = rng.choice(sorted(members))
    members[name] = rng.choice((*GENERIC, *_TEX))(members[name], rng)
    return tarred(members)


def _unbalance(content: bytes, rng: random.Random) -> bytes:
    return _replace_some(content, _TAG, lambda match: rng.choice((b"", match[0] * 2, b"<" + match[0])), rng)


def _exchange_tags(content: bytes, rng: random.Random) -> bytes:
    tags = [match[0] for match in _TAG.finditer(content)] or [b"<x>"]
    return _replace_some(content, _TAG, lambda _: rng.choice(tags), rng)


def _nest_tag(content: bytes, rng: random.Random) -> bytes:
    """Put a start tag 1,000 times in its place, half of the time with as many end tags somewhere behind it."""
    tags = [match for match in _TAG.finditer(content) if match[0][1:2].isalpha() and match[0][-2:-1] != b"/"]
    if not tags:
        return content
    tag = rng.choice(tags)
    name = re.split(rb"[\s>]", tag[0][1:], maxsplit=1)[0]
    end = rng.randint(tag.end(), min(len(content), tag.end() + 2_000)) if rng.random() < 0.5 else 0
    closing = b"</" + name + b">"
    tail = content[tag.end() : end] + closing * _REPEATS + content[end:] if end else content[tag.end() :]
    return content[: tag.start()] + tag[0] * _REPEATS + tail


def _tex_tokens(content: bytes, rng: random.Random) -> bytes:
    tokens = [match[0] for match in _TEX_TOKEN.finditer(content)] or [b"{"]
    return _replace_some(content, _TEX_TOKEN, lambda _: rng.choice((b"", rng.choice(tokens))), rng)


def _tex_nest(content: bytes, rng: random.Random) -> bytes:
    tokens = list(_TEX_TOKEN.finditer(content))
    if not tokens:
        return content
    token = rng.choice(tokens)
    return content[: token.start()] + token[0] * _REPEATS + content[token.end() :]


def _tex_loop(content: bytes, rng: random.Random) -> bytes:
    position = rng.randrange(len(content) + 1)
    return content[:position] + rng.choice(_TEX_LOOPS) + content[position:]


def _json_node(content: bytes, rng: random.Random) -> bytes:
    """Replace, drop or nest one value of a JSON document."""
    try:
        tree = json.loads(content)
    except (ValueError, RecursionError):
        return _flip_bits(content, rng)
    places: list[tuple[Any, Any]] = []
    _json_places(tree, places)
    if not places:
        return content
    holder, key = rng.choice(places)
    value = holder[key]
    new = rng.choice((None, [], {}, -1, 1e300, 10**30, True, "", "\ud800\0", [value], {"x": value}, [value] * 50, str(value)))
    if rng.random() < 0.1:
        nested = "[" * _REPEATS + "]" * _REPEATS
        holder[key] = "NEST"
        return json.dumps(tree).replace('"NEST"', nested, 1).encode()
    holder[key] = new
    return json.dumps(tree).encode()


def _json_places(node: Any, places: list[tuple[Any, Any]]) -> None:
    pairs = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in pairs:
        places.append((node, key))
        _json_places(value, places)


def _rtf_tokens(content: bytes, rng: random.Random) -> bytes:
    tokens = [match[0] for match in _RTF_TOKEN.finditer(content)] or [b"{"]
    new = (b"", b"{", b"}", rb"\bin99999999 ", rb"\u-99999?", rb"\uc9999 ", rb"\cellx-1", b"{" * _REPEATS, b"}" * _REPEATS)
    return _replace_some(content, _RTF_TOKEN, lambda _: rng.choice((*new, rng.choice(tokens))), rng)


_XML: tuple[Mutation, ...] = (_unbalance, _exchange_tags, _nest_tag)
_TEX: tuple[Mutation, ...] = (_tex_tokens, _tex_nest, _tex_loop)


def _structured(media_type: str) -> tuple[Mutation, ...]:
    """Return the mutations that know the structure of a format."""
    if media_type == "application/pdf":
        return (_pdf_stream,)
    if media_type == "application/x-tex-project":
        return (_tar_member,)
    if media_type.endswith("+json"):
        return (_json_node,)
    if media_type.endswith(("xml", "html")):
        return _XML
    if media_type.startswith("application/vnd.") or media_type.endswith("zip"):
        return (_zip_member,)
    return {"text/x-tex": _TEX, "application/rtf": (_rtf_tokens,)}.get(media_type, ())
