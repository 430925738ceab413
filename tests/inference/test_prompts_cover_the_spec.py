"""Every rule of the paper (§3 L4, L5, C.1) is in our prompts; a prompt that loses one fails here under the rule's name."""

import re

import pytest

from darwin_spark.inference.prompts import load

L4 = {
    "delete tables of contents": r"Tables of contents",
    "delete navigation": r"navigation menus",
    "delete reference lists whole": r"Lists of references, whole",
    "delete front and back matter": r"preface.*acknowledgements.*copyright.*index",
    "keep abstract, introduction, conclusion": r"Abstract, introduction and conclusion are not front or back matter; they stay",
    "delete publication metadata": r"ISBN.*publisher.*affiliations.*e-mail",
    "delete running headers, footers, page numbers": r"Running headers and footers, page numbers",
    "delete look-up appendices": r"glossaries, lists of symbols or abbreviations",
    "keep appendices that teach": r"An appendix that explains, derives or teaches stays",
    "delete image files and placeholders": r"Image files and placeholders",
    "keep captions and alt text": r"Captions and alternative texts stay",
    "delete garbled text and encoding debris": r"garbled strings, broken encodings",
    "delete OCR messages, paths, time stamps": r"messages of the OCR program, file paths, time stamps",
    "delete version numbers and revision history": r"version numbers and revision histories",
    "delete advertising and placeholders": r"Advertising.*template placeholders",
    "delete paragraphs read twice": r"Paragraphs that the OCR read twice",
    "take care with formulas and literary repetition": r"Formulas that look alike are not copies.*refrains and repetitions",
    "delete page break and continued marks": r'"page break".*"\(continued\)"',
    "delete URLs and links": r"URLs and links",
    "repair split words": r"Words split by a hyphen or a blank",
    "repair missing spaces and punctuation": r"missing blanks and punctuation",
    "repair broken sentences and line breaks": r"Sentences broken by a line or page break; wrong line breaks and",
    "repair shattered structures": r"five or more consecutive lines of one to three words or characters each",
    "mark the damage or delete": r"mark the place with \[damaged\]; delete it if it is beyond repair",
    "repair white space": r"Superfluous white space",
    "repair wrong characters": r"Wrong characters and Unicode anomalies",
    "repair quotation marks, dashes, hyphens": r"Quotation marks, dashes and hyphens",
    "repair truncated words, never at the edge": r"cut short inside the chunk. Never at its first or last word",
    "repair LaTeX": r"superfluous layout commands, uneven notation",
    "protect formulas, proofs, symbols": r"Formulas, equations and their numbers, proofs, symbols",
    "protect chemical structures and sequences": r"chemical structures.*sequences",
    "protect citations and references to figures": r"Citations in the text.*mentions of figures, tables, equations",
    "protect tables and their markers": r"Tables with all their cells, rules and marks",
    "protect code": r"Code blocks and inline code",
    "protect exercises, solutions, case studies, guides": r"Exercises.*solutions, case studies.*instructions.*user guides",
    "protect legends that explain": r"legends that explain a table, a formula or a diagram",
    "protect notes, warnings, footnotes": r"Notes, warnings and footnotes that explain",
    "protect the incomplete sentence at the edge": r"The incomplete sentence at the chunk's beginning and at its end",
    "protect literary and humanities text": r"Literary and humanities text",
    "add nothing": r"bring in no knowledge of your own",
    "answer between the tags, alone": r"between <CLEANED_TEXT> and </CLEANED_TEXT>.*nothing before or after",
    "empty when all should go": r"<CLEANED_TEXT></CLEANED_TEXT>",
}

L5 = {
    "facts, data, formulas, definitions, results unchanged": r"Every fact, number.*formula, definition, theorem and result",
    "headers, labels, equation numbers kept": r"headings.*labels, equation numbers and citations are kept exactly",
    "only what the window holds": r"You rewrite what the window holds, and only that",
    "end where the window ends": r"end exactly where it ends",
    "no talk about the text": r'no "the original text"',
    "only the rewritten window as output": r"Write the rewritten window and nothing else",
    "expand leaps into steps": r'"clearly", "it follows that".*write the steps out',
    "say why each step is taken": r"why each step is taken",
    "explain terms and variables where they appear": r"Explain each key term, symbol and variable where it first appears",
    "examples": r"concrete examples",
    "analogies": r"analogies",
    "links to the wider field": r"linked to the wider field",
    "answer a learner's questions": r"Answer the questions that a careful learner would ask",
    "warn of mistakes": r"warn of the mistakes",
    "clean notation": r"clean, even notation",
    "one narrative, no bullet lists": r"one flowing narrative.*Do not turn prose into bullet lists",
    "longer than the window": r"The result is longer than the window",
}


@pytest.mark.parametrize("rule", L4)
def test_the_refiners_prompt_has_the_rule(rule: str) -> None:
    assert re.search(L4[rule], load("darwin_spark.levels.l4_refine", "prompt.md").system), rule


@pytest.mark.parametrize("rule", L5)
def test_the_completers_prompt_has_the_rule(rule: str) -> None:
    assert re.search(L5[rule], load("darwin_spark.levels.l5_complete", "prompt.md").system), rule
