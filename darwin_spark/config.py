"""Every setting, its default (the paper's value where the paper gives one) and the section it comes from.

`conf/base.yaml` spells the same settings out for people; a test keeps the two equal. `load` lays YAML files over the
defaults, then `key=value` pairs over those, and refuses an unknown key by naming the nearest right one.
"""

import difflib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import Field, ValidationError, model_validator

from darwin_spark.config_endpoint import PoolSettings
from darwin_spark.config_labels import CUSTOM, NAMED, DisciplineName, LabelRule, LabelRuleSetting, Taxonomy
from darwin_spark.config_rules import PAPER, RuleSetting, ThresholdSettings
from darwin_spark.errors import UserError
from darwin_spark.section import Section


class ConfigError(UserError):
    """A setting is unknown or has a wrong value; the message names the key and says what to do."""


class WorkspaceSettings(Section):
    """Where the tables lie."""

    buckets: Literal[1, 16, 256, 4096] = Field(1, description="partitions of every table; fixed when the workspace is made")


class RunnerSettings(Section):
    """How a climb works through the tables."""

    buckets_per_group: int = Field(8, ge=1, description="buckets judged and published together; a crash costs one group")
    max_attempts: int = Field(3, ge=1, description="how often a document with a retryable failure is tried")


class RecordSettings(Section):
    """Which fields of a JSONL or Parquet record hold what, best first; `a.b` is `b` in `a`. The others go to `metadata`."""

    text: tuple[str, ...] = ("text", "content.text", "body.text", "content", "body")
    id: tuple[str, ...] = ("id", "doc_id", "corpusid", "corpus_id", "paper_id")
    title: tuple[str, ...] = ("title", "meta.title", "metadata.title")
    license: tuple[str, ...] = (
        *("license", "licence", "meta.license", "metadata.license"),
        *("openaccessinfo.license", "content.source.oainfo.license"),
    )
    declared_type: tuple[str, ...] = ("declared_type", "doc_type", "type")
    url: tuple[str, ...] = ("url", "meta.url", "metadata.url")


class FetchSettings(Section):
    """How lists of URLs are fetched."""

    user_agent: str = Field("darwin-spark/0.1 (+https://arxiv.org/abs/2602.07824)", description="say here who asks, and where")
    respect_robots: bool = Field(True, description="obey robots.txt (RFC 9309), its Crawl-delay included")
    delay_seconds: float = Field(1.0, ge=0, description="between two requests to one host")
    attempts: int = Field(3, ge=1, description="how often a URL is tried before it fails, with back-off")
    backoff_seconds: float = Field(2.0, ge=0, description="before the second attempt; doubled each time, with jitter")
    timeout_seconds: float = Field(60.0, gt=0, description="for a request as a whole; a third of it without a byte ends it")
    max_bytes: int = Field(50_000_000, description="a longer answer fails as object_too_large; a shorter one is kept inline")
    max_redirects: int = Field(5, ge=0)
    allow_private: bool = Field(False, description="fetch from private, loopback and link-local addresses too")


class L0Settings(Section):
    """Acquisition (§3 L0): what is read, and how much of it."""

    sample: float = Field(1.0, gt=0, le=1, description="share of the objects that is taken, always the same ones by doc_id")
    inline_limit: int = Field(1_000_000, description="bytes; a larger object is kept by reference and read in the worker")
    max_object_bytes: int = Field(2_000_000_000, description="a larger object fails as object_too_large")
    max_archive_members: int = Field(1_000_000, description="members taken from one archive; the rest fails as one row")
    max_archive_bytes: int = Field(100_000_000_000, description="unpacked bytes taken from one archive")
    max_archive_ratio: float = Field(200.0, description="unpacked : packed bytes; above it an archive is taken for a bomb")
    max_project_bytes: int = Field(16_000_000, description="all files of one TeX document; always kept inline")
    max_record_bytes: int = Field(100_000_000, description="one record of a JSONL or Parquet file")
    records: RecordSettings = RecordSettings()
    fetch: FetchSettings = FetchSettings()


