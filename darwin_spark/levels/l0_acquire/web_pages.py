"""Open the pages of a WARC file as objects, and collect the metadata of a web page."""

from collections.abc import Iterator
from typing import Any

from darwin_spark.arrow_udf import Row
from darwin_spark.levels.l0_acquire.media import HEAD_BYTES, hinted, media_type
from darwin_spark.levels.l0_acquire.rows import Place, SourceFile
from darwin_spark.storage.archives import warc
from darwin_spark.storage.archives.budget import peeked
from darwin_spark.storage.archives.members import BrokenArchiveError


def open_warc(file: SourceFile, place: Place, stream: Any) -> Iterator[Row]:
    """Yield an L0 row for every response and resource record; a status other than 2xx is a failure (`archived_http_404`).

    Other records (revisits, requests, crawler metadata) hold no document and give no row. A last, failed row follows if
    the file is damaged (`broken_archive`) or has no response and no resource (`empty_archive`).
    """
    empty = True
    try:
        for response in warc.responses(stream):
            empty = False
            yield _page(file, place, response)
    except BrokenArchiveError:
        yield file.failure("broken_archive", place)
        return
    if empty:
        yield file.failure("empty_archive", place)


def _page(file: SourceFile, container: Place, response: warc.Response) -> Row:
    inside, _ = file.unique(f"{container.inside}#{response.id or response.uri}")
    uri = f"{container.uri}#{warc.WARC_RECORD}"
    here = Place(inside, uri, response.uri, container.depth, "broken_member", is_streamed=container.depth > 0)
    metadata = page_metadata(response.uri, response.content_type, response.date)
    if response.status is not None and not 200 <= response.status < 300:
        return file.failure(f"archived_http_{response.status}", here, metadata=metadata)
    head, payload = peeked(file.budget.metered(response.stream), HEAD_BYTES)
    kind = hinted(media_type(head, url_name(response.uri)), response.content_type)
    row = file.take(here, payload, kind, {"offset": response.offset}, metadata=metadata)
    return file.failure(here.damage, here, metadata=metadata) if response.is_cut() else row


def page_metadata(url: str, content_type: str, date: str) -> dict[str, str]:
    """Return the metadata of a web page: `url`, `date`, `content_type`, `charset`; empty values are left out."""
    charset = next((part.split("=", 1)[1].strip(" '\"") for part in content_type.split(";") if "charset=" in part.lower()), "")
    found = {"url": url, "date": date, "content_type": content_type, "charset": charset}
    return {name: value for name, value in sorted(found.items()) if value}


def url_name(url: str) -> str:
    """Return a URL without query and fragment; its suffix hints at the media type."""
    return url.split("#", 1)[0].split("?", 1)[0]
