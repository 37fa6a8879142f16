import dataclasses
import hashlib

import numpy as np
import pandas as pd
import pytest

from models.contracts import ASSIGNMENTS, BIRTHS, LINEAGE, THEMES, check
from models.embedding import HashingEncoder
from models.errors import DataContractError
from pipelines.settings import load_settings
from pipelines.steps.embed import embed_texts
from pipelines.steps.themes import find_themes
from pipelines.store import Store

TOPICS = {
    "router": ("router", "drops", "connection", "evening", "modem", "wifi", "restart"),
    "bill": ("bill", "charged", "twice", "refund", "invoice", "payment", "month"),
    "parcel": ("parcel", "late", "courier", "delivery", "tracking", "depot", "doorstep"),
}
START = pd.Timestamp("2024-01-01T06:00:00Z")


def _complaints(days, *, topics=tuple(TOPICS), per_day=2, first=0, seed=0):
    """Return complaints of the days from `first` on, a few a topic and day."""
    rng = np.random.default_rng([seed, first])
    rows = []
    for day in range(first, first + days):
        for topic in topics:
            for i in range(per_day):
                words = rng.permutation(TOPICS[topic])[:5]
                text = f"{topic} " + " ".join(words) + f" {'again ' * i}on day {day}"
                rows.append((f"s:{day}-{topic}-{i}", START + pd.Timedelta(days=day, hours=i), text))
    frame = pd.DataFrame(rows, columns=["complaint_id", "created_at", "text"])
    frame["created_at"] = frame["created_at"].astype("datetime64[us, UTC]")
    frame["received_at"] = frame["created_at"]
    frame["text_hash"] = [hashlib.sha256(t.encode()).hexdigest() for t in frame["text"]]
    return frame


def _settings(**changes):
    settings = load_settings()
    defaults = {"resolution": 1.0, "refit_days": 28, "reject_share": 0.02}
    return dataclasses.replace(
        settings, themes=dataclasses.replace(settings.themes, **{**defaults, **changes})
    )


def _morning(day):
    return (START + pd.Timedelta(days=day)).normalize()


def _find(store, complaints, day, *, left_out=frozenset(), settings=None, **kwargs):
    as_of = _morning(day)
    known = complaints[(complaints["created_at"] < as_of) & (complaints["received_at"] < as_of)]
    encoder = HashingEncoder()
    embed_texts(store, encoder, known[["text_hash", "text"]], chunk_texts=1000)
    return find_themes(
        store,
        encoder_name=encoder.name,
        settings=settings or _settings(),
        as_of=as_of,
        complaints=known,
        left_out=left_out,
        **kwargs,
    )


def _versions(store):
    return store.version(THEMES), store.version(ASSIGNMENTS), store.version(LINEAGE)


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "store")


def test_a_first_morning_fits_and_assigns_everything(store):
    complaints = _complaints(20)
    result = _find(store, complaints, 20)
    assert result.version == "2024-01-21T00:00:00Z"
    assert result.refitted
    check(result.themes, THEMES)
    check(result.assignments, ASSIGNMENTS)
    assert len(result.themes) == 3
    assert set(result.themes["status"]) == {"active"}
    assert result.assignments["complaint_id"].tolist() == sorted(complaints["complaint_id"])
    topic = result.assignments["complaint_id"].str.split("-").str[1]
    assert result.assignments.groupby(topic)["theme_id"].nunique().tolist() == [1, 1, 1]
    assert (result.new_assigned, result.unassigned) == (len(complaints), 0)
    assert result.themes["size"].sum() == len(complaints)
    assert (result.themes["born_on"] == pd.Timestamp("2024-01-01")).all()


def test_the_same_morning_twice_writes_nothing(store):
    complaints = _complaints(20)
    first = _find(store, complaints, 20)
    before = _versions(store)
    again = _find(store, complaints, 20)
    assert _versions(store) == before
    assert not again.refitted
    assert again.new_assigned == 0
    pd.testing.assert_frame_equal(again.themes, first.themes)
    pd.testing.assert_frame_equal(again.assignments, first.assignments)
    forced = _find(store, complaints, 20, refit=True)
    assert forced.refitted
    pd.testing.assert_frame_equal(forced.themes, first.themes)
    pd.testing.assert_frame_equal(forced.assignments, first.assignments)
    assert store.count(THEMES) == 3


