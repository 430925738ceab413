"""Settings of a model: name, sampling, and the servers that run it (docs/inference.md, docs/endpoints.md)."""

from typing import Any

from pydantic import Field

from darwin_spark.config.section import Section


class PoolSettings(Section):
    """Servers that run the model, for engine endpoint (docs/endpoints.md)."""

    servers: tuple[str, ...] = Field((), description="Base URLs such as http://host:8000, with or without /v1")
    discovery: str | None = Field(
        None, description="File of URLs, or folder of such files, read again every probe_seconds: servers may come and go"
    )
    served_model: str | None = Field(None, description="Name of the model on the servers; null: the setting model")
    api_key_env: str | None = Field(None, description="Environment variable of the Python workers that holds the API key")
    in_flight: int | None = Field(None, ge=1, description="Concurrent requests to one server; null: 5/4 of max_num_seqs")
    max_in_flight: int = Field(4_096, ge=1, description="Concurrent requests of one Spark task to all servers together")
    ramp_seconds: float = Field(30.0, ge=0, description="Time in which a new server goes from one request to in_flight")
    timeout_seconds: float = Field(
        1_800.0, gt=0, description="Time-out of one request, the wait in the server's queue included"
    )
    max_attempts: int = Field(8, ge=1, description="Attempts of one request at servers that fail before the request fails")
    backoff_seconds: float = Field(
        1.0, gt=0, description="Longest pause before the second attempt; doubled each time, up to a minute"
    )
    probe_seconds: float = Field(10.0, gt=0, description="Seconds between two probes of a server, and two reads of discovery")
    unavailable_timeout_seconds: float = Field(
        900.0, ge=0, description="Time without an answer from any server after which the job ends with an error"
    )


class ModelSettings(Section):
    """A model as vLLM loads it, and its sampling."""

    model: str = Field(..., description="Name on the Hugging Face hub, or folder of the weights")
    tokenizer: str | None = Field(None, description="Tokenizer; null: that of the model; characters: 4 characters a token")
    temperature: float = Field(0.6, ge=0, description="Sampling temperature of the first attempt")
    retry_temperatures: tuple[float, ...] = Field(
        (), description="Temperatures of attempts 2, 3 ...; the last one holds for all later attempts; empty: temperature"
    )
    top_p: float = Field(0.95, gt=0, le=1, description="Nucleus sampling: total probability of the tokens that may be chosen")
    max_tokens: int = Field(2_048, ge=1, description="New tokens of a response; a response that reaches the limit is rejected")
    max_model_len: int = Field(8_192, ge=1, description="Tokens of prompt and response together")
    max_num_seqs: int = Field(256, ge=1, description="Concurrent requests in the engine")
    chat_template_options: dict[str, Any] = Field(
        default_factory=dict, description="Options of the chat template: reasoning_effort, enable_thinking ..."
    )
    engine_options: dict[str, Any] = Field(default_factory=dict, description="Options passed to vLLM's EngineArgs unchanged")
    json_schema: dict[str, Any] | None = Field(
        None, description="Structured output: JSON schema of the response; levels that ask for JSON set it themselves"
    )
    endpoint: PoolSettings = PoolSettings()