class ModelSettings(Section):
    """One model as vLLM sees it, and how it is sampled."""

    model: str = Field(..., description="name on the hub or folder of the weights")
    tokenizer: str | None = Field(None, description="null: the model's own; characters: 4 characters a token")
    temperature: float = Field(0.6, ge=0)
    retry_temperatures: tuple[float, ...] = Field(
        (), description="of attempts 2, 3 ..., the last one for all that follow; empty: temperature"
    )
    top_p: float = Field(0.95, gt=0, le=1)
    max_tokens: int = Field(2_048, ge=1, description="new tokens an answer; an answer cut there is refused")
    max_model_len: int = Field(8_192, ge=1, description="tokens of prompt and answer together")
    max_num_seqs: int = Field(256, ge=1, description="requests the engine runs at once")
    chat_template_options: dict[str, Any] = Field(
        default_factory=dict, description="passed to the chat template: reasoning_effort, enable_thinking ..."
    )
    engine_options: dict[str, Any] = Field(default_factory=dict, description="passed to vLLM's EngineArgs as they are")
    json_schema: dict[str, Any] | None = Field(
        None, description="structured output: what the answer must match; levels that ask for JSON set it themselves"
    )
    endpoint: PoolSettings = PoolSettings()


class OcrSettings(Section):
    """Optical character recognition: pages without a text layer that can be read, and images."""

    engine: Literal["rapidocr", "tesseract", "olmocr", "none"] = Field(
        "rapidocr",
        description="rapidocr needs the extra ocr, tesseract the program, olmocr a GPU; none: a scan fails as no_text_layer",
    )
    languages: tuple[str, ...] = Field(("eng",), description="traineddata names for tesseract; rapidocr knows all of its own")
    dpi: int = Field(300, ge=72, le=1200, description="pixels an inch at which a PDF's page is drawn")
    max_pixels: int = Field(20_000_000, ge=1_000_000, description="a page is read at no more pixels than this (A3 at 300 dpi)")
    max_image_pixels: int = Field(100_000_000, description="a bitmap with more is not decoded: too_large, or a page's warning")
    min_confidence: float = Field(0.5, ge=0, le=1, description="lines that the engine is less sure of are left out")
    served_by: str = Field(
        "vllm", description="who runs olmocr's model: vllm, endpoint, or module:Class of an engine of your own"
    )
    longest_side: int = Field(1_288, ge=64, description="pixels of the picture of a page that olmocr's model is shown")
    page_attempts: int = Field(8, ge=1, description="how often olmocr's model is asked for a page, all in one climb")
    model: ModelSettings = ModelSettings(
        model="allenai/olmOCR-7B-0225-preview",
        temperature=0.1,
        retry_temperatures=(0.1, 0.2, 0.3, 0.5, 0.8, 0.9, 1.0),
        top_p=1.0,
        max_tokens=4_500,
        max_model_len=16_384,
        max_num_seqs=64,
    )


class L1Settings(Section):
    """Normalisation (§3 L1): limits of one document."""

    max_bytes: int = Field(100_000_000, description="a larger object fails as too_large")
    max_pages: int = Field(5_000, description="a longer PDF fails as too_many_pages")
    max_seconds: float = Field(
        120.0, gt=0, description="a parser silent for longer fails as parse_timeout (OCR speaks by page)"
    )
    max_memory_mb: int = Field(2_048, ge=256, description="MB; a parser that needs more fails as parse_memory")
    max_text_chars: int = Field(50_000_000, ge=1_000, description="a longer text is cut, at the end of a page or paragraph")
    ocr: OcrSettings = OcrSettings()


