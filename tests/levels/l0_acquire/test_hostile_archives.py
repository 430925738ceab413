"""Hostile archives: each gives rows with a reason, in bounded memory."""

import gzip
import io
import lzma
import resource
import struct
import tarfile
import time
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from support_l0 import make_tar, open_all, verdicts

from darwin_spark.config.l0 import L0Settings
from darwin_spark.storage.archives.members import BrokenArchiveError
from darwin_spark.storage.archives.reading import descend


@contextmanager
def grows_by_less_than(megabytes: int) -> Iterator[None]:
    """Assert that the peak memory of this process rises by no more. An earlier, higher peak hides a smaller one."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    yield
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < megabytes * 1024


def zip_of(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def entry_of(name: str, kind: bytes, link: str = "") -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.type, entry.linkname = kind, link
    return entry


def test_a_link_is_not_taken_for_the_next_member_of_its_name() -> None:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        archive.addfile(entry_of("a.txt", tarfile.SYMTYPE, "b.txt"))
        archive.addfile(tarfile.TarInfo("a.txt"))
    file.seek(0)
    with pytest.raises(BrokenArchiveError, match=r"a\.txt in the archive is a link"):
        descend(file, ["a.txt"], 10)
    file.seek(0)
    assert descend(file, ["a.txt;2"], 10).read() == b""


def test_names_with_parent_folders_are_only_labels(tmp_path: Path) -> None:
    names = ["../../etc/passwd", "/etc/shadow", "a/../../b.txt", "C:\\x.txt"]
    make_tar(tmp_path / "t.tar", [(name, b"text") for name in names], "w")
    assert verdicts(open_all(tmp_path / "t.tar")) == {f"t.tar!{name}": "kept" for name in names}
    zip_of(tmp_path / "z.zip", dict.fromkeys(names, b"text"))
    assert set(verdicts(open_all(tmp_path / "z.zip")).values()) == {"kept"}
    assert [path.name for path in tmp_path.iterdir()] == ["t.tar", "z.zip"] or len(list(tmp_path.iterdir())) == 2


def test_links_and_devices_are_not_followed(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "t.tar", "w") as archive:
        archive.addfile(entry_of("passwd", tarfile.SYMTYPE, "/etc/passwd"))
        archive.addfile(entry_of("self", tarfile.SYMTYPE, "self"))
        archive.addfile(entry_of("hard", tarfile.LNKTYPE, "passwd"))
        archive.addfile(entry_of("zero", tarfile.CHRTYPE))
        archive.addfile(entry_of("pipe", tarfile.FIFOTYPE))
    assert verdicts(open_all(tmp_path / "t.tar")) == {
        "t.tar!passwd": "link_in_archive",
        "t.tar!self": "link_in_archive",
        "t.tar!hard": "link_in_archive",
        "t.tar!zero": "not_a_file",
        "t.tar!pipe": "not_a_file",
    }
    with zipfile.ZipFile(tmp_path / "z.zip", "w") as archive:
        entry = zipfile.ZipInfo("passwd")
        entry.external_attr = 0o120777 << 16
        archive.writestr(entry, "/etc/passwd")
    assert verdicts(open_all(tmp_path / "z.zip")) == {"z.zip!passwd": "link_in_archive"}


def test_an_encrypted_member_fails_alone(tmp_path: Path) -> None:
    path = zip_of(tmp_path / "z.zip", {"secret.txt": b"x" * 100, "open.txt": b"y" * 100})
    content = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.find(signature) + offset] |= 1
    path.write_bytes(content)
    assert verdicts(open_all(path)) == {"z.zip!secret.txt": "encrypted", "z.zip!open.txt": "kept"}


def test_a_damaged_member_fails_alone(tmp_path: Path) -> None:
    path = zip_of(tmp_path / "z.zip", {"bad.txt": bytes(range(256)) * 8, "good.txt": b"y" * 100})
    content = bytearray(path.read_bytes())
    content[60:90] = b"\xff" * 30
    path.write_bytes(content)
    assert verdicts(open_all(path)) == {"z.zip!bad.txt": "broken_member", "z.zip!good.txt": "kept"}


@pytest.mark.parametrize("name", ["b.gz", "b.xz", "b.tar.gz"])
def test_a_file_that_unpacks_endlessly_is_an_archive_bomb(tmp_path: Path, name: str) -> None:
    zeros = b"0" * 200_000_000
    if name == "b.tar.gz":
        make_tar(tmp_path / name, [("a.txt", b"first"), ("zeros", zeros)], "w:gz")
    else:
        (tmp_path / name).write_bytes((gzip.compress if name == "b.gz" else lzma.compress)(zeros))
    del zeros
    with grows_by_less_than(200):
        found = verdicts(open_all(tmp_path / name))
    assert found == ({"b.tar.gz!a.txt": "kept"} if ".tar" in name else {}) | {name: "archive_bomb"}


def test_a_bomb_inside_an_archive_is_counted_against_the_outer_file(tmp_path: Path) -> None:
    inner = zip_of(tmp_path / "inner.zip", {"zeros": b"0" * 100_000_000}).read_bytes()
    make_tar(tmp_path / "t.tar", [("inner.zip", inner), ("after.txt", b"never reached")], "w")
    assert verdicts(open_all(tmp_path / "t.tar")) == {"t.tar": "archive_bomb"}


def test_members_that_share_their_bytes_are_an_archive_bomb(tmp_path: Path) -> None:
    """David Fifield, A better zip bomb (2019): one kernel, many directory entries."""
    path = zip_of(tmp_path / "z.zip", {"a": b"0" * 1_000_000})
    content = path.read_bytes()
    start = content.find(b"PK\x01\x02")
    end = content.find(b"PK\x05\x06")
    entry = content[start:end]
    tail = struct.pack("<4sHHHHLLH", b"PK\x05\x06", 0, 0, 500, 500, len(entry) * 500, start, 0)
    path.write_bytes(content[:start] + entry * 500 + tail)
    assert verdicts(open_all(path)) == {"z.zip": "archive_bomb"}


def test_a_wrong_size_in_the_central_directory_is_detected(tmp_path: Path) -> None:
    path = zip_of(tmp_path / "z.zip", {f"{n}": b"" for n in range(2_000)})
    content = bytearray(path.read_bytes())
    end = content.find(b"PK\x05\x06")
    content[end + 8 : end + 12] = struct.pack("<HH", 1, 1)
    path.write_bytes(content)
    assert verdicts(open_all(path, L0Settings(max_archive_members=1_000))) == {"z.zip": "too_many_members"}


def test_a_member_with_a_wrong_size_fails_or_is_truncated(tmp_path: Path) -> None:
    path = zip_of(tmp_path / "z.zip", {"a": b"0" * 50_000, "b": b"1"})
    content = bytearray(path.read_bytes())
    first = content.find(b"PK\x01\x02")
    content[first + 24 : first + 28] = struct.pack("<L", 10)
    path.write_bytes(content)
    assert verdicts(open_all(path)) == {"z.zip!a": "broken_member", "z.zip!b": "kept"}


def test_a_zip64_directory_beyond_the_end_of_the_file_is_refused(tmp_path: Path) -> None:
    wide = struct.pack("<4sQHHLLQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, 2**40, 2**40, 2**60, 0)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, 4, 1)
    tail = struct.pack("<4sHHHHLLH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    (tmp_path / "z.zip").write_bytes(b"PK\x03\x04" + wide + locator + tail)
    assert verdicts(open_all(tmp_path / "z.zip")) == {"z.zip": "too_many_members"}


def test_endless_members_stop_at_the_limit(tmp_path: Path) -> None:
    header = tarfile.TarInfo("empty").tobuf()
    packer = zlib.compressobj(1, zlib.DEFLATED, 31)
    with (tmp_path / "t.tar.gz").open("wb") as file:
        for _ in range(100):
            file.write(packer.compress(header * 1_000))
        file.write(packer.flush())
    with grows_by_less_than(150):
        rows = open_all(tmp_path / "t.tar.gz", L0Settings(max_archive_members=20_000, max_archive_ratio=1e9))
    assert len(rows) == 20_001
    assert rows[-1]["reason"] == "too_many_members"


@pytest.mark.parametrize("kind", [tarfile.XHDTYPE, tarfile.GNUTYPE_LONGNAME])
def test_a_header_of_gigabytes_is_not_read(tmp_path: Path, kind: bytes) -> None:
    entry = tarfile.TarInfo("x")
    entry.type, entry.size = kind, 300_000_000
    packer = zlib.compressobj(1, zlib.DEFLATED, 31)
    with (tmp_path / "t.tar.gz").open("wb") as file:
        file.write(packer.compress(entry.tobuf(tarfile.GNU_FORMAT)))
        for _ in range(300):
            file.write(packer.compress(b"a" * 1_000_000))
        file.write(packer.flush())
    with grows_by_less_than(100):
        assert verdicts(open_all(tmp_path / "t.tar.gz")) == {"t.tar.gz": "broken_archive"}


def test_an_xz_header_that_asks_for_gigabytes_of_memory_is_refused(tmp_path: Path) -> None:
    filters = [
        {"id": lzma.FILTER_LZMA2, "dict_size": 256 * 1024 * 1024, "mode": lzma.MODE_FAST, "mf": lzma.MF_HC3, "nice_len": 16}
    ]
    packer = lzma.LZMACompressor(filters=[{"id": lzma.FILTER_LZMA2, "preset": 0}])
    content = bytearray(packer.compress(b"text") + packer.flush())
    assert filters
    # The dictionary's size is one byte of the block header (xz file format, 5.3.1), which a checksum guards.
    size = (content[12] + 1) * 4
    position = content.index(b"\x21\x01", 12) + 2
    content[position] = 38
    content[12 + size - 4 : 12 + size] = struct.pack("<L", zlib.crc32(bytes(content[12 : 12 + size - 4])))
    (tmp_path / "a.txt.xz").write_bytes(content)
    assert verdicts(open_all(tmp_path / "a.txt.xz")) == {"a.txt.xz": "broken_compression"}


def test_a_damaged_header_in_the_middle_is_reported(tmp_path: Path) -> None:
    path = make_tar(tmp_path / "t.tar", [("a.txt", b"1" * 512), ("b.txt", b"2" * 512), ("c.txt", b"3")], "w")
    content = bytearray(path.read_bytes())
    content[1024 + 150] ^= 0xFF
    path.write_bytes(content)
    assert verdicts(open_all(path)) == {"t.tar!a.txt": "kept", "t.tar": "broken_archive"}


def test_a_tar_without_an_end_mark_is_whole(tmp_path: Path) -> None:
    path = make_tar(tmp_path / "t.tar", [("a.txt", b"1" * 700), ("b.txt", b"2" * 512)], "w")
    path.write_bytes(path.read_bytes()[: 512 + 1024 + 512 + 512])
    assert verdicts(open_all(path)) == {"t.tar!a.txt": "kept", "t.tar!b.txt": "kept"}


def test_huge_names_are_refused_and_long_ones_shortened(tmp_path: Path) -> None:
    make_tar(tmp_path / "t.tar", [("a" * 1_000_000, b"x"), ("b" * 3_000, b"x"), ("b" * 3_001, b"x")], "w")
    rows = open_all(tmp_path / "t.tar")
    assert [row.get("reason") for row in rows] == ["name_too_long", None, None]
    assert len({row["source_id"] for row in rows}) == 3
    assert all(len(row["source_id"]) < 1_100 for row in rows)


def test_a_quine_of_archives_ends(tmp_path: Path) -> None:
    """Archives in archives in archives, like 42.zip."""
    content = b"0" * 1_000
    for level in range(6):
        content = zip_of(tmp_path / "level.zip", {f"{level}-{n}.zip": content for n in range(4)}).read_bytes()
    begun = time.monotonic()
    found = verdicts(open_all(tmp_path / "level.zip"))
    assert set(found.values()) == {"nested_too_deep"}
    assert len(found) == 16
    assert time.monotonic() - begun < 5


def test_a_line_of_gigabytes_is_not_read_into_memory(tmp_path: Path) -> None:
    packer = zlib.compressobj(1, zlib.DEFLATED, 31)
    with (tmp_path / "r.jsonl.gz").open("wb") as file:
        file.write(packer.compress(b'{"id": 1, "text": "first"}\n{"text": "'))
        for _ in range(200):
            file.write(packer.compress(b"a" * 1_000_000))
        file.write(packer.compress(b'"}\n{"id": 3, "text": "last"}\n') + packer.flush())
    with grows_by_less_than(60):
        rows = open_all(tmp_path / "r.jsonl.gz", L0Settings(max_record_bytes=1_000_000, max_archive_ratio=1e9))
    assert [row.get("reason") or row["source_id"] for row in rows] == ["r.jsonl.gz#1", "object_too_large", "r.jsonl.gz#3"]


def test_random_bytes_give_a_row(tmp_path: Path) -> None:
    import random

    noise = random.Random(0)
    whole = {
        "a.zip": zip_of(tmp_path / "w.zip", {"a.txt": b"text" * 100, "b.txt": b"more" * 50}).read_bytes(),
        "a.tar": make_tar(tmp_path / "w.tar", [("a.txt", b"text" * 100)], "w").read_bytes(),
        "a.tar.gz": make_tar(tmp_path / "w.tgz", [("a.txt", b"text" * 100)], "w:gz").read_bytes(),
        "a.tar.xz": make_tar(tmp_path / "w.txz", [("a.txt", b"text" * 100)], "w:xz").read_bytes(),
    }
    for name, content in whole.items():
        for _ in range(60):
            broken = bytearray(content)
            for _ in range(noise.randrange(1, 8)):
                broken[noise.randrange(len(broken))] = noise.randrange(256)
            (tmp_path / name).write_bytes(broken[: noise.randrange(1, len(broken) + 1)] if noise.random() < 0.3 else broken)
            rows = open_all(tmp_path / name)
            assert rows
            assert len({row["doc_id"] for row in rows}) == len(rows)


def test_a_gzip_file_that_is_no_tar_is_opened_once(tmp_path: Path) -> None:
    (tmp_path / "a.txt.gz").write_bytes(gzip.compress(io.BytesIO(b"plain words").getvalue()))
    assert verdicts(open_all(tmp_path / "a.txt.gz")) == {"a.txt.gz": "kept"}
