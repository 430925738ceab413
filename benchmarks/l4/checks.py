"""What each check of L4 and L5 refuses: python -m benchmarks.l4.checks [--articles 72] [--examples CHECK]

False alarms, on real pairs of a text and a faithful rewriting of it: articles of PLOS and a textbook cut in chunks and
windows, answered unchanged, by the rules, and repaired from damage; pages that tesseract read, answered by their human
transcription; abstracts of eLife, answered with sentences of their lay digests between their own. And what is caught, of
answers that are bad on purpose.
"""

import argparse
import json
import random
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import islice, pairwise, zip_longest
from typing import NamedTuple

from benchmarks.l1.pairs import SHARED
from benchmarks.l4.documents import documents
from benchmarks.l4.ocr import COLUMNS, pages
from darwin_spark.inference.checks.answer_checks import Checked
from darwin_spark.inference.checks.content_checks import CITATION, INLINE, NUMBER, headers
from darwin_spark.inference.chunking import chunks
from darwin_spark.levels.l4_refine.checks import CLOSE, OPEN
from darwin_spark.levels.l4_refine.checks import check as check_l4
from darwin_spark.levels.l4_refine.rules import refine
from darwin_spark.levels.l5_complete.checks import check as check_l5
from darwin_spark.levels.l5_complete.window import windows

Check = Callable[[str, str | None, str | None], Checked]
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")
_SEED = 7
_LABEL = re.compile(r"\b(?:Fig(?:ure|\.)|Table|Equation|Section) \d+")
_FURNITURE = re.compile(r"^\s*(?:\d{1,3}|\d{1,3} [A-Z .]+|[A-Z .]+ \d{1,3})\s*$", re.M)
"""Page numbers and running headers, which a transcription of a page has and a refined page has not."""


class Pair(NamedTuple):
    """A text and an answer to it."""

    given: str
    answer: str


def tagged(text: str) -> str:
    return f"{OPEN}{text}{CLOSE}"