class L2Settings(Section):
    """Rules (§3 L2), in the paper's order: duplicates, size, garbled text, language."""

    bands: int = Field(14, ge=1, description="MinHash bands (buckets) (§3 L2.1)")
    rows: int = Field(8, ge=1, description="hashes a band; 14 x 8 = 112 hashes a document (§3 L2.1)")
    shingle_words: int = Field(5, ge=1, description="words a shingle (§3 L2.1: datatrove's default)")
    min_jaccard: float = Field(
        0.0, ge=0, le=1, description="estimated similarity that candidates must have too; 0: none, as in the paper"
    )
    source_priority: tuple[str, ...] = Field((), description="sources preferred as survivors, best first")
    one_task_edges: int = Field(1_000_000, ge=0, description="candidate edges up to which components are found in one task")
    min_bytes: int = Field(8_192, ge=0, description="drop smaller texts; 8 KB (§3 L2.2)")
    max_bytes: int | None = Field(None, description="drop larger texts; null: no limit (the paper has none)")
    max_garbled_ratio: float = Field(0.5, ge=0, le=1, description="drop above this share of garbled characters (§3 L2.3)")
    languages: tuple[str, ...] = Field(("en",), description="keep these languages; empty: all (§3 L2.4)")
    rules: tuple[RuleSetting, ...] = Field(
        PAPER, description="rules and families in order (docs/l2-signals.md), or {reason, signal, below or above} of your own"
    )
    thresholds: ThresholdSettings = ThresholdSettings()


class QuestionSettings(Section):
    """A question to a model about every document: who answers it, what is shown, how often it is asked."""

    engine: str = Field("vllm", description="vllm, endpoint, or module:Class of an engine of your own")
    sample_chars: int = Field(
        30_000, ge=300, description="a longer text is shown as its beginning, a middle at random (by doc_id) and its end"
    )
    attempts: int = Field(3, ge=1, description="how often a document is asked about, all in one climb; then it is abstained")
    model: ModelSettings


def _labeller(model: str, max_tokens: int, max_model_len: int) -> ModelSettings:
    """A model that is asked for labels: the likeliest answer first, others only where that was refused."""
    return ModelSettings(
        model=model,
        temperature=0.0,
        retry_temperatures=(0.3, 0.7),
        top_p=1.0,
        max_tokens=max_tokens,
        max_model_len=max_model_len,
    )


class EaiSettings(QuestionSettings):
    """EAI-Distill-0.5B (§3 L3.1), as its model card has it."""

    model: ModelSettings = _labeller("EssentialAI/eai-distill-0.5b", max_tokens=100, max_model_len=16_384)


class EndpointSettings(QuestionSettings):
    """An LLM that fills in a taxonomy of one's own (conf/taxonomy.yaml)."""

    engine: str = Field("endpoint", description="endpoint, vllm, or module:Class of an engine of your own")
    taxonomy: Taxonomy | None = Field(None, description="name, version and labels, each with values or a scale")
    model: ModelSettings = _labeller("Qwen/Qwen2.5-7B-Instruct", max_tokens=512, max_model_len=16_384)


class L3JudgeSettings(QuestionSettings):
    """The LLM that judges whether a document is a paper, where neither its source nor a rule says so (§3 L3.4)."""

    engine: str = Field("none", description="none: such documents stay unknown; vllm, endpoint, or module:Class")
    sample_chars: int = Field(9_000, ge=300, description="as above; the paper says 'a sample of the document'")
    model: ModelSettings = _labeller("Qwen/Qwen2.5-7B-Instruct", max_tokens=512, max_model_len=8_192)


