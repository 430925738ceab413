"""A level that calls a model: the key terms of every document that L4 kept."""

from collections.abc import Mapping, Sequence
from typing import Final

from pydantic import Field
from pyspark.sql import DataFrame
from pyspark.sql.types import ArrayType, StringType

from darwin_spark.arrow_udf import Row
from darwin_spark.columns import column
from darwin_spark.config.model import ModelSettings
from darwin_spark.config.section import Section
from darwin_spark.inference.checks.answer_checks import Checked, refused
from darwin_spark.inference.chunked import Rewritten, chunk_requests, rewrite_documents
from darwin_spark.inference.prompts import load
from darwin_spark.inference.task import Task, make_task
from darwin_spark.verdicts import FAILED, KEPT, Tables, level_schema


class GlossarySettings(Section):
    """Key terms of documents."""

    engine: str = Field("vllm", description="vllm, endpoint, the entry point of an engine, or module:Class")
    max_chars: int = Field(4_000, ge=100, description="characters of a document, from its beginning, that the model reads")
    model: ModelSettings = ModelSettings(model="Qwen/Qwen3-4B-Instruct-2507", max_tokens=256)


def check(_text: str, output: str | None, _finish_reason: str | None) -> Checked:
    return Checked(output) if (output or "").strip() else refused("no_terms")


class GlossaryLevel:
    name: Final = "glossary"
    title: Final = "Key Terms"
    version: Final = "1"
    below: Final = "l4"
    reads: Mapping[str, Sequence[str]] = {"l4": ("text",)}
    schema: Final = level_schema(column("terms", ArrayType(StringType()), "Key terms, as the model named them."))
    hashed: Final = ("terms",)
    retryable: Final = frozenset({"no_terms"})
    settings_type: Final = GlossarySettings

    def tasks(self, settings: GlossarySettings) -> Sequence[Task]:
        return [make_task(self.name, settings.engine, settings.model, load(__package__, "prompt.md"), check)]

    def requests(self, tables: Tables, settings: GlossarySettings, task: Task) -> DataFrame:
        return chunk_requests(tables["documents"], task, lambda row: [row["text"][: settings.max_chars]])

    def assemble(self, tables: Tables, _settings: GlossarySettings, tasks: Sequence[Task]) -> DataFrame:
        def finish(_row: Row, document: Rewritten) -> Row:
            terms = [line.strip() for line in (document.responses[0] or "").splitlines() if line.strip()]
            return {"verdict": KEPT, "terms": terms} if terms else {"verdict": FAILED, "reason": "no_terms"}

        documents = tables["documents"].select("doc_id", "bucket")
        return rewrite_documents(documents, tables[tasks[0].name], tasks[0], finish, self.schema)


LEVEL = GlossaryLevel()
