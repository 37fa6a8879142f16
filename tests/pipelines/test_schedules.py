from __future__ import annotations

from pathlib import Path

import pytest

from models.errors import SettingsError
from pipelines.cli import main
from pipelines.settings import load_settings
from tests.pipelines.loopback import free_port


def _overlay(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_reference_serves_all_four_and_an_empty_string_is_off(tmp_path: Path) -> None:
    assert list(load_settings().schedules.crons()) == ["outlook", "watch", "backtest", "refit"]
    mine = load_settings(_overlay(tmp_path, 'schedules: {watch: "", refit: ""}\n'))
    assert list(mine.schedules.crons()) == ["outlook", "backtest"]


def test_when_runs_are_made_makes_no_run_anew(tmp_path: Path) -> None:
    mine = load_settings(_overlay(tmp_path, 'schedules: {outlook: "0 9 * * *"}\n'))
    assert mine.digest() == load_settings().digest()


@pytest.mark.parametrize(
    ("cron", "said"),
    [
        ("15 6 * *", "expected five fields"),
        ("0 15 6 * * *", "expected five fields"),
        ("@daily", "expected five fields"),
        ("15 6 * * MON", "expected five fields of digits"),
        ("61 6 * * *", "is no moment of any year"),
        ("15 25 * * *", "is no moment of any year"),
        ("0 0 31 2 *", "is no moment of any year"),
        ("5-1 6 * * *", "is no moment of any year"),
        ("*/0 6 * * *", "is no moment of any year"),
        ("0 0 1 * 1", "names a day of the month and a day of the week"),
        ("soon", 'write e.g. "15 6 \\* \\* \\*"'),
    ],
)
def test_what_is_no_cron_string_is_refused(tmp_path: Path, cron: str, said: str) -> None:
    with pytest.raises(SettingsError, match=rf"schedules\.outlook: .*{said}"):
        load_settings(_overlay(tmp_path, f'schedules: {{outlook: "{cron}"}}\n'))


def test_a_zone_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"schedules\.time_zone: no time zone is called 'Mars'"):
        load_settings(_overlay(tmp_path, "schedules: {time_zone: Mars}\n"))


def test_serve_without_a_server_says_how_to_start_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    assert main(["serve", "--workspace", str(tmp_path)]) == 2
    said = capsys.readouterr().err
    assert "prefect server start --host 127.0.0.1" in said
    monkeypatch.setenv("PREFECT_API_URL", f"http://127.0.0.1:{free_port()}/api")
    assert main(["serve", "--workspace", str(tmp_path)]) == 2
    assert "No Prefect server answers where PREFECT_API_URL says" in capsys.readouterr().err


def test_serve_says_what_it_would_serve(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mine = _overlay(tmp_path, 'time_zone: Europe/London\nschedules: {watch: "", refit: ""}\n')
    ask = ["serve", "--once", "--params", str(mine), "--workspace", str(tmp_path)]
    assert main(ask) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0].split() == ["outlook", "15", "6", "*", "*", "*", "(Europe/London)"]
    assert len(said) == 2
    off = 'schedules: {outlook: "", watch: "", backtest: "", refit: ""}\n'
    assert main([*ask[:3], str(_overlay(tmp_path, off)), *ask[4:]]) == 2
