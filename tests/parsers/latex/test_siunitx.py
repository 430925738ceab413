"""Numbers and units of siunitx, as its manual shows them."""

import pytest
from support_latex import line_of

_PACKAGE = r"\usepackage{siunitx}"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (r"\num{12345,67890} \num{.3e45} \num{3.45d-4} \num{-e3} \num{+5}", "12345.67890 0.3 × 10⁴⁵ 3.45 × 10⁻⁴ −10³ 5"),
        (r"\num{1.23(4)} \num{1.23 +- 0.15} \num{10.0(20)e2} \num{<5} \num{\le 5}", "1.23(4) 1.23(15) 10.0(20) × 10² < 5 ≤ 5"),
        (r"\num{2 x 3} \num{1/3} \num{1 \times 10^{4}} \complexnum{1+2i} \num{2i}", "2 × 3 1/3 1 × 10⁴ 1 + 2i 2i"),
        (r"\ang{10} \ang{1;2;3} \ang{45;30;} \ang{-0.5} \ang{;;4}", "10° 1°2′3″ 45°30′ −0.5° 4″"),
        (r"\si{\kilo\gram\metre\per\second\squared} \unit{\per\cubic\centi\metre}", "kg m s⁻² cm⁻³"),
        (r"\SI{5}{\percent} \qty{90}{\degree} \qty{20}{\degreeCelsius} \SI{1}{\kibi\byte}", "5 % 90° 20 °C 1 KiB"),
        (
            r"\qty{20}{\um} \qty{3}{\GHz} \qty{12}{\kWh} \qty{2}{\kPa} \qty{7}{\TeV} \qty{5}{\mohm}",
            "20 µm 3 GHz 12 kWh 2 kPa 7 TeV 5 mΩ",
        ),
        (r"\SI{8}{\newton\tothe{3}} \SI{9}{\raiseto{4}\metre} \SI{1}{\metre\tothe{0.5}}", "8 N³ 9 m⁴ 1 m^{0.5}"),
        (r"\SI{4}{m.s^{-1}} \SI{4}{m/s} \SI{5}{kg~m^2} \SI{5}{\mu m} \SI{20}{^{\circ}C}", "4 m s⁻¹ 4 m/s 5 kg m² 5 µm 20 °C"),
        (
            r"\numlist{10;20;30} \numlist{1;2} \SIlist{0.1;0.2}{\mm} \numrange{5}{7} \SIrange{1}{2}{\kelvin}",
            "10, 20 and 30 1 and 2 0.1 mm and 0.2 mm 5 to 7 1 K to 2 K",
        ),
        (r"\qtyproduct{2 x 4}{\mm} \SI{2 x 4}{\mm} \numproduct{2 x 4 x 3}", "2 mm × 4 mm 2 mm × 4 mm 2 × 4 × 3"),
        (r"\SI{10}[\$]{\per\kilo\gram} \SI{}{\metre} \num{} \SI{five}{\metre}", r"\$10 kg⁻¹ m five m"),
        (r"\qty{5}{\kg\of{met}} \SI{3(1)}{\micro\metre} \complexqty{1+2i}{\ohm}", "5 kg_{met} 3(1) µm (1 + 2i) Ω"),
    ],
)
def test_numbers_and_units(source: str, expected: str) -> None:
    assert line_of(source, _PACKAGE) == expected


