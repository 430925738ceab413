"""RTF: text in all its encodings, headings, lists, tables, notes, formulas; nothing of what the page does not show."""

import time

import pytest

from darwin_spark.config.l1 import L1Settings
from darwin_spark.parsers.parsed import Parsed, ParseFailure
from darwin_spark.parsers.rtf import parse

HEAD = (
    r"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\froman\fcharset0 Times New Roman;}{\f1\fswiss\fcharset204 Arial Cyr;}"
    r"{\f2\fnil\fcharset128 MS Mincho;}{\f3\ftech\fcharset2 Symbol;}{\f4\fnil\fcharset238{\*\falt x}Times CE;}}"
    r"{\colortbl;\red0\green0\blue0;}{\stylesheet{\snext0 Normal;}{\s1\outlinelevel0 heading 1;}{\s2 heading 2;}{\s3 Title;}"
    r"{\*\cs10 Default Font;}}{\info{\title On Bells}{\author Smith}{\keywords bronze, tin}}{\*\generator Word 16;}"
    "\n"
)


def _parse(body: str) -> Parsed:
    return parse((HEAD + body + "}").encode("latin-1"), L1Settings())


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (r"caf\'e9 \'93now\'94 \endash  \u8217'x\~y \bullet", "café “now” – ’x y •"),
        ("raw café", "raw café"),
        (r"{\f1 \'d3\'f2\'f0\'ee\'ec}", "Утром"),
        (r"{\f2 \'82\'a0\'82\'a2} and {\f4 \'e8}", "あい and č"),
        (r"\uc1\u1059\'d3\u1090? \uc0\u8364 5 {\uc2\u960\'a6\'d0} \uc1\u-10179?\u-8704?", "Ут €5 π 😀"),
        (r"{\f3 a} \{x\} a\\b\-c\_d", "α {x} a\\bc-d"),
        (r"H{\sub 2}O is m{\super 2}\nosupersub .", "H_{2}O is m^{2}."),
        (r"seen{\v hidden}{\deleted gone} {\*\unknown no} {\pict\pngblip 89504e47} words", "seen words"),
        (r"{\header top}{\footer\chpgn}{\xe index}{\*\bkmkstart b}kept{\*\bkmkend b}", "kept"),
        (r'{\field{\*\fldinst HYPERLINK "http://x"}{\fldrslt the link}}', "the link"),
        (r"a\line b\tab c" + "\r\n" + r"d{\pict\bin5 }\x{}}e", "a b cde"),
        (r"{\shp{\*\shpinst{\sp{\sn n}{\sv v}}{\shptxt In a box.\par}}{\shprslt Again}}Words.\par", "Words.\n\nIn a box."),
    ],
)
def test_text(body: str, text: str) -> None:
    assert _parse(body).text == f"{text}\n"


def test_headings_lists_and_notes() -> None:
    parsed = _parse(
        r"\pard\s3 Bells\par\pard\s1 Casting\par\pard They melt{\super\chftn{\footnote\pard Twice.}} it.\par"
        r"{\listtext\pard\plain\f3 \'b7\tab}\pard\ls1 tin\par{\listtext\pard\plain\f3 \'b7\tab}\pard\ls1\ilvl1 ash\par"
        r""
        r"{\pntext 1.\tab}\pard first\par{\pntext 2.\tab}second\par{\listtext a)\tab}\pard "
        r"letter\par\pard\outlinelevel1 Tin\par Soft."
    )
    assert parsed.text == (
        "# Bells\n\n## Casting\n\nThey melt[^1] it.\n\n[^1]: Twice.\n\n"
        "- tin\n   - ash\n1. first\n2. second\n- a) letter\n\n### Tin\n\nSoft.\n"
    )
    assert (parsed.title, parsed.declared) == ("Bells", {"keywords": "bronze, tin"})


def test_tables() -> None:
    row = r"\trowd\cellx100\cellx200\pard\intbl {0}\cell {1}\cell\row"
    body = row.replace("{0}", "a").replace("{1}", "b") + row.replace("{0}", r"c\par d").replace("{1}", "e|f")
    assert _parse(rf"Before.\par {body}\pard After.").text == "Before.\n\n| a | b |\n| --- | --- |\n| c d | e\\|f |\n\nAfter.\n"


def test_formulas() -> None:
    fraction = r"{\mf{\mfPr{\mtype bar}}{\mnum{\mr a}}{\mden{\mr b}}}{\mr +1}"
    assert _parse(r"Here {\mmath{\*\moMath " + fraction + r"}} stands.\par").text == "Here $\\frac{a}{b}+1$ stands.\n"
    assert _parse(r"{\mmath{\*\moMathPara{\*\moMath{\mr x}}}{\mmathPict{\pict 00}}}\par").text == "$$\nx\n$$\n"


def test_file_that_ends_within_groups_is_read() -> None:
    assert parse((HEAD + r"{\b Words {\i that").encode(), L1Settings()).text == "Words that\n"


def test_objects_are_counted() -> None:
    assert _parse(r"x{\object{\*\objclass Equation.3}{\*\objdata 0102}{\result{\pict 00}}}").warnings == (
        "1 embedded objects were left out",
    )


@pytest.mark.parametrize(("content", "reason"), [(b"no rtf", "corrupt_rtf"), (b"{\\rtf1 {\\pict 00}}", "empty")])
def test_bad_files_fail_with_a_reason(content: bytes, reason: str) -> None:
    with pytest.raises(ParseFailure) as failure:
        parse(content, L1Settings())
    assert failure.value.reason == reason


@pytest.mark.parametrize("unit", ["{", r"{\b x}", r"\'e9", r"\u8217?", r"\cell", r"{\footnote x}", r"\par x", "\\"])
def test_repeats_take_linear_time(unit: str) -> None:
    def seconds(count: int) -> float:
        begin = time.process_time()
        _parse("x" + unit * count)
        return time.process_time() - begin

    seconds(1_000)
    assert seconds(40_000) < 30 * max(seconds(4_000), 0.002)
