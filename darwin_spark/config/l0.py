"""Settings of L0: what is acquired, its limits, and how URLs are fetched (docs/formats.md)."""

from pydantic import Field

from darwin_spark.config.section import Section


class RecordSettings(Section):
    """Fields of a JSONL or Parquet record that hold each fact, best first (`a.b`: `b` in `a`). Other fields: `metadata`."""

    text: tuple[str, ...] = Field(("text", "content.text", "body.text", "content", "body"), description="The text")
    id: tuple[str, ...] = Field(("id", "doc_id", "corpusid", "corpus_id", "paper_id"), description="The identity in the file")
    title: tuple[str, ...] = Field(("title", "meta.title", "metadata.title"), description="The title")
    license: tuple[str, ...] = Field(
        (
            *("license", "licence", "meta.license", "metadata.license"),
            *("openaccessinfo.license", "content.source.oainfo.license"),
        ),
        description="The licence",
    )
    declared_type: tuple[str, ...] = Field(("declared_type", "doc_type", "type"), description="The document type")
    url: tuple[str, ...] = Field(("url", "meta.url", "metadata.url"), description="The address")


class FetchSettings(Section):
    """How the URLs of a list are fetched."""

    user_agent: str = Field(
        "darwin-spark/0.1 (+https://arxiv.org/abs/2602.07824)", description="User agent: say who fetches, with an address"
    )
    respect_robots: bool = Field(True, description="Obey robots.txt (RFC 9309), Crawl-delay included")
    delay_seconds: float = Field(1.0, ge=0, description="Seconds between two requests to one host")
    max_attempts: int = Field(3, ge=1, description="Attempts at one URL within a climb, with back-off")
    backoff_seconds: float = Field(2.0, ge=0, description="Pause before the second attempt; doubled each time, with jitter")
    timeout_seconds: float = Field(
        60.0, gt=0, description="Time-out of a whole request; a third of this time without a byte ends it too"
    )
    max_bytes: int = Field(50_000_000, description="Bytes of an answer, which is kept inline; a longer one: object_too_large")
    max_redirects: int = Field(5, ge=0, description="Redirects that are followed")
    allow_private: bool = Field(False, description="Fetch from private, loopback and link-local addresses too")


class L0Settings(Section):
    """Acquisition: what is read, and its limits (§3 L0)."""

    sample: float = Field(1.0, gt=0, le=1, description="Fraction of the objects that is acquired, chosen by doc_id")
    max_inline_bytes: int = Field(
        1_000_000, description="Bytes of an object kept inline; a larger one is kept by reference and read in the worker"
    )
    max_object_bytes: int = Field(2_000_000_000, description="Bytes of an object; a larger one fails as object_too_large")
    max_archive_members: int = Field(
        1_000_000, description="Members taken from one archive; the others fail together as one row, too_many_members"
    )
    max_archive_bytes: int = Field(100_000_000_000, description="Unpacked bytes taken from one archive")
    max_archive_ratio: float = Field(
        200.0, description="Ratio of unpacked to packed bytes above which an archive fails as archive_bomb"
    )
    max_project_bytes: int = Field(16_000_000, description="Bytes of all files of one TeX document, which are kept inline")
    max_record_bytes: int = Field(100_000_000, description="Bytes of one record of a JSONL or Parquet file")
    records: RecordSettings = RecordSettings()
    fetch: FetchSettings = FetchSettings()
