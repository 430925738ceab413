"""The servers that a list, a file and a folder name."""

import json
import shutil
from pathlib import Path

import pytest

from darwin_spark.config.model import PoolSettings
from darwin_spark.inference.engines.endpoint.discovery import base_url, configured, discovered
from darwin_spark.inference.engines.protocol import EngineError

A, B = "http://a:8000", "https://b.example/openai"


@pytest.mark.parametrize("text", [A, A + "/", A + "/v1", A + "/v1/", f"  {A}\n"])
def test_a_url_is_the_same_with_and_without_v1(text: str) -> None:
    assert base_url(text) == A


@pytest.mark.parametrize("text", ["a:8000", "ftp://a", "http://", "http://a:port", "http://a?key=1", "", "http://[::1"])
def test_an_invalid_url_is_an_error(text: str) -> None:
    with pytest.raises(EngineError, match="is no URL"):
        base_url(text)


def test_a_password_in_a_url_is_an_error_that_does_not_repeat_it() -> None:
    with pytest.raises(EngineError, match="api_key_env") as raised:
        base_url("https://me:sesame@a.example")
    assert "sesame" not in str(raised.value)


def test_settings_without_any_server_say_what_to_set() -> None:
    with pytest.raises(EngineError, match=r"endpoint\.servers.*endpoint\.discovery"):
        configured(PoolSettings())


@pytest.mark.parametrize(
    "text",
    [
        f"{A}\n{B}/v1\n",
        f"# ours\n\n{A}  # rack 3\n  {B}\n",
        json.dumps([A, B]),
        json.dumps({"servers": [{"url": A, "gpus": 8}, B]}),
    ],
)
def test_a_file_has_lines_or_json(tmp_path: Path, text: str) -> None:
    (tmp_path / "servers").write_text(text)
    found = discovered(str(tmp_path / "servers"))
    assert found
    assert (found.urls, found.troubles) == ({A, B}, frozenset())


@pytest.mark.parametrize("text", [f"{A}\nno server\n{B}\n", json.dumps([A, "no server", {"url": 7}, B])])
def test_a_bad_entry_hides_no_other(tmp_path: Path, text: str) -> None:
    (tmp_path / "servers").write_text(text)
    found = discovered(str(tmp_path / "servers"))
    assert found
    assert found.urls == {A, B}
    assert "'no server' is no URL of a server" in "".join(sorted(found.troubles))


def test_a_folder_is_all_its_files_except_hidden_ones(tmp_path: Path) -> None:
    (tmp_path / "a.url").write_text(A)
    (tmp_path / "b.json").write_text(json.dumps({"url": B}))
    (tmp_path / ".c.url.123").write_text("http://half-writ")
    found = discovered(str(tmp_path))
    assert found
    assert found.urls == {A, B}


@pytest.mark.parametrize("text", [b"not a url", b'["http://b:1",', b"\xff\xfe\x00", b"[1]", b'{"servers": 3}'])
def test_a_broken_file_is_named_and_the_others_are_read(tmp_path: Path, text: bytes) -> None:
    (tmp_path / "a.url").write_text(A)
    (tmp_path / "broken.url").write_bytes(text)
    found = discovered(str(tmp_path))
    assert found
    assert found.urls == {A}
    assert len(found.troubles) == 1
    assert "broken.url" in next(iter(found.troubles))


def test_a_missing_folder_is_distinguished_from_an_empty_one(tmp_path: Path) -> None:
    place = tmp_path / "servers"
    assert discovered(str(place)) is None
    place.mkdir()
    found = discovered(str(place))
    assert found is not None
    assert not found.urls
    shutil.rmtree(place)
    assert discovered(str(place)) is None
