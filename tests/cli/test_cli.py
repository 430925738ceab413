"""What a person can get wrong is told in a sentence, and the command exits with 2."""

import pytest

from darwin_spark.cli import app
from darwin_spark.inference.circuit_breaker import StoppedError


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run", "--input", "/nowhere"], "no such file or folder: /nowhere"),
        (["run", "--set", "l2.min_byte=3"], "unknown setting l2.min_byte; did you mean l2.min_bytes?"),
        (["run", "--config", "/nowhere.yaml"], "cannot read the configuration file /nowhere.yaml"),
        (["run", "--sample", "2"], "setting l0.sample"),
        (["run", "--max-requests", "-1"], "setting inference.circuit_breaker.max_requests"),
        (["sql", "SELECT 1", "--format", "xml"], "--format 'xml': choose one of table, json, csv"),
        (["serve", "--level", "l2"], "l2 holds no model to serve: choose one of l1.ocr, "),
        (["serve", "--level", "l4"], "--discovery FOLDER, or endpoint.discovery"),
    ],
)
def test_mistakes_are_named(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        app.main(arguments)
    assert end.value.code == 2
    assert message in capsys.readouterr().err


def test_a_brake_ends_the_command_with_a_code_of_its_own(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stop(*_arguments: object) -> None:
        raise StoppedError("stopped after 7 of 20 requests")

    monkeypatch.setattr(app, "load", stop)
    with pytest.raises(SystemExit) as end:
        app.main(["run", "--max-gpu-hours", "0.5"])
    assert end.value.code == 3
    assert "stopped after 7 of 20 requests" in capsys.readouterr().err


def test_the_ten_levels_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        app.main(["levels"])
    assert end.value.code == 0
    told = capsys.readouterr().out
    assert [f"L{number}" in told for number in range(10)] == [True] * 10