def test_new_complaints_join_known_themes_without_a_refit(store):
    complaints = _complaints(25)
    first = _find(store, complaints, 20)
    later = _find(store, complaints, 25)
    assert later.version == first.version
    assert not later.refitted
    assert later.new_assigned == 5 * 3 * 2
    old = first.assignments.set_index("complaint_id")
    new = later.assignments.set_index("complaint_id")
    pd.testing.assert_frame_equal(new.loc[old.index], old)
    named = new.dropna(subset=["theme_id"])
    topic = named.index.str.split("-").str[1]
    assert named.groupby(topic)["theme_id"].nunique().tolist() == [1, 1, 1]


def test_a_morning_is_the_same_whatever_was_assigned_since(tmp_path):
    complaints = _complaints(27)
    settings = _settings(reject_share=0.2)
    replayed, straight = Store(tmp_path / "a"), Store(tmp_path / "b")
    for day in (20, 21, 24, 27):
        _find(replayed, complaints, day, settings=settings)
    back = _find(replayed, complaints, 22, settings=settings)
    _find(straight, complaints, 20, settings=settings)
    once = _find(straight, complaints, 22, settings=settings)
    pd.testing.assert_frame_equal(back.assignments, once.assignments)
    pd.testing.assert_frame_equal(back.themes, once.themes)
    whole = _find(straight, complaints, 27, settings=settings)
    pd.testing.assert_frame_equal(
        whole.assignments, _find(replayed, complaints, 27, settings=settings).assignments
    )


def test_late_rows_never_shape_an_earlier_version(tmp_path):
    complaints = _complaints(24)
    late = complaints.sample(frac=0.2, random_state=1).index
    delayed = complaints.copy()
    delayed.loc[late, "received_at"] += pd.Timedelta(days=30)
    with_late, without = Store(tmp_path / "a"), Store(tmp_path / "b")
    one = _find(with_late, delayed, 20)
    other = _find(without, complaints.drop(late), 20)
    pd.testing.assert_frame_equal(one.themes, other.themes)
    pd.testing.assert_frame_equal(one.assignments, other.assignments)
    # Once they arrive they are assigned, and still are no voters.
    arrived = delayed[delayed["created_at"] < _morning(24)].copy()
    arrived.loc[late, "received_at"] = _morning(22)
    after = _find(with_late, arrived, 24)
    rest = _find(without, complaints.drop(late), 24)
    merged = rest.assignments.merge(after.assignments, on="complaint_id", suffixes=("", "_after"))
    assert len(merged) == len(rest.assignments)
    assert merged["theme_id"].equals(merged["theme_id_after"].rename("theme_id"))
    assert merged["strength"].equals(merged["strength_after"].rename("strength"))


def test_a_later_version_is_never_used(store):
    complaints = _complaints(30)
    later = _find(store, complaints, 30)
    earlier = _find(store, complaints, 20)
    assert earlier.version < later.version
    assert earlier.refitted


def test_an_old_version_is_refitted_and_names_are_carried(store):
    complaints = _complaints(60)
    first = _find(store, complaints, 20)
    kept = _find(store, complaints, 48)
    assert kept.version == first.version  # 28 days old: still in use
    second = _find(store, complaints, 49)
    assert second.refitted
    assert sorted(second.themes["theme_id"]) == sorted(first.themes["theme_id"])
    born = second.themes.set_index("theme_id")["born_on"]
    assert born.equals(first.themes.set_index("theme_id")["born_on"])
    assert second.ended.empty
    assert store.count(THEMES) == 6


def test_a_theme_born_later_gets_a_new_id_and_its_own_birthday(store):
    two, third = ("router", "bill"), ("parcel",)
    complaints = pd.concat(
        [_complaints(60, topics=two), _complaints(25, topics=third, first=35)], ignore_index=True
    )
    settings = _settings(resolution=0.4)
    first = _find(store, complaints, 20, settings=settings)
    second = _find(store, complaints, 60, settings=settings)
    new = second.themes[~second.themes["theme_id"].isin(first.themes["theme_id"])]
    assert len(first.themes) == 2
    assert len(new) == 1
    assert "parcel" in new["keywords"].iloc[0]
    assert new["born_on"].tolist() == [pd.Timestamp("2024-02-05")]


