import dataclasses

import pandas as pd
import pytest

from models.contracts import ASSIGNMENTS, THEMES, check
from pipelines.store import Store
from tests.pipelines.steps.mornings import (
    START,
    as_complaints,
    find,
    some_complaints,
    theme_settings,
    versions,
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
    frame = as_complaints(rows, "language")
    return frame.astype({"language": "str"})


def _both(*frames):
    return pd.concat([f.assign(language=f.get("language")) for f in frames], ignore_index=True)


def _is_apart(result):
    return result.assignments["complaint_id"].str.startswith("x:")


def test_what_is_set_apart_shapes_no_theme_and_never_votes(tmp_path):
    complaints, apart = some_complaints(26), _apart(26)
    settings = theme_settings(reject_share=0.2)
    plain, mixed = Store(tmp_path / "a"), Store(tmp_path / "b")
    for day in (20, 23, 26):
        expected = find(plain, complaints, day, settings=settings)
        found = find(mixed, _both(complaints, apart), day, settings=settings)
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
    complaints = _both(some_complaints(24), _apart(24))
    first = find(store, complaints, 20)
    find(store, complaints, 24)
    before = versions(store)
    again = find(store, complaints, 24)
    assert versions(store) == before
    assert again.new_assigned == 0
    back = find(store, complaints, 20)
    pd.testing.assert_frame_equal(back.assignments, first.assignments)
    pd.testing.assert_frame_equal(back.themes, first.themes)


def test_few_texts_of_a_language_stand_with_the_other_languages(store):
    complaints = _both(some_complaints(24), _apart(24), _apart(3, language="cs", count=3, first=21))
    first = find(store, complaints, 20)
    assert sorted(first.themes["theme_id"])[-1] == "t-lang-es"
    stored = store.version(THEMES)
    later = find(store, complaints, 24)
    row = later.themes.set_index("theme_id").loc["t-lang-other"]
    assert row["title"] == "Texts in other languages"
    assert (row["size"], row["version"]) == (9, first.version)
    assert row["born_on"] == pd.Timestamp("2024-01-22")
    # An earlier morning of this version, lived again, must not find it.
    assert store.version(THEMES) == stored
    assert "t-lang-other" not in set(find(store, complaints, 20).themes["theme_id"])


def test_a_multilingual_encoder_or_another_main_language_groups_them(store):
    complaints = _both(some_complaints(20), _apart(20))
    settings = theme_settings()
    settings = dataclasses.replace(
        settings, embedding=dataclasses.replace(settings.embedding, multilingual=True)
    )
    found = find(store, complaints, 20, settings=settings)
    assert found.foreign == {}
    assert not found.themes["theme_id"].str.startswith("t-lang").any()
    settings = dataclasses.replace(theme_settings(), languages=("es", "en"))
    assert find(store, complaints, 20, settings=settings, refit=True).foreign == {}


@pytest.mark.parametrize("kept", ["t-lang-es", None])
def test_nothing_but_texts_apart_is_a_version_all_the_same(store, kept):
    apart = _apart(20)
    apart = apart[apart["language"].notna() == (kept is not None)]
    for day in (20, 20):
        found = find(store, apart, day)
        assert found.themes["theme_id"].tolist() == ([kept] if kept else [])
        assert set(found.assignments["theme_id"].dropna()) == ({kept} if kept else set())
        assert len(found.assignments) == 20
