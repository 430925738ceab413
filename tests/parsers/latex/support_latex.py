"""Parse small LaTeX documents for tests."""

from darwin_spark.config.l1 import L1Settings
from darwin_spark.parsers.latex import parse


def text_of(body: str, preamble: str = "", cls: str = "article") -> str:
    """The text of a document with this body, without the line feed at its end."""
    source = f"\\documentclass{{{cls}}}\n{preamble}\n\\begin{{document}}\n{body}\n\\end{{document}}\n"
    return parse(source.encode(), L1Settings()).text.rstrip("\n")


def line_of(body: str, preamble: str = "", cls: str = "article") -> str:
    """The same with each white space as one blank."""
    return " ".join(text_of(body, preamble, cls).split())
