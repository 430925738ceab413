r"""Commands that the expander executes (`PRIMITIVES`). Defined here: \expandafter, \csname and similar, counters, and some
of LaTeX's internal macros that document macros use. Definitions, conditionals and file inclusion are in their own modules."""

from collections.abc import Callable

from darwin_spark.parsers.tex.branches import BRANCHES
from darwin_spark.parsers.tex.conditionals import CONDITIONALS, csname, integer
from darwin_spark.parsers.tex.counters import styled
from darwin_spark.parsers.tex.definitions import DEFINITIONS
from darwin_spark.parsers.tex.expand import Expander, Macro, Primitive
from darwin_spark.parsers.tex.files import FILES
from darwin_spark.parsers.tex.tokens import Token, source_of

_NO_SPACE_BEFORE = tuple(".,'/?;:!~-)]}”’")


def _expandafter(tex: Expander) -> None:
    r"""Handle \expandafter\a\b: expand \b once, before \a; of a chain \expandafter\a\expandafter\b\c only \c."""
    postponed: list[Token] = []
    while True:
        first = tex.raw()
        second = tex.raw()
        if first is None or second is None:
            break
        postponed.append(first)
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
    tex.push(postponed)


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


def _counter_in_style(style: str) -> Callable[[Expander], None]:
    def show(tex: Expander) -> None:
        text = styled(tex.counters.value(tex.name()), style)
        if text:
            tex.push([text])

    return show


def _integer_in_style(style: str) -> Callable[[Expander], None]:
    def show(tex: Expander) -> None:
        tex.push([styled(integer(tex), style)])

    return show


def _set_counter(tex: Expander) -> None:
    name = tex.name()
    tex.counters.set(name, _integer_argument(tex))


def _add_to_counter(tex: Expander) -> None:
    name = tex.name()
    tex.counters.set(name, tex.counters.value(name) + _integer_argument(tex))


def _integer_argument(tex: Expander) -> int:
    text = tex.evaluated(tex.argument()).strip()
    return int(text) if text.lstrip("+-").isdecimal() and len(text) < 9 else 0


def _new_counter(tex: Expander) -> None:
    name = tex.name()
    outer = tex.optional()
    make_counter(tex, name, source_of(outer) if outer else None)


def make_counter(tex: Expander, name: str, outer: str | None = None) -> None:
    r"""Set counter `name` to 0; define its \the command. With `outer`, `outer` resets `name`, and \the prints both."""
    tex.counters.set(name, 0)
    prefix: tuple[Token, ...] = ()
    if outer:
        tex.counters.nest(name, outer)
        prefix = (f"\\the{outer}", ".")
    tex.macros[f"\\the{name}"] = Macro((), (*prefix, "\\arabic", "{", name, "}"))


def number_form(tex: Expander, name: str, style: str) -> None:
    r"""Redefine the \the command of counter `name` to print only this counter, in a style such as `Alph` or `roman`."""
    tex.macros[f"\\the{name}"] = Macro((), (f"\\{style}", "{", name, "}"))


def _number_within(tex: Expander) -> None:
    tex.optional()
    name, outer = tex.name(), tex.name()
    tex.counters.nest(name, outer)
    tex.macros[f"\\the{name}"] = Macro((), (f"\\the{outer}", ".", "\\arabic", "{", name, "}"))


def _counter_without(tex: Expander) -> None:
    tex.optional()
    name, outer = tex.name(), tex.name()
    if tex.counters.within.get(name) == outer:
        del tex.counters.within[name]
    tex.macros[f"\\the{name}"] = Macro((), ("\\arabic", "{", name, "}"))


def _counter_alias(tex: Expander) -> None:
    r"""\newaliascnt{new}{old}: counter `new` shares the value of `old`."""
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
        and not following.startswith(_NO_SPACE_BEFORE)
        and following not in (" ", "\\ ", "\\par")
    ):
        tex.push([" "])


