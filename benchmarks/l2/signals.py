"""Our signals compared with the values of datatrove, on 200 real documents: python -m benchmarks.l2.signals [--documents 200]

They are compared twice: with our word splitting given to datatrove, where every value must be the same (the rest of the
definitions is identical), and with datatrove's own splitting (spaCy), where only the words differ. Then: speed, the garbled
ratio of OCR, and language. Needs the extra `bench`, and no network.
"""

import argparse
import json
import operator
import time
from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from statistics import mean

from benchmarks.l2 import probe
from benchmarks.l2.corpus import SHARED, articles, mixed, parse
from darwin_spark.config.l2 import L2Settings
from darwin_spark.config.l2_rules import PUBLISHED, ThresholdSettings
from darwin_spark.levels.l2_filter.features import extractor
from darwin_spark.levels.l2_filter.quality.garbled import garbled_ratio
from darwin_spark.levels.l2_filter.quality.signals.c4 import _sentences
from darwin_spark.levels.l2_filter.quality.signals.measure import signals
from darwin_spark.levels.l2_filter.quality.signals.text_block import read
from darwin_spark.text.language import detect_language

Values = list[dict[str, float]]


@lru_cache(maxsize=8)
def our_words(text: str) -> list[str]:
    """The words of a text as the signals see them; except at block edges."""
    spans = read(text).words
    return [text[start:end] for start, end in zip(spans.starts.tolist(), spans.ends.tolist(), strict=True)]


def our_sentences(line: str) -> int:
    return int(_sentences(read(line)).sum())


def compare(ours: Values, theirs: Values) -> dict[str, tuple[float, float, float, int]]:
    """By signal: mean of theirs, mean and largest difference, verdicts of published rules that differ."""
    found = {}
    for name in theirs[0]:
        differences = [abs(a[name] - b[name]) for a, b in zip(ours, theirs, strict=True)]
        found[name] = (mean(b[name] for b in theirs), mean(differences), max(differences), _verdicts(name, ours, theirs))
    return found


def _verdicts(signal: str, ours: Values, theirs: Values) -> int:
    limits = [(limit.when, getattr(ThresholdSettings(), rule)) for rule, limit in PUBLISHED.items() if limit.signal == signal]

    def broken(value: float) -> list[bool]:
        return [value < threshold if when == "below" else value > threshold for when, threshold in limits]

    return sum(broken(a[signal]) != broken(b[signal]) for a, b in zip(ours, theirs, strict=True))


def agreement(texts: Sequence[str]) -> None:
    """Print both comparisons."""
    ours = [signals(text) for text in texts]
    probe.use_words(probe.OurWords(our_words, our_sentences))
    same = compare(ours, [probe.values(text) for text in texts])
    probe.use_words(None)
    begin = time.process_time()
    spacy = compare(ours, [probe.values(text) for text in texts])
    print(f"datatrove with its own words: {time.process_time() - begin:.0f} s for {len(texts)} documents\n")
    print(f"{'signal':40} {'datatrove':>10} | same words: {'max':>9} | own words: {'mean':>9} {'max':>9} verdicts")
    for name, (value, average, largest, verdicts) in spacy.items():
        print(f"{name:40} {value:10.4g} | {same[name][2]:21.3g} | {average:20.3g} {largest:9.3g} {verdicts:8}")
    for signal, rule in (("c4_lorem_ipsum_lines", "filter_lorem_ipsum"), ("c4_curly_bracket_lines", "filter_curly_bracket")):
        differ = sum((a[signal] > 0) != probe.c4_drops(text, rule) for a, text in zip(ours, texts, strict=True))
        print(f"{signal:40} {sum(a[signal] > 0 for a in ours):10} documents; {differ} verdicts differ")


def speed(texts: Sequence[str]) -> None:
    """Print MB per CPU second of the whole pass over the text, and of the signals alone."""
    extract = extractor(L2Settings())

    def features(text: str) -> object:
        return next(iter(extract({"doc_id": "1", "bucket": "0", "source": "s", "url": None, "text": text})))

    def rate(work: Callable[[str], object]) -> float:
        best = float("inf")
        for _ in range(3):
            begin = time.process_time()
            for text in texts:
                work(text)
            best = min(best, time.process_time() - begin)
        return sum(len(text.encode()) for text in texts) / best / 1e6

    features(texts[0])
    print(f"whole pass {rate(features):6.2f} MB/s, signals {rate(signals):6.2f} MB/s")


def ocr() -> None:
    """Print the garbled ratios of OCR and of its ground truth."""
    pages = [json.loads(line) for line in (SHARED / "ocr" / "oldbooks_pairs.jsonl").read_text().splitlines()]
    truths = [garbled_ratio(page["ground_truth"]) for page in pages]
    for kind in ("ground_truth", "tesseract_minimum", "tesseract_otsu"):
        ratios = [garbled_ratio(page[kind] or "") for page in pages]
        worse, better = (sum(map(op, ratios, truths)) for op in (operator.gt, operator.lt))
        print(f"{kind:20} mean {mean(ratios):.6f} max {max(ratios):.4f}; worse than the truth {worse}, better {better}")


def language() -> None:
    """Print which articles the garbled and language rules drop, and the language of the Spanish manual."""
    answers = [(name, *detect_language(text), garbled_ratio(text)) for name, text in articles() if text.strip()]
    others = [answer for answer in answers if answer[1] != "en" or answer[3] > 0.5]
    print(f"{len(answers)} articles: {len(others)} not English or garbled {others}")
    print(f"lowest score {min(a[2] for a in answers):.3f}, highest garbled ratio {max(a[3] for a in answers):.4f}")
    manual = parse("application/pdf", (SHARED / "pdf" / "books" / "gmpl_es.pdf").read_bytes())
    print(f"gmpl_es.pdf: {detect_language(manual)}")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("parts", nargs="*", default=["agreement", "speed", "ocr", "language"])
    options.add_argument("--documents", type=int, default=200)
    options.add_argument("--max-chars", type=int, default=50_000, help="longer documents are left out of the comparison")
    chosen = options.parse_args()
    texts = [text for _, text in mixed(chosen.documents, chosen.max_chars)]
    print(f"{len(texts)} documents, {sum(map(len, texts)):,} characters")
    parts: dict[str, Callable[[], None]] = {
        "agreement": partial(agreement, texts),
        "speed": partial(speed, texts),
        "ocr": ocr,
        "language": language,
    }
    for part in chosen.parts:
        print(f"\n# {part}\n", flush=True)
        parts[part]()


if __name__ == "__main__":
    main()