class L3Settings(Section):
    """Classification (§3 L3): who annotates and what is dropped."""

    annotator: Literal["local", "rules", "eai", "endpoint"] = Field(
        "local",
        description="local: our model, behind what is declared; rules: that alone; eai, endpoint: a model, set up below",
    )
    min_probability: float = Field(0.5, ge=0, le=1, description="local: no discipline below it (docs/classifier.md)")
    weights: str | None = Field(
        None, description="local: weights of your own (make train-classifier), where every worker reads"
    )
    rules: tuple[LabelRuleSetting, ...] = Field(
        NAMED, description="in order: non_educational, discipline, or {reason, label, below, above, among or none_of}"
    )
    drop_doc_type_v1: tuple[Annotated[int, Field(ge=1, le=17)], ...] = Field(
        (6, 8, 15), description="non-educational: promotional, adult, e-commerce (§3 L3.2)"
    )
    drop_doc_type_v2: tuple[Annotated[int, Field(ge=1, le=25)], ...] = Field(
        (17, 19), description="non-educational: product page, spam / ads (§3 L3.2)"
    )
    keep_disciplines: tuple[DisciplineName, ...] = Field(
        (), description="drop documents of other disciplines; empty: keep all. A document without one stays"
    )
    drop_min_probability: float = Field(
        0.0, ge=0, le=1, description="a label less sure than this drops nothing; one of a language model is 0.5 sure"
    )
    eai: EaiSettings = EaiSettings()
    endpoint: EndpointSettings = EndpointSettings()
    judge: L3JudgeSettings = L3JudgeSettings()

    @model_validator(mode="after")
    def _custom_labels_have_a_taxonomy(self) -> "L3Settings":
        taxonomy = self.endpoint.taxonomy if self.annotator == "endpoint" else None
        if self.annotator == "endpoint" and taxonomy is None:
            raise ValueError("the annotator endpoint needs l3.endpoint.taxonomy (an example: conf/taxonomy.yaml)")
        known = {CUSTOM + name for name in taxonomy.labels} if taxonomy else set()
        asked = {rule.label for rule in self.rules if isinstance(rule, LabelRule) and rule.label.startswith(CUSTOM)}
        if unknown := sorted(asked - known):
            there = ", ".join(sorted(known)) or "none, since the annotator is not endpoint"
            raise ValueError(f"a rule of l3.rules asks for {unknown[0]}; the labels of the taxonomy are: {there}")
        return self


class L4CheckSettings(Section):
    """What an answer of the refiner may differ in from its chunk (docs/refinement.md says what each check costs)."""

    longer_ratio: float = Field(1.25, ge=1, description="an answer longer than this times the chunk, plus longer_chars, adds")
    longer_chars: int = Field(200, ge=0, description="blanks, hyphens, a mark or two")
    stub_chars: int = Field(500, ge=0, description="of a chunk at least so long ...")
    stub_ratio: float = Field(0.02, ge=0, le=1, description="... an answer below this share in other words is a remark")
    empty_chars: int = Field(400, ge=0, description="so much prose without a sign of noise is not deleted")
    new_words: int = Field(8, ge=0, description="more words than these that the chunk has not ...")
    new_share: float = Field(0.15, ge=0, le=1, description="... and more than this share of the answer: it was written anew")
    kept_share: float = Field(0.7, ge=0, le=1, description="a sentence with this share of its words in the answer has stayed")
    gone_share: float = Field(0.6, ge=0, le=1, description="a sentence with at most this share of them was deleted")
    numbers_changed: int = Field(0, ge=0, description="numbers lost from sentences that stayed, or made up")
    formulas_lost: float = Field(0.0, ge=0, le=1, description="share of their inline formulas; of display formulas none")
    citations_lost: float = Field(0.1, ge=0, le=1, description="share of their in-text citations")


class L4Settings(Section):
    """Refinement (§3 L4, B.3)."""

    engine: str = Field("rules", description="rules, vllm, endpoint, or module:Class of an engine of your own")
    prepass: Literal["rules"] | None = Field(
        None, description="rules: they go first, and the model is asked about what is left"
    )
    chunk_chars: int = Field(1_024, ge=64, description="characters a chunk (§3 L4)")
    min_ok: float = Field(0.95, ge=0, le=1, description="share of chunks that must succeed (B.3)")
    checks: L4CheckSettings = L4CheckSettings()
    model: ModelSettings = ModelSettings(model="openai/gpt-oss-120b")


