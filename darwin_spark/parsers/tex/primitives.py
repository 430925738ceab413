r"""Commands that the gullet acts on besides definitions and conditionals: names built from characters, files read,
counters, and the few of LaTeX's own macros that others are built of."""

from collections.abc import Callable

from darwin_spark.parsers.tex.branches import BRANCHES
from darwin_spark.parsers.tex.conditionals import CONDITIONALS, csname, integer
from darwin_spark.parsers.tex.counters import styled
from darwin_spark.parsers.tex.definitions import DEFINITIONS
from darwin_spark.parsers.tex.expand import Expander, Macro
from darwin_spark.parsers.tex.files import FILES
from darwin_spark.parsers.tex.tokens import Token, source_of

_CLOSE_UP = tuple(".,'/?;:!~-)]}”’")


def _expandafter(tex: Expander) -> None:
    """The token after the next is expanded once; of a chain of these, the last one's."""
    waiting: list[Token] = []
    while True:
        first = tex.raw()
        second = tex.raw()
        if first is None or second is None:
            break
        waiting.append(first)
        if second == "\\expandafter":
            continue
        meaning = tex.macros.get(second)
        if isinstance(meaning, Macro) and tex.may_expand(second):
            tex.push(tex.body_of(meaning, second))
        elif second == "\\csname":
            tex.push([csname(tex)])
        else:
            tex.push([second])
        break
    tex.push(waiting)


def _string(tex: Expander) -> None:
    token = tex.raw()
    if token is not None:
        tex.push([token.lstrip("\\") or "\\"])


def _detokenize(tex: Expander) -> None:
    text = source_of(tex.argument()).replace("\\", "")
    if text:
        tex.push([text])


def _the(tex: Expander) -> None:
    tex.skip_blanks()
    token = tex.raw()
    if token == "\\value":
        tex.push([str(tex.counters.value(tex.name()))])
    elif token is not None and token.startswith("\\c@"):
        tex.push([str(tex.counters.value(token[3:]))])


def _value(tex: Expander) -> None:
    tex.push([str(tex.counters.value(tex.name()))])


def _printed(style: str) -> Callable[[Expander], None]:
    def show(tex: Expander) -> None:
        text = styled(tex.counters.value(tex.name()), style)
        if text:
            tex.push([text])

    return show


def _number(style: str) -> Callable[[Expander], None]:
    def show(tex: Expander) -> None:
        tex.push([styled(integer(tex), style)])

    return show


def _set_counter(tex: Expander) -> None:
    name = tex.name()
    tex.counters.set(name, _argument_value(tex))


def _add_to_counter(tex: Expander) -> None:
    name = tex.name()
    tex.counters.set(name, tex.counters.value(name) + _argument_value(tex))


def _argument_value(tex: Expander) -> int:
    text = tex.evaluated(tex.argument()).strip()
    return int(text) if text.lstrip("+-").isdecimal() and len(text) < 9 else 0


def _new_counter(tex: Expander) -> None:
    name = tex.name()
    outer = tex.optional()
    make_counter(tex, name, source_of(outer) if outer else None)


def make_counter(tex: Expander, name: str, outer: str | None = None) -> None:
    r"""A counter and its \the form."""
    tex.counters.set(name, 0)
    prefix: tuple[Token, ...] = ()
    if outer:
        tex.counters.nest(name, outer)
        prefix = (f"\\the{outer}", ".")
    tex.macros[f"\\the{name}"] = Macro((), (*prefix, "\\arabic", "{", name, "}"))


def number_form(tex: Expander, name: str, style: str) -> None:
    r"""How a counter is printed alone: \Alph, \roman ..."""
    tex.macros[f"\\the{name}"] = Macro((), (f"\\{style}", "{", name, "}"))


def _number_within(tex: Expander) -> None:
    tex.optional()
    name, outer = tex.name(), tex.name()
    tex.counters.nest(name, outer)
    tex.macros[f"\\the{name}"] = Macro((), (f"\\the{outer}", ".", "\\arabic", "{", name, "}"))


def _number_without(tex: Expander) -> None:
    tex.optional()
    name, outer = tex.name(), tex.name()
    if tex.counters.within.get(name) == outer:
        del tex.counters.within[name]
    tex.macros[f"\\the{name}"] = Macro((), ("\\arabic", "{", name, "}"))