def test_an_incomplete_version_is_made_again(store, monkeypatch):
    complaints = _complaints(20)
    monkeypatch.setattr("pipelines.steps.themes_anew.write_themes", _die)
    with pytest.raises(KeyboardInterrupt):
        _find(store, complaints, 20)
    assert store.count(ASSIGNMENTS) == len(complaints)
    monkeypatch.undo()
    result = _find(store, complaints, 20)
    assert result.refitted
    assert len(result.themes) == 3
    assert store.count(ASSIGNMENTS) == len(complaints)


def _die(*args):
    raise KeyboardInterrupt


def test_left_out_complaints_are_assigned_but_shape_nothing(tmp_path):
    complaints = _complaints(20)
    flood = complaints[complaints["complaint_id"].str.contains("router")].head(12).copy()
    flood["complaint_id"] += "-flood"
    flood["text"] = "win a prize router now " + flood["text"]
    flood["text_hash"] = [hashlib.sha256(t.encode()).hexdigest() for t in flood["text"]]
    both = pd.concat([complaints, flood], ignore_index=True)
    plain = _find(Store(tmp_path / "a"), complaints, 20)
    flooded = _find(Store(tmp_path / "b"), both, 20, left_out=set(flood["complaint_id"]))
    pd.testing.assert_frame_equal(plain.themes, flooded.themes)
    rows = flooded.assignments.set_index("complaint_id")
    assert len(rows) == len(both)
    rest = rows.drop(flood["complaint_id"]).reset_index()
    pd.testing.assert_frame_equal(rest, plain.assignments)


def _flood(complaints, count=12):
    """Return uncounted copies that lie between two topics, so that their votes would be felt."""
    flood = complaints[complaints["complaint_id"].str.contains("router")].head(count).copy()
    flood["complaint_id"] += "-flood"
    flood["text"] = "bill refund router " + flood["text"]
    flood["text_hash"] = [hashlib.sha256(t.encode()).hexdigest() for t in flood["text"]]
    return flood


@pytest.mark.parametrize("is_left_out_for_good", [True, False])
def test_what_was_left_out_of_a_fit_never_votes(tmp_path, is_left_out_for_good):
    complaints = _complaints(26)
    flood = _flood(complaints)
    both = pd.concat([complaints, flood], ignore_index=True)
    settings = _settings(reject_share=0.2)
    plain, flooded = Store(tmp_path / "a"), Store(tmp_path / "b")
    _find(plain, complaints, 20, settings=settings)
    uncounted = set(flood["complaint_id"])
    fitted = _find(flooded, both, 20, settings=settings, left_out=uncounted)
    # What a later morning leaves out is another question: the vote is of those who were counted.
    later = uncounted if is_left_out_for_good else frozenset()
    for day in (22, 24, 26):
        expected = _find(plain, complaints, day, settings=settings)
        found = _find(flooded, both, day, settings=settings, left_out=later)
        assert found.new_assigned == expected.new_assigned
        rows = found.assignments.set_index("complaint_id")
        rest = rows.drop(flood["complaint_id"]).reset_index()
        pd.testing.assert_frame_equal(rest, expected.assignments)
        before = fitted.assignments.set_index("complaint_id").loc[flood["complaint_id"]]
        pd.testing.assert_frame_equal(rows.loc[flood["complaint_id"]], before)


def test_history_that_is_loaded_after_a_fit_is_assigned_and_never_votes(tmp_path):
    complaints = _complaints(24)
    history = _flood(complaints)  # received in time, says its source, yet not there at the fit
    both = pd.concat([complaints, history], ignore_index=True)
    settings = _settings(reject_share=0.2)
    plain, loaded = Store(tmp_path / "a"), Store(tmp_path / "b")
    _find(plain, complaints, 20, settings=settings)
    _find(loaded, complaints, 20, settings=settings)
    for day in (21, 22, 24):
        expected = _find(plain, complaints, day, settings=settings)
        found = _find(loaded, both, day, settings=settings)
        assert len(found.assignments) == len(expected.assignments) + len(history)
        rest = found.assignments[~found.assignments["complaint_id"].isin(history["complaint_id"])]
        pd.testing.assert_frame_equal(rest.reset_index(drop=True), expected.assignments)


