r"""Text of references to labels: \ref, \eqref, \nameref, \autoref, and cleveref's lists and ranges.

Names before numbers are written in full and capitalised (`Theorem 1`), also where cleveref or hyperref would print `theorem 1`
or `fig. 1`, unless the document sets a format or a name for \autoref. Spec: the manuals of hyperref and cleveref on CTAN.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from darwin_spark.parsers.latex.citations import citation
from darwin_spark.parsers.latex.marks import UNRESOLVED, reference_mark, replace_references, without_unresolved
from darwin_spark.parsers.latex.reference_names import WORDS, Words, default_names
from darwin_spark.parsers.tex.expand import Unit

_MAX_NUMBER, _MAX_TITLE = 300, 300
_MAX_DEPTH, _MAX_NESTED = 8, 600
"""Limits of references in numbers and titles that other references print: 8 deep, 600 characters each."""
_CLEVER = frozenset({"cref", "Cref", "vref", "Vref", "labelcref", "fullref", "thref", "zcref", "crefrange", "Crefrange"})
_NAME_ONLY = frozenset({"namecref", "nameCref", "lcnamecref", "namecrefs", "nameCrefs", "lcnamecrefs"})
_PAGES = frozenset({"pageref", "cpageref", "Cpageref", "vpageref", "cpagerefrange", "autopageref"})
_FOOTNOTE_MARK = re.compile(r"\[\^\d+\]")
_PIECES = re.compile(r"\d+|[A-Za-z]+|[^\dA-Za-z]+")
_ENDS_WITH_COMMAND = re.compile(r"\\[A-Za-z]+\Z")
_RANGE_MIN = 3
"""Number of consecutive numbers from which cleveref writes a range."""


@dataclass(slots=True)
class Request:
    """A reference or citation in the text: the command's name, the keys, and a citation's notes and further citations."""

    kind: str
    keys: tuple[str, ...]
    before: str = ""
    after: str = ""
    in_math: bool = False
    more: tuple["Request", ...] = ()


@dataclass
class CrossReferences:
    """Labels, names and citations of a document, and the references to them, whose texts are known at its end."""

    labels: dict[str, Unit] = field(default_factory=dict)
    entries: dict[str, str] = field(default_factory=dict)
    """By key of the reference list: the label or number of the entry."""
    names: dict[str, tuple[str, str]] = field(default_factory=dict)
    r"""By counter or theorem environment: the names, singular and plural, that \cref prints."""
    capital_names: dict[str, tuple[str, str]] = field(default_factory=dict)
    r"""The same for \Cref, where the document declares them."""
    formats: dict[str, str] = field(default_factory=dict)
    r"""By counter: the text that \crefformat sets, with `#1` for the number; after `label:`, that of \creflabelformat."""
    late: Callable[[str], str] = lambda _key: ""
    """Function from the index of a glossary's entry that was used before its definition to its text."""
    autoref_names: Mapping[str, str] = field(default_factory=dict)
    language: str = ""
    sorts: bool = True
    biblatex: bool = False
    clever_vref: bool = False
    requests: list[Request] = field(default_factory=list)
    _resolved: dict[int, str] = field(default_factory=dict)
    _depth: int = 0

    def mark(self, request: Request) -> str:
        """Record a reference; return its placeholder."""
        self.requests.append(request)
        return reference_mark(len(self.requests) - 1)

    def filled(self, text: str) -> str:
        """Return a text with the references filled in; unknown labels and pages vanish, unknown citations show their keys."""
        return without_unresolved(replace_references(text, self._text))

    def _text(self, index: int) -> str:
        """Return the text of a reference, which may stand in another one's text; UNRESOLVED for one that refers to itself."""
        if index >= len(self.requests) or self._depth >= _MAX_DEPTH:
            return ""
        if index not in self._resolved:
            self._resolved[index] = UNRESOLVED
            self._depth += 1
            text = replace_references(self._written(self.requests[index]), self._text)
            self._depth -= 1
            self._resolved[index] = text
        text = self._resolved[index]
        return text[:_MAX_NESTED] if self._depth else text

    def _written(self, request: Request) -> str:
        if request.kind == "glossary@late":
            return self.late(request.keys[0])
        if "cite" in request.kind.lower():
            return citation(request, self.entries, self.biblatex)
        units = [unit for key in request.keys if (unit := self.labels.get(key)) is not None]
        if request.kind in _PAGES:
            return UNRESOLVED
        if request.kind in ("nameref", "Nameref", "titleref"):
            titles = [_FOOTNOTE_MARK.sub("", unit.title).strip()[:_MAX_TITLE] for unit in units]
            return ", ".join(filter(None, titles)) or UNRESOLVED
        units = [unit for unit in units if unit.number]
        if not units:
            return UNRESOLVED
        if request.kind in _NAME_ONLY:
            return self._name_only(request.kind, units[0])
        if request.kind in _CLEVER and (self.clever_vref or "vref" not in request.kind.lower()):
            return self._clever(request, units)
        return self._plain(request, units)

    def _plain(self, request: Request, units: list[Unit]) -> str:
        numbers = [self._number(unit, request) for unit in units]
        if request.kind == "eqref":
            return ", ".join(f"({number})" for number in numbers)
        if request.kind in ("autoref", "Autoref", "autoref*"):
            counter = units[0].counter
            names = self._names(counter)
            name = self.autoref_names.get(counter) or (names[0] if names else "")
            return f"{name} {', '.join(numbers)}".strip()
        if request.kind == "subref":
            return ", ".join(number[-1:] if number[-1:].isalpha() else number for number in numbers)
        return ", ".join(numbers)

    def _number(self, unit: Unit, request: Request) -> str:
        if not request.in_math or not unit.tex:
            return unit.number[:_MAX_NUMBER]
        text = unit.tex[:_MAX_NUMBER]
        return f"{{{text}}}" if _ENDS_WITH_COMMAND.search(text) else text

    # -- cleveref

    def _clever(self, request: Request, units: list[Unit]) -> str:
        groups: dict[str, list[Unit]] = {}
        for unit in units:
            groups.setdefault(self._type(unit.counter), []).append(unit)
        words = WORDS.get(self.language, Words())
        is_range = request.kind.lower() == "crefrange" and len(units) > 1
        texts = [self._group(request, group, words, is_range) for group in groups.values()]
        return _enumerated(texts, words.pair, words.last_group)

    def _type(self, counter: str) -> str:
        """Return the key of a group of numbers: counters with the same names, such as section and subsection, share it."""
        names = self._names(counter)
        return f"{names[0]}\0{counter == 'equation'}" if names else counter

    def _group(self, request: Request, units: list[Unit], words: Words, is_range: bool) -> str:
        counter = units[0].counter
        capital = request.kind[0].isupper()
        if len(units) == 1 and request.kind != "labelcref":
            custom = (self.formats.get(f"Cref:{counter}") if capital else None) or self.formats.get(counter)
            if custom:
                return custom.replace("#1", self._number(units[0], request))
        several = [self.formats.get(f"multi{i}:{counter}", "") for i in range(4)]
        if len(units) > 1 and any(several) and request.kind != "labelcref" and not is_range:
            return self._multiple(several, units, request)
        if is_range:
            first, last = (self._labelled(unit, request) for unit in (units[0], units[-1]))
            text = first + words.to + last
        else:
            text = self._list(units, request, words)
        if request.kind == "labelcref":
            return text
        names = self._names(counter, capital)
        return f"{names[len(units) > 1]} {text}".strip() if names else text

    def _multiple(self, formats: list[str], units: list[Unit], request: Request) -> str:
        r"""Return the numbers in the formats of \crefmultiformat: first, second of two, middle, last."""
        last = 1 if len(units) == 2 else 3
        chosen = [0, *([2] * (len(units) - 2)), last]
        numbers = (self._number(unit, request) for unit in units)
        return "".join(formats[i].replace("#1", number) for i, number in zip(chosen, numbers, strict=True))

    def _list(self, units: list[Unit], request: Request, words: Words) -> str:
        """Return the numbers of units of one type; with cleveref's sorting, three or more consecutive ones are a range."""
        if not self.sorts or any(not re.match(r"[\dA-Za-z.]+\Z", unit.number) for unit in units):
            return _enumerated([self._labelled(unit, request) for unit in units], words.pair, words.last)
        ordered = sorted({unit.number: unit for unit in units}.values(), key=lambda unit: _pieces(unit.number))
        runs: list[list[Unit]] = []
        for unit in ordered:
            if runs and _follows(runs[-1][-1].number, unit.number):
                runs[-1].append(unit)
            else:
                runs.append([unit])
        texts: list[str] = []
        for run in runs:
            labels = [self._labelled(unit, request) for unit in run]
            texts += [labels[0] + words.to + labels[-1]] if len(run) >= _RANGE_MIN else labels
        return _enumerated(texts, words.pair, words.last)

    def _labelled(self, unit: Unit, request: Request) -> str:
        number = self._number(unit, request)
        custom = self.formats.get(f"label:{unit.counter}")
        if custom:
            return custom.replace("#1", number)
        return f"({number})" if unit.counter == "equation" else number

    def _names(self, counter: str, capital: bool = False) -> tuple[str, str] | None:
        r"""Return the names of a counter, singular and plural: the document's (of \Crefname if `capital`), else the usual."""
        own = self.capital_names.get(counter) if capital else None
        names = own or self.names.get(counter) or self.capital_names.get(counter) or default_names(counter, self.language)
        return None if names is None else (_capitalised(names[0]), _capitalised(names[1]))

    def _name_only(self, kind: str, unit: Unit) -> str:
        names = self._names(unit.counter)
        text = names[kind.endswith("s")] if names else ""
        return text if kind.startswith("nameC") else text[:1].lower() + text[1:]


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


def _enumerated(texts: list[str], pair: str, last: str) -> str:
    if len(texts) < 3:
        return pair.join(texts)
    return ", ".join(texts[:-1]) + last + texts[-1]


def _pieces(number: str) -> list[tuple[int, int, str]]:
    """Return the parts of a number such as `2.10b` so that numbers can be compared."""
    return [(0, int(piece), "") if piece.isdecimal() else (1, len(piece), piece) for piece in _PIECES.findall(number[:60])]


def _follows(first: str, second: str) -> bool:
    """Return whether the second number is the one after the first: `2.4` after `2.3`, `1b` after `1a`."""
    *before, last = _PIECES.findall(first[:60]) or [""]
    *before_second, last_second = _PIECES.findall(second[:60]) or [""]
    if before != before_second or not last or not last_second:
        return False
    if last.isdecimal() and last_second.isdecimal():
        return int(last_second) == int(last) + 1
    return len(last) == len(last_second) == 1 and ord(last_second) == ord(last) + 1
