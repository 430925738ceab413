"""PubMed's citations: title and abstract as text, the rest as metadata."""

import pytest

from darwin_spark.config.l1 import L1Settings
from darwin_spark.parsers.parsed import ParseFailure
from darwin_spark.parsers.pubmed import parse

CITATION = """<PubmedArticle><MedlineCitation Status="MEDLINE" Owner="NLM">
<PMID Version="1">31</PMID>
<Article PubModel="Print"><Journal><ISSN>1</ISSN><JournalIssue><PubDate><MedlineDate>1998 Dec</MedlineDate></PubDate>
</JournalIssue>
<Title>Tidal research</Title>
</Journal><ArticleTitle>Tides of CO<sub>2</sub> in <i>Fucus</i>.</ArticleTitle><ELocationID EIdType="doi">10.1/x</ELocationID>
<Abstract><AbstractText Label="BACKGROUND" NlmCategory="BACKGROUND">Tides rise 10<sup>2</sup> times.</AbstractText>
<AbstractText Label="UNLABELLED">They fall.</AbstractText>
<CopyrightInformation>Copyright Smith</CopyrightInformation></Abstract>
<AuthorList><Author><LastName>Smith</LastName></Author></AuthorList><Language>eng</Language><PublicationTypeList>
<PublicationType UI="D1">Journal Article</PublicationType></PublicationTypeList></Article><MeshHeadingList><MeshHeading>
<DescriptorName UI="D2">Seaweed</DescriptorName></MeshHeading></MeshHeadingList>
<KeywordList><Keyword>ebb</Keyword></KeywordList>
</MedlineCitation><PubmedData><ReferenceList><Reference><Citation>Kiln A. On ebb. 1990.</Citation><ArticleIdList>
<ArticleId IdType="pubmed">7</ArticleId></ArticleIdList></Reference></ReferenceList></PubmedData></PubmedArticle>"""


def test_citation() -> None:
    parsed = parse(CITATION.encode(), L1Settings())
    assert parsed.text == (
        "# Tides of CO_{2} in Fucus.\n\n## Abstract\n\n### BACKGROUND\n\nTides rise 10^{2} times.\n\nThey fall.\n\n"
        "## References\n\n- Kiln A. On ebb. 1990.\n"
    )
    assert parsed.title == "Tides of CO_{2} in Fucus."
    assert parsed.declared == {
        "journal": "Tidal research", "year": "1998", "doi": "10.1/x", "language": "eng", "article_type": "Journal Article",
        "keywords": "ebb", "subjects": "Seaweed",
    }  # fmt: skip


def test_set_of_citations_and_a_book() -> None:
    book = (
        "<PubmedBookArticle><BookDocument><Book><BookTitle>Seas</BookTitle></Book><Abstract>"
        "<AbstractText>Wet.</AbstractText></Abstract>"
        "</BookDocument></PubmedBookArticle>"
    )
    other = CITATION.replace("<ArticleTitle>", "<ArticleTitle>[Not Available]. </ArticleTitle><VernacularTitle>Meer: ").replace(
        "in <i>Fucus</i>.</ArticleTitle>", "</VernacularTitle>"
    )
    text = parse(f"<PubmedArticleSet>{other}{book}</PubmedArticleSet>".encode("utf-16"), L1Settings()).text
    assert text.startswith("# Meer: Tides of CO_{2}\n")
    assert text.endswith("# Seas\n\n## Abstract\n\nWet.\n")


def test_citation_without_abstract_is_empty() -> None:
    with pytest.raises(ParseFailure) as failure:
        parse(b"<PubmedArticle><ArticleTitle>Only a title</ArticleTitle></PubmedArticle>", L1Settings())
    assert failure.value.reason == "empty"
