"""Parse DocBook 4 and 5: articles, books, manual pages.

Left out on purpose: `info` except titles and the abstract of the whole document, index terms, tables of contents, images.
"""

from darwin_spark.config.l1 import L1Settings
from darwin_spark.parsers.parsed import Parsed
from darwin_spark.parsers.publisher_xml.translation import Document, Vocabulary, names, parsed, text_element, translate, wrap
from darwin_spark.parsers.xml_tree import (
    Element,
    attribute,
    child,
    children,
    drop,
    local_name,
    plain_text,
    read_document,
    unwrap,
    within,
)
from darwin_spark.text.normalize_markdown import one_line

_INFOS = (
    "info", "articleinfo", "bookinfo", "chapterinfo", "artheader", "sectioninfo", "sect1info", "sect2info", "sect3info",
    "sect4info", "sect5info", "prefaceinfo", "appendixinfo", "partinfo", "setinfo", "refentryinfo", "referenceinfo",
    "glossaryinfo", "bibliographyinfo", "objectinfo", "blockinfo",
)  # fmt: skip
_ADMONITIONS = ("note", "tip", "important", "warning", "caution", "danger")


def parse(content: bytes, _settings: L1Settings) -> Parsed:
    """Parse a DocBook file. Raises ParseFailure: malformed_xml, too_deep, empty."""
    root, warnings = read_document(content)
    facts = _facts(root)
    info = child(root, *_INFOS)
    abstracts = [] if info is None else children(info, "abstract")
    for place in list(within(root, *_INFOS)):
        _lift_titles(place)
    _resolve_references(root)
    for abstract in abstracts:
        root.append(abstract)
    translate(root, _VOCABULARY)
    document = Document(child(root, "title"), child(root, "subtitle"), children(root, "abstract"), declared=facts)
    taken = (document.title, document.subtitle, *document.abstracts)
    document.body = [part for part in root if part not in taken and local_name(part)]
    return parsed([document], warnings)


def _facts(root: Element) -> dict[str, str]:
    info = child(root, *_INFOS)
    keywords = [one_line(plain_text(node)) for node in within(root if info is None else info, "keyword")]
    dates = [] if info is None else [plain_text(node) for node in within(info, "pubdate", "date", "year")]
    years = [word for text in dates for word in text.replace("-", " ").split() if word.isdigit() and len(word) == 4]
    return {
        "language": (root.get("lang") or attribute(root, "lang")).lower(),
        "year": min(years, default=""),
        "keywords": "; ".join(dict.fromkeys(filter(None, keywords))),
    }


def _lift_titles(info: Element) -> None:
    """Move title and subtitle out of an `info` element, where DocBook 5 has them, and remove the rest."""
    parent = info.getparent()
    if parent is None:
        return
    for name in ("title", "subtitle"):
        found = child(info, name)
        if found is not None and child(parent, name) is None:
            info.addprevious(found)
            found.tail = None
    drop(info)


def _resolve_references(root: Element) -> None:
    """Give an `xref` without text the label or the title of its target, and a link without text its address."""
    targets = {name: node for node in root.iter() if (name := node.get("id") or _xml_id(node))}
    for node in within(root, "xref"):
        target = targets.get(node.get("linkend", ""))
        end = targets.get(node.get("endterm", ""))
        if target is not None and not plain_text(node).strip():
            title = end if end is not None else child(target, "title", "refentrytitle", "term")
            node.text = target.get("xreflabel") or (one_line(plain_text(title)) if title is not None else "")
    for node in within(root, "ulink", "link"):
        if not plain_text(node).strip():
            node.text = node.get("url") or attribute(node, "href")


def _xml_id(node: Element) -> str | None:
    return node.get("{http://www.w3.org/XML/1998/namespace}id")


def _captioned(node: Element) -> None:
    """Put the title of a figure, table or example into its caption, as JATS has it."""
    title = child(node, "title")
    if title is not None:
        wrap([title], "caption")


def _table(node: Element) -> None:
    """Make a table a `table-wrap`; rows of HTML directly in it, which DocBook allows too, get a `table` around them."""
    if child(node, "tgroup") is None and next(within(node, "tr"), None) is not None:
        rows = [part for part in node if local_name(part) in ("tr", "thead", "tbody", "tfoot")]
        if rows:
            wrap(rows, "table")
    _captioned(node)
    node.tag = "table-wrap"


def _term_list(node: Element) -> None:
    """Make a list item of a term and its explanation; the terms become the title of the item."""
    terms = children(node, "term", "glossterm")
    for term in terms[1:]:
        terms[0].tail = None
        terms[0].append(text_element("named-content", f", {one_line(plain_text(term))}"))
        node.remove(term)
    if terms:
        terms[0].tag = "title"
    for part in children(node, "listitem", "glossdef"):
        unwrap(part)
    node.tag = "list-item"


