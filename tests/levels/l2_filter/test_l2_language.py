"""The language rule of L2 on real articles and a real manual."""

from pathlib import Path

import pypdfium2

from darwin_spark.config.l2 import L2Settings
from darwin_spark.levels.l2_filter.quality.garbled import garbled_ratio
from darwin_spark.text.language import detect_language

GERMAN = """Die Entstehung der Gebirge beschäftigt die Geologie seit ihren Anfängen. Lange glaubte man, die Erde schrumpfe beim
Abkühlen wie ein trocknender Apfel; erst die Lehre von den wandernden Platten hat diese Vorstellung abgelöst. Wo zwei
Platten zusammenstoßen, wird die Kruste gestaucht, gefaltet und emporgehoben. """


def test_english_articles_are_english(articles: dict[str, str]) -> None:
    answers = [detect_language(text) for text in articles.values()]
    assert {language for language, _ in answers} == {"en"}
    assert min(score for _, score in answers) > 0.6


def test_a_german_text_with_an_english_abstract_is_german(articles: dict[str, str]) -> None:
    abstract = next(iter(articles.values()))[:1_500]
    language, score = detect_language(abstract + GERMAN * 40)
    assert (language, score > 0.6) == ("de", True)


def test_no_english_article_is_dropped_and_a_spanish_manual_is(shared: Path, articles: dict[str, str]) -> None:
    settings = L2Settings()
    document = pypdfium2.PdfDocument(str(shared / "pdf" / "books" / "gmpl_es.pdf"))
    text = "\n".join(document[page].get_textpage().get_text_range() for page in range(len(document)))
    assert detect_language(text)[0] == "es" not in settings.languages
    assert all(detect_language(article)[0] in settings.languages for article in articles.values())
    assert max(map(garbled_ratio, [text, *articles.values()])) < settings.max_garbled_ratio
