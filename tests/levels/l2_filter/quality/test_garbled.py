import base64
import json
import random
from pathlib import Path
from statistics import mean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from darwin_spark.levels.l2_filter.quality.garbled import garbled_ratio

GERMAN = "Die Universität wurde 1386 gegründet und gehört zu den ältesten Hochschulen. „Schöne Größe“, sagte der Präsident. "
RUSSIAN = "Съешь же ещё этих мягких французских булок, да выпей чаю. "
CHINESE = "深度学习是机器学习的一个分支，它基于人工神经网络的研究。"
LATEX = r"\UnaryInf$\fCenter !A, \lnot !A$ \RightLabel{\LeftR{\land}} \[ \frac{\partial u}{\partial t} = \alpha \nabla^2 u \] "
CHEMISTRY = "N-(2,6-dimethylphenyl)-2-(diethylamino)acetamide, C14H22N2O, 1,3,7-trimethylpurine-2,6-dione in H2SO4 (98%) "
REFERENCE = "[12] Smith JA, Müller K. Nat Rev Mol Cell Biol. 2010;11(3):252–63. doi:10.1038/nrm2867. PMID: 20177397. "
TABLE = "| 0.123 | 4.56e-7 | 12.0 ± 0.3 | p < 0.001 |\n|-------|---------|------------|-----------|\n"
CONTENTS = "1.2 Introduction ................................................ 17\n"
CODE = "for (int i = 0; i < n; i++) { total += values[i] * weights[i]; }\n"
SEQUENCE = "MKTAYIAKQRQISFVKSHFSRQLEERLGLIEVQAPILSRVGDGTQDNLSGAEKAVQVKVKALPDAQFEVV"


@pytest.mark.parametrize(
    "text", [GERMAN, RUSSIAN, CHINESE, LATEX, CHEMISTRY, REFERENCE, TABLE, CONTENTS, CODE, SEQUENCE, "ACGTTGCA", "3.14159 ± 2"]
)
def test_text_of_any_script_is_not_garbled(text: str) -> None:
    assert garbled_ratio(text * 50) < 0.02


def test_real_articles_are_not_garbled(articles: dict[str, str]) -> None:
    assert max(map(garbled_ratio, articles.values())) < 0.02


def ocr_ratios(shared: Path) -> dict[str, list[float]]:
    with (shared / "ocr" / "oldbooks_pairs.jsonl").open() as file:
        pages = [json.loads(line) for line in file]
    return {
        kind: [garbled_ratio(page[kind] or "") for page in pages]
        for kind in ("ground_truth", "tesseract_minimum", "tesseract_otsu")
    }


def test_readable_ocr_of_old_books_is_not_garbled(shared: Path) -> None:
    assert max(map(max, ocr_ratios(shared).values())) < 0.05


def test_ocr_scores_worse_than_its_ground_truth(shared: Path) -> None:
    ratios = ocr_ratios(shared)
    assert max(ratios["ground_truth"]) == 0
    assert mean(ratios["tesseract_minimum"]) > 0.0005
    assert sum(ratio > 0 for ratio in ratios["tesseract_minimum"]) > len(ratios["ground_truth"]) / 3


def test_stray_combining_marks_in_prose_are_garbled() -> None:
    prose = "When this book was written, the writer was under the supposition then generally current. "
    assert garbled_ratio(prose + "“ the “king” , \\ and _ he") == pytest.approx(
        4 / len((prose + "“ the “king” , \\ and _ he").replace(" ", ""))
    )
    assert garbled_ratio(prose + "he paused . . . and left : so ; it") == pytest.approx(1 / 103, rel=0.05)
    assert garbled_ratio(TABLE + "| . | , | _ |\n") == 0


def garbage() -> dict[str, str]:
    chosen = random.Random(7)
    binary = chosen.randbytes(20_000)
    noise = ("".join(chosen.choices("aeoSEIlt1i|rcn.,'—~=^*«", k=chosen.randint(1, 4))) for _ in range(5_000))
    english = "When this book was written, the writer was under the supposition then generally current. "
    return {
        "binary": binary.decode("latin-1"),
        "binary as UTF-8": binary.decode("utf-8", "replace"),
        "UTF-16 as Latin-1": (english * 50).encode("utf-16-le").decode("latin-1"),
        "private use": "".join(chr(0xF000 + ord(c)) if c.isalpha() else c for c in english * 20),
        "glyph numbers": "".join(f"(cid:{ord(c)})" for c in english * 20),
        "glyph names": "".join(f"/G{ord(c) % 90:02d}" for c in english * 20),
        "shifted font": "".join(chr(ord(c) - 29) if c.isalpha() else c for c in english * 50),
        "base64": base64.b64encode(binary).decode(),
        "hex": binary.hex(),
        "mojibake of Russian": (RUSSIAN * 20).encode().decode("cp1252", "replace"),
        "mojibake of Chinese": (CHINESE * 20).encode().decode("latin-1"),
        "OCR of a picture": " ".join(noise),
        "random letters": "".join(chosen.choices("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ ", k=9_000)),
        "letter-spaced": " ".join(english * 50),
    }


@pytest.mark.parametrize("kind", garbage())
def test_garbage_is_garbled(kind: str) -> None:
    assert garbled_ratio(garbage()[kind]) > 0.7


def test_the_ratio_grows_with_the_share_of_garbage(articles: dict[str, str]) -> None:
    text = next(iter(articles.values()))[:20_000]
    noise = garbage()["binary as UTF-8"]
    ratios = [garbled_ratio(text + noise[:length]) for length in (0, 2_000, 8_000, 20_000)]
    assert ratios == sorted(ratios)
    assert ratios[0] < 0.02 < ratios[1] < 0.5 < ratios[-1]


def test_a_few_broken_characters_are_counted_individually() -> None:
    assert garbled_ratio("ab\ufffd d\x01ef \ue000 (cid:7)") == pytest.approx(10 / 15)
    assert garbled_ratio("na\u00c3\u00afve and \u00e2\u20ac\u0153quoted") == pytest.approx(5 / 18)
    assert garbled_ratio("caf\u00e9\u2019s \u00dcber\u201c") == 0


@given(st.text(st.characters(exclude_categories=()), max_size=2_000))
def test_any_text_has_a_ratio(text: str) -> None:
    assert 0 <= garbled_ratio(text) <= 1