def test_a_known_text_beyond_the_sample_keeps_its_theme(store):
    complaints = _complaints(20)
    settings = _settings(max_fit_texts=60, reject_share=0.5)
    first = _find(store, complaints, 20, settings=settings)
    again = complaints.copy()
    again["complaint_id"] += "-again"
    again["created_at"] = again["received_at"] = complaints["created_at"].iloc[-1] + pd.Timedelta(
        days=1
    )
    later = _find(store, pd.concat([complaints, again], ignore_index=True), 21, settings=settings)
    rows = later.assignments.set_index("complaint_id")["theme_id"]
    assert first.unassigned == later.unassigned == 0
    assert rows[again["complaint_id"]].tolist() == rows[complaints["complaint_id"]].tolist()


def test_a_version_that_is_fitted_again_keeps_nothing_of_the_fit_before(store):
    three, two = _complaints(25), _complaints(25, topics=("router", "parcel"))
    _find(store, three, 20)
    _find(store, three, 24)
    refitted = _find(store, two, 20, refit=True)
    assert len(refitted.themes) == 2
    later = _find(store, two, 24)
    known = set(later.themes["theme_id"])
    assert known == set(refitted.themes["theme_id"])
    assert later.new_assigned == 4 * 2 * 2
    assert set(later.assignments["theme_id"].dropna()) <= known
    assert store.count(ASSIGNMENTS) == len(later.assignments)


def test_a_refit_of_a_version_that_is_killed_leaves_no_theme_unknown(store, monkeypatch):
    three, two = _complaints(20), _complaints(20, topics=("router", "parcel"))
    _find(store, three, 20)
    monkeypatch.setattr("pipelines.steps.themes_anew.write_themes", _die)
    with pytest.raises(KeyboardInterrupt):
        _find(store, two, 20, refit=True)
    monkeypatch.undo()
    result = _find(store, two, 20)
    assert set(result.assignments["theme_id"]) == set(result.themes["theme_id"])
    assert len(result.themes) == 2


def test_progress_is_told_from_none_to_all(store):
    complaints, told = _complaints(20), []
    for _ in range(2):
        _find(store, complaints, 20, progress=lambda done, total: told.append((done, total)))
    assert told == [(0, 3), (1, 3), (2, 3), (3, 3)] * 2


def test_another_encoder_starts_anew(store):
    complaints = _complaints(20)
    _find(store, complaints, 20)

    class Other(HashingEncoder):
        name = "other"

    embed_texts(store, Other(), complaints[["text_hash", "text"]], chunk_texts=1000)
    result = find_themes(
        store,
        encoder_name="other",
        settings=_settings(),
        as_of=_morning(21),
        complaints=complaints,
        left_out=set(),
    )
    assert result.refitted
    assert set(result.themes["encoder"]) == {"other"}


def test_no_complaint_is_no_theme(store):
    result = _find(store, _complaints(20), 0)
    assert result.themes.empty
    assert result.assignments.empty
    assert (result.new_assigned, result.unassigned) == (0, 0)
    check(result.themes, THEMES)
    check(result.assignments, ASSIGNMENTS)


def test_one_complaint_is_one_theme(store):
    result = _find(store, _complaints(1, topics=("bill",), per_day=1), 1)
    assert len(result.themes) == 1
    assert result.assignments["theme_id"].notna().all()


def test_what_was_not_known_is_refused(store):
    complaints = _complaints(3)
    arguments = {"encoder_name": "hashing", "settings": _settings(), "left_out": set()}
    with pytest.raises(DataContractError, match=r"6 row\(s\) were not known before"):
        find_themes(store, as_of=_morning(2), complaints=complaints, **arguments)
    with pytest.raises(DataContractError, match="with a time zone"):
        find_themes(store, as_of=pd.Timestamp("2024-01-09"), complaints=complaints, **arguments)
    with pytest.raises(DataContractError, match=r"missing column\(s\) text_hash"):
        find_themes(
            store,
            as_of=_morning(9),
            complaints=complaints.drop(columns="text_hash"),
            **arguments,
        )


SPANISH = ("conexión", "lenta", "noche", "ayuda", "servicio", "cliente", "tarde")
THANKS = "thanks so much"


