r"""Printed lists of a glossary, and the texts of entries that are used before they are defined."""

from darwin_spark.parsers.latex.glossaries.definitions import PRINT
from darwin_spark.parsers.latex.glossaries.entries import Entry
from darwin_spark.parsers.latex.glossaries.glossary import LATE, Glossary
from darwin_spark.parsers.latex.languages import printed_name
from darwin_spark.parsers.latex.writer import Writer
from darwin_spark.parsers.tex.tokens import source_of

LIST_MARK = "\x02glossary "
"""Beginning of the block that stands for a list until the document's end; its kind and title follow."""
_TITLES = {"acronym": "Acronyms", "nomenclature": "Nomenclature"}
_MAX_LISTS = 20


def put_late(writer: Writer) -> None:
    """Write the placeholder of an entry that is not defined yet."""
    writer.write(writer.refer(LATE, writer.tex.name()))


def put_list(writer: Writer) -> None:
    """Write the block that stands for a list until the document's end."""
    kind, title = writer.tex.name(), source_of(writer.tex.argument())
    if sum(block.startswith(LIST_MARK) for block in writer.frames[-1].blocks[-1_000:]) < _MAX_LISTS:
        writer.flush()
        writer.frames[-1].blocks.append(f"{LIST_MARK}{kind}\x02{title}")


def late_text(writer: Writer, glossary: Glossary, index: str) -> str:
    """Return the text of an entry that was used before it was defined; its key if it never was."""
    if not index.isdecimal() or int(index) >= len(glossary.late):
        return ""
    return " ".join(writer.tex.evaluated(glossary.printed(*glossary.late[int(index)])).split())


def list_source(writer: Writer, glossary: Glossary, block: str) -> str:
    """Return the TeX source of the list for which a block stands: a heading and a description list; '' if it is empty."""
    kind, title = block.removeprefix(LIST_MARK).split("\x02", 1)
    if kind == "nomenclature":
        items = [(source_of(symbol), source_of(text)) for symbol, text in glossary.symbols]
    else:
        keys = glossary.entries if glossary.all_listed else glossary.listed
        entries = [glossary.entries[key] for key in keys if key in glossary.entries]
        chosen = [entry for entry in entries if kind == "all" or entry.is_acronym == (kind == "acronym")]
        items = sorted((_item(entry) for entry in chosen), key=lambda item: item[0].casefold())
    if not items:
        return ""
    heading = title or _TITLES.get(kind) or printed_name(writer.tex, "glossary", "Glossary")
    unit = "chapter" if writer.head.book else "section"
    lines = "\n".join(f"\\item[{{{name}}}] {text}" for name, text in items)
    return f"\\{unit}*{{{heading}}}\n\\begin{{description}}\n{lines}\n\\end{{description}}\n"


def _item(entry: Entry) -> tuple[str, str]:
    """Return the name and the text of an entry in a list: an acronym's long form, and a description if there is one."""
    long, description = source_of(entry.text("long")), source_of(entry.text("description"))
    return source_of(entry.text("name")), ", ".join(filter(None, (long, description)))


COMMANDS = {LATE: put_late, PRINT: put_list}