def _counter_alias(tex: Expander) -> None:
    r"""\newaliascnt{new}{old}."""
    new, old = tex.name(), tex.name()
    tex.counters.alias(new, old)
    tex.macros[f"\\the{new}"] = Macro((), (f"\\the{old}",))


def _ensuremath(tex: Expander) -> None:
    body = tex.argument()
    tex.push(body if tex.math else ["\\(", *body, "\\)"])


def _xspace(tex: Expander) -> None:
    following = tex.peek()
    if (
        not tex.math
        and following is not None
        and not following.startswith(_CLOSE_UP)
        and following not in (" ", "\\ ", "\\par")
    ):
        tex.push([" "])


def _mathchoice(tex: Expander) -> None:
    forms = [tex.argument() for _ in range(4)]
    tex.push(forms[0] if tex.display else forms[1])


def _algorithm_call(tex: Expander) -> None:
    r"""After a word made by algorithm2e's \SetKwFunction: \Find{x} as find(x), \Break now as break now."""
    following = tex.peek() or ""
    if following == "{":
        tex.push(["(", *tex.argument(), ")"])
    elif not tex.math and following[:1].isalnum():
        tex.push([" "])


def _pick(index: int, count: int) -> Callable[[Expander], None]:
    def take(tex: Expander) -> None:
        arguments = [tex.argument() for _ in range(count)]
        if index < count:
            tex.push(arguments[index])

    return take


def _letters(which: str) -> Callable[[Expander], None]:
    def switch(tex: Expander) -> None:
        if tex.source is not None:
            tex.source.letters(which)

    return switch


def _names_definition(tex: Expander) -> None:
    r"""\@namedef{foo}, \csdef{foo}: \def with the name in braces."""
    tex.push(["\\def", "\\" + tex.name()])


def _name_use(tex: Expander) -> None:
    tex.push(["\\" + tex.name()])


def _skip_group(*kinds: str) -> Callable[[Expander], None]:
    def skip(tex: Expander) -> None:
        for kind in kinds:
            if kind == "o":
                tex.optional()
            else:
                tex.argument()

    return skip


PRIMITIVES: dict[Token, Callable[[Expander], None]] = {
    **DEFINITIONS,
    **CONDITIONALS,
    **BRANCHES,
    **FILES,
    "\\expandafter": _expandafter,
    "\\csname": lambda tex: tex.push([csname(tex)]),
    "\\string": _string,
    "\\detokenize": _detokenize,
    "\\noexpand": lambda _: None,
    "\\unexpanded": lambda tex: tex.push(tex.argument()),
    "\\the": _the,
    "\\value": _value,
    "\\number": _number("arabic"),
    "\\romannumeral": _number("roman"),
    **{f"\\{style}": _printed(style) for style in ("arabic", "roman", "Roman", "alph", "Alph", "fnsymbol")},
    "\\setcounter": _set_counter,
    "\\addtocounter": _add_to_counter,
    "\\newcounter": _new_counter,
    "\\stepcounter": lambda tex: tex.counters.step(tex.name()),
    "\\numberwithin": _number_within,
    "\\counterwithin": _number_within,
    "\\counterwithout": _number_without,
    "\\@addtoreset": lambda tex: tex.counters.nest(tex.name(), tex.name()),
    "\\newaliascnt": _counter_alias,
    "\\ensuremath": _ensuremath,
    "\\xspace": _xspace,
    "\\mathchoice": _mathchoice,
    "\\algorithm@call": _algorithm_call,
    "\\@firstofone": _pick(0, 1),
    "\\@firstoftwo": _pick(0, 2),
    "\\@secondoftwo": _pick(1, 2),
    "\\@gobble": _pick(1, 1),
    "\\@gobbletwo": _pick(2, 2),
    "\\texorpdfstring": _pick(0, 2),
    "\\@namedef": _names_definition,
    "\\csdef": _names_definition,
    "\\@nameuse": _name_use,
    "\\csuse": _name_use,
    "\\makeatletter": _letters("package"),
    "\\makeatother": _letters("user"),
    "\\ExplSyntaxOn": _letters("expl"),
    "\\ExplSyntaxOff": _letters("package"),
    "\\AtBeginDocument": _skip_group("m"),
    "\\AtEndDocument": _skip_group("m"),
    "\\AtEndOfPackage": _skip_group("m"),
    "\\AtEndOfClass": _skip_group("m"),
    "\\DeclareOption": _skip_group("m"),
}
PRIMITIVES["\\DeclareOption"] = lambda tex: (tex.star(), _skip_group("m", "m")(tex))[1]
