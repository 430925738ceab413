import pytest

from darwin_spark.parsers.pdf.dehyphenation import joined, vocabulary

PROSE = [
    "The ceramide was measured in a term of days",
    "and the receptors of the cells were counted with malinche-biased assays",
]


@pytest.mark.parametrize(
    ("above", "below", "whole"),
    [
        ("a ceramide-", "enriched fraction", "a ceramide-enriched fraction"),  # what follows nouns in compounds
        ("the birchmanni-", "biased genes", "the birchmanni-biased genes"),  # another compound ends so
        ("the malinche-", "allelic forms", "the malinche-allelic forms"),  # another compound begins so
        ("the ceramide-", "receptors", "the ceramide-receptors"),  # both are words of the document
        ("a non-", "substrate", "a non-substrate"),
        ("a gain-", "of-function allele", "a gain-of-function allele"),
        ("Long-", "term treatment with cells", "Long-term treatment with cells"),
        ("the Wnt-", "signalling path", "the Wnt-signalling path"),  # no syllable is without a vowel
        ("by Silver-", "man and others", "by Silverman and others"),  # a name
        ("a lipid bi-", "layer", "a lipid bilayer"),
        ("STRESS IN MAM-", "MALIAN CELLS", "STRESS IN MAMMALIAN CELLS"),
        ("THE DNA-", "PK COMPLEX", "THE DNA-PK COMPLEX"),
        ("of neuro-", "science", "of neuroscience"),
        ("its inter-", "related parts", "its interrelated parts"),
        ("an animal-free in-", "ter-cell test", "an animal-free inter-cell test"),
    ],
)
def test_hyphens_at_line_ends_are_judged_by_the_words_of_the_document(above: str, below: str, whole: str) -> None:
    assert joined(above, below, vocabulary([*PROSE, "an animal in in in"])) == whole


def test_parts_of_broken_words_are_no_words_of_the_document() -> None:
    words = vocabulary(["the neoplas-", "ticity of the neoplas-", "ticity", "the end"])
    assert joined("the neoplas-", "ticity", words) == "the neoplasticity"


def test_a_document_without_hyphenation_keeps_the_hyphens_at_line_ends() -> None:
    lines = [
        "the long-",
        "term gain, an ice-",
        "free sea, the first-",
        "person view, of the co-",
        "operation and re-",
        "induction",
    ]
    assert joined("and re-", "induction", vocabulary(lines)) == "and re-induction"
    hyphenated = vocabulary([*lines, "the infor-", "mation, the govern-", "ment and a peo-", "ple of the na-", "tion"])
    assert joined("and re-", "induction", hyphenated) == "and reinduction"


def test_hyphens_of_hyphenation_are_another_character_in_some_documents() -> None:
    words = vocabulary(["a so-called sub-domain, an e-mail of the infor\u2010", "mation and re-", "induction"])
    assert joined("the infor\u2010", "mation", words) == "the information"
    assert joined("and re-", "induction", words) == "and re-induction"


@pytest.mark.parametrize(
    ("above", "below", "whole"),
    [
        ("of CNRS – CONICET –", "UBA, Buenos Aires", "of CNRS – CONICET – UBA, Buenos Aires"),
        ("pages 25–", "28", "pages 25–28"),
        ("see Developer.ipy", "nb for more", "see Developer.ipynb for more"),
        ("see Developer.ipynb", "for more", "see Developer.ipynb for more"),
        ("of Distribut", "edLoadH only", "of DistributedLoadH only"),
        ("of Load", "distributedH only", "of Load distributedH only"),
        ("the package mi", "nted for more", "the package minted for more"),
        ("we read", "files only", "we read files only"),
        ("of plot_beam", "_diagram only", "of plot_beam_diagram only"),
        ("names: plot_beam", "_P12", "names: plot_beam _P12"),
        ("of plot", "_diagram only", "of plot _diagram only"),
        ("see glp_read", "file for more", "see glp_read file for more"),
    ],
)
def test_line_ends_without_hyphen(above: str, below: str, whole: str) -> None:
    assert joined(above, below, vocabulary(["a notebook notes.ipynb of the readfile"])) == whole
