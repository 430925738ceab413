"""Questions for the judges, and summaries of their answers. Plain Python, without Spark."""

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
    """One request to a judge. `place`: number of the group or section in the document; `variants`: in the order shown."""

    doc_id: str
    place: int
    variants: tuple[str, ...]
    text: str


def l4_questions(doc_id: str, text: str, refined: str, variant: str, settings: JudgeSettings) -> Iterator[Question]:
    """Yield a question for each group of consecutive chunks of `text`, shown with its counterpart in `refined` (B.2)."""
    ranges = groups(text, settings.chunk_chars, settings.groups, settings.consecutive)
    for place, (start, end) in enumerate(ranges):
        shown = _tagged("ORIGINAL", text[start:end]) + _tagged("CLEANED", counterpart(text, refined, start, end))
        yield Question(doc_id, place, (variant,), shown)


def l5_questions(doc_id: str, text: str, rewritten: Mapping[str, str], settings: JudgeSettings) -> Iterator[Question]:
    """Yield two questions for each sampled section: both variants of the section, shown in both orders.
    Both orders are needed because judges have a position bias. The sample is reproducible: the seed is `doc_id`."""
    (name_a, text_a), (name_b, text_b) = rewritten.items()
    found = sections(text, text_a, text_b)
    chosen = sorted(random.Random(doc_id).sample(range(len(found)), min(settings.groups, len(found))))
    for place in chosen:
        original, section_a, section_b = found[place]
        for names, left, right in (((name_a, name_b), section_a, section_b), ((name_b, name_a), section_b, section_a)):
            shown = _tagged("ORIGINAL", original) + _tagged("FIRST", left) + _tagged("SECOND", right)
            yield Question(doc_id, place, names, shown)


def _tagged(tag: str, text: str) -> str:
    return f"<{tag}>\n{_TAG.sub('', text).strip()}\n</{tag}>\n\n"


def l4_summary(judged: Sequence[tuple[Question, str]]) -> dict[str, float]:
    """Return `groups` (count), `overall` (mean rating), and the mistakes of each rule per group: `d2_missed`, `d2_wrong` ..."""
    answers = [L4Judgement.model_validate_json(answer) for _, answer in judged]
    counts: Counter[str] = Counter()
    for answer in answers:
        for rule in answer.rules:
            counts[f"{rule.rule}_missed"] += rule.missed
            counts[f"{rule.rule}_wrong"] += rule.wrong
    rates = {name: count / len(answers) for name, count in sorted(counts.items()) if count}
    return {"groups": len(answers), **({"overall": mean(answer.overall for answer in answers)} if answers else {}), **rates}


def l5_summary(judged: Sequence[tuple[Question, str]], variants: tuple[str, str]) -> dict[str, float]:
    """Return `places` (sections judged in both orders), `wins_a`, `wins_b`, `ties` and `by_order`. A section is a tie if the
    winner changes with the order. `by_order` is the fraction of ties."""
    winners: dict[tuple[str, int], list[str]] = defaultdict(list)
    for question, answer in judged:
        side = L5Judgement.model_validate_json(answer).winner
        winners[question.doc_id, question.place].append(question.variants[0 if side == "FIRST" else 1])
    judged_twice = [names for names in winners.values() if len(names) == 2]
    agreed = [names[0] for names in judged_twice if names[0] == names[1]]
    wins = {f"wins_{place}": float(agreed.count(name)) for place, name in zip("ab", variants, strict=True)}
    ties = len(judged_twice) - len(agreed)
    return {"places": len(judged_twice), **wins, "ties": ties, "by_order": ties / len(judged_twice) if judged_twice else 0.0}


def recommendations(judged: Sequence[tuple[Question, str]], count: int = 10) -> list[str]:
    """Return the first `count` recommendations of the L4 judges, high priority first, each as `priority: text`."""
    found = [r for _, answer in judged for r in L4Judgement.model_validate_json(answer).recommendations]
    found.sort(key=lambda recommendation: ("high", "medium", "low").index(recommendation.priority))
    return [f"{recommendation.priority}: {recommendation.text}" for recommendation in found[:count]]
