"""One event in two themes is one warning; two events of one day are two."""

import hashlib

import numpy as np
import pandas as pd
import pytest

from models.contracts import WARNINGS, check, conform, empty
from models.embedding import HashingEncoder
from pipelines.settings import load_settings
from pipelines.steps.embed import embed_texts
from pipelines.steps.warnings.joined import join_warnings
from pipelines.store import Store

FIRST = pd.Timestamp("2024-01-01T00:00:00Z")
EVENT = 100  # the day on which both themes rise
ADDONS = ("addon", "installed", "theme", "toolbar", "button", "browser")
BLOCKERS = ("adblock", "advert", "youtube", "filter", "banner", "browser")
PARCELS = ("parcel", "courier", "late", "depot", "doorstep", "tracking")
EVENT_WORDS = ("certificate", "expired", "disabled", "verified", "unsigned", "extension")


def _day(theme, words, day, count, rng):
    rows = []
    for i in range(count):
        text = " ".join(rng.permutation(words)[:5]) + f" {theme}{day}{i}"
        at = FIRST + pd.Timedelta(days=day, hours=6, minutes=i)
        rows.append((f"{theme}:{day}-{i}", at, theme, text))
    return rows


def _complaints(event):
    """Return a quiet past of three themes, and on one day what each of them speaks of then."""
    rng = np.random.default_rng(0)
    rows = []
    for day in range(EVENT):
        for theme, words in (("addons", ADDONS), ("blockers", BLOCKERS), ("parcels", PARCELS)):
            rows += _day(theme, words, day, 1, rng)
    for theme, (words, count) in event.items():
        rows += _day(theme, words, EVENT, count, rng)
    frame = pd.DataFrame(rows, columns=["complaint_id", "created_at", "theme_id", "text"])
    frame["created_at"] = frame["created_at"].astype("datetime64[us, UTC]")
    frame["text_hash"] = [hashlib.sha256(text.encode()).hexdigest() for text in frame["text"]]
    return frame.assign(is_counted=True)


def _warnings(**observed):
    rows = [
        {
            "warning_id": f"w-{theme}",
            "as_of": (FIRST + pd.Timedelta(days=EVENT + 1)).as_unit("us"),
            "theme_id": theme,
            "kind": "now",
            "state": "open",
            "severity": 3,
            "window_days": 1,
            "observed": count,
            "expected": 1.0,
            "p_value": 1e-6,
            "opened_on": (FIRST + pd.Timedelta(days=EVENT)).tz_localize(None),
            "is_concentrated": False,
            **{name: [] for name in ("cells", "wording", "exemplars")},
            **dict.fromkeys(("owner", "action"), ""),
        }
        for theme, count in observed.items()
    ]
    return conform(pd.DataFrame(rows), WARNINGS)


def _join(root, complaints, warnings, earlier=None):
    store, encoder = Store(root), HashingEncoder()
    embed_texts(store, encoder, complaints[["text_hash", "text"]], chunk_texts=1000)
    found = join_warnings(
        warnings,
        empty(WARNINGS) if earlier is None else earlier,
        complaints,
        store,
        encoder_name=encoder.name,
        settings=load_settings(),
    )
    return check(found, WARNINGS)


def _led(found):
    rows = found.dropna(subset=["joined_to"])
    return dict(zip(rows["warning_id"], rows["joined_to"], strict=True))


EVENT_OF_ALL = {"blockers": (EVENT_WORDS, 12), "addons": (EVENT_WORDS, 30)}


@pytest.fixture
def shared():
    return _complaints(EVENT_OF_ALL)


def test_two_themes_that_share_one_event_are_told_as_one_and_the_stronger_leads(shared, tmp_path):
    found = _join(tmp_path, shared, _warnings(blockers=12, addons=30))
    assert _led(found) == {"w-blockers": "w-addons"}
    assert found["warning_id"].tolist() == ["w-blockers", "w-addons"]


def test_two_events_of_one_day_stay_two(tmp_path):
    event = {"addons": (EVENT_WORDS, 30), "parcels": (("strike", *PARCELS), 12)}
    complaints = _complaints(event)
    assert _led(_join(tmp_path, complaints, _warnings(addons=30, parcels=12))) == {}


def test_themes_that_are_always_near_stay_two(tmp_path):
    complaints = _complaints({"addons": (ADDONS, 30), "blockers": (BLOCKERS, 12)})
    # The two speak of the same every day, and do so now.
    same = complaints["theme_id"] == "blockers"
    rng = np.random.default_rng(1)
    texts = [" ".join(rng.permutation(ADDONS)[:5]) + f" x{i}" for i in range(int(same.sum()))]
    complaints.loc[same, "text"] = texts
    hashes = [hashlib.sha256(text.encode()).hexdigest() for text in texts]
    complaints.loc[same, "text_hash"] = hashes
    assert _led(_join(tmp_path, complaints, _warnings(addons=30, blockers=12))) == {}


def test_once_joined_they_stay_so_while_both_are_open_and_what_closed_keeps_it(shared, tmp_path):
    first = _join(tmp_path, shared, _warnings(blockers=12, addons=30))
    # On the next morning the other is the stronger one, and opened two days later by its count.
    later = _warnings(blockers=40, addons=30)
    later["opened_on"] += pd.to_timedelta([2, 0], unit="D")
    assert _led(_join(tmp_path, shared, later, first)) == {"w-blockers": "w-addons"}
    later["state"] = ["closed", "open"]
    assert _led(_join(tmp_path, shared, later, first)) == {"w-blockers": "w-addons"}
    later["state"] = ["open", "closed"]
    assert _led(_join(tmp_path, shared, later, first)) == {}


def test_what_opened_days_apart_is_not_joined_and_what_is_not_counted_tells_nothing(
    shared, tmp_path
):
    warnings = _warnings(blockers=12, addons=30)
    warnings["opened_on"] -= pd.to_timedelta([2, 0], unit="D")
    assert _led(_join(tmp_path, shared, warnings)) == {}
    flooded = shared.assign(is_counted=~shared["complaint_id"].str.startswith("blockers:100"))
    assert _led(_join(tmp_path, flooded, _warnings(blockers=12, addons=30))) == {}


def test_no_warning_is_joined_to_none(shared, tmp_path):
    assert _join(tmp_path, shared, empty(WARNINGS)).empty
