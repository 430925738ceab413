"""A model: its name, how it is sampled, and where it is served (docs/generation.md, docs/endpoints.md)."""

from typing import Any

from pydantic import Field

from darwin_spark.config.section import Section


class PoolSettings(Section):
    """Servers that run the model, for engine endpoint (docs/endpoints.md)."""

    servers: tuple[str, ...] = Field((), description="base URLs, http://host:8000, with or without /v1")
    discovery: str | None = Field(
        None, description="file of URLs, or folder of such files, read again and again: servers may come and go"
    )
    served_model: str | None = Field(None, description="what the servers call the model; null: the setting model")
    api_key_env: str | None = Field(None, description="environment variable that holds the API key, in the Python workers")
    in_flight: int | None = Field(None, ge=1, description="requests at one server at once; null: 5/4 of max_num_seqs")
    max_in_flight: int = Field(4_096, ge=1, description="at all servers together, of one Spark task")
    ramp_seconds: float = Field(30.0, ge=0, description="in which a server that joins comes from one request to in_flight")
    timeout_seconds: float = Field(1_800.0, gt=0, description="for one answer, the wait in the server's queue included")
    max_attempts: int = Field(8, ge=1, description="how often a request is put to servers that fail it, before it fails")
    backoff_seconds: float = Field(1.0, gt=0, description="before the second try at most; doubled each time, up to a minute")
    probe_seconds: float = Field(10.0, gt=0, description="between two probes of a server, and two looks at discovery")
    unavailable_timeout_seconds: float = Field(
        900.0, ge=0, description="without any server that answers, until the job is given up"
    )


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
