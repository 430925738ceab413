"""Makes the generated part of the example corpus: PDFs, an archive, a JSONL file, and damaged copies.

    python examples/make.py            # writes what is missing or differs, and says so
    python examples/make.py --check    # writes nothing; exit status 1 if something differs

The result is the same on every machine that has the versions of requirements.lock; `tests/test_examples.py` checks it.
"""

import io
import json
import math
import sys
import wave
import zipfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from make_pdfs import make_pdfs

HERE = Path(__file__).parent
CORPUS = HERE / "corpus"
SOURCES = HERE / "sources"
EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest date that a ZIP archive knows."""
SYMBOL_FONT = 0xF000
"""Where PDF readers put the characters of a symbol font without a map to Unicode: in the private use area."""


def generate() -> dict[str, bytes]:
    """Path below `corpus` and content of every generated file."""
    mendel = (CORPUS / "text" / "mendels-peas.txt").read_bytes()
    gold = (CORPUS / "text" / "gold-foil.txt").read_text(encoding="utf-8")
    return {
        **make_pdfs(SOURCES / "pdf"),
        "archives/experiments.zip": archive(SOURCES / "archive"),
        "records/short-articles.jsonl": records(SOURCES / "records"),
        "oddities/mendels-peas-copy.txt": mendel,
        "oddities/lost-font-map.txt": lose_font_map(gold).encode(),
        "oddities/tuning-fork.wav": tone(440),
        "oddities/empty.txt": b"",
    }


def tone(hertz: int) -> bytes:
    """A tenth of a second of one pitch: a file that holds no text at all."""
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setparams((1, 1, 8_000, 0, "NONE", "not compressed"))
        sound.writeframes(bytes(128 + round(100 * math.sin(2 * math.pi * hertz * i / 8_000)) for i in range(800)))
    return file.getvalue()


def archive(folder: Path) -> bytes:
    """The files of a folder as a ZIP archive, stored rather than deflated: zlib's output differs between versions."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as zipped:
        for path in sorted(folder.iterdir()):
            member = zipfile.ZipInfo(path.name, EPOCH)
            member.create_system, member.external_attr = 3, 0o644 << 16
            zipped.writestr(member, path.read_bytes())
    return file.getvalue()


def records(folder: Path) -> bytes:
    """The files of a folder, each `key: value` lines, a blank line and a text, as the lines of a JSONL file."""
    lines = []
    for path in sorted(folder.iterdir()):
        head, _, text = path.read_text(encoding="utf-8").partition("\n\n")
        fields = dict(line.split(": ", 1) for line in head.splitlines())
        lines.append(json.dumps({**fields, "text": text}, ensure_ascii=False))
    return ("\n".join(lines) + "\n").encode()


def lose_font_map(text: str) -> str:
    """What a PDF reader gives for a page in a font whose map to Unicode is lost: letters of private use, right layout."""
    return "".join(chr(SYMBOL_FONT + ord(c)) if c.isascii() and c.isalnum() else c for c in text)


def main(check: bool) -> int:
    """Write, or with `check` only compare. Returns the exit status."""
    changed = False
    for name, content in generate().items():
        path = CORPUS / name
        if path.exists() and path.read_bytes() == content:
            continue
        changed = True
        print(f"{'differs' if check else 'written'}: {name} ({len(content):,} bytes)")
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    return int(changed and check)


if __name__ == "__main__":
    sys.exit(main(check="--check" in sys.argv[1:]))
