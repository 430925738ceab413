"""Fetch a URL of a URL list and yield the L0 rows of its content."""

from collections.abc import Iterator
from io import BytesIO

from darwin_spark.arrow_udf import Row
from darwin_spark.levels.l0_acquire.archive_walker import open_object
from darwin_spark.levels.l0_acquire.rows import Place, SourceFile
from darwin_spark.levels.l0_acquire.web_fetch import fetcher
from darwin_spark.levels.l0_acquire.web_pages import page_metadata, url_name
from darwin_spark.levels.l0_acquire.web_request import FetchError


def open_url(file: SourceFile) -> Iterator[Row]:
    """Fetch the URL of `file` and yield L0 rows: of its content, of objects in it, or one failed; none outside the sample."""
    url, settings = file.row["uri"], file.settings
    if not file.wants(file.place):
        return
    try:
        answer = fetcher(settings.fetch).fetch(url)
    except FetchError as error:
        yield file.failure(error.reason, metadata={"url": url})
        return
    content_type = answer.headers.get("content-type", "")
    metadata = page_metadata(answer.url, content_type, answer.headers.get("date", ""))
    page = SourceFile({**file.row, "bytes": len(answer.content)}, settings).kept_inline()  # a page may change or vanish
    place = Place("", url, url_name(answer.url), hint=content_type)
    for row in open_object(page, place, BytesIO(answer.content)):
        yield {**row, "metadata": {**metadata, **(row.get("metadata") or {})}}