@pytest.mark.parametrize(
    ("options", "source", "expected"),
    [
        ("per-mode=symbol", r"\SI{5}{\joule\per\mole\per\kelvin}", "5 J/(mol K)"),
        ("per-mode=repeated-symbol", r"\SI{5}{\joule\per\mole\per\kelvin}", "5 J/mol/K"),
        ("per-mode=reciprocal-positive-first", r"\SI{5}{\per\second\metre}", "5 m s⁻¹"),
        ("sticky-per", r"\si{\joule\per\mole\kelvin}", "J mol⁻¹ K⁻¹"),
        ("inter-unit-product=\\cdot", r"\si{\newton\metre}", "N·m"),
        ("locale=DE", r"\num{1.5e3}", "1,5 · 10³"),
        ("output-decimal-marker={,}", r"\num{1.5}", "1,5"),
        ("group-separator={,}", r"\num{1234567}", "1,234,567"),
        ("separate-uncertainty=true", r"\SI{1.23(4)}{\metre}", "(1.23 ± 0.04) m"),
        ("uncertainty-mode=separate", r"\num{1.23(4)e5}", "(1.23 ± 0.04) × 10⁵"),
        ("round-mode=places,round-precision=2", r"\num{1.23456}", "1.23"),
        ("round-mode=figures,round-precision=3", r"\num{12345}", "12300"),
        ("scientific-notation=true", r"\num{12345}", "1.2345 × 10⁴"),
        ("exponent-mode=engineering", r"\num{12345}", "12.345 × 10³"),
        ("range-phrase=--,range-units=single", r"\SIrange{1}{5}{\metre}", "1–5 m"),
        ("list-units=single,list-final-separator={, or }", r"\SIlist{1;2;3}{\metre}", "1, 2, or 3 m"),
        ("product-units=bracket-power", r"\qtyproduct{2 x 4}{\mm}", "(2 × 4) mm²"),
    ],
)
def test_settings_change_what_is_printed(options: str, source: str, expected: str) -> None:
    assert line_of(rf"\sisetup{{{options}}}{source}", _PACKAGE) == expected
    assert line_of(source, rf"\usepackage[{options}]{{siunitx}}") == expected


def test_settings_end_with_their_group() -> None:
    assert line_of(r"{\sisetup{per-mode=symbol}\si{\metre\per\second}} \si{\metre\per\second}", _PACKAGE) == "m/s m s⁻¹"


def test_units_prefixes_and_powers_of_the_author() -> None:
    preamble = _PACKAGE + (
        r"\DeclareSIUnit\molar{\mole\per\cubic\deci\metre}\DeclareSIUnit[per-mode=symbol]{\px}{px}\DeclareSIPrefix\myria{my}{4}"
        r"\DeclareSIPower\quartic\tothefourth{4}\DeclareSIQualifier\polymer{pol}\newcommand{\speed}{\metre\per\second}"
    )
    source = (
        r"\SI{1}{\milli\molar} \qty{3}{\px} \si{\myria\metre} \si{\metre\tothefourth} \si{\quartic\metre} "
        r"\si{\gram\polymer} \SI{2}{\speed}"
    )
    assert line_of(source, preamble) == "1 mmol dm⁻³ 3 px mym m⁴ m⁴ g_{pol} 2 m s⁻¹"


def test_units_in_formulas_are_tex() -> None:
    source = r"$t=\SI{20}{\second}$, $v=\qty{4}{m.s^{-1}}$, $\num{1.5e-3}$, $\ang{45}$, $\si{\micro\metre\per\second\squared}$"
    assert line_of(source, _PACKAGE) == (
        r"$t={20\,\mathrm{s}}$, $v={4\,\mathrm{m\,s^{-1}}}$, ${1.5 \times10^{-3}}$, ${45^{\circ}}$, "
        r"${\mathrm{\mu m}\,\mathrm{s}^{-2}}$"
    )


def test_number_columns_are_written_like_numbers() -> None:
    table = r"\begin{tabular}{l S}A & {B}\\ a & 1.2e3\\ b & 12(1)\\ c & {--}\\ d & 1.5\end{tabular}"
    assert line_of(table, _PACKAGE).endswith("| a | 1.2 × 10³ | | b | 12(1) | | c | – | | d | 1.5 |")


def test_words_between_numbers_are_of_the_documents_language() -> None:
    assert (
        line_of(r"\numrange{1}{5} \SIlist{1;2}{\m}", r"\usepackage[ngerman]{babel}\usepackage{siunitx}")
        == "1 bis 5 1 m und 2 m"
    )


def test_commands_of_other_packages_with_the_same_names() -> None:
    assert line_of(r"\unit[5]{m} \unitfrac[3]{m}{s} \nicefrac{1}{2}", r"\usepackage{units}") == "5 m 3 m/s 1/2"
    assert line_of(r"$\qty(\frac{1}{2})$", r"\usepackage{physics}") == r"$\left(\frac{1}{2}\right)$"
    assert line_of(r"see \SI.", r"\newcommand{\SI}{Supporting Information}") == "see Supporting Information."
    assert line_of(r"$\num{n}+1$") == r"$\num{n}+1$"
    assert line_of(r"5\,\micro\metre, \celsius", r"\usepackage{gensymb}") == "5 µm, °C"
