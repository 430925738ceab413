"""L5: a model makes the implicit reasoning of papers explicit, window by window (§3 L5); others pass without a text."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Final

from pyspark.sql import DataFrame
from pyspark.sql.types import IntegerType, LongType, StringType

from darwin_spark.arrow_udf import Row
from darwin_spark.columns import column
from darwin_spark.config.l5 import L5Settings
from darwin_spark.inference.chunked import INCOMPLETE, Rewritten, chunk_requests, rewrite_documents
from darwin_spark.inference.cost import RequestShape, instruction_tokens
from darwin_spark.inference.prompts import Prompt, load
from darwin_spark.inference.task import Task, make_task, variant_of
from darwin_spark.inference.tokens import CHARS_A_TOKEN, token_counter
from darwin_spark.levels.l5_complete.checks import check
from darwin_spark.levels.l5_complete.window import windows
from darwin_spark.verdicts import FAILED, KEPT, PASSED, Tables, level_schema

SCHEMA = level_schema(
    column("text", StringType(), "The completed text as Markdown; null if the document was not kept."),
    column("variant", StringType(), "What made the text: model and prompt version.", False),
    column("windows", IntegerType(), "Number of windows of the paper; null for other documents."),
    column("windows_ok", IntegerType(), "Number of windows with an accepted response; the others keep their L4 text."),
    column("tokens_in", LongType(), "Tokens of the L4 text, by the model's tokenizer."),
    column("tokens_out", LongType(), "Tokens of the completed text, by the model's tokenizer."),
)

WINDOW_FILL = 0.82
"""Mean window of the real set over `l5.window_tokens` (benchmarks/l4/cuts.py)."""
GROWTH = 2.5
"""20,465 tokens a paper at L5 from 8,172 at L4 (§3.7)."""


class CompletionLevel:
    """Level L5: rewrite every paper with a model, and let other documents pass, without a text of L5."""

    name: Final = "l5"
    title: Final = "Cognitive Completion"
    version: Final = "2"
    below: Final = "l4"
    reads: Mapping[str, Sequence[str]] = {"l3": ("doc_type",), "l4": ("text",)}
    schema: Final = SCHEMA
    hashed: Final = ("text",)
    retryable: Final = frozenset({INCOMPLETE})
    settings_type: Final = L5Settings
    size_columns: Final = ("windows", "tokens_in")
    bytes_per_size: Final = float(CHARS_A_TOKEN)

    def variant(self, settings: L5Settings) -> str:
        """Return the name of the model and the version of the prompt, as one string."""
        return variant_of(settings.model, _prompt())

    def tasks(self, settings: L5Settings) -> Sequence[Task]:
        """Return one task, the request to the model about a window of a paper."""
        checked = partial(check, limits=settings.checks)
        return [make_task(self.name, settings.engine, settings.model, _prompt(), checked)]

    def requests(self, tables: Tables, settings: L5Settings, task: Task) -> DataFrame:
        """Return one row of CHUNKS per window of each paper; other documents get no rows."""

        def cut(row: Row) -> Iterable[str]:
            return windows(row["text"], token_counter(task.model), settings.window_tokens, settings.max_block_tokens)

        return chunk_requests(tables["documents"].where("doc_type = 'paper'"), task, cut)

    def assemble(self, tables: Tables, settings: L5Settings, tasks: Sequence[Task]) -> DataFrame:
        """Return one row of SCHEMA per document; a window of a paper without an acceptable response keeps its L4 text.

        A paper with too few acceptable responses (`l5.min_success_ratio`) fails. Other documents pass, without a text.
        """
        (task,), variant = tasks, self.variant(settings)

        def finish(row: Row, document: Rewritten) -> Row:
            if row["doc_type"] != "paper":
                reason = "book" if row["doc_type"] == "book" else "not_a_paper"
                return {"variant": variant, "verdict": PASSED, "reason": reason}
            complete, count = document.is_complete(settings.min_success_ratio), token_counter(task.model)
            return {
                "variant": variant,
                "verdict": KEPT if complete else FAILED,
                "reason": None if complete else INCOMPLETE,
                "text": document.text if complete else None,
                "windows": len(document.originals),
                "windows_ok": document.accepted,
                "tokens_in": sum(count(window) for window in document.originals),
                "tokens_out": count(document.text),
            }

        documents = tables["documents"].select("doc_id", "bucket", "doc_type")
        return rewrite_documents(documents, tables[task.name], task, finish, SCHEMA)

    def request_shape(self, settings: L5Settings, text_bytes: int) -> RequestShape:
        """Return mean requests and tokens of a paper of `text_bytes` bytes, by figures of §3.7 and benchmarks/l4."""
        text = settings.window_tokens * WINDOW_FILL
        requests = text_bytes / CHARS_A_TOKEN / text
        return RequestShape(requests=requests, instructions=instruction_tokens(_prompt()), text=text, answer=GROWTH * text)


LEVEL = CompletionLevel()


def _prompt() -> Prompt:
    return load(__package__, "prompt.md")
