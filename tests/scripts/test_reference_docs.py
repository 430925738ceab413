"""The reference files are what the code says, and complete."""

from collections.abc import Iterator

import pytest

from darwin_spark.config.section import Section
from darwin_spark.config.settings import Settings
from scripts.reference_docs import FILES, ROOT


@pytest.mark.parametrize("name", FILES)
def test_the_file_is_what_the_code_says(name: str) -> None:
    written = (ROOT / name).read_text(encoding="utf-8")
    assert written == FILES[name](), f"{name} is not up to date: run `make docs`"


def keys(section: Section, prefix: str = "") -> Iterator[str]:
    for name, value in section:
        yield f"{prefix}{name}"
        if isinstance(value, Section):
            yield from keys(value, f"{prefix}{name}.")


def test_every_setting_is_on_the_page_with_a_description() -> None:
    page = FILES["docs/settings.md"]()
    cells = {line.split("|")[1].strip().strip("`"): line.split("|") for line in page.splitlines() if line.startswith("| `")}
    for key in keys(Settings()):
        section, _, below = key.partition(".model.")
        row = cells.get(f"*.model.{below}" if below else key, cells.get(section))
        assert row or f"## {key}" in page.splitlines(), f"{key} is missing"
        assert row is None or len(row[4].strip()) > 5, f"{key} has no description"
