"""L4 removes noise, repairs structure and adds nothing (§3 L4, B.3): by rules, by a model that rewrites chunks, or by both."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Final

from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql.types import IntegerType, LongType, StringType

from darwin_spark.arrow_udf import Row, map_rows
from darwin_spark.columns import column
from darwin_spark.config.l4 import L4Settings
from darwin_spark.cost import CpuCost, CpuStep
from darwin_spark.inference.chunked import INCOMPLETE, Rewritten, chunk_requests, rewrite_documents
from darwin_spark.inference.chunking import chunks
from darwin_spark.inference.cost import TEMPLATE_TOKENS, RequestShape, instruction_tokens
from darwin_spark.inference.prompts import Prompt, load
from darwin_spark.inference.task import Task, make_task, variant_of
from darwin_spark.inference.tokens import CHARS_A_TOKEN
from darwin_spark.levels.l4_refine.checks import check
from darwin_spark.levels.l4_refine.rules import refine
from darwin_spark.verdicts import DROPPED, FAILED, KEPT, Stage, Tables, level_schema

RULES = "rules"
_VERSION = "7"
RULES_VARIANT = f"{RULES}-{_VERSION}"

SCHEMA = level_schema(
    column("text", StringType(), "The refined text as Markdown; null if the document was not kept."),
    column("variant", StringType(), "What made the text: model and prompt version, or the version of the rules.", False),
    column("chunks", IntegerType(), "Number of chunks of the document."),
    column("chunks_ok", IntegerType(), "Number of chunks with an accepted response; the others keep their original text."),
    column("chars_in", LongType(), "Characters of the L1 text."),
    column("chars_out", LongType(), "Characters of the refined text."),
)

CHUNK_FILL = 0.85
"""Mean chunk of the real set over `l4.chunk_chars`: chunks end at a boundary (benchmarks/l4/cuts.py)."""
PREPASS_SAVES = 0.16
"""Share of the chunks that are empty after the rules (benchmarks/l4/prepass.py)."""
KEPT_SHARE = 0.8
"""Share of the text that the paper's refinement keeps: the corpus shrank by 20 % (§3 L4)."""

RULES_MB_PER_SECOND = 1.2
"""Text through the rules, MB a second and core (benchmarks/l4/rules.py, one core of a small machine)."""


class RefinementLevel:
    """Level L4: refine the text of every document by rules, by a model, or by rules and then a model."""

    name: Final = "l4"
    title: Final = "Generative Refinement"
    version: Final = _VERSION
    below: Final = "l3"
    reads: Mapping[str, Sequence[str]] = {"l1": ("text",)}
    schema: Final = SCHEMA
    hashed: Final = ("text",)
    retryable: Final = frozenset({INCOMPLETE})
    settings_type: Final = L4Settings
    size_columns: Final = ("chunks", "chars_in")
    bytes_per_size: Final = 1.0

    def variant(self, settings: L4Settings) -> str:
        """Return `rules-7`; or model name and prompt version if a model refines, after `rules-7+` if the rules go first."""
        if settings.engine == RULES:
            return RULES_VARIANT
        name = variant_of(settings.model, _prompt())
        return f"{RULES_VARIANT}+{name}" if settings.prepass else name

    def process(self, tables: Tables, settings: L4Settings, _stage: Stage) -> Tables:
        """Return, under `l4`, every document refined by rules as a whole: chunks hide repetitions and ends of lists."""

        def by_rules(row: Row) -> Iterator[Row]:
            text = refine(row["text"]).text
            count = len(chunks(row["text"], settings.chunk_chars))
            sizes = {"chunks": count, "chunks_ok": count, "chars_in": len(row["text"])}
            identity = {"doc_id": row["doc_id"], "bucket": row["bucket"], "variant": RULES_VARIANT}
            yield identity | sizes | _verdict(text, is_complete=True)

        return {self.name: map_rows(tables["documents"], by_rules, SCHEMA)}

    def tasks(self, settings: L4Settings) -> Sequence[Task]:
        """Return one task, the request to the model about a chunk; an empty list if `l4.engine` is `rules`."""
        if settings.engine == RULES:
            return []
        checked = partial(check, limits=settings.checks)
        return [make_task(self.name, settings.engine, settings.model, _prompt(), checked)]

    def requests(self, tables: Tables, settings: L4Settings, task: Task) -> DataFrame:
        """Return one row of CHUNKS per chunk of each document's text, or with `l4.prepass` of the text as refined by rules."""

        def cut(row: Row) -> Iterable[str]:
            return chunks(refine(row["text"]).text if settings.prepass else row["text"], settings.chunk_chars)

        return chunk_requests(tables["documents"], task, cut)

    def assemble(self, tables: Tables, settings: L4Settings, tasks: Sequence[Task]) -> DataFrame:
        """Return one row of SCHEMA per document; a chunk without an acceptable response keeps the text that was sent.

        A document with too few acceptable responses (`l4.min_success_ratio`) fails; one that is left empty is dropped.
        """
        (task,), variant = tasks, self.variant(settings)

        def finish(row: Row, document: Rewritten) -> Row:
            sizes = {"chunks": len(document.originals), "chunks_ok": document.accepted, "chars_in": row["chars_in"]}
            complete = document.is_complete(settings.min_success_ratio)
            return {"variant": variant} | sizes | _verdict(document.text, is_complete=complete)

        documents = tables["documents"].select("doc_id", "bucket", F.length("text").alias("chars_in"))
        return rewrite_documents(documents, tables[task.name], task, finish, SCHEMA)

    def request_shape(self, settings: L4Settings, text_bytes: int) -> RequestShape:
        """Return mean requests and tokens of a document of `text_bytes` bytes, by figures of the paper and benchmarks/l4."""
        tokens, text = text_bytes / CHARS_A_TOKEN, settings.chunk_chars * CHUNK_FILL / CHARS_A_TOKEN
        left = 1 - PREPASS_SAVES if settings.prepass else 1.0
        return RequestShape(
            requests=left * tokens / text,
            instructions=instruction_tokens(_prompt()),
            text=text,
            answer=KEPT_SHARE / left * text + TEMPLATE_TOKENS,
        )

    def cpu_cost(self, _settings: L4Settings, documents: int, text_bytes: int) -> CpuCost:
        """Return the estimated CPU cost of refining `documents` documents of `text_bytes` bytes each by rules."""
        text = documents * text_bytes
        step = CpuStep("rules: one pass over the text", text, 0, text / 1e6 / RULES_MB_PER_SECOND / 3600)
        return CpuCost(documents, (step, CpuStep("publication", text, 0, documents / 2e4 / 3600)), text)


LEVEL = RefinementLevel()


def _verdict(text: str, *, is_complete: bool) -> dict[str, object]:
    verdict, reason = KEPT, None
    if not is_complete:
        verdict, reason = FAILED, INCOMPLETE
    elif not text.strip():
        verdict, reason = DROPPED, "empty_after_refinement"
    return {"verdict": verdict, "reason": reason, "text": text if verdict == KEPT else None, "chars_out": len(text)}


def _prompt() -> Prompt:
    return load(__package__, "prompt.md")
