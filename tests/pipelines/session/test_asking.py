"""What a session computes is what a run, a back-test, a replay would say; variants are checked."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from models.contracts import EMBEDDINGS
from models.errors import DataContractError, NotEnoughHistory, SettingsError
from pipelines.session import Session, open_session
from pipelines.session.estimates import for_backtest, in_words
from pipelines.store import Store
from tests.pipelines.session.conftest import AS_OF

NUMBERS = ["series_id", "origin", "date", "mean", "dispersion", "q05", "q50", "q95"]


@pytest.mark.slow
def test_asked_without_a_change_it_forecasts_what_the_run_gave(
    session: Session, made: Path
) -> None:
    told = pd.read_parquet(made / "runs" / AS_OF / "forecasts.parquet")
    found = session.forecast()
    pd.testing.assert_frame_equal(found.days[NUMBERS], told[NUMBERS])
    assert found.metrics["crps"] > 0
    assert re.search(r"coverage 80 +0\.", repr(found))


@pytest.mark.slow
def test_other_members_and_a_shorter_horizon_are_other_forecasts(session: Session) -> None:
    naive = session.forecast(members=["seasonal_naive"], horizon=14)
    assert naive.members == ("seasonal_naive",)
    assert naive.days["lead"].max() == 14
    assert naive.weeks["week"].max() == 2
    total = naive.of()
    assert total["level"].unique().tolist() == ["total"]
    mine = session.forecasts[session.forecasts["level"] == "total"].head(14)
    assert not total["mean"].reset_index(drop=True).equals(mine["mean"].reset_index(drop=True))
    with pytest.raises(DataContractError, match="No forecast of a theme called 'nobody'; some are"):
        naive.of("nobody")
    assert "seasonal_naive" in naive._repr_html_()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"forecast.horizon_day": 7}, "unknown parameter `forecast.horizon_day`.*horizon_days"),
        ({"forecast": {"horizon_days": 5}}, "forecast.horizon_days: expected 7 to 366, got 5"),
        ({"forecast.members": ["nb_glmm"]}, "no member is called 'nb_glmm'; known: .*nb_glm"),
        ({"foorecast.members": []}, "unknown parameter `foorecast`.*`forecast`"),
        ({"redaction.handles": False}, "redaction: decides how complaints are taken in"),
        ([("forecast", 1)], "expected a mapping such as"),
        ({3: 1}, "expected names of parameters, got 3"),
    ],
)
def test_a_change_is_checked_as_the_parameters_file_is(
    session: Session, changes: dict, said: str
) -> None:
    with pytest.raises(SettingsError, match=said):
        session.with_params(changes)


def test_a_variant_is_another_session_and_adds_up(session: Session) -> None:
    one = session.with_params({"forecast": {"refit_days": 3}})
    two = one.with_params({"forecast.cap_multiple": 2.0, "warnings.min_observed": 12})
    assert session.settings.forecast.refit_days == 7
    assert (one.settings.forecast.refit_days, one.settings.forecast.cap_multiple) == (3, 3.0)
    changed = two.settings
    assert (changed.forecast.refit_days, changed.forecast.cap_multiple) == (3, 2.0)
    assert changed.warnings.min_observed == 12
    assert changed.themes == session.settings.themes  # the run's own, not params.yaml's
    assert "changed" in repr(two)
    assert "changed" not in repr(session)


@pytest.mark.slow
def test_a_variants_frames_are_made_by_its_own_parameters(session: Session) -> None:
    assert set(session.warnings["kind"]) == {"now"}
    # More than any theme has had in a week.
    strict = session.with_params({"warnings": {"min_observed": 1000}})
    # Neither is told as a rise now; what is born on that day is asked for by `births`.
    assert "now" not in set(strict.warnings.loc[strict.warnings["state"] != "closed", "kind"])
    pd.testing.assert_frame_equal(strict.counts, session.counts)  # not of the warnings' making
    finer = session.with_params({"themes.resolution": 3.0})
    assert len(finer.themes) > len(session.themes)
    assert finer.themes["complaints"].sum() <= len(session.complaints)


@pytest.mark.slow
def test_a_backtest_ranks_the_members_at_earlier_origins(
    session: Session, capsys: pytest.CaptureFixture[str]
) -> None:
    found = session.backtest(1, members=["nb_glm"])
    assert set(found.overall["method"]) == {"ensemble", "nb_glm", "seasonal_naive"}
    assert found.overall["crps_scaled"].is_monotonic_increasing
    assert found.rows["origin"].unique().tolist() == [pd.Timestamp("2020-06-01")]
    said = capsys.readouterr().out
    assert said.index("Back-test at 1 origins: ") < said.index("2020-06-01 ...")
    assert in_words(for_backtest(session.job, 1)) in said  # said before it begins
    with pytest.raises(SettingsError, match="origins: expected a whole number from 1, got 0"):
        session.backtest(0)
    own = found.overall.set_index("method")
    assert f"{own.loc['ensemble', 'ratio']:.3f}" in found._repr_html_()


@pytest.mark.slow
def test_a_replay_tells_the_spike_and_what_came_of_it(made: Path) -> None:
    later = open_session("2020-07-02", workspace=made, track=False)
    found = later.replay("2020-06-28", "2020-06-30", every_days=1)
    assert len(found.found.mornings) == 3
    spike = found.warnings.sort_values("observed").iloc[-1]
    assert spike["first_told"] == pd.Timestamp("2020-06-29", tz="UTC")
    assert (spike["verdict"], spike["peak_on"]) == ("real", pd.Timestamp("2020-06-28"))
    assert found.scores["origin"].min() == pd.Timestamp("2020-06-28")
    assert not (made / "replay").exists()
    with pytest.raises(SettingsError, match="first: 'soon' is no date"):
        later.replay("soon", "2020-06-30")
    with pytest.raises(SettingsError, match=r"--to 2020-07-09 is after 2020-07-02"):
        later.replay("2020-06-30", "2020-07-09")


def test_texts_without_vectors_are_named_with_the_command(place: Path) -> None:
    store = Store(place / "store")
    rows = store.read(EMBEDDINGS)
    store.replace(EMBEDDINGS, rows.iloc[:-2])
    early = open_session("2020-07-04", workspace=place, track=False)
    with pytest.raises(
        NotEnoughHistory, match=r"2 texts .* `issuecast themes --as-of 2020-07-04 -"
    ):
        _ = early.themes
