"""What refinement by rules deletes, repairs and leaves unchanged."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from darwin_spark.levels.l4_refine.rules import refine

PROSE = "The measured rates agree with the model within the error of the method, as the second series shows. "
REFERENCES = """[1] Smith J, Doe A (2001). On the rates of decay. J. Phys. Chem. 12(3): 45-67. doi:10.1000/xyz123
[2] Curie, M. and Curie, P. (1898). Sur une substance nouvelle. C. R. Acad. Sci. 127, 175-178.
[3] Iz Beltagy, Kyle Lo, and Arman Cohan. 2019. SciBERT: A pretrained language model. In EMNLP, pp. 3615-3620.
"""


def paragraphs(count: int) -> list[str]:
    return [f"Paragraph {i} says: " + PROSE * 6 for i in range(count)]


@pytest.mark.parametrize(
    "heading", ["## References", "# 7. REFERENCES", "### Literature Cited", "REFERENCES", "R e f e r e n c e s:"]
)
def test_a_reference_list_goes_with_its_heading_and_the_appendix_stays(heading: str) -> None:
    refined = refine(f"# Title\n\n{PROSE}\n\n{heading}\n\n{REFERENCES}\n## Appendix A\n\n{PROSE}\n")
    assert refined.text == f"# Title\n\n{PROSE.strip()}\n\n## Appendix A\n\n{PROSE.strip()}\n"
    assert refined.deletions["reference_lists"] > len(REFERENCES)


def test_what_does_not_read_like_references_stays_under_their_heading() -> None:
    text = "# Title\n\n## References\n\n" + PROSE * 8 + "\n"
    assert refine(text).deletions.get("reference_lists") is None
    after_the_list = f"# Title\n\n{PROSE}\n\nReferences\n\n{REFERENCES}\n" + "\n\n".join(paragraphs(4))
    kept = refine(after_the_list).text
    assert "On the rates of decay" not in kept
    assert all(f"Paragraph {i} says" in kept for i in range(4))


def test_captions_tables_and_formulas_in_the_back_matter_stay() -> None:
    text = (
        "## Acknowledgements\n\nWe thank N. N.\n\nFigure 3. The set-up.\n\n| a | b |\n| --- | --- |\n| 1 | 2 |\n\n$$x = 1$$\n"
    )
    assert refine(text).text == text.partition("N. N.\n\n")[2]


@pytest.mark.parametrize(
    "section",
    [
        "## Acknowledgements\n\nWe thank our colleagues.",
        "### Author Contributions\n\nJ.S. wrote the paper.",
        "## Competing interests\n\nNone.",
        "Funding: This work was supported by grant 12 of the Foundation.",
        "**Conflict of interest:** The authors declare none.",
        "© 2016 Smith et al. This is an open access article.",
        "Hindawi Journal of Toxicology Volume 2018, Article ID 9412167, 12 pages",
        "Received: 12 May 2014; Accepted: 3 June 2014",
    ],
)
def test_front_and_back_matter_is_removed(section: str) -> None:
    assert refine(f"# Title\n\n{PROSE}\n\n{section}\n\n## Discussion\n\n{PROSE}\n").text == (
        f"# Title\n\n{PROSE.strip()}\n\n## Discussion\n\n{PROSE.strip()}\n"
    )


@pytest.mark.parametrize(
    "heading", ["## Abstract", "## Introduction", "## Conclusion", "## Contributions", "## Disclosures", "## Open access"]
)
def test_body_sections_stay_even_under_names_that_back_matter_bears(heading: str) -> None:
    text = f"# Title\n\n{heading}\n\n{PROSE.strip()}\n"
    assert refine(text).text == text


def test_text_that_the_layout_mixed_into_a_line_of_dates_stays() -> None:
    text = "Accepted: Jul 14, 2018 library were searched with the keywords gingivitis in the title and plant extract.\n"
    assert refine(text).text == text


def test_page_numbers_that_count_pages_go_and_lone_numbers_stay() -> None:
    pages = [f"{text}\n\n{number}" for number, text in enumerate(paragraphs(6), start=17)]
    assert refine("\n\n".join(pages)).text == "\n\n".join(text.strip() for text in paragraphs(6)) + "\n"
    column_of_numbers = "Sample\n\n" + "\n\n".join(str(number) for number in range(1, 30)) + "\n"
    assert refine(column_of_numbers).text == column_of_numbers


def test_chapter_numbers_in_roman_capitals_stay() -> None:
    text = (
        "\n\n".join(f"{number}\n\n{body.strip()}" for number, body in zip(["I", "II", "III", "IV"], paragraphs(4), strict=True))
        + "\n"
    )
    assert refine(text).text == text


def test_a_running_header_goes_and_the_sentence_that_it_cut_is_mended() -> None:
    pages = (
        f"Paragraph {i} says: {PROSE * 8}and it goes on to the\n\n"
        f"SMITH ET AL. ON DECAY\n\nnext page, which is number {i} of five.\n\n{PROSE}\n\n"
        for i in range(5)
    )
    refined = refine("".join(pages)).text
    assert "SMITH" not in refined
    assert all(f"and it goes on to the next page, which is number {i} of five." in refined for i in range(5))


def test_headings_of_a_workbook_and_refrains_stay_though_they_come_back() -> None:
    text = (
        "\n\n".join(
            f"### 3.{i} Procedure\n\nProof.\n\nLet the reader beware!\n\n{body.strip()}" for i, body in enumerate(paragraphs(8))
        )
        + "\n"
    )
    assert refine(text).text == text


def test_a_header_that_counts_its_pages_goes_and_lists_of_specimens_stay() -> None:
    bodies = [body + (PROSE * 4).strip() for body in paragraphs(5)]
    headed = "\n\n".join(f"{46 + 2 * i} THE ORIGIN OF SPECIES\n\n{body}" for i, body in enumerate(bodies))
    assert refine(headed).text == "\n\n".join(bodies) + "\n"
    specimens = (
        "\n\n".join(f"PRI {66136 + i}, PRI {67578 + i} (TU station 1215).\n\n{body}" for i, body in enumerate(bodies)) + "\n"
    )
    assert refine(specimens).text == specimens


def test_a_table_of_contents_goes_by_its_heading_or_by_its_dot_leaders() -> None:
    body = "\n\n".join(f"## {title}\n\n{PROSE.strip()}" for title in ("Motion", "Force", "Energy"))
    with_heading = f"# Book\n\n## Contents\n\nMotion 1\n\nForce 17\n\n| Energy | 45 |\n\n{body}\n"
    joined_by_l1 = f"# Book\n\n1 Motion . . . . . . . . 1 1.1 Mass . . . . . . 9 2 Force . . . . . . 17\n\n{body}\n"
    assert refine(with_heading).text == refine(joined_by_l1).text == f"# Book\n\n{body}\n"


def test_dot_leaders_in_a_table_of_figures_stay() -> None:
    figures = {"Iron": 55, "Hydrogen": 1, "Sodium": 23, "Boron": 10, "Zinc": 65, "Carbon": 12}
    text = "".join(f"{element} ........ {mass}\n\n" for element, mass in figures.items()).strip() + "\n"
    assert refine(text).text == text


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("We used BioEdit (http://www.mbio.ncsu.edu/BioEdit/bioedit.html) and R.", "We used BioEdit and R."),
        ("See the [manual](https://example.org/a_(b)) and [12](#ref12).", "See the manual and [12]."),
        ("A tool (available at https://x.org; [63]) was used.", "A tool (available; [63]) was used."),
        ("Figure 1. Cells. DOI: http://dx.doi.org/10.7554/eLife.07116.004", "Figure 1. Cells."),
        (
            "As shown before [@doi:10.1000/182; @url:https://a.org/b], it holds.",
            "As shown before [@doi:10.1000/182; @url:https://a.org/b], it holds.",
        ),
        ("The example is in the code at https://x.org/a/b.jl. It runs.", "The example is in the code. It runs."),
        ("Its mirrors are https://a.org, https://b.org, https://c.org, and one more.", "Its mirrors are, and one more."),
        ("As models [10.5555/1102024, Nichele2018] show.", "As models [10.5555/1102024, Nichele2018] show."),
        ("We log on https://x.org and read.", "We log on and read."),
        ("The data are at GEO: https://x.org/geo. More follows.", "The data are at GEO. More follows."),
        ("eLife 2:e01299. doi: 10.7554/eLife.01299. Published in 2013.", "eLife 2:e01299. Published in 2013."),
        ("## 10.5005/jp-journals-10005-1292\n\nText.", "Text."),
        ("We train it.\n\n^{3}https://github.com/x/y\n\nIt works.", "We train it.\n\nIt works."),
        ('Call `get("http://a.org")` or f[i](x) as $f[i](x)$.', 'Call `get("http://a.org")` or f[i](x) as $f[i](x)$.'),
        ("![A cell under the microscope](img/fig3.png){#fig:3}", "A cell under the microscope"),
        ("[Illustration: The set-up.]", "The set-up."),
    ],
)
def test_urls_are_removed_and_their_link_texts_stay(before: str, after: str) -> None:
    assert refine(before).text == after + "\n"


def test_images_without_a_description_leave_no_line() -> None:
    assert refine("One.\n\n![](fig3.png)\n\n![image](a/b.jpg)\n\n[Illustration]\n\nTwo.\n").text == "One.\n\nTwo.\n"


def test_wrapped_prose_is_joined_and_split_words_are_mended() -> None:
    wrapped = [
        "This learning module places emphasis on practical experi-",
        "ence with the programming of solutions to the funda-",
        "mental models. It rests on experience, on the state-of-",
        "the-art methods that other authors use, and on a well-",
        "known book. It was written for the readers of the journal",
        "and of others.",
    ]
    assert refine("\n".join(wrapped)).text == (
        "This learning module places emphasis on practical experience with the programming of solutions to the "
        "fundamental models. "
        "It rests on experience, on the state-of-the-art methods that other authors use, and on a well-known book. "
        "It was written for the readers of the journal and of others.\n"
    )


@pytest.mark.parametrize(
    "text",
    [
        "Poor Isabella's Dead, whose abdication\nSet all tongues wagging in the Spanish nation.\nFor that 'twere unfair\n",
        "- one item that is long enough to be wrapped by nobody\n- another item of about the same length as the first\n",
        "```\nlong_name = another_long_name + 1 -\nwhatever = something_else_entirely\n```\n",
        "$$\nx = y -\nz\n$$\n",
        "| a  b | http://x.org |\n| --- | --- |\n| ﬁ | 2 |\n".replace("ﬁ", "fi"),
        "name      value     unit of the value\nmass      1.0       kg of the whole body\n",
    ],
)
def test_verse_lists_code_formulas_tables_and_columns_keep_their_lines(text: str) -> None:
    assert refine(text).text == text


def test_characters_are_repaired_but_not_in_code() -> None:
    assert (
        refine("The e\ufb03cient \u00adway\u200b of\u00a0na\u00c3\u00afve cafÃ© owners.").text
        == "The efficient way of naïve café owners.\n"
    )
    code = "```\na\u00a0=\u00a01\n```\n"
    assert refine(code).text == code


def test_a_duplicate_paragraph_is_removed_and_a_refrain_stays() -> None:
    long = PROSE * 3
    assert refine(f"{long}\n\n{long}\n").text == long.strip() + "\n"
    assert refine("O captain!\n\nO captain!\n").text == "O captain!\n\nO captain!\n"


SNIPPETS = st.sampled_from(
    [
        "",
        "",
        PROSE,
        REFERENCES,
        "## References",
        "Contents",
        "a . . . . . . 3",
        "12",
        "- x",
        "$$",
        "```",
        "| a | b |",
        "well-",
        "known to me",
        "http://a.b/c, and (www.x.org)",
        "RUNNING HEAD 12",
        "# Title",
        "Acknowledgements",
        "We thank N. N.",
        "![](x.png)",
        "  verse",
        "é\ufb01\u00a0",
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(SNIPPETS, max_size=40).map("\n".join))
def test_refinement_is_idempotent(text: str) -> None:
    once = refine(text).text
    assert refine(once).text == once


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300))
def test_any_text_can_be_refined(text: str) -> None:
    once = refine(text).text
    assert refine(once).text == once


@pytest.mark.parametrize(
    "unit", ["a", ".", ". ", "[", "[@", "](", "$", " ", "- ", "http://", "www.a.b)", "\\[", "\x00", "Ã©", "2010 "]
)
def test_one_endless_line_takes_linear_time(unit: str) -> None:
    def seconds(size: int) -> float:
        started = time.process_time()
        refine(unit * (size // len(unit)))
        return time.process_time() - started

    assert seconds(400_000) < 16 * seconds(100_000) + 2  # four times the text; quadratic time takes minutes


AFFILIATIONS = (
    "^{1} Department of Physics, University of Toronto, Canada ^{2} Institut für Physik, Universität Wien, Austria",
    "1 Centro Oceanográfico de Canarias, Instituto Español de Oceanografía (IEO - CSIC)",
    "^{∗}co-first author ^{†}Corresponding author",
)


@pytest.mark.parametrize("affiliation", AFFILIATIONS)
def test_affiliations_go_with_the_names_above_them_and_the_title_stays(affiliation: str) -> None:
    text = f"# Rates of decay\n\nAnna de Boer ^{{1}} and J. K. Ng ^{{2}}\n\n{affiliation}\n\n## Summary\n\n{PROSE.strip()}\n"
    assert refine(text).text == f"# Rates of decay\n\n## Summary\n\n{PROSE.strip()}\n"


@pytest.mark.parametrize(
    "front",
    [
        "Anna de Boer and J. K. Ng",  # names alone may be a dedication
        "The University of Toronto was founded in 1827 and has three campuses in and around the city of that name.",
        "We studied the Department of Physics over ten years and describe how its members worked with one another.",
    ],
)
def test_sentences_and_lone_names_in_front_of_the_first_section_stay(front: str) -> None:
    text = f"# A history\n\n{front}\n\n## Summary\n\n{PROSE.strip()}\n"
    assert refine(text).text == text


def test_institutions_in_the_body_stay() -> None:
    text = f"# A history\n\n## Introduction\n\n{PROSE.strip()}\n\nDepartment of Physics, University of Toronto, Canada\n"
    assert refine(text).text == text


@pytest.mark.parametrize(
    "section",
    [
        "## Abbreviations\n\n- ABA: abscisic acid\n- GUS: β-glucuronidase",
        "## Abbreviations\n\nABA: abscisic acid; GUS: β-glucuronidase; MS: Murashige and Skoog",
        "## Glossary\n\nAbbreviations\n- PGPR: plant growth-promoting rhizobacteria\n- Biopriming:\n- IAA: Indole acid",
        "## Nomenclature\n\nT: temperature, K\n\np: pressure, Pa",
    ],
)
def test_glossaries_and_indexes_are_removed_whole(section: str) -> None:
    assert refine(f"# Title\n\n{PROSE}\n\n{section}\n\n## Discussion\n\n{PROSE}\n").text == (
        f"# Title\n\n{PROSE.strip()}\n\n## Discussion\n\n{PROSE.strip()}\n"
    )


@pytest.mark.parametrize(
    "section",
    [
        "## Glossary\n\n- Entropy: the logarithm of the number of states in which a system may be found, so that it grows as "
        "we know less.\n- Heat: energy that goes from one body to another because their temperatures differ, and for no other "
        "reason.",
        "## Symbols\n\nSymbols came into algebra late, and each author had signs of his own until the middle of the century.",
        "## Nomenclature\n\n| T | temperature |\n| --- | --- |\n| p | pressure |",
    ],
)
def test_an_explanatory_glossary_stays(section: str) -> None:
    text = f"# Title\n\n{PROSE.strip()}\n\n{section}\n"
    assert refine(text).text == text


def test_a_heading_is_removed_if_its_whole_section_was_removed() -> None:
    emptied = "## Footnotes\n\nFunding. This work was supported by grant 12 of the Foundation."
    pointers = "## Supplementary material\n\nClick here for additional data file.\n\n(PDF)\n\nThe online version \
of this article (10.1186/s1) contains supplementary material, which is available to authorized users."
    before, after = f"# Title\n\n## Results\n\n{PROSE.strip()}", f"# Part Two\n\n## Discussion\n\n{PROSE.strip()}\n"
    assert refine(f"{before}\n\n{emptied}\n\n{pointers}\n\n{after}").text == f"{before}\n\n{after}"


def test_a_note_that_held_an_address_goes_with_its_mark_and_a_note_that_explains_stays() -> None:
    text = "We used ImageJ[^1] and a lens[^2].\n\n[^1]: http://rsb.info.nih.gov/ij/\n\n[^2]: Made in 1890.\n"
    assert refine(text).text == "We used ImageJ and a lens[^2].\n\n[^2]: Made in 1890.\n"
    only = "# Title\n\nWe used ImageJ[^1].\n\n## Footnotes\n\n[^1]: http://rsb.info.nih.gov/ij/\n"
    assert refine(only).text == "# Title\n\nWe used ImageJ.\n"


def test_captions_of_files_that_are_not_here_stay() -> None:
    text = "# Title\n\n## Supporting Information\n\nFigure S1. Growth of the cells at 30 °C.\n\n(TIF)\n"
    assert refine(text).text == text.replace("\n\n(TIF)", "")


def test_an_ebook_s_licence_in_blocks_of_code_leaves_no_fence_behind() -> None:
    """As in the PDFs of Project Gutenberg: a fence left alone would make code of the book."""
    header = "```\nThis eBook is for the use of anyone anywhere\n*** START OF THIS PROJECT GUTENBERG EBOOK OPTICKS ***\n```"
    producers = "```\nProduced by A. Reader. (This ebook was produced using\nOCR text of a library.)\n```"
    listing = "```\nprint(1 / f)\n```"
    footer = "```\nEnd of the Project Gutenberg EBook\n\n*** END OF THIS PROJECT GUTENBERG EBOOK OPTICKS ***\nLicence\n```"
    body = [*paragraphs(3), listing, *paragraphs(2)]
    refined = refine("\n\n".join([header, producers, *body, footer])).text
    assert refined == "\n\n".join(part.strip() for part in body) + "\n"


@pytest.mark.parametrize("length", [3, 100])
def test_text_in_one_block_of_code_with_the_licence_stays_in_a_block(length: int) -> None:
    verses = [f"    A line of verse, {number}," for number in range(length)]
    header = ["```", "For the use of anyone", "*** START OF THIS PROJECT GUTENBERG EBOOK OPTICKS ***", ""]
    footer = ["", "*** END OF THIS PROJECT GUTENBERG EBOOK OPTICKS ***", *["The licence says more."] * 90, "```"]
    whole = refine("\n".join([*header, *verses, *footer])).text
    assert whole.split("\n")[:-1] == ["```", "", *verses, "", "```"]
    page = refine("\n".join([*header, *verses, "```", "", PROSE, "", "```", "1 / f", "```"])).text
    assert page.split("\n")[:-1] == ["```", "", *verses, "```", "", PROSE.strip(), "", "```", "1 / f", "```"]
    fenced = ["```", "Produced by A. Reader.", "", *verses, *["Another line,"] * 12, "```", PROSE]
    start = ["*** START OF THIS PROJECT GUTENBERG EBOOK OPTICKS ***", ""]
    assert refine("\n".join([*start, *fenced])).text.split("\n")[:-1] == [*fenced[:-1], PROSE.strip()]


def test_an_index_whose_entries_run_on_goes_with_its_heading() -> None:
    entries = "\n\n".join(f"Abscissa, {n} Algebra, Laws of, {n + 2} {'et seqq.' if n % 2 else 'ff.'}" for n in range(10, 24))
    text = "\n\n".join(paragraphs(4))
    assert refine(f"{text}\n\n### INDEX\n\n{entries}\n").text == "\n\n".join(p.strip() for p in paragraphs(4)) + "\n"
    table = "| Year | Index |\n| --- | --- |\n" + "\n".join(f"| {year} | {year % 7}.3 |" for year in range(1980, 2000))
    assert table in refine(f"{text}\n\n### Index\n\n{table}\n").text
