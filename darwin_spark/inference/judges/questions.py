"""What judges are asked, and what their answers come to; no Spark here."""

import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import mean

from darwin_spark.config.inference import JudgeSettings
from darwin_spark.inference.judges.answers import L4Judgement, L5Judgement
from darwin_spark.inference.judges.samples import counterpart, groups, sections

_TAG = re.compile(r"</?(?:ORIGINAL|CLEANED|FIRST|SECOND)>")


@dataclass(frozen=True)
class Question:
    """One thing to judge: a place of a document, and the variants shown, in the order in which they are shown."""

    doc_id: str
    place: int
    variants: tuple[str, ...]
    text: str


def l4_questions(doc_id: str, text: str, refined: str, variant: str, settings: JudgeSettings) -> Iterator[Question]:
    """Three groups of three consecutive chunks of a document, each with what was made of it (B.2)."""
    stretches = groups(text, settings.chunk_chars, settings.groups, settings.consecutive)
    for place, (start, end) in enumerate(stretches):
        shown = _tagged("ORIGINAL", text[start:end]) + _tagged("CLEANED", counterpart(text, refined, start, end))
        yield Question(doc_id, place, (variant,), shown)


def l5_questions(doc_id: str, text: str, rewritten: Mapping[str, str], settings: JudgeSettings) -> Iterator[Question]:
    """Some sections of a document in two variants, each asked in both orders: a judge prefers a place as well as a text."""
    (one, first), (other, second) = rewritten.items()
    found = sections(text, first, second)
    chosen = sorted(random.Random(doc_id).sample(range(len(found)), min(settings.groups, len(found))))
    for place in chosen:
        original, a, b = found[place]
        for names, left, right in (((one, other), a, b), ((other, one), b, a)):
            shown = _tagged("ORIGINAL", original) + _tagged("FIRST", left) + _tagged("SECOND", right)
            yield Question(doc_id, place, names, shown)


def _tagged(tag: str, text: str) -> str:
    return f"<{tag}>\n{_TAG.sub('', text).strip()}\n</{tag}>\n\n"


def l4_summary(judged: Sequence[tuple[Question, str]]) -> dict[str, float]:
    """Mean rating, and for each rule the mistakes a group: `overall`, `d2_missed`, `d2_wrong` ..."""
    answers = [L4Judgement.model_validate_json(answer) for _, answer in judged]
    counts: Counter[str] = Counter()
    for answer in answers:
        for rule in answer.rules:
            counts[f"{rule.rule}_missed"] += rule.missed
            counts[f"{rule.rule}_wrong"] += rule.wrong
    rates = {name: count / len(answers) for name, count in sorted(counts.items()) if count}
    return {"groups": len(answers), **({"overall": mean(answer.overall for answer in answers)} if answers else {}), **rates}


def l5_summary(judged: Sequence[tuple[Question, str]], variants: tuple[str, str]) -> dict[str, float]:
    """Wins of each variant, and ties: a place that the judge decides by the order is nobody's.

    `by_order`: the share of places that were; near one half the judge tells nothing.
    """
    winners: dict[tuple[str, int], list[str]] = defaultdict(list)
    for question, answer in judged:
        side = L5Judgement.model_validate_json(answer).winner
        winners[question.doc_id, question.place].append(question.variants[0 if side == "FIRST" else 1])
    both = [names for names in winners.values() if len(names) == 2]
    agreed = [names[0] for names in both if names[0] == names[1]]
    wins = {f"wins_{place}": float(agreed.count(name)) for place, name in zip("ab", variants, strict=True)}
    ties = len(both) - len(agreed)
    return {"places": len(both), **wins, "ties": ties, "by_order": ties / len(both) if both else 0.0}


def recommendations(judged: Sequence[tuple[Question, str]], count: int = 10) -> list[str]:
    """What the judges of L4 would improve, high priorities first."""
    found = [r for _, answer in judged for r in L4Judgement.model_validate_json(answer).recommendations]
    found.sort(key=lambda recommendation: ("high", "medium", "low").index(recommendation.priority))
    return [f"{recommendation.priority}: {recommendation.text}" for recommendation in found[:count]]
