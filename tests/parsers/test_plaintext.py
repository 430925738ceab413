"""Plain text: encodings, control characters, Project Gutenberg's framing, titles, endless lines."""

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from darwin_spark.config.l1 import L1Settings
from darwin_spark.parsers.parsed import Parsed, ParseFailure
from darwin_spark.parsers.plaintext import parse
from darwin_spark.text.normalize_markdown import normalize_markdown


def _parse(content: bytes) -> Parsed:
    return parse(content, L1Settings())


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("utf-8-sig", "Un été à la plage\n"),
        ("utf-16", "Un été à la plage\n"),
        ("utf-16-le", "Plain words without any mark\n"),
        ("cp1252", "L’été dernier, nous avons été à la plage où il faisait très chaud; le garçon a mangé.\n"),
        ("cp1250", "Příliš žluťoučký kůň úpěl ďábelské ódy. Dějiny české vědy jsou dlouhé a bohaté.\n" * 3),
        ("cp1251", "Это обычный русский текст, который должен быть распознан без ошибок.\n" * 3),
        ("koi8_r", "Это обычный русский текст, который должен быть распознан без ошибок.\n" * 3),
        ("shift_jis", "これは日本語の文章です。文字コードの判定を確認するためのものです。\n" * 5),
        ("gb18030", "这是一个中文文本，用于测试编码检测是否正确。我们希望它能够正确识别。\n" * 5),
    ],
)
def test_encoding_is_found(encoding: str, text: str) -> None:
    assert _parse(text.encode(encoding)).text == text


CYRILLIC = "Утром рыбаки вышли в море, потому что ветер переменился; объявили отлив.\n" * 4
GERMAN = "Die Glocken läuteten früh über den Dächern; größere Kähne fuhren hinaus, müßig, ohne Öl.\n" * 3
KOREAN = "종을 만드는 사람은 저녁에 청동을 부었다. 빛이 온도를 알려 주기 때문이다.\n" * 3
ENGLISH = "Schrödinger met Poincaré in Zürich, and the naïve café owner’s “fee” was 5 £ – not more.\n"


