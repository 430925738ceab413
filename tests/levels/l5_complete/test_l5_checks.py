"""Bad rewritten windows are rejected with a reason; a good one is accepted."""

import pytest

from darwin_spark.levels.l5_complete.checks import check

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


GERMAN = (
    "Das Signal fällt mit einer Rate, die von der Halbwertszeit abhängt. Nach drei Halbwertszeiten ist noch ein Achtel übrig, "
    "wie es auch die Tabelle zeigt. Wir ziehen den Untergrund ab, den wir aus vierzig Messungen ohne Probe bestimmt haben."
)


def test_a_faithful_longer_window_is_accepted() -> None:
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
        (GOOD.replace("Table 2", "the table"), "stop", "labels_changed"),
        (GOOD.replace("Table 2", "Table 2 and Figure 9"), "stop", "labels_changed"),
        (GOOD.replace(" [4]", ""), "stop", "citations_lost"),
        (GOOD.replace("one eighth. So", "one eighth (Miller et al., 1999). So"), "stop", "citations_made_up"),
        (GOOD + "\n\n## 3.3 Conclusion\n\nAll decays.", "stop", "headers_added"),
        (GOOD.replace("$\\lambda_1 = 0.693/T$", "$\\lambda_1 = 0.963/T$"), "stop", "formulas_lost"),
        (GERMAN, "stop", "wrong_language"),
        (GOOD + "\n\n" + " ".join(f"Furthermore, point {i} follows from {i * i}." for i in range(400)), "stop", "too_long"),
        (
            GOOD + "\n\nWhere the text leaps (clearly, a straightforward calculation shows), write the steps out one "
            "after another, and say why each step is taken and what justifies it.",
            "stop",
            "prompt_echo",
        ),
    ],
)
def test_rejected_answers_have_their_reason(output: str | None, finish_reason: str, reason: str) -> None:
    assert check(WINDOW, output, finish_reason).reason == reason


def test_a_summary_is_too_short() -> None:
    prose = "The sample was heated slowly under argon, and its mass was noted at regular times until it no longer changed. " * 2
    assert check(prose, "The sample was heated under argon until its mass was constant.", "stop").reason == "too_short"


def test_words_from_the_window_do_not_count_as_comments_about_it() -> None:
    window = "A reader of this passage of Homer sees the original text in a new light, as scholars have long said."
    assert check(window, window + " For the original text was sung.", "stop").reason is None


def test_an_answer_that_continues_into_the_next_section_is_refused_and_a_long_explanation_is_not() -> None:
    window = (
        "The lattice constants were refined against the powder pattern, and the occupancies were held at one throughout. "
        "Thermal parameters converged within twelve cycles, leaving no residual density above the background anywhere."
    )
    aside = "A refinement moves each parameter by a small step and asks whether the computed pattern comes closer. " * 2
    assert check(window, f"{window} {aside}", "stop").reason is None
    plain = ["water", "boils", "sooner", "when", "pressure", "drops", "because", "fewer", "molecules", "push", "back"]
    beyond = " ".join(f"We turn to sample {word} {other} next." for word in plain for other in plain[:5])
    assert check(window, f"{window} {aside}{beyond}", "stop").reason == "exceeds_window"


def test_a_formula_may_stand_on_a_line_of_its_own() -> None:
    answer = GOOD.replace("$\\lambda_1 = 0.693/T$", "\n\n$$\\lambda_1=0.693/T$$\n\n")
    assert check(WINDOW, answer, "stop").reason is None
