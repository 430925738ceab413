"""Where a model is served, for `engine: endpoint`, as configuration (docs/endpoints.md)."""

from pydantic import Field

from darwin_spark.section import Section


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
    tries: int = Field(8, ge=1, description="how often a request is put to servers that fail it, before it fails")
    backoff_seconds: float = Field(1.0, gt=0, description="before the second try at most; doubled each time, up to a minute")
    probe_seconds: float = Field(10.0, gt=0, description="between two probes of a server, and two looks at discovery")
    patience_seconds: float = Field(900.0, ge=0, description="without any server that answers, until the job is given up")
