import pytest
from hypothesis import given
from hypothesis import strategies as st

from darwin_spark.levels.l3_classify.fdc import discipline, parse

# The paper's table (§A.1), written out a second time so that a slip in the data file is seen.
PAPER = {
    "computer science": [(0, 9)],
    "engineering": [(355, 359), (600, 609), (620, 629), (630, 639), (660, 669), (670, 689), (690, 699)],
    "mathematics": [(500, 519)],
    "physics": [(530, 539)],
    "chemistry": [(540, 549)],
    "biology": [(570, 579)],
    "medicine": [(610, 619)],
    "stem others": [(520, 529), (550, 559), (560, 569), (580, 589), (590, 599), (910, 919)],
    "human and social": [
        *((10, 99), (350, 354), (640, 659), (100, 129), (140, 149), (160, 199), (130, 139), (150, 159), (200, 299)),
        *((300, 319), (360, 369), (380, 399), (320, 329), (330, 339), (340, 349), (370, 379), (400, 499), (700, 709)),
        *(
            (750, 769),
            (710, 729),
            (730, 739),
            (740, 749),
            (770, 779),
            (780, 789),
            (790, 799),
            (800, 899),
            (900, 909),
            (920, 999),
        ),
    ],
}


def test_every_code_has_the_one_discipline_of_the_paper() -> None:
    for code in range(1_000):
        expected = [name for name, ranges in PAPER.items() if any(first <= code <= last for first, last in ranges)]
        answer = discipline(f"{code:03}")
        assert answer is not None
        assert [answer.discipline] == expected, code


@pytest.mark.parametrize(
    ("code", "subdiscipline"),
    [
        ("355", "military science"),
        ("354", "management"),
        ("621", "general"),
        ("622", "mining"),
        ("623", "maritime"),
        ("625", "railway"),
        ("627", "water"),
        ("628", "environment"),
        ("629", "general"),
        ("639", "agriculture"),
        ("660", "chemical"),
        ("689", "manufacturing"),
        ("690", "construction"),
        ("150", "psychology"),
        ("140", "philosophy"),
        ("520", "astronomy"),
        ("910", "geography"),
        ("920", "history"),
        ("510", "mathematics"),
    ],
)
def test_the_second_level_is_the_papers(code: str, subdiscipline: str) -> None:
    answer = discipline(code)
    assert answer is not None
    assert answer.subdiscipline == subdiscipline


def test_the_overlap_at_610_is_medicine() -> None:
    assert [discipline(code).discipline for code in ("609", "610")] == ["engineering", "medicine"]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("616.80", "616.8"),
        ("338.4/7355", "338.4"),
        ("330/.01/5195", "330.01"),
        ("332 22", "332"),
        ("620: Ingenieurwissenschaften", "620"),
        ("004", "004"),
        ("5", "500"),
        ("51", "510"),
        (" 540 ", "540"),
    ],
)
def test_codes_are_read_as_libraries_write_them(written: str, plain: str) -> None:
    assert parse(written) == plain


@pytest.mark.parametrize("written", [None, "", "-1", "1000", "51.2", "B", "a", "[616]", "SCI055000", "٣٣٣", ".5"])
def test_what_is_no_code_has_no_discipline(written: str | None) -> None:
    assert parse(written) is None
    assert discipline(written) is None


@given(st.integers(0, 999), st.text("0123456789", max_size=8))
def test_decimals_never_change_the_discipline(section: int, decimals: str) -> None:
    assert discipline(f"{section:03}.{decimals}") == discipline(f"{section:03}")


@given(st.text(max_size=12))
def test_parsing_is_idempotent_and_never_raises(written: str) -> None:
    once = parse(written)
    assert once is None or parse(once) == once
