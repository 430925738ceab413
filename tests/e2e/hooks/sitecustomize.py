"""Python runs this first wherever its folder is on PYTHONPATH, in parsing processes too: it logs each call of a parser."""

import os
from pathlib import Path

if "DARWIN_PARSE_LOG" in os.environ:
    from darwin_spark.parsers import registry

    load = registry.Parser.load

    def load_and_log(parser: registry.Parser) -> registry.Parse:
        with Path(os.environ["DARWIN_PARSE_LOG"]).open("a") as log:
            log.write(f"{parser.name}\n")
        return load(parser)

    registry.Parser.load = load_and_log
