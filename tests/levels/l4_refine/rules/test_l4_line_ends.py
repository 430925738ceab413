"""Words broken at line ends, and what stands around a removed address."""

import pytest

from darwin_spark.levels.l4_refine.rules import refine

LONG = "Long lines are not wrapped. " * 8
PROSE = "The clerk in the office by the harbour took the parcel, and the ferry was late.\n\n"


def _refined(text: str) -> str:
    return refine(f"# Title\n\n{PROSE}{text}\n").text.removeprefix(f"# Title\n\n{PROSE}").rstrip("\n")


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        ("The set-\ntling of grains", "The settling of grains"),
        ("A pot-\nter's kiln", "A potter's kiln"),
        ("It is the well-\nknown half-\nopen door", "It is the well-known half-open door"),
        ("with an X-\nray tube and a 2-\nfold rise", "with an X-ray tube and a 2-fold rise"),
        ("a state-of-the-\nart virtual-mysql-\ntestsuite", "a state-of-the-art virtual-mysql-testsuite"),
        ("the well-be-\nhaved child", "the well-behaved child"),
        ("of water- \nand fat-soluble dyes", "of water- and fat-soluble dyes"),
        ("he gave the par\u00ac\ncel to the clerk", "he gave the parcel to the clerk"),
        ("- the kiln has a tem-\nperature of 900", "- the kiln has a temperature of 900"),
        (
            f"{'Long lines are not wrapped. ' * 8}They have a tem-\nperature, too.",
            f"{'Long lines are not wrapped. ' * 8}They have a temperature, too.",
        ),
    ],
)
def test_words_broken_at_line_ends_are_whole(lines: str, text: str) -> None:
    assert _refined(lines) == text


@pytest.mark.parametrize(
    "text",
    [
        "Tar is black\nwax is pale\nropes are long",
        "pre-\npost-\nanti-",
        "Prefixes are pre-\npost-\nanti-",
        "| a- | b |\n| --- | --- |\n| x- | y |",
        "```\nfor-\nward\n```",
        "He went away --\nand came back",
        "From 1990 -\nto the day",
        "a   b   c   d-\ne   f   g   h",
    ],
)
def test_lines_that_end_with_no_broken_word_stay(text: str) -> None:
    assert _refined(text) == text


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("(Kiln BV, Delft, Netherlands, http://www.kiln.nl)", "(Kiln BV, Delft, Netherlands)"),
        ("[Kiln BV, www.kiln.nl/]", "[Kiln BV]"),
        ("(Core Team; https://x.org)", "(Core Team)"),
        ("(Core: https://x.org)", "(Core)"),
        ("(Core – https://x.org)", "(Core)"),
        ("(Core, <https://x.org>)", "(Core)"),
        ("(Core, available at https://x.org)", "(Core)"),
        ("(Core, URL: https://x.org and https://y.org)", "(Core)"),
        ("(Core, https://x.org; Kiln, https://y.org)", "(Core; Kiln)"),
        ("(Core, doi: 10.1234/abc.d)", "(Core)"),
        ("(Core, https://x.org, Delft)", "(Core, Delft)"),
        ("(see https://x.org, accessed in May)", "(accessed in May)"),
        ("(https://x.org, version 2)", "(version 2)"),
    ],
)
def test_a_removed_address_leaves_no_mark_that_led_to_it(before: str, after: str) -> None:
    assert _refined(f"The tool {before} was used for it.") == f"The tool {after} was used for it."


@pytest.mark.parametrize("inside", ["https://x.org", "see https://x.org", "https://x.org; https://y.org"])
def test_a_bracket_that_held_addresses_only_goes(inside: str) -> None:
    assert _refined(f"The tool ({inside}) was used for it.") == "The tool was used for it."
