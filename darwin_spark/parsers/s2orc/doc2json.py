"""Convert S2ORC records of doc2json: paragraphs in `abstract`, `body_text`, `back_matter`; `ref_entries`, `bib_entries`."""

from collections.abc import Iterator, Mapping
from typing import Any

from lxml import etree

from darwin_spark.parsers.grobid import section_rank
from darwin_spark.parsers.jats.table import table_of
from darwin_spark.parsers.markdown_headings import heading
from darwin_spark.parsers.math.tex_delimiters import trim_tex
from darwin_spark.parsers.xml_tree import within
from darwin_spark.text.normalize_markdown import one_line

Record = Mapping[str, Any]
_TOP_RANK = 2
_BACK_TITLES = {"annex": "Appendix"}


def paper_of(record: Record) -> Record | None:
    """Return the first with `body_text`: LaTeX parse (it has formulas), PDF parse, GROBID parse, `record` itself; or None."""
    candidates = [record.get("latex_parse"), record.get("pdf_parse"), record.get("grobid_parse"), record]
    return next((c for c in candidates if isinstance(c, dict) and _list(c.get("body_text"))), None)


def blocks_of(paper: Record, record: Record) -> list[str]:
    """Return the Markdown blocks of a paper without its title."""
    blocks = []
    if abstract := _abstract(paper) or _abstract(record):
        blocks += [heading("Abstract", _TOP_RANK), *abstract]
    floats = {name: entry for name, entry in _dict(paper.get("ref_entries")).items() if isinstance(entry, dict)}
    body, footnotes = _split_footnotes(_dicts(paper.get("body_text")))
    blocks += _sections(body, floats)
    blocks += [block for entry in floats.values() for block in _float(entry, "")]
    if notes := [text for p in footnotes if (text := _paragraph(p))]:
        blocks += [heading("Footnotes", _TOP_RANK), *notes]
    blocks += _sections(_dicts(paper.get("back_matter")), {})
    if items := [f"- {text}" for entry in _dict(paper.get("bib_entries")).values() if (text := _reference(entry))]:
        blocks += [heading("References", _TOP_RANK), "\n".join(items)]
    return blocks


def _abstract(source: Record) -> list[str]:
    abstract = source.get("abstract")
    if isinstance(abstract, str):
        return [one_line(abstract)] if abstract.strip() else []
    return [text for p in _dicts(abstract) if (text := _paragraph(p))]


def _split_footnotes(paragraphs: list[Record]) -> tuple[list[Record], list[Record]]:
    """Return (body, footnotes): GROBID's footnotes are the paragraphs without section after the last one that has a section."""
    named = [i for i, paragraph in enumerate(paragraphs) if _text(paragraph.get("section"))]
    end = named[-1] + 1 if named else len(paragraphs)
    return paragraphs[:end], paragraphs[end:]


def _sections(paragraphs: list[Record], floats: dict[str, Any]) -> list[str]:
    """Return the blocks of paragraphs and headings. Each of `floats` is moved behind the first paragraph that cites it."""
    blocks: list[str] = []
    last, rank = ("", ""), _TOP_RANK
    for paragraph in paragraphs:
        words = _paragraph(paragraph)
        number, title = (_text(paragraph.get(key)) for key in ("sec_num", "section"))
        if (number, title) != last and words:
            if title:
                rank = section_rank(number, _TOP_RANK, rank)
                name = _BACK_TITLES.get(title, title)
                blocks.append(heading(name if name.startswith(number) else f"{number} {name}", rank))
            last = number, title
        blocks += [words] if words else []
        for span in _dicts(paragraph.get("ref_spans")):
            blocks += _float(floats.pop(_text(span.get("ref_id")), {}), _text(span.get("text")))
    return blocks