class L5CheckSettings(Section):
    """What a rewritten window may lose of its window (docs/refinement.md says what each check costs)."""

    shorter_ratio: float = Field(0.8, ge=0, description="below this share of the window's characters it was summarised")
    longer_ratio: float = Field(10.0, ge=1, description="the paper's windows grow 2.5 times; over this times ...")
    longer_chars: int = Field(4_000, ge=0, description="... and so many characters the answer has left its window")
    labels_lost: float = Field(0.0, ge=0, le=1, description="share of the distinct mentions of figures, tables, equations")
    citations_lost: float = Field(0.1, ge=0, le=1, description="share of the distinct in-text citations")
    formulas_lost: float = Field(0.1, ge=0, le=1, description="share of the inline formulas; of display formulas none")
    numbers_lost: float = Field(0.05, ge=0, le=1, description="share of the distinct numbers; some are written another way")
    past_end_chars: int = Field(1_500, ge=0, description="explanation after what the window ends with, and ...")
    past_end_share: float = Field(0.25, ge=0, le=1, description="... this share of the answer; more is another section")


class L5Settings(Section):
    """Completion (§3 L5), papers only."""

    engine: str = Field("vllm", description="vllm, endpoint, or module:Class of an engine of your own")
    window_tokens: int = Field(1_024, ge=16, description="tokens a window, by the model's tokenizer (§3 L5)")
    max_block_tokens: int = Field(4_096, ge=16, description="an indivisible block may grow to this, then it is split")
    min_ok: float = Field(0.95, ge=0, le=1, description="share of windows that must succeed (our choice, after B.3)")
    checks: L5CheckSettings = L5CheckSettings()
    model: ModelSettings = ModelSettings(model="Qwen/Qwen3-235B-A22B-Instruct-2507", max_tokens=6_144, max_model_len=16_384)


class BrakeSettings(Section):
    """When asking stops before it is done: cleanly, with every answer kept; the next climb goes on."""

    canary_share: float = Field(0.01, ge=0, le=1, description="the first share of the requests is judged apart; 0: not at all")
    least_answers: int = Field(200, ge=1, description="fewer answers than this judge nothing, the canary's included")
    max_failure_rate: float = Field(0.3, ge=0, le=1, description="of first attempts, canary and latest answers; 1: no limit")
    max_requests: int | None = Field(None, ge=0, description="asked in one climb; null: no limit")
    max_gpu_hours: float | None = Field(None, ge=0, description="engines x their GPUs x hours in one climb; null: no limit")


class GenerationSettings(Section):
    """How the engines are placed, kept busy, and stopped; where their answers are kept (docs/generation.md)."""

    engines: int = Field(1, ge=1, description="Spark tasks that hold an engine; one a GPU group")
    max_attempts: int = Field(3, ge=1, description="how often one request is asked, each time with another seed")
    priority: str | None = Field(
        None, description="SQL over l0, l2 and l3 of a document, larger first: CASE WHEN l3.discipline = 'physics' THEN 1 END"
    )
    placement: Literal["cluster", "profile"] = Field(
        "cluster", description="who asks Spark for an engine's GPUs: the cluster's settings, or a resource profile of the tasks"
    )
    engine_restarts: int = Field(3, ge=0, description="how often a task restarts its engine before Spark tries the task anew")
    journal: str | None = Field(
        None, description="folder that workers and driver reach; null: in the workspace (a catalog has none: name a volume)"
    )
    flush_answers: int = Field(256, ge=1, description="a worker makes so many answers durable at once ...")
    flush_seconds: float = Field(30.0, gt=0, description="... or what it has when the oldest has waited so long")
    fold_seconds: float = Field(60.0, gt=0, description="between two commits of journaled answers to the ledger")
    brakes: BrakeSettings = BrakeSettings()