def _mathchoice(tex: Expander) -> None:
    forms = [tex.argument() for _ in range(4)]
    tex.push(forms[0] if tex.display else forms[1])


def _algorithm_call(tex: Expander) -> None:
    r"""Handle \algorithm@call, the end of macros from \SetKw..: `\Find{x}` prints `find(x)`, `\Break a` prints `break a`."""
    following = tex.peek() or ""
    if following == "{":
        tex.push(["(", *tex.argument(), ")"])
    elif not tex.math and following[:1].isalnum():
        tex.push([" "])


def _pick_argument(index: int, count: int) -> Callable[[Expander], None]:
    def take(tex: Expander) -> None:
        arguments = [tex.argument() for _ in range(count)]
        if index < count:
            tex.push(arguments[index])

    return take


def _set_letters(which: str) -> Callable[[Expander], None]:
    def switch(tex: Expander) -> None:
        if tex.source is not None:
            tex.source.letters(which)

    return switch


def _expl_syntax(on: bool) -> Callable[[Expander], None]:
    def switch(tex: Expander) -> None:
        if tex.source is not None:
            tex.source.expl_syntax(on)

    return switch


def _define_by_name(tex: Expander) -> None:
    r"""Execute \@namedef{foo} or \csdef{foo} as \def\foo."""
    tex.push(["\\def", "\\" + tex.name()])


def _use_by_name(tex: Expander) -> None:
    tex.push(["\\" + tex.name()])


def _skip_arguments(*kinds: str) -> Callable[[Expander], None]:
    def skip(tex: Expander) -> None:
        for kind in kinds:
            if kind == "o":
                tex.optional()
            else:
                tex.argument()

    return skip


PRIMITIVES: dict[Token, Primitive] = {
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
    "\\number": _integer_in_style("arabic"),
    "\\romannumeral": _integer_in_style("roman"),
    **{f"\\{style}": _counter_in_style(style) for style in ("arabic", "roman", "Roman", "alph", "Alph", "fnsymbol")},
    "\\setcounter": _set_counter,
    "\\addtocounter": _add_to_counter,
    "\\newcounter": _new_counter,
    "\\stepcounter": lambda tex: tex.counters.step(tex.name()),
    "\\numberwithin": _number_within,
    "\\counterwithin": _number_within,
    "\\counterwithout": _counter_without,
    "\\@addtoreset": lambda tex: tex.counters.nest(tex.name(), tex.name()),
    "\\newaliascnt": _counter_alias,
    "\\ensuremath": _ensuremath,
    "\\xspace": _xspace,
    "\\mathchoice": _mathchoice,
    "\\algorithm@call": _algorithm_call,
    "\\@firstofone": _pick_argument(0, 1),
    "\\@firstoftwo": _pick_argument(0, 2),
    "\\@secondoftwo": _pick_argument(1, 2),
    "\\@gobble": _pick_argument(1, 1),
    "\\@gobbletwo": _pick_argument(2, 2),
    "\\texorpdfstring": _pick_argument(0, 2),
    "\\@namedef": _define_by_name,
    "\\csdef": _define_by_name,
    "\\@nameuse": _use_by_name,
    "\\csuse": _use_by_name,
    "\\makeatletter": _set_letters("package"),
    "\\makeatother": _set_letters("user"),
    "\\ExplSyntaxOn": _expl_syntax(True),
    "\\ExplSyntaxOff": _expl_syntax(False),
    "\\AtBeginDocument": _skip_arguments("m"),
    "\\AtEndDocument": _skip_arguments("m"),
    "\\AtEndOfPackage": _skip_arguments("m"),
    "\\AtEndOfClass": _skip_arguments("m"),
    "\\DeclareOption": _skip_arguments("m"),
}
PRIMITIVES["\\DeclareOption"] = lambda tex: (tex.star(), _skip_arguments("m", "m")(tex))[1]
