"""Who wrote a paper and where (§3 L4: affiliations and contact are publication metadata), where a program can be sure.

Both stand between the title and the first section. Affiliations are told by their institutions and by what they lack: a
sentence. A byline is told by its names, and goes only with affiliations below it: alone, it could be a motto or a dedication.
"""

import re
from collections.abc import Iterator, Sequence

from darwin_spark.levels.l4_refine.rules.headings import BODY_NAMES
from darwin_spark.levels.l4_refine.rules.text import name, names, without
from darwin_spark.text.markdown import Kind

FRONT_CHARS = 8_000
"""Title, authors and affiliations lie within so many characters; forty authors take 4,000."""
INSTITUTION_CHARS = 200
"""An affiliation names an institution at least once in so many characters."""
PLAIN_SHARE = 0.15
"""More words in lower case than this share (four letters and over, 'des', 'della' and the like aside) are a sentence."""
NAME_SHARE = 0.8
"""At least this share of a byline's words begin with a capital, particles aside."""

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
"""What the marks of a byline say."""
_PARTICLES = names(
    "and; de; del; della; der; den; des; di; du; el; et; la; las; le; los; of; the; van; von; y; with; for; dos; da; do; e; und"
)


def bylines(lines: Sequence[str], kinds: Sequence[Kind]) -> list[str]:
    """The lines without affiliations in front of the first section, and without the names above them."""
    gone: set[int] = set()
    front = [index for index in _front(lines, kinds) if kinds[index] is Kind.PROSE or kinds[index] is Kind.LIST]
    for place, index in enumerate(front):
        if _is_affiliation(lines[index]):
            gone.add(index)
            gone.update(above for above in front[max(place - 2, 0) : place] if _is_byline(lines[above]))
        elif _is_both(lines[index]):
            gone.add(index)
    return without(lines, gone)


def _front(lines: Sequence[str], kinds: Sequence[Kind]) -> Iterator[int]:
    """The lines after the title and before the first section that bears a section's name."""
    seen = titles = 0
    for index, line in enumerate(lines):
        seen += len(line) + 1
        titles += kinds[index] is Kind.HEADING
        if seen > FRONT_CHARS or (titles and name(line) in _STOP):
            return
        if titles:
            yield index


def _is_affiliation(text: str) -> bool:
    if _LEGEND.fullmatch(text):
        return True
    found = sum(1 for _ in _INSTITUTION.finditer(text))
    return found > 0 and len(text) <= INSTITUTION_CHARS * found and _is_no_sentence(text)


def _is_no_sentence(text: str) -> bool:
    words: list[str] = [word for word in _WORD.findall(_MARK.sub(" ", text)) if word not in _PARTICLES]
    return sum(len(word) > 3 and word.islower() for word in words) <= PLAIN_SHARE * len(words)


def _is_byline(text: str) -> bool:
    """Two names or more, or one name with the mark of its affiliation."""
    words: list[str] = [word for word in _WORD.findall(_MARK.sub(" ", text)) if word.lower() not in _PARTICLES]
    several = "," in text or " and " in text or _MARK.search(text) is not None
    return (
        several and len(words) > 1 and sum(word[0].isupper() for word in words) >= NAME_SHARE * len(words) and text[-1] != ":"
    )


def _is_both(text: str) -> bool:
    """A byline that L1 joined with its affiliations: names first, each with a mark, then the marks again with institutions."""
    return _MARK.search(text) is not None and _INSTITUTION.search(text) is not None and _is_byline(text)
