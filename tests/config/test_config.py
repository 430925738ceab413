"""Settings: defaults, overlays, and errors that name what is wrong."""

from pathlib import Path

import pytest
import yaml

from darwin_spark.config.loading import ConfigError, build, load
from darwin_spark.config.settings import Settings

ROOT = Path(__file__).parents[2]


def test_base_yaml_equals_the_defaults() -> None:
    written = yaml.safe_load((ROOT / "conf" / "base.yaml").read_text())
    assert written == Settings().model_dump(mode="json")


def test_the_papers_numbers_are_the_defaults() -> None:
    settings = Settings()
    assert (settings.l2.bands, settings.l2.rows, settings.l2.shingle_words) == (14, 8, 5)
    assert (settings.l2.min_bytes, settings.l2.max_garbled_ratio, settings.l2.languages) == (8192, 0.5, ("en",))
    assert (settings.l4.chunk_chars, settings.l4.min_success_ratio, settings.l5.window_tokens) == (1024, 0.95, 1024)


@pytest.mark.parametrize("overlay", sorted((ROOT / "conf").glob("*.yaml")), ids=lambda path: path.name)
def test_every_overlay_is_valid(overlay: Path) -> None:
    assert load([overlay])


def test_later_overlays_and_assignments_win(tmp_path: Path) -> None:
    first, second = tmp_path / "first.yaml", tmp_path / "second.yaml"
    first.write_text("l2: {min_bytes: 1, max_garbled_ratio: 0.1}")
    second.write_text("l2: {min_bytes: 2}")
    settings = load([first, second], ["l2.max_garbled_ratio=0.2", "l2.languages=[en, de]"])
    assert (settings.l2.min_bytes, settings.l2.max_garbled_ratio, settings.l2.languages) == (2, 0.2, ("en", "de"))


def test_an_unknown_key_names_the_nearest_right_one() -> None:
    with pytest.raises(ConfigError, match=r"unknown setting l2\.min_byte; did you mean l2\.min_bytes\?"):
        build({"l2": {"min_byte": 1}})


def test_a_wrong_value_names_its_key() -> None:
    with pytest.raises(ConfigError, match=r"setting l2\.bands: .*got 'many'"):
        load([], ["l2.bands=many"])


@pytest.mark.parametrize("assignment", ["l2.min_bytes", "=3", "l2.min_bytes=[1"])
def test_a_malformed_assignment_is_refused(assignment: str) -> None:
    with pytest.raises(ConfigError, match="--set"):
        load([], [assignment])


def test_a_missing_or_broken_file_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"nowhere\.yaml"):
        load([tmp_path / "nowhere.yaml"])
    broken = tmp_path / "broken.yaml"
    broken.write_text("l2: [")
    with pytest.raises(ConfigError, match=r"broken\.yaml is not valid YAML"):
        load([broken])
    broken.write_bytes("# caf\u00e9\nl2: {}\n".encode("latin-1"))
    with pytest.raises(ConfigError, match=r"broken\.yaml is not UTF-8 \(byte 5\)"):
        load([broken])