class JudgeSettings(Section):
    """Who judges what L4 and L5 made, and how much of it (B.2, C.1)."""

    engine: str = Field("vllm", description="as at the levels")
    documents: int = Field(20, ge=1, description="documents judged (B.2)")
    groups: int = Field(3, ge=1, description="places a document: groups of chunks at L4 (B.2), sections at L5")
    consecutive: int = Field(3, ge=1, description="chunks a group (B.2)")
    chunk_chars: int = Field(1_024, ge=64, description="characters a chunk (§3 L4)")
    attempts: int = Field(3, ge=1, description="how often a judge is asked until its answer has the form")
    model: ModelSettings = ModelSettings(model="Qwen/Qwen3-235B-A22B-Instruct-2507", max_model_len=32_768)


class TrackingSettings(Section):
    """MLflow."""

    enabled: bool = True
    uri: str | None = Field(None, description="null: MLFLOW_TRACKING_URI, else a database in the workspace")
    experiment: str = "darwin-spark"


class Settings(Section):
    """All settings of a climb."""

    workspace: WorkspaceSettings = WorkspaceSettings()
    runner: RunnerSettings = RunnerSettings()
    l0: L0Settings = L0Settings()
    l1: L1Settings = L1Settings()
    l2: L2Settings = L2Settings()
    l3: L3Settings = L3Settings()
    l4: L4Settings = L4Settings()
    l5: L5Settings = L5Settings()
    generation: GenerationSettings = GenerationSettings()
    judge: JudgeSettings = JudgeSettings()
    tracking: TrackingSettings = TrackingSettings()


def load(files: Sequence[Path | str] = (), assignments: Sequence[str] = ()) -> Settings:
    """The defaults, then each YAML file, then each `key=value`, later ones winning.

    Raises ConfigError for a file that cannot be read, an unknown key, a value of the wrong kind.
    """
    tree: dict[str, Any] = {}
    for file in files:
        tree = _merge(tree, _read(Path(file)))
    for assignment in assignments:
        tree = _merge(tree, _parse_assignment(assignment))
    return build(tree)


def build(tree: Mapping[str, Any]) -> Settings:
    """Settings from a nested mapping laid over the defaults. Raises ConfigError."""
    try:
        return Settings.model_validate(_merge(Settings().model_dump(), dict(tree)))
    except ValidationError as error:
        raise ConfigError("\n".join(_explain(e["loc"], e["type"], e["msg"], e.get("input")) for e in error.errors())) from error


def _read(file: Path) -> dict[str, Any]:
    try:
        tree = yaml.safe_load(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"cannot read the configuration file {file}: {error.strerror}") from error
    except yaml.YAMLError as error:
        raise ConfigError(f"{file} is not valid YAML: {error}") from error
    if tree is None:
        return {}
    if not isinstance(tree, dict):
        raise ConfigError(f"{file} must hold sections such as 'l2:', not a {type(tree).__name__}")
    return tree


def _parse_assignment(assignment: str) -> dict[str, Any]:
    key, equals, value = assignment.partition("=")
    if not equals or not key.strip():
        raise ConfigError(f"--set {assignment!r} is not of the form key=value, for example l2.min_bytes=4096")
    try:
        tree: Any = yaml.safe_load(value)
    except yaml.YAMLError as error:
        raise ConfigError(f"--set {key}: {value!r} is not valid YAML: {error}") from error
    for part in reversed(key.strip().split(".")):
        tree = {part: tree}
    return dict(tree)


def _merge(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in over.items():
        below = merged.get(key)
        merged[key] = _merge(below, value) if isinstance(below, dict) and isinstance(value, dict) else value
    return merged


def _explain(location: tuple[int | str, ...], kind: str, message: str, value: Any) -> str:
    key = ".".join(str(part) for part in location)
    if kind != "extra_forbidden":
        return f"setting {key}: {message}" + ("" if isinstance(value, dict) else f" (got {value!r})")
    near = difflib.get_close_matches(key, list(_keys(Settings().model_dump())), n=1, cutoff=0.5)
    hint = f"; did you mean {near[0]}?" if near else "; see conf/base.yaml for all of them"
    return f"unknown setting {key}{hint}"


def _keys(tree: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    for key, value in tree.items():
        yield prefix + key
        if isinstance(value, dict):
            yield from _keys(value, f"{prefix}{key}.")