@pytest.mark.parametrize(
    ("text", "encodings"),
    [
        (CYRILLIC, ["cp866", "mac_cyrillic", "iso8859_5", "koi8_u", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le"]),
        (GERMAN, ["mac_roman", "cp850", "cp437", "iso8859_1", "iso8859_15"]),
        (
            "Sviečka horela celú noc, kým vtáky spali; žltý mesiac ťažko stúpal nad kopce.\n" * 4,
            ["iso8859_2", "cp852", "cp1250"],
        ),
        ("Κάθε πρωί οι ψαράδες έβγαιναν στη θάλασσα πριν φυσήξει ο άνεμος.\n" * 4, ["iso8859_7", "cp737", "cp1253"]),
        ("これは日本語の文章です。文字コードの判定を確認します。\n" * 3, ["iso2022_jp", "euc_jp", "cp932", "utf-16-be"]),
        ("这是一个中文文本，用于测试编码检测是否正确。\n" * 4, ["hz", "gbk", "utf-16-le"]),
        ("這是一個中文文本，用於測試編碼檢測是否正確。\n" * 4, ["big5"]),
        (KOREAN, ["euc_kr", "johab", "iso2022_kr", "utf-16-le"]),
        (ENGLISH * 3, ["cp1252", "utf-16-be"]),
        (ENGLISH.replace("’", "'").translate(str.maketrans("“”–", '""-')), ["iso8859_1", "cp850"]),
    ],
)
def test_encodings_are_told_from_each_other(text: str, encodings: list[str]) -> None:
    for encoding in encodings:
        assert _parse(text.encode(encoding)).text == text, encoding


@pytest.mark.parametrize("share", [4, 40])
def test_damaged_utf8_stays_utf8(share: int) -> None:
    text = "Good words with é and – dashes. " * share
    assert _parse(text.encode() + b"more \xe9\xff words").text == f"{text}more \ufffd\ufffd words\n"


def test_overstrikes_and_terminal_codes_go_with_their_characters() -> None:
    assert _parse(b"N\x08NA\x08AM\x08ME\x08E of the _\x08colour \x1b[31mred\x1b[0m\n").text == "NAME of the colour red\n"


def test_latin_book_with_few_accents(shared: Path) -> None:
    parsed = _parse((shared / "text" / "gutenberg-16595" / "16595-8.txt").read_bytes())
    assert "She subscribed £20 towards a" in parsed.text
    assert parsed.warnings == ("decoded as cp1252",)


START = "*** START OF THIS PROJECT GUTENBERG EBOOK LENSES ***\n\n\n"


def test_gutenberg_framing_is_cut(shared: Path) -> None:
    parsed = _parse((shared / "text" / "gutenberg-972" / "972.txt").read_bytes())
    assert parsed.title == "The Devil's Dictionary"
    assert parsed.declared == {"language": "English"}
    assert parsed.text.startswith("THE DEVIL'S DICTIONARY\n\nby Ambrose Bierce\n")
    assert parsed.text.endswith("sheds its horn every two years.\n")
    assert "Gutenberg License" not in parsed.text


@pytest.mark.parametrize(
    "note",
    [
        "E-text prepared by A. Reader, B. Writer, and the\nOnline Distributed Proofreading Team",
        'Produced by "Aloysius", and David Widger',
        "Transcribed by Anna O'Neil and Jean-Luc B.",
    ],
)
def test_the_note_of_a_files_producers_goes_with_its_framing(note: str) -> None:
    assert _parse(f"{START}{note}\n\n\nLENSES\n\nA lens bends light.\n".encode()).text == "LENSES\n\nA lens bends light.\n"


@pytest.mark.parametrize(
    "text",
    [
        "Produced by friction, heat has long been known to man.\n\nIts cause was sought.\n",
        "Prepared by the Ladies of the First Church, for young wives.\n\nSALADS\n",
        "LENSES\n\nProduced by Anna Reader\n\nThey are dear.\n",
        "Produced by Anna Reader\n",
    ],
)
def test_what_the_book_itself_says_of_who_produced_something_stays(text: str) -> None:
    assert _parse((START + text).encode()).text == text


def test_utf8_and_ascii_editions_of_a_book_frame_the_same_text(shared: Path) -> None:
    folder = shared / "text" / "gutenberg-19368"
    utf8, latin = (_parse((folder / name).read_bytes()) for name in ("19368-0.txt", "19368.txt"))
    assert utf8.title == latin.title
    assert abs(len(utf8.text) - len(latin.text)) < 0.05 * len(utf8.text)


def test_one_bad_byte_does_not_change_the_encoding() -> None:
    text = "naïve café über Größe " * 20
    assert _parse(text.encode() + b"\xff end").text == f"{text}� end\n"


def test_control_characters_are_removed_with_a_warning() -> None:
    parsed = _parse(b"one\x00 two\x1b three")
    assert parsed.text == "one two three\n"
    assert parsed.warnings == ("removed 2 NUL or control characters",)


def test_mojibake_is_repaired_and_good_text_is_not_touched() -> None:
    assert _parse("It’s the café’s rôle".encode().decode("cp1252").encode()).text == "It’s the café’s rôle\n"
    good = "A ação em SÃO PAULO; “quotes” — and ½ of α\n"
    assert _parse(good.encode()).text == good


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Debian Policy Manual\n********************\n\nThis manual", "Debian Policy Manual"),
        ("On Cells\n\nCells are small.", "On Cells"),
        ("This is a sentence.\n\nAnd more.", None),
        ("wrapped text goes\non and on\n", None),
        ("From: somebody\n\nHello", None),
        ("Only a line", None),
    ],
)
def test_title_is_taken_only_when_plain(text: str, title: str | None) -> None:
    assert _parse(text.encode()).title == title


@pytest.mark.parametrize("unit", [b"word ", b"\xe9t\xe9 ", b"\x00", b" \t", "Ã©Â ".encode(), b"\r\n"])
def test_endless_lines_take_linear_time(unit: bytes) -> None:
    content = b"x" + unit * (1_000_000 // len(unit))
    begin = time.process_time()
    _parse(content)
    assert time.process_time() - begin < 40  # seconds; quadratic time takes minutes


@pytest.mark.parametrize("content", [b" \n\t\n", b"\x00\x00", "\ufeff".encode()])
def test_nothing_to_read_is_empty(content: bytes) -> None:
    with pytest.raises(ParseFailure) as failure:
        _parse(content)
    assert failure.value.reason == "empty"


def test_a_letter_that_nothing_is_printed_over_stays() -> None:
    assert _parse(b"Edge x\x08\nof the text\x08\x00").text == "Edge x\nof the text\n"


@given(st.binary(min_size=1, max_size=400))
def test_any_bytes_give_normalized_text(content: bytes) -> None:
    text = _parse(b"x" + content).text
    assert text == normalize_markdown(text)
    assert text.strip()