def _paragraph(paragraph: Record) -> str:
    """Return a paragraph in which formulas replace their placeholders ('EQUATION', 'FORMULA')."""
    text = paragraph.get("text")
    if not isinstance(text, str):
        return ""
    parts, end = list[str](), 0
    for span in sorted(_dicts(paragraph.get("eq_spans")), key=lambda s: _position(s.get("start"))):
        start, stop = _position(span.get("start")), _position(span.get("end"))
        if end <= start < stop <= len(text):
            is_only_content = not text[:start].strip() and not text[stop:].strip()
            parts += [text[end:start], _formula(span, text[start:stop], is_only_content)]
            end = stop
    words = "".join([*parts, text[end:]])
    return words.strip() if "$$\n" in words else one_line(words)


def _formula(span: Record, placeholder: str, is_only_content: bool) -> str:
    """Return a formula: doc2json's TeX (a display formula if alone in its paragraph), else GROBID's plain text."""
    number = _text(span.get("eq_num")).strip("() ")
    if tex := trim_tex(_text(span.get("latex")).strip("$ ")):
        tag = f" \\tag{{{number}}}" if number and "\\tag" not in tex else ""
        return f"$$\n{tex}{tag}\n$$" if is_only_content else f"${tex}$"
    words = _text(span.get("raw_str")) or placeholder
    return f"{words} ({number})" if number else words


def _float(entry: Record, cited_as: str) -> list[str]:
    """Return 'Figure 1. Caption' (without number the label is `cited_as`) and tables of an entry; [] for other types."""
    kind = _text(entry.get("type_str") or entry.get("type"))
    if kind not in ("figure", "table"):
        return []
    number = _text(entry.get("num") or entry.get("fig_num"))
    label = f"{kind.capitalize()} {number}" if number else cited_as if cited_as[:3].lower() in ("fig", "tab") else ""
    caption = _text(entry.get("text"))
    if label and not caption.lower().startswith(label.lower()):
        caption = f"{label}. {caption}".strip()
    content = entry.get("html") or entry.get("content")
    return [part for part in (caption, *_tables(content if isinstance(content, str) else "")) if part]


def _tables(html: str) -> Iterator[str]:
    """Yield the tables in HTML as Markdown. A table with one column becomes text, because it is text detected as a table."""
    root = etree.HTML(html, etree.HTMLParser(no_network=True)) if "<t" in html else None
    for table in within(root, "table") if root is not None else ():
        for part in [n for n in table if n.tag == "tbody"]:
            table.extend(part)
        lines = table_of(table).split("\n")
        is_text = lines[0].count(" | ") == 0
        yield one_line(" ".join(line.strip("|: ") for i, line in enumerate(lines) if i != 1)) if is_text else "\n".join(lines)


def _reference(entry: object) -> str:
    """Return the citation as printed, else composed: 'Authors (year). Title. Venue volume(issue), pages.'"""
    if not isinstance(entry, dict):
        return ""
    if raw := _text(entry.get("raw_text") or entry.get("bib_entry_raw")):
        return raw
    people = ", ".join(filter(None, (_person(a) for a in _dicts(entry.get("authors")))))
    year, issue, volume = (_text(entry.get(key)) for key in ("year", "issue", "volume"))
    venue_and_volume = " ".join(filter(None, (_text(entry.get("venue")), volume + (f"({issue})" if issue else ""))))
    where = ", ".join(filter(None, (venue_and_volume, _text(entry.get("pages")).replace("--", "-"))))
    parts = [people + (f" ({year})" if year else ""), _text(entry.get("title")), where]
    text = ". ".join(part.strip().rstrip(".") for part in parts if part.strip())
    return f"{text}." if text else ""


def _person(author: Record) -> str:
    middle = " ".join(str(name) for name in _list(author.get("middle")))
    return one_line(" ".join((_text(author.get("last")), _text(author.get("first")), middle)))


def _text(value: object) -> str:
    return one_line(str(value)) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _position(value: object) -> int:
    return value if isinstance(value, int) else -1


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _dicts(value: object) -> list[Record]:
    return [item for item in _list(value) if isinstance(item, dict)]