def _apart(days, *, language="es", first=0, count=1):
    """Return foreign texts and thanks, some a day; their words lie near the English topics."""
    rows = []
    for day in range(first, first + days):
        at = START + pd.Timedelta(days=day, hours=1)
        for i in range(count):
            text = f"router {SPANISH[day % 7]} {SPANISH[(day + i) % 7]} {day} {i}"
            rows.append((f"x:{language}{day}-{i}", at, text, language))
        rows.append((f"x:{language}-thanks{day}", at, THANKS + "!" * (day % 3), None))
    frame = pd.DataFrame(rows, columns=["complaint_id", "created_at", "text", "language"])
    frame["created_at"] = frame["created_at"].astype("datetime64[us, UTC]")
    frame["received_at"] = frame["created_at"]
    frame["language"] = frame["language"].astype("str")
    frame["text_hash"] = [hashlib.sha256(t.encode()).hexdigest() for t in frame["text"]]
    return frame


def _both(*frames):
    return pd.concat([f.assign(language=f.get("language")) for f in frames], ignore_index=True)


def _is_apart(result):
    return result.assignments["complaint_id"].str.startswith("x:")


def test_what_is_set_apart_shapes_no_theme_and_never_votes(tmp_path):
    complaints, apart = _complaints(26), _apart(26)
    settings = _settings(reject_share=0.2)
    plain, mixed = Store(tmp_path / "a"), Store(tmp_path / "b")
    for day in (20, 23, 26):
        expected = _find(plain, complaints, day, settings=settings)
        found = _find(mixed, _both(complaints, apart), day, settings=settings)
        check(found.assignments, ASSIGNMENTS)
        check(found.themes, THEMES)
        rest = found.assignments[~_is_apart(found)].reset_index(drop=True)
        pd.testing.assert_frame_equal(rest, expected.assignments)
        themes = found.themes[found.themes["theme_id"] != "t-lang-es"].reset_index(drop=True)
        pd.testing.assert_frame_equal(themes, expected.themes)
        spanish = found.themes.set_index("theme_id").loc["t-lang-es"]
        assert spanish["title"] == "Spanish texts"
        assert (spanish["size"], spanish["status"]) == (20, "active")
        assert spanish["born_on"] == pd.Timestamp("2024-01-01")
        assert len(spanish["keywords"]) == 0
        rows = found.assignments[_is_apart(found)].set_index("complaint_id")
        is_thanks = rows.index.str.contains("thanks")
        assert rows.loc[is_thanks, "theme_id"].isna().all()
        assert set(rows.loc[is_thanks, "reason"]) == {"no complaint"}
        assert set(rows.loc[~is_thanks, "theme_id"]) == {"t-lang-es"}
        assert rows.loc[~is_thanks, "reason"].isna().all()
        assert (found.no_complaint, found.foreign) == ({"thanks": day}, {"es": day})
        assert found.unassigned == expected.unassigned
        assert found.new_assigned == expected.new_assigned + (2 * day if day == 20 else 6)


def test_the_same_morning_with_texts_apart_writes_nothing(store):
    complaints = _both(_complaints(24), _apart(24))
    first = _find(store, complaints, 20)
    _find(store, complaints, 24)
    before = _versions(store)
    again = _find(store, complaints, 24)
    assert _versions(store) == before
    assert again.new_assigned == 0
    back = _find(store, complaints, 20)
    pd.testing.assert_frame_equal(back.assignments, first.assignments)
    pd.testing.assert_frame_equal(back.themes, first.themes)


def test_few_texts_of_a_language_stand_with_the_other_languages(store):
    complaints = _both(_complaints(24), _apart(24), _apart(3, language="cs", count=3, first=21))
    first = _find(store, complaints, 20)
    assert sorted(first.themes["theme_id"])[-1] == "t-lang-es"
    stored = store.version(THEMES)
    later = _find(store, complaints, 24)
    row = later.themes.set_index("theme_id").loc["t-lang-other"]
    assert row["title"] == "Texts in other languages"
    assert (row["size"], row["version"]) == (9, first.version)
    assert row["born_on"] == pd.Timestamp("2024-01-22")
    # An earlier morning of this version, lived again, must not find it.
    assert store.version(THEMES) == stored
    assert "t-lang-other" not in set(_find(store, complaints, 20).themes["theme_id"])


def test_a_multilingual_encoder_or_another_main_language_groups_them(store):
    complaints = _both(_complaints(20), _apart(20))
    settings = _settings()
    settings = dataclasses.replace(
        settings, embedding=dataclasses.replace(settings.embedding, multilingual=True)
    )
    found = _find(store, complaints, 20, settings=settings)
    assert found.foreign == {}
    assert not found.themes["theme_id"].str.startswith("t-lang").any()
    settings = dataclasses.replace(_settings(), languages=("es", "en"))
    assert _find(store, complaints, 20, settings=settings, refit=True).foreign == {}


