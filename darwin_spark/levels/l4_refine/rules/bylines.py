"""Delete the authors, affiliations and contact data of a paper (§3 L4: publication metadata), where a rule can be certain.

The rule looks between title and first section. An affiliation names institutions and is no sentence. A byline has names, and
is deleted only with an affiliation below it or on the same line: alone, a byline could be a motto or a dedication.
"""

import re
from collections.abc import Iterator, Sequence

from darwin_spark.levels.l4_refine.rules.headings import BODY_NAMES
from darwin_spark.levels.l4_refine.rules.text import name, names, without
from darwin_spark.text.markdown import Kind

FRONT_CHARS = 8_000
"""Title, authors and affiliations lie within this many characters; forty authors take 4,000."""
INSTITUTION_CHARS = 200
"""An affiliation names at least one institution per this many characters."""
PLAIN_SHARE = 0.15
"""Maximum share of lower-case words (of 4 letters or more, no particles such as 'des') in an affiliation; a sentence has
more."""
NAME_SHARE = 0.8
"""Minimum share of the words of a byline that begin with a capital; particles are left out."""
_STOP = BODY_NAMES | names("keywords; key words; keyword; objective; objectives; highlights; overview; preface; contents")
_MARK = re.compile(r"\^\{[^{}\n]{1,20}\}|[*†‡§¶#]")
_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_INSTITUTION = re.compile(
    r"\b(?:Universi\w{2,6}|Departa?ment\w{0,2}|Dept|Institut\w{0,4}|Facult\w{1,3}|Schools?|Colleges?|Cent(?:re|er|ro)s?"
    r"|Laborator\w{1,4}|Hospital|Academy|Division|Program(?:me)?|Foundation|Fondazione|Ministry|Polytechni\w{1,4}|Observatory"
    r"|Research|CNRS|CONICET|INRAE?|INSERM|CSIC|NOAA|NASA|Ltd|Inc|GmbH"
    r"|(?:Corresponding|Co-?first|First|Senior) authors?)\b"
)
_LEGEND = re.compile(
    r"\W*(?:(?:(?:corresponding|co-?first|first|senior) authors?|equal contributions?|(?:these authors )?contributed equally"
    r"(?: to this work)?)\W*){1,6}",
    re.I,
)
_PARTICLES = names(
    "and; de; del; della; der; den; des; di; du; el; et; la; las; le; los; of; the; van; von; y; with; for; dos; da; do; e; und"
)


def bylines(lines: Sequence[str], kinds: Sequence[Kind]) -> list[str]:
    """Return the lines without affiliations between title and first section, and bylines on or up to two lines above them."""
    removed: set[int] = set()
    front = [index for index in _front(lines, kinds) if kinds[index] is Kind.PROSE or kinds[index] is Kind.LIST]
    for place, index in enumerate(front):
        if _is_affiliation(lines[index]):
            removed.add(index)
            removed.update(above for above in front[max(place - 2, 0) : place] if _is_byline(lines[above]))
        elif _is_byline_with_affiliation(lines[index]):
            removed.add(index)
    return without(lines, removed)


def _front(lines: Sequence[str], kinds: Sequence[Kind]) -> Iterator[int]:
    """Yield the line indices from the title (first heading) to the first usual section name, within FRONT_CHARS characters."""
    chars = titles = 0
    for index, line in enumerate(lines):
        chars += len(line) + 1
        titles += kinds[index] is Kind.HEADING
        if chars > FRONT_CHARS or (titles and name(line) in _STOP):
            return
        if titles:
            yield index


def _is_affiliation(text: str) -> bool:
    if _LEGEND.fullmatch(text):
        return True
    institutions = sum(1 for _ in _INSTITUTION.finditer(text))
    return institutions > 0 and len(text) <= INSTITUTION_CHARS * institutions and _is_not_sentence(text)


def _is_not_sentence(text: str) -> bool:
    words: list[str] = [word for word in _WORD.findall(_MARK.sub(" ", text)) if word not in _PARTICLES]
    return sum(len(word) > 3 and word.islower() for word in words) <= PLAIN_SHARE * len(words)


def _is_byline(text: str) -> bool:
    """Whether a line is mostly capitalised words, with a comma, an 'and' or an affiliation mark: a list of names."""
    words: list[str] = [word for word in _WORD.findall(_MARK.sub(" ", text)) if word.lower() not in _PARTICLES]
    several = "," in text or " and " in text or _MARK.search(text) is not None
    return (
        several and len(words) > 1 and sum(word[0].isupper() for word in words) >= NAME_SHARE * len(words) and text[-1] != ":"
    )


def _is_byline_with_affiliation(text: str) -> bool:
    """Whether a line is a byline that L1 joined with its affiliations: names, affiliation marks and institutions."""
    return _MARK.search(text) is not None and _INSTITUTION.search(text) is not None and _is_byline(text)
