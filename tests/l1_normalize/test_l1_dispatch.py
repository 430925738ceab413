"""Every media type of the table has a parser that can be loaded."""

import pytest

from darwin_spark.l1_normalize.dispatch import PARSERS, parser_for
from darwin_spark.l1_normalize.parsed import ParseFailure


@pytest.mark.parametrize("media_type", sorted(PARSERS))
def test_the_parser_of_each_media_type_can_be_loaded(media_type: str) -> None:
    assert callable(parser_for(media_type).load())


@pytest.mark.parametrize("media_type", ["audio/mpeg", "", None])
def test_what_no_parser_reads_is_refused_by_name(media_type: str | None) -> None:
    with pytest.raises(ParseFailure, match="no parser for") as failure:
        parser_for(media_type)
    assert failure.value.reason == "unsupported_media_type"
