from hypothesis import given
from hypothesis import strategies as st

from darwin_spark.levels.l3_classify.annotator import Document
from darwin_spark.levels.l3_classify.hashed_tokens import TERM_CHARS, document_words, text_of, words
from darwin_spark.text.word_hashes import hash_words, normalize

LETTERS = st.text("ab ßﬁ\u0301\u00ad-\n", min_size=1, max_size=7)
"""Characters that normalize to two letters or to none, so that positions in the text and in its normalized letters differ."""


@given(st.text("ab ﬁ\u0301", max_size=9), LETTERS)
def test_each_part_of_a_document_has_the_words_that_it_has_alone(title: str, unit: str) -> None:
    document = Document(title=title, head=unit * 2_000)
    found = document_words(document)
    assert found.title.tolist() == words(title).hashes().tolist()
    assert found.head.tolist() == words(document.head).hashes().tolist()
    assert found.terms.tolist() == words(document.head[:TERM_CHARS]).hashes().tolist()
    assert found.opening.hashes().tolist() == words(text_of(document)).hashes().tolist()


@given(st.text(max_size=60))
def test_words_are_those_of_deduplication(text: str) -> None:
    assert words(text).hashes().tolist() == hash_words(normalize(text)).tolist()
