"""Python runs this first wherever its folder is on PYTHONPATH, in parsing processes too: it logs each call of a parser."""

import os
from pathlib import Path

if "DARWIN_PARSE_LOG" in os.environ:
    from darwin_spark.l1_normalize import dispatch

    load = dispatch.Parser.load

    def load_and_log(parser: dispatch.Parser) -> dispatch.Parse:
        with Path(os.environ["DARWIN_PARSE_LOG"]).open("a") as log:
            log.write(f"{parser.name}\n")
        return load(parser)

    dispatch.Parser.load = load_and_log
