"""Bad rewritten windows, each with its reason; a good one passes."""

import pytest

from darwin_spark.l5_complete.checks import check

WINDOW = """## 3.2 Decay of the signal

The signal decays with the rate $\\lambda_{1} = 0.693 / T$, where T = 12.7 h is the half-life [4]. Clearly, after 38.1 h
one eighth is left, in agreement with Table 2.

$$
N(t) = N_0 \\, e^{-\\lambda_1 t} \\quad (5)
$$

### Background correction

We subtract 215 counts per second, the mean of 40 blank runs."""

GOOD = """## 3.2 Decay of the signal

The signal decays with the rate $\\lambda_1 = 0.693/T$. Here T = 12.7 h is the half-life [4], the time after which one half of
the nuclei is left; the number 0.693 is the natural logarithm of two, and it enters because we ask when the exponential has
fallen to one half. How much is left after 38.1 h? That time is three half-lives, and with each of them one half goes: one half,
one quarter, one eighth. So one eighth is left, in agreement with Table 2. The law behind it is

$$N(t) = N_0 e^{-\\lambda_1 t} (5)$$

### Background correction

A counter also clicks without a sample. We subtract 215 counts per second, the mean of 40 blank runs, so that only decays of
the sample remain."""


def test_a_faithful_longer_window_is_taken() -> None:
    assert check(WINDOW, f"\n{GOOD}\n", "stop").text == GOOD


@pytest.mark.parametrize(
    ("output", "finish_reason", "reason"),
    [
        (None, "stop", "empty_output"),
        ("  \n", "stop", "empty_output"),
        (GOOD, "length", "cut_by_length"),
        (GOOD + " one half of it is left and" * 90, "stop", "repetition"),
        ("Here is the rewritten window:\n\n" + GOOD, "stop", "meta_talk"),
        ("Sure! " + GOOD, "stop", "meta_talk"),
        (GOOD + "\n\nThe original text gives no reason for this.", "stop", "meta_talk"),
        (GOOD + "\n\nIn this passage we saw how it decays.", "stop", "meta_talk"),
        (GOOD.replace("### Background correction", "### Correcting the background"), "stop", "headers_lost"),
        ("### Background correction\n\n" + GOOD.replace("### Background correction", ""), "stop", "headers_lost"),
        (GOOD.replace("e^{-\\lambda_1 t}", "e^{-\\lambda_2 t}"), "stop", "formulas_lost"),
        (GOOD.replace("215", "about two hundred").replace("38.1", "some").replace("12.7", "many"), "stop", "numbers_lost"),
        (GOOD + "\n\n" + " ".join(f"Furthermore, point {i} follows from {i * i}." for i in range(400)), "stop", "too_long"),
        (
            GOOD + "\n\nWhere the text leaps (clearly, a straightforward calculation shows), write the steps out one "
            "after another, and say why each step is taken and what justifies it.",
            "stop",
            "prompt_echo",
        ),
    ],
)
def test_bad_answers_are_refused_with_their_reason(output: str | None, finish_reason: str, reason: str) -> None:
    assert check(WINDOW, output, finish_reason).reason == reason


def test_a_summary_is_too_short() -> None:
    prose = "The sample was heated slowly under argon, and its mass was noted at regular times until it no longer changed. " * 2
    assert check(prose, "The sample was heated under argon until its mass was constant.", "stop").reason == "too_short"


def test_words_of_the_window_are_no_talk_about_it() -> None:
    window = "A reader of this passage of Homer sees the original text in a new light, as scholars have long said."
    assert check(window, window + " For the original text was sung.", "stop").reason is None
