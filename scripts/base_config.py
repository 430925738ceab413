"""Writes conf/base.yaml from darwin_spark/config: every setting, its default, what it means.

.venv/bin/python scripts/base_config.py
"""

import inspect
import json
from collections.abc import Iterator
from pathlib import Path

from darwin_spark.config.section import Section
from darwin_spark.config.settings import Settings

TARGET = Path(__file__).resolve().parents[1] / "conf" / "base.yaml"
HEAD = """\
# Every setting at its default; where the paper gives a value, it is the paper's, with its section (arXiv 2602.07824).
# A test keeps this file equal to darwin_spark/config. Lay a file of your own over it: darwin run --config mine.yaml
"""


def lines(section: Section, indent: str = "") -> Iterator[str]:
    """The settings of a section, one a line; a section within it goes deeper."""
    for name, field in type(section).model_fields.items():
        value = getattr(section, name)
        if isinstance(value, Section):
            about = field.description or (inspect.getdoc(type(value)) or "").splitlines()[0]
            yield f"{indent}{name}: # {about}"
            yield from lines(value, indent + "  ")
        else:
            plain = json.dumps(section.model_dump(mode="json")[name])
            yield f"{indent}{name}: {plain}" + (f" # {field.description}" if field.description else "")
        if not indent:
            yield ""


if __name__ == "__main__":
    settings = Settings()
    TARGET.write_text(HEAD + "\n" + "\n".join(lines(settings)).rstrip() + "\n", encoding="utf-8")
