"""A parser: a CSV file becomes a Markdown table. It runs in the parsing process, so this module imports no Spark."""

import csv
import io
from typing import Final

from darwin_spark.config.l1 import L1Settings
from darwin_spark.parsers.decoding import decode
from darwin_spark.parsers.parsed import Parsed, ParseFailure
from darwin_spark.parsers.pipe_table import Cell, pipe_table
from darwin_spark.parsers.registry import Parser

PARSER: Final = Parser("csv", "1", "darwin_glossary.csv_table:parse")


def parse(content: bytes, _settings: L1Settings) -> Parsed:
    """Parse a CSV file, whose first line names the columns. Raises ParseFailure: empty, parse_error."""
    text, warnings = decode(content)
    try:
        rows = [[Cell(" ".join(cell.split())) for cell in row] for row in csv.reader(io.StringIO(text))]
    except csv.Error as error:
        raise ParseFailure("parse_error", f"not a CSV file: {error}") from error
    table = pipe_table([], rows)
    if not table:
        raise ParseFailure("empty", "no cell has text")
    return Parsed(table, warnings=tuple(warnings))