def _media(node: Element) -> None:
    for caption in children(node, "caption"):
        unwrap(caption)


def _names(node: Element) -> None:
    """Write 'name, name – purpose', as manual pages do."""
    for name in children(node, "refname"):
        following = name.getnext()
        name.tail = ", " if following is not None and local_name(following) == "refname" else " – "


def _admonition(node: Element) -> None:
    """Give a note or warning the heading that style sheets generate, if it has none of its own."""
    if child(node, "title") is None:
        node.insert(0, text_element("title", local_name(node).capitalize()))
    node.tag = "statement"


def _entry(node: Element) -> None:
    """Make one citation of a reference: the fields of a `biblioentry` are joined by commas, others stay as they are printed."""
    if local_name(node) == "biblioentry":
        leaves = [text for part in node.iter() if not len(part) and local_name(part) and (text := one_line(plain_text(part)))]
        for part in list(node):
            node.remove(part)
        node.append(text_element("mixed-citation", ", ".join(leaves)))
    elif len(node) or (node.text or "").strip():
        citation = text_element("mixed-citation", node.text or "")
        for part in list(node):
            citation.append(part)
        node.text = None
        node.append(citation)
    node.tag = "ref"


def _ordered(node: Element) -> None:
    node.set("list-type", "order")
    node.tag = "list"


def _equation(node: Element) -> None:
    """Take the alternative text of an equation as TeX if it is declared so or the equation has no `math` or `mathphrase`."""
    node.tag = "inline-formula" if local_name(node) == "inlineequation" else "disp-formula"
    for alternative in list(within(node, "alt")):
        if alternative.get("role", "") in ("tex", "latex") or next(within(node, "math", "mathphrase"), None) is None:
            alternative.tag = "tex-math"


def _listing(node: Element) -> None:
    node.tag = "preformat"


_CODE = (
    "literal code command filename function option varname constant classname userinput computeroutput envar parameter type "
    "structname structfield methodname interfacename exceptionname errorname property package systemitem"
)
_VOCABULARY = Vocabulary(
    names=names({
        "sec": "section simplesect sect1 sect2 sect3 sect4 sect5 chapter preface part partintro article book reference "
        "refentry refsection refsect1 refsect2 refsect3 refsynopsisdiv topic dedication colophon qandaset qandadiv set",
        "app": "appendix", "ack": "acknowledgements ack", "title": "title refentrytitle", "inline-quote": "quote",
        "sub": "subscript", "sup": "superscript", "xref": "xref footnoteref", "fn": "footnote",
        "sec-group": "informalexample qandaentry question answer programlistingco screenco mediaobject mediaobjectco "
        "informalfigure", "fig": "figure example", "table": "informaltable",
        "list": "itemizedlist simplelist calloutlist variablelist glosslist", "list-item": "listitem step callout member",
        "p": "para simpara bridgehead refnamediv glosssee glossseealso", "disp-quote": "blockquote epigraph",
        "attrib": "attribution", "statement": "formalpara", "boxed-text": "sidebar",
        "ref-list": "bibliography bibliodiv bibliolist",
    }) | dict.fromkeys(_CODE.split(), "monospace"),
    removed=frozenset({
        "area", "areaspec", "audioobject", "authorgroup", "co", "copyright", "imageobject", "index", "indexterm",
        "legalnotice", "lot", "manvolnum", "refmiscinfo", "remark", "revhistory", "screenshot", "textobject", "titleabbrev",
        "toc", "videoobject",
    }),
    steps={
        **dict.fromkeys(("figure", "example"), _captioned), **dict.fromkeys(_ADMONITIONS, _admonition), "table": _table,
        **dict.fromkeys(("varlistentry", "glossentry"), _term_list),
        **dict.fromkeys(("mediaobject", "inlinemediaobject"), _media),
        "refmeta": unwrap, "refnamediv": _names, **dict.fromkeys(("biblioentry", "bibliomixed"), _entry),
        **dict.fromkeys(("orderedlist", "procedure", "substeps"), _ordered),
        **dict.fromkeys(("equation", "informalequation", "inlineequation"), _equation),
        **dict.fromkeys(("programlisting", "screen", "synopsis", "literallayout", "cmdsynopsis", "funcsynopsis"), _listing),
    },
    ids=("id", "{http://www.w3.org/XML/1998/namespace}id"),
    references=("linkend",),
)  # fmt: skip
