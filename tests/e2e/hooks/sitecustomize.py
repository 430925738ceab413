"""Python runs this first wherever its folder is on PYTHONPATH, in Spark's workers too: it writes down each call of a parser."""

import os
from pathlib import Path

if "DARWIN_PARSE_LOG" in os.environ:
    from darwin_spark.l1_normalize import dispatch

    found = dispatch.parser_for

    def parser_for(media_type: str | None) -> dispatch.Parser:
        parser = found(media_type)

        def parse(content, settings):
            with Path(os.environ["DARWIN_PARSE_LOG"]).open("a") as log:
                log.write(f"{parser.name}\n")
            return parser.parse(content, settings)

        return parser._replace(parse=parse)

    dispatch.parser_for = parser_for
