"""Weight, pitch and slant of TeX's fonts are told by their names, in each of its families."""

import pytest

from darwin_spark.parsers.pdf.characters.styles import _font


@pytest.mark.parametrize(
    ("fonts", "style"),
    [
        ("cmr10 csr12 lmr10 plr10 ecrm1000 sfrm1095 tcrm1000 cmss10 sfss1440 larm1000 rtxr cmbr10 lmroman10-regular", ""),
        (
            "cmbx12 cmb10 cmssbx10 cmssdc10 lcmssb8 csbx12 ecbx1000 sfsx2074 ecrb1000 labx1200 rtxb cmbrbx10 lmsans10-bold",
            "bold",
        ),
        (
            "cmtt10 cstt10 pltt10 cmtex10 cmtcsc10 ectt1000 sftt1095 sfvt1000 latt1000 txtt t1xtt newtxtt cmtl10 lmtt10",
            "mono",
        ),
        ("cmitt10 cmsltt10 ecit1000 sfst1000 ecvi1000 t1xtt-slant_167 lmmonoslant10-regular", "mono italic"),
        ("txbtt t1xbtt lmmonolt10-bold", "bold mono"),
        ("cmti10 cmsl12 cmssi10 ecti1000 sfsl1000 sfsi1000 rpxi lmroman10-italic", "italic"),
        ("cmbxti10 cmbxsl10 ecbi1000 sfbl1200 sfso1000 rpxbi", "bold italic"),
    ],
)
def test_names_tell_the_style(fonts: str, style: str) -> None:
    for font in fonts.split():
        found = _font(f"ABCDEF+{font}", 0, 700 if font.startswith(("cm", "sf", "ec", "cs")) and style == "" else 400)
        assert (font, found.bold, found.mono, found.italic) == (font, *(word in style for word in ("bold", "mono", "italic")))


def test_the_weight_of_other_fonts_is_what_they_declare() -> None:
    assert _font("palatino", 0, 700).bold
    assert not _font("palatino", 0, 400).bold


def test_a_font_named_roman_or_regular_is_not_bold_whatever_its_stems() -> None:
    assert not _font("times-roman", 0, 695).bold
    assert not _font("lato-regular", 0, 700).bold