@pytest.mark.parametrize("kept", ["t-lang-es", None])
def test_nothing_but_texts_apart_is_a_version_all_the_same(store, kept):
    apart = _apart(20)
    apart = apart[apart["language"].notna() == (kept is not None)]
    for day in (20, 20):
        found = _find(store, apart, day)
        assert found.themes["theme_id"].tolist() == ([kept] if kept else [])
        assert set(found.assignments["theme_id"].dropna()) == ({kept} if kept else set())
        assert len(found.assignments) == 20


def _corrected(complaints, complaint_id, text):
    out = complaints.copy()
    row = out["complaint_id"] == complaint_id
    assert row.sum() == 1
    out.loc[row, "text"] = text
    out.loc[row, "text_hash"] = hashlib.sha256(text.encode()).hexdigest()
    return out


@pytest.mark.parametrize("day", [3, 22])
def test_a_corrected_text_gets_its_theme_anew_and_changes_no_other(store, day):
    complaints = _complaints(24)
    first = _find(store, complaints, 20)
    before = _find(store, complaints, 24)
    wrong = f"s:{day}-router-0"
    theme = before.assignments.set_index("complaint_id")["theme_id"]
    changed = _corrected(complaints, wrong, "bill charged twice refund invoice payment month")
    after = _find(store, changed, 24)
    row = after.assignments.set_index("complaint_id").loc[wrong]
    assert row["theme_id"] == theme[f"s:{day}-bill-0"] != theme[wrong]
    assert row["text_hash"] == changed.set_index("complaint_id").loc[wrong, "text_hash"]
    rest = after.assignments[after.assignments["complaint_id"] != wrong]
    expected = before.assignments[before.assignments["complaint_id"] != wrong]
    pd.testing.assert_frame_equal(rest, expected)
    assert (after.version, after.refitted) == (first.version, False)
    # Corrected to thanks it has no theme, and corrected back it has its first one.
    gone = _find(store, _corrected(complaints, wrong, "thanks!"), 24)
    assert gone.assignments.set_index("complaint_id").loc[wrong, "reason"] == "no complaint"
    back = _find(store, complaints, 24)
    pd.testing.assert_frame_equal(back.assignments, before.assignments)


def test_what_is_unlike_all_says_so(store):
    complaints = _complaints(21)
    _find(store, complaints, 20)
    settings = _settings(reject_share=0.3)
    strange = _corrected(complaints, "s:20-bill-0", "zebra quokka ibex walrus")
    found = _find(store, strange, 21, settings=settings)
    row = found.assignments.set_index("complaint_id").loc["s:20-bill-0"]
    assert pd.isna(row["theme_id"])
    assert (row["reason"], row["strength"]) == ("unlike any theme", 0.0)
    assert found.unassigned >= 1


def test_what_became_of_each_theme_is_stored_with_the_version(store):
    complaints = _complaints(60)
    first = _find(store, complaints, 20)
    events = store.read(LINEAGE)
    assert set(events["event"]) == {"born"}
    assert sorted(events["theme_id"]) == sorted(first.themes["theme_id"])
    second = _find(store, complaints, 49)
    events = store.read(LINEAGE)
    events = events[events["version"] == second.version]
    assert events["event"].tolist() == ["continued"] * 3
    assert (events["share"] == 1.0).all()
    assert events["texts"].sum() == 20 * 3 * 2  # the texts that the fit before knew
    before = store.version(LINEAGE)
    _find(store, complaints, 49, refit=True)
    assert store.version(LINEAGE) == before  # the same again is not written again


def test_a_version_that_is_fitted_again_tells_its_lineage_anew(store):
    complaints = _complaints(60)
    _find(store, complaints, 20)
    _find(store, complaints, 49)
    again = _find(store, complaints[complaints["complaint_id"].str[2:4] != "3-"], 49, refit=True)
    events = store.read(LINEAGE)
    mine = events[events["version"] == again.version]
    assert not mine.duplicated(list(LINEAGE.key)).any()
    assert set(mine["theme_id"]) | set(mine["other_id"]) >= set(again.themes["theme_id"])
    assert len(events) == len(mine) + 3


