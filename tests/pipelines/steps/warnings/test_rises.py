import numpy as np
import pandas as pd

from models.contracts import LIVES, SPLITS, check
from pipelines.settings import load_settings
from pipelines.steps.series import count_series
from pipelines.steps.warnings.rises import lives_of, splits_of
from pipelines.steps.warnings.warnings import watch_counts, watch_now
from tests.pipelines.steps.streams import AS_OF, assignments, quiet, stream, themes

SETTINGS = load_settings()
TITLES = themes(addons="Addons disabled", billing="Charged twice")


def morning(*, earlier: int = 0):
    """Return warnings, complaints and what was watched: a spike yesterday, and one weeks ago."""
    addons = quiet(2.0)
    addons[123] += 60
    addons[90] += earlier
    complaints = stream({"addons": addons, "billing": quiet(3.0, seed=1)})
    counted = count_series(
        complaints, assignments(complaints), None, settings=SETTINGS, as_of=AS_OF
    )
    watched = watch_counts(counted.counts, settings=SETTINGS, as_of=AS_OF)
    found = watch_now(
        counted.counts, counted.complaints, TITLES, settings=SETTINGS, as_of=AS_OF, watched=watched
    )
    return found, counted.complaints, watched


def test_the_parts_of_an_open_warning_add_up_to_it():
    found, complaints, watched = morning()
    mixed = complaints.assign(
        channel=np.where(np.arange(len(complaints)) % 3 == 0, "chat", "e-mail"), product="one"
    )
    parts = check(splits_of(found, mixed, watched, settings=SETTINGS, as_of=AS_OF), SPLITS)
    assert set(parts["axis"]) == {"channel"}  # of one product there is nothing to split
    (warning,) = found.to_dict("records")
    assert parts["observed"].sum() == warning["observed"]
    assert abs(parts["expected"].sum() - warning["expected"]) < 1e-9
    closed = found.assign(state="closed")
    assert splits_of(closed, mixed, watched, settings=SETTINGS, as_of=AS_OF).empty
    assert splits_of(found, mixed, None, settings=SETTINGS, as_of=AS_OF).empty


def test_lives_name_the_open_warning_as_it_is_told_and_remember_the_closed():
    found, _, watched = morning(earlier=60)
    told = found.assign(warning_id="w-carried-on")
    lives = check(lives_of(told, watched, settings=SETTINGS), LIVES)
    by_name = {name: rows["state"].tolist() for name, rows in lives.groupby("warning_id")}
    assert by_name.pop("w-carried-on")[0] == "open"
    (before,) = by_name.values()
    assert before[0] == "open"
    assert before[-1] == "closed"
    opened = lives.loc[lives["warning_id"] == "w-carried-on", "first"].min()
    assert opened == found["opened_on"].iloc[0]


def test_a_theme_that_is_not_counted_yet_stands_with_its_state_of_today():
    found, _, watched = morning()
    born = found.assign(
        warning_id="w-born", theme_id="t-born", kind="emerging", state="open",
        opened_on=pd.Timestamp("2019-05-05"),
    )  # fmt: skip
    both = pd.concat([found, born], ignore_index=True)
    lives = lives_of(both, watched, settings=SETTINGS)
    row = lives[lives["warning_id"] == "w-born"].iloc[0]
    assert (row["state"], row["first"]) == ("open", pd.Timestamp("2019-05-05"))
    assert row["last"] >= row["first"]
    assert lives_of(both, None, settings=SETTINGS).empty
