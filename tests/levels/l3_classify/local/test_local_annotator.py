import random
from collections import Counter
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from darwin_spark.levels.l3_classify.annotator import Document
from darwin_spark.levels.l3_classify.fdc import discipline
from darwin_spark.levels.l3_classify.hashed_tokens import words as words_of
from darwin_spark.levels.l3_classify.local.annotator import LocalAnnotator
from darwin_spark.levels.l3_classify.local.features import AFFIX, BUCKETS, term_features
from darwin_spark.levels.l3_classify.local.features import buckets as buckets_of
from darwin_spark.levels.l3_classify.local.weights import SHIPPED, Weights, WeightsError, load, shipped

LOCAL = LocalAnnotator()

# Openings of abstracts in the style of their field, written for this test.
SNIPPETS = {
    "mathematics": (
        "We prove that every compact Kähler manifold with trivial canonical bundle admits a unique Ricci-flat "
        "metric in each Kähler class, and give a new proof of the theorem by a continuity method for the Monge-"
        "Ampère equation."
    ),
    "medicine": (
        "In this randomized, double-blind trial, patients with acute ischemic stroke received aspirin or placebo. "
        "The primary outcome was death from any cause within 90 days. Adverse events were recorded in both groups."
    ),
    "computer science": (
        "We present a distributed operating system kernel whose scheduler is verified by model checking. The "
        "compiler translates programs into bytecode, and our software runs on commodity servers and networks."
    ),
    "physics": (
        "We measure the spin relaxation of electrons in a quantum well at low temperature. The magnetic field "
        "dependence of the resonance agrees with the predicted photon scattering and the energy spectrum of the "
        "laser."
    ),
    "engineering": (
        "The fatigue of welded steel girders is tested under cyclic load, and the design of the machine is "
        "verified by finite element analysis. The stiffness of the joints and the vibration of the bearings are "
        "measured."
    ),
    "human and social": (
        "Die Geldpolitik der Europäischen Zentralbank und die Inflation im Euroraum. Wir untersuchen die Wirkung "
        "des Leitzinses auf die Investitionen der Unternehmen und auf den Arbeitsmarkt."
    ),
}


@pytest.mark.parametrize(("expected", "text"), SNIPPETS.items())
def test_a_plain_abstract_gets_its_discipline(expected: str, text: str) -> None:
    (annotation,) = LOCAL.annotate([Document(head=text)])
    found = discipline(annotation.labels.fdc_level_3)
    assert found is not None
    assert found.discipline == expected
    assert annotation.probabilities is not None
    assert max(annotation.probabilities, key=lambda name: annotation.probabilities[name]) == expected  # type: ignore[index]
    assert sum(annotation.probabilities.values()) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("text", ["", " \n", "\x00\x01\xff" * 3_000, "\ud800 \udfff", "四月は君の嘘" * 50, "0 1 2 3"])
def test_a_document_without_known_words_gets_no_discipline(text: str) -> None:
    (annotation,) = LOCAL.annotate([Document(head=text)])
    assert (annotation.labels.fdc_level_3, annotation.probabilities) == (None, None)


@pytest.mark.parametrize(
    ("declared", "code"),
    [({"ddc": "338.4"}, "338.4"), ({"subjects": "Ecology"}, "577"), ({"categories": "math.AG"}, "516")],
)
def test_declared_subjects_override_the_model(declared: dict[str, str], code: str) -> None:
    (annotation,) = LOCAL.annotate([Document(head=SNIPPETS["medicine"], declared=declared)])
    assert annotation.labels.fdc_level_3 == code
    assert annotation.probabilities is not None
    assert annotation.probabilities["medicine"] > 0.5


def test_below_min_probability_there_is_no_discipline() -> None:
    document = Document(head=SNIPPETS["medicine"])
    (sure,), (never,) = (LocalAnnotator(least).annotate([document]) for least in (0.0, 1.0))
    assert sure.labels.fdc_level_1 == "6"
    assert never.labels.fdc_level_1 is None
    assert never.probabilities == sure.probabilities


def test_labels_do_not_depend_on_the_batch() -> None:
    documents = [Document(head=text, title=text[:40]) for text in SNIPPETS.values()] * 3
    whole = LOCAL.annotate(documents)
    order = random.Random(0).sample(range(len(documents)), len(documents))
    shuffled = LocalAnnotator().annotate([documents[place] for place in order])
    assert [whole[place] for place in order] == shuffled
    assert [annotation for document in documents for annotation in LOCAL.annotate([document])] == whole


@given(st.text(max_size=300))
def test_any_text_gets_labels(text: str) -> None:
    (annotation,) = LOCAL.annotate([Document(head=text, title=text[:50])])
    assert annotation.probabilities is None or sum(annotation.probabilities.values()) == pytest.approx(1, abs=1e-5)


@given(st.lists(st.text("abcdefgß", min_size=1, max_size=9), min_size=1, max_size=20))
def test_a_feature_depends_on_its_letters_only(words: list[str]) -> None:
    found, affixes = buckets(" ".join(words))
    alone = [buckets(word) for word in words]
    assert found == [number for word, _ in alone for number in word]
    assert sorted(affixes) == sorted(number for _, both in alone for number in both)


def buckets(text: str) -> tuple[list[int], list[int]]:
    """Weights of words, and weights of affixes."""
    found = buckets_of(words_of(text)).tolist()
    return [bucket for bucket in found if bucket < BUCKETS], [bucket for bucket in found if bucket >= BUCKETS]


def test_word_and_affix_weights_have_length_one_or_zero() -> None:
    places, owners = {"510": 0, "530": 1, "540": 2}, np.array([0, 1, 1])
    weights = term_features(Counter({"510": 1, "540": 8, "999": 7}), places, owners, 2)
    assert weights.tolist() == pytest.approx([1 / 3, 0, 8**0.5 / 3, 1 / 3, 8**0.5 / 3])
    assert not term_features(Counter(), places, owners, 2).any()


def test_inflections_share_affixes() -> None:
    _, polymer = buckets("polymers")
    _, polymerisation = buckets("polymerisation")
    assert len("polym") == AFFIX
    assert set(polymer) & set(polymerisation)


def test_weights_are_unchanged_by_saving_and_equal_weights_are_equal_bytes(tmp_path: Path) -> None:
    weights = shipped()
    for name in ("a.npz", "b.npz"):
        weights.save(tmp_path / name)
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()
    again = load(tmp_path / "a.npz")
    assert all(np.array_equal(getattr(weights, field.name), getattr(again, field.name)) for field in fields(Weights))
    assert weights.name == SHIPPED


def test_a_file_without_weights_is_refused_with_a_message(tmp_path: Path) -> None:
    other, pickled, text = tmp_path / "other.npz", tmp_path / "pickled.npz", tmp_path / "text.npz"
    np.savez(other, format=np.array(99))
    np.savez(pickled, format=np.array({"code": "of an attacker"}, dtype=object))
    text.write_text("no zip")
    for path in (other, pickled, text, tmp_path / "none.npz"):
        with pytest.raises(WeightsError, match=path.name):
            load(path)