def articles(count: int) -> list[str]:
    """Articles of PLOS, and half as many sections of a LaTeX textbook for their formulas."""
    return [
        *(text for _, text in islice(documents(SHARED, only=("plos",)), count)),
        *(text for _, text in islice(documents(SHARED, only=("openlogic",), every=8), count // 2)),
    ]


def damaged(text: str, dice: random.Random) -> str:
    """Prose as a PDF gives it: wrapped, words split at line ends, a running header, ligatures, odd blanks."""
    lines, line = [], ""
    for word in text.split(" "):
        if len(line) + len(word) > 60:
            half = len(word) // 2
            split = word.isalpha() and len(word) > 6 and dice.random() < 0.5
            lines.append(line + (word[:half] + "-" if split else ""))
            line = word[half:] + " " if split else word + " "
        else:
            line += word + " " * (1 + (dice.random() < 0.02))
    lines.append(line)
    lines.insert(len(lines) // 2, f"\n{dice.randint(100, 999)} SMITH ET AL.\n")
    return "\n".join(lines).replace("ffi", "ﬃ").replace("fi", "ﬁ")


def abstracts() -> Iterator[tuple[str, str]]:
    """Abstract and lay digest."""
    with (SHARED / "labels" / "elife_digest_pairs.jsonl").open(encoding="utf-8") as file:
        for row in map(json.loads, file):
            yield re.sub(r"\s*DOI: http\S+", "", row["abstract"]), re.sub(r"\s*DOI: http\S+", "", row["digest"])


def good_l4(texts: list[str]) -> dict[str, list[Pair]]:
    dice = random.Random(_SEED)
    cut = [chunk for text in texts for chunk in chunks(text)]
    prose = [chunk for chunk in cut if not re.search(r"[|#$]|\n- ", chunk)]
    rows = pages()
    return {
        "articles, unchanged": [Pair(chunk, chunk) for chunk in cut],
        "articles, by the rules": [Pair(chunk, refine(chunk).text) for chunk in cut],
        "articles, damage repaired": [Pair(damaged(chunk.strip(), dice), chunk) for chunk in prose],
        **{f"OCR, {name}": [Pair(row[name], _FURNITURE.sub("", row["ground_truth"])) for row in rows] for name in COLUMNS},
    }


def good_l5(texts: list[str]) -> dict[str, list[Pair]]:
    cut = [window for text in texts for window in windows(text, lambda part: -(-len(part) // 4))]
    between = []
    for abstract, digest in abstracts():
        own, lay = _SENTENCE.split(abstract), _SENTENCE.split(digest)[: len(_SENTENCE.split(abstract))]
        between.append(Pair(abstract, " ".join(filter(None, (s for both in zip_longest(own, lay) for s in both)))))
    return {"articles, unchanged": [Pair(window, window) for window in cut], "eLife, abstract and digest": between}


def bad_l4(texts: list[str]) -> dict[str, list[Pair]]:
    cut = [chunk for text in texts for chunk in chunks(text.partition("\n## References")[0]) if len(chunk) > 400]
    others = [digest[:1_000] for _, digest in abstracts()]
    spanish = [chunk for chunk in chunks(_spanish()) if len(chunk) > 600]
    return {
        "one number changed": _changed(cut, NUMBER, _other_number),
        "one formula changed": _changed(cut, INLINE, _other_formula),
        "citations taken out": [Pair(c, CITATION.sub("", c)) for c in cut if len(CITATION.findall(c)) > 1],
        "prose deleted whole": [Pair(c, "") for c in cut if "|" not in c and "\n" not in c.strip()],
        "its last two thirds deleted": [Pair(c, c[: len(c) // 3]) for c in cut if not re.search(r"[|#]", c)],
        "written anew": [Pair(a[:1_024], digest) for (a, _), digest in zip(abstracts(), others, strict=True)],
        "translated": [Pair(c, s) for c, s in zip(cut, spanish, strict=False)],
        "a loop at its end": [Pair(c, c + " and so it is" * 40) for c in cut],
        "text of its own added": [Pair(c, f"{c}\n\n{other}") for c, other in zip(cut, others, strict=False)],
    }


def bad_l5(texts: list[str]) -> dict[str, list[Pair]]:
    cut = [window for text in texts for window in windows(text.partition("\n## References")[0], lambda part: len(part) // 4)]
    headed = [window for window in cut if list(headers(window))]
    return {
        "two numbers changed": [pair for p in _changed(cut, NUMBER, _other_number) for pair in _again(p)],
        "one label changed": _changed(cut, _LABEL, lambda found: found + "7"),
        "one formula changed": _changed(cut, INLINE, _other_formula),
        "a heading reworded": [Pair(w, re.sub(r"^(#+) ", r"\1 On ", w, count=1, flags=re.M)) for w in headed],
        "the next window added": [Pair(a, f"{a}\n\n{b}") for a, b in pairwise(cut)],
        "summarised": [Pair(digest, abstract) for abstract, digest in abstracts() if len(digest) > 1.5 * len(abstract)],
        "talk about the text": [Pair(w, f"Here is the rewritten window:\n\n{w}") for w in cut],
    }


def _spanish() -> str:
    return next(text for name, text in documents(SHARED, only=("pdf/books/gmpl_es",)))


def _changed(texts: Iterable[str], pattern: re.Pattern[str], change: Callable[[str], str]) -> list[Pair]:
    """The middle match of each text changed; texts without one are left out."""
    pairs = []
    for text in texts:
        found = [match for match in pattern.finditer(text) if len(match[0]) > 1]
        if found:
            match = found[len(found) // 2]
            pairs.append(Pair(text, text[: match.start()] + change(match[0]) + text[match.end() :]))
    return pairs


def _again(pair: Pair) -> Iterator[Pair]:
    for other in _changed([pair.answer], NUMBER, _other_number):
        yield Pair(pair.given, other.answer)


def _other_number(number: str) -> str:
    return re.sub(r"\d", lambda digit: str((int(digit[0]) + 3) % 10), number)


def _other_formula(formula: str) -> str:
    """The last letter or digit another one."""
    place = max((at for at, sign in enumerate(formula) if sign.isalnum()), default=1)
    return f"{formula[:place]}q{formula[place + 1 :]}"


def reasons(pairs: list[Pair], check: Check, form: Callable[[str], str]) -> Counter[str]:
    """How many answers were refused, by reason; '' counts those that pass."""
    return Counter(check(pair.given, form(pair.answer), "stop").reason or "" for pair in pairs)


def _print(title: str, cases: dict[str, list[Pair]], check: Check, form: Callable[[str], str]) -> None:
    print(f"\n{title}")
    for name, pairs in cases.items():
        found = reasons(pairs, check, form)
        count = sum(found.values())
        shares = ", ".join(f"{reason} {n / count:.4f}" for reason, n in found.most_common() if reason)
        print(f"  {name:28} {count:6} answers, refused {1 - found[''] / max(count, 1):.4f}: {shares or '-'}")


def _show(wanted: str, cases: dict[str, list[Pair]], check: Check, form: Callable[[str], str]) -> None:
    for name, pairs in cases.items():
        hits = (pair for pair in pairs if check(pair.given, form(pair.answer), "stop").reason == wanted)
        for pair in islice(hits, 3):
            print(f"--- {name}: {wanted}\n{pair.given}\n-->\n{pair.answer}\n")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--articles", type=int, default=72)
    options.add_argument("--examples", metavar="CHECK", help="show false alarms of one check instead")
    given = options.parse_args()
    texts = articles(given.articles)
    if given.examples:
        _show(given.examples, good_l4(texts), check_l4, tagged)
        _show(given.examples, good_l5(texts), check_l5, str)
        return
    _print("L4, faithful answers: false alarms", good_l4(texts), check_l4, tagged)
    _print("L4, bad answers: caught", bad_l4(texts), check_l4, tagged)
    _print("L5, faithful answers: false alarms", good_l5(texts), check_l5, str)
    _print("L5, bad answers: caught", bad_l5(texts), check_l5, str)


if __name__ == "__main__":
    main()
