"""L0 as configuration: what is read, how much of it, and how URLs are fetched (docs/formats.md)."""

from pydantic import Field

from darwin_spark.config.section import Section


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
    max_attempts: int = Field(3, ge=1, description="how often a URL is tried before it fails, with back-off")
    backoff_seconds: float = Field(2.0, ge=0, description="before the second attempt; doubled each time, with jitter")
    timeout_seconds: float = Field(60.0, gt=0, description="for a request as a whole; a third of it without a byte ends it")
    max_bytes: int = Field(50_000_000, description="a longer answer fails as object_too_large; a shorter one is kept inline")
    max_redirects: int = Field(5, ge=0)
    allow_private: bool = Field(False, description="fetch from private, loopback and link-local addresses too")


class L0Settings(Section):
    """Acquisition (§3 L0): what is read, and how much of it."""

    sample: float = Field(1.0, gt=0, le=1, description="share of the objects that is taken, always the same ones by doc_id")
    max_inline_bytes: int = Field(1_000_000, description="bytes; a larger object is kept by reference and read in the worker")
    max_object_bytes: int = Field(2_000_000_000, description="a larger object fails as object_too_large")
    max_archive_members: int = Field(1_000_000, description="members taken from one archive; the rest fails as one row")
    max_archive_bytes: int = Field(100_000_000_000, description="unpacked bytes taken from one archive")
    max_archive_ratio: float = Field(200.0, description="unpacked : packed bytes; above it an archive is taken for a bomb")
    max_project_bytes: int = Field(16_000_000, description="all files of one TeX document; always kept inline")
    max_record_bytes: int = Field(100_000_000, description="one record of a JSONL or Parquet file")
    records: RecordSettings = RecordSettings()
    fetch: FetchSettings = FetchSettings()
