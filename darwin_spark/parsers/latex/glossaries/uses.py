r"""Commands that print entries: those of glossaries (\gls), acronym and acro (\ac), in all their forms."""

from darwin_spark.parsers.latex.glossaries.glossary import Form, glossary_of
from darwin_spark.parsers.tex.expand import Expander, Primitive
from darwin_spark.parsers.tex.tokens import Token

Command = Primitive
_FIELDS = ("text", "name", "first", "symbol", "description", "short", "long")
_FIELD_NAMES = {**{name: name for name in _FIELDS}, "desc": "description"}


def _skip_modifier(tex: Expander) -> None:
    if not tex.star():
        tex.star("+")
    tex.optional()


def _use(form: Form, inserts: bool) -> Command:
    r"""Return the handler of \gls or \ac. `inserts`: whether a bracket behind the key is text that belongs to it."""

    def put(tex: Expander) -> bool:
        _skip_modifier(tex)
        key = tex.name()
        insert = tex.optional() if inserts else None
        first = glossary_of(tex).use(key)
        return glossary_of(tex).put(tex, key, Form(form.field, form.plural, form.upper, first), insert)

    return put


def _show(form: Form, marks_used: bool = False, inserts: bool = True) -> Command:
    r"""Return the handler of a command that prints one form whether the entry was used or not, such as \acrlong."""

    def put(tex: Expander) -> bool:
        _skip_modifier(tex)
        key = tex.name()
        insert = tex.optional() if inserts else None
        glossary_of(tex).listed[key] = None
        if marks_used:
            glossary_of(tex).used[key] = None
        return glossary_of(tex).put(tex, key, form, insert)

    return put


def _with_article(upper: int) -> Command:
    r"""Return the handler of \iac{key}, which prints the acronym after its declared article, or `a`."""

    def put(tex: Expander) -> bool:
        _skip_modifier(tex)
        key = tex.name()
        first = glossary_of(tex).use(key)
        article = glossary_of(tex).article(key, first)
        glossary_of(tex).put(tex, key, Form(first=first))
        tex.push([article.capitalize() if upper else article, " "])
        return False

    return put


def _reset(all_entries: bool) -> Command:
    r"""Return the handler of \glsreset{key} or \glsresetall: the next use is a first use."""

    def forget(tex: Expander) -> None:
        if all_entries:
            tex.optional()
            glossary_of(tex).used.clear()
            glossary_of(tex).all_used = False
        else:
            for key in tex.name().split(","):
                glossary_of(tex).used.pop(key.strip(), None)

    return forget


def _mark_used(all_entries: bool) -> Command:
    r"""Return the handler of \glsunset{key} or \glsunsetall: the next use is no first use."""

    def mark(tex: Expander) -> None:
        if all_entries:
            glossary_of(tex).all_used = True
        else:
            glossary_of(tex).used.update(dict.fromkeys(key.strip() for key in tex.name().split(",")))

    return mark


def _add(all_entries: bool) -> Command:
    r"""Return the handler of \glsadd{key} or \glsaddall, which print nothing: the list has the entry."""

    def put(tex: Expander) -> None:
        tex.optional()
        if all_entries:
            glossary_of(tex).all_listed = True
        else:
            glossary_of(tex).listed[tex.name()] = None

    return put


def _glossary_commands() -> dict[Token, Command]:
    found: dict[Token, Command] = {}
    for upper, word in enumerate(("gls", "Gls", "GLS")):
        found[f"\\{word}"] = _use(Form(upper=upper), inserts=True)
        found[f"\\{word}pl"] = _use(Form(plural=True, upper=upper), inserts=True)
        for name, key in _FIELD_NAMES.items():
            found[f"\\{word}{name}"] = _show(Form(key, upper=upper))
            found[f"\\{word}entry{name}"] = _show(Form(key, upper=upper), inserts=False)
        for name, form in {"plural": Form("text", True, upper), "firstplural": Form("first", True, upper)}.items():
            found[f"\\{word}{name}"] = _show(form)
            found[f"\\{word}entry{name}"] = _show(form, inserts=False)
        for name in ("short", "long", "full"):
            found[f"\\{word}entry{name}"] = _show(Form(name, upper=upper), inserts=False)
            found[f"\\{word}entry{name}pl"] = _show(Form(name, True, upper), inserts=False)
            found[f"\\{word}xtr{name}"] = _show(Form(name, upper=upper))
            found[f"\\{word}xtr{name}pl"] = _show(Form(name, True, upper))
    return found


def _acronym_commands() -> dict[Token, Command]:
    found: dict[Token, Command] = {"\\iac": _with_article(0), "\\Iac": _with_article(1)}
    for upper, word in enumerate(("acr", "Acr", "ACR")):
        for name in ("short", "long", "full"):
            found[f"\\{word}{name}"] = _show(Form(name, upper=upper))
            found[f"\\{word}{name}pl"] = _show(Form(name, True, upper))
    for upper, word in enumerate(("ac", "Ac")):
        for ending, plural in (("", False), ("p", True)):
            found[f"\\{word}{ending}"] = _use(Form(plural=plural, upper=upper), inserts=False)
            for letter, name in (("s", "short"), ("l", "long"), ("f", "full"), ("fi", "full"), ("a", "symbol")):
                form = Form(name, plural, upper)
                found[f"\\{word}{letter}{ending}"] = _show(form, name == "full", inserts=False)
            for letter, name in (("su", "short"), ("lu", "long")):
                found[f"\\{word}{letter}{ending}"] = _show(Form(name, plural, upper), True, inserts=False)
    return found


USES: dict[Token, Command] = {
    **_glossary_commands(),
    **_acronym_commands(),
    **dict.fromkeys(("\\glsreset", "\\glslocalreset", "\\acreset"), _reset(all_entries=False)),
    **dict.fromkeys(("\\glsresetall", "\\acresetall"), _reset(all_entries=True)),
    **dict.fromkeys(("\\glsunset", "\\glslocalunset", "\\acused", "\\acuse"), _mark_used(all_entries=False)),
    "\\glsunsetall": _mark_used(all_entries=True),
    "\\glsadd": _add(all_entries=False),
    "\\glsaddall": _add(all_entries=True),
}