def test_a_killed_refit_leaves_the_last_good_state(store, monkeypatch):
    complaints = _complaints(60)
    first = _find(store, complaints, 20)
    monkeypatch.setattr("pipelines.steps.themes_anew.write_themes", _die)
    with pytest.raises(KeyboardInterrupt):
        _find(store, complaints, 49)
    monkeypatch.undo()
    kept = _find(store, complaints, 40)
    assert kept.version == first.version
    assert set(kept.assignments["theme_id"].dropna()) <= set(first.themes["theme_id"])
    second = _find(store, complaints, 49)
    assert set(store.read(LINEAGE)["version"]) == {first.version, second.version}


def test_an_emerging_theme_keeps_its_id_at_the_next_fit(store):
    two, third = ("router", "bill"), ("parcel",)
    complaints = pd.concat(
        [_complaints(60, topics=two), _complaints(25, topics=third, first=35)], ignore_index=True
    )
    settings = _settings(resolution=0.4, refit_days=40)
    first = _find(store, complaints, 20, settings=settings)
    _find(store, complaints, 50, settings=settings)
    # What a birth leaves: a row of the theme, and its texts assigned to it.
    row = first.themes.head(1).assign(theme_id="t-birth", status="emerging", title="Parcels late")
    store.append(THEMES, row)
    birth = {
        "as_of": START + pd.Timedelta(days=51),
        "moment": START + pd.Timedelta(days=50, hours=23),
        "birth_id": "t-birth",
        "theme_id": "t-birth",
        "is_birth": True,
        "encoder": row["encoder"].iloc[0],
    }
    numbers = {"window_hours": 24, "people": 9, "score": 30.0, "expected": 1.0, "p_value": 0.01}
    rates = {"threshold": 15.0, "nominal_per_month": 1.0, "realised_per_month": 1.0}
    store.append(BIRTHS, pd.DataFrame([{**birth, **numbers, **rates, "centroid": b""}]))
    rows = store.read(ASSIGNMENTS)
    is_its = rows["complaint_id"].str.contains("parcel")
    store.upsert(ASSIGNMENTS, rows[is_its].assign(theme_id="t-birth", strength=1.0))
    second = _find(store, complaints, 61, settings=settings, refit=True)
    words = second.themes.set_index("theme_id")["keywords"]
    assert "parcel" in words["t-birth"]
    assert set(first.themes["theme_id"]) <= set(words.index)


def test_each_theme_stands_in_an_area_that_keeps_its_name(store):
    complaints = _complaints(60)
    first = _find(store, complaints, 20)
    assert first.themes["area_id"].str.fullmatch("a-[0-9a-f]{8}").all()
    assert (first.themes["area_title"].str.len() > 0).all()
    assert (first.themes["resolution"] == 1.0).all()
    second = _find(store, complaints, 49)
    columns = ["theme_id", "area_id", "area_title"]
    pd.testing.assert_frame_equal(second.themes[columns], first.themes[columns])


ODD_TEXTS = {
    "the same": ["no signal"] * 30,
    "one character": list("abcdefghijklmnopqrstuvwxyz") * 2,
    "emoji": ["\U0001f621" * (1 + i % 7) for i in range(40)],
    "mixed scripts": ["нет связи", "接続できない", "no signal", "لا توجد إشارة"] * 12,
    "very long": ["router drops " * 8000, "bill twice " * 9000, "late parcel " * 8000] * 5,
    "empty words": ["the and of"] * 12 + ["???"] * 12,
}


@pytest.mark.parametrize("kind", ODD_TEXTS)
def test_odd_texts_get_themes_and_names(store, kind):
    texts = ODD_TEXTS[kind]
    frame = pd.DataFrame({"text": texts})
    frame["complaint_id"] = [f"s:{i}" for i in range(len(frame))]
    frame["created_at"] = frame["received_at"] = START
    frame["text_hash"] = [hashlib.sha256(t.encode()).hexdigest() for t in texts]
    result = _find(store, frame, 1, settings=_settings(resolution="auto"))
    check(result.themes, THEMES)
    assert len(result.assignments) == len(texts)
    rows = result.assignments
    assert (rows["theme_id"].notna() != rows["reason"].notna()).all()
    assert result.themes["title"].str.len().between(1, 80).all()
    assert result.themes["title"].is_unique
