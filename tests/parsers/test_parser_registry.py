"""Every media type of the table has a parser that can be loaded."""

import subprocess
import sys

import pytest

from darwin_spark.parsers.parsed import ParseFailure
from darwin_spark.parsers.registry import PARSERS, parser_for


@pytest.mark.parametrize("function", sorted({parser.function for parser in PARSERS.values()}))
def test_each_parser_can_be_loaded_first_of_all(function: str) -> None:
    """Load it in a process of its own, as a parser process does: the order of imports must not matter."""
    load = f"import pkgutil; assert callable(pkgutil.resolve_name({function!r}))"
    done = subprocess.run([sys.executable, "-c", load], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("media_type", ["audio/mpeg", "", None])
def test_an_unsupported_media_type_is_refused_by_name(media_type: str | None) -> None:
    with pytest.raises(ParseFailure, match="no parser for") as failure:
        parser_for(media_type)
    assert failure.value.reason == "unsupported_media_type"
