import pandas as pd

from models.themes.lineage import carry_names, follow


def _series(**groups):
    """Return a series: keyword = name of the group, value = texts (letters)."""
    pairs = [(text, name) for name, texts in groups.items() for text in texts]
    return pd.Series([n for _, n in pairs], index=[t for t, _ in pairs])


def _new(*groups):
    pairs = [(text, i) for i, texts in enumerate(groups) for text in texts]
    return pd.Series([i for _, i in pairs], index=[t for t, _ in pairs], dtype="int64")


def _carry(new, old, version="2020-01-01T00:00:00Z"):
    return carry_names(new, old, version=version, min_overlap=0.3)


def test_first_fit_makes_ids_from_version_and_lowest_hash():
    new = _new("abc", "xyz")
    names = _carry(new, pd.Series(dtype="str")).names
    assert names["theme_id"].str.fullmatch("t-[0-9a-f]{8}").all()
    assert names["is_new"].all()
    assert names["parents"].tolist() == [[], []]
    again = _carry(new.sample(frac=1, random_state=1), pd.Series(dtype="str")).names
    assert again.equals(names)
    later = _carry(new, pd.Series(dtype="str"), version="2020-02-01T00:00:00Z").names
    assert not set(later["theme_id"]) & set(names["theme_id"])


def test_the_same_themes_keep_their_ids_under_other_numbers():
    lineage = _carry(_new("xyzw", "abc"), _series(A="abc", X="xyz"))
    assert lineage.names["theme_id"].tolist() == ["X", "A"]
    assert not lineage.names["is_new"].any()
    assert lineage.names["parents"].tolist() == [[], []]
    assert lineage.ended.empty


def test_a_split_keeps_the_id_in_the_larger_part_and_names_the_parent():
    lineage = _carry(_new("abcd", "ef"), _series(A="abcdef"))
    assert lineage.names["theme_id"][0] == "A"
    assert lineage.names["is_new"].tolist() == [False, True]
    assert lineage.names["parents"].tolist() == [[], ["A"]]


def test_a_merger_keeps_the_larger_id_and_reports_the_other():
    lineage = _carry(_new("abcdxy"), _series(A="abcd", X="xy"))
    assert lineage.names["theme_id"].tolist() == ["A"]
    assert lineage.names["parents"].tolist() == [["X"]]  # a third of the texts
    assert lineage.ended.to_dict("records") == [{"theme_id": "X", "status": "merged", "into": "A"}]


def test_a_theme_whose_texts_scatter_is_retired():
    old = _series(A="abcdefgh", B="ijklmnop", C="qrstuvwx", Z="123")
    lineage = _carry(_new("abcdefgh1", "ijklmnop2", "qrstuvwx3"), old)
    assert lineage.names["theme_id"].tolist() == ["A", "B", "C"]
    ended = lineage.ended.to_dict("records")
    assert [(row["theme_id"], row["status"]) for row in ended] == [("Z", "retired")]


def test_a_weak_overlap_is_no_identity():
    # The first shares one of A's five texts: 1/5 < .3. The second shares four with each of A
    # (of nine) and B (of eight): B is nearer.
    old = _series(A="abcde", B="fghi")
    lineage = _carry(_new("aZY", "bcdefghi"), old)
    assert lineage.names["theme_id"][1] == "B"
    assert lineage.names["is_new"].tolist() == [True, False]
    assert lineage.names["parents"].tolist() == [["A"], ["A"]]


def test_texts_without_an_old_theme_do_not_count():
    old = pd.Series(["A", None], index=["a", "b"])
    assert _carry(_new("ab"), old).names["theme_id"].tolist() == ["A"]


def _events(lineage):
    return [tuple(row) for row in lineage.events.itertuples(index=False)]


def test_every_event_is_told_with_the_share_that_moved():
    # A keeps four of six texts and splits; X merges into M; Z scatters; N is born of new texts.
    old = _series(A="abcdef", M="mnop", X="xy", Z="1234")
    lineage = _carry(_new("abcd1", "ef4", "mnopxy2", "hijkl3"), old)
    names = lineage.names["theme_id"].tolist()
    assert (names[0], names[2]) == ("A", "M")
    split, born = names[1], names[3]
    assert _events(lineage) == [
        ("A", "continued", "A", 4 / 6, 4),
        ("A", "split", split, 2 / 6, 2),
        ("M", "continued", "M", 1.0, 4),
        ("X", "merged", "M", 1.0, 2),
        ("Z", "retired", "Z", 1.0, 4),
        *(("Z", "split", name, 1 / 4, 1) for name in names),
        (born, "born", born, 1 - 1 / 6, 6),
    ]


def test_a_theme_of_new_texts_is_born():
    lineage = _carry(_new("abc", "uvwxyz1"), _series(A="abc1"))
    born = lineage.names["theme_id"][1]
    assert _events(lineage)[-1] == (born, "born", born, 1 - 1 / 7, 7)
    first = _carry(_new("abc"), pd.Series(dtype="str"))
    assert [event[1] for event in _events(first)] == ["born"]


def test_names_are_followed_through_mergers_to_today():
    rows = [
        ("v2", "A", "merged", "B"),
        ("v3", "B", "merged", "C"),
        ("v3", "D", "retired", "D"),
        ("v3", "E", "split", "F"),
        ("v4", "C", "merged", "G"),
    ]
    lineage = pd.DataFrame(rows, columns=["version", "theme_id", "event", "other_id"])
    ids = pd.Series(["A", "B", "D", "E", None], dtype="str")
    assert follow(ids, lineage, after="v1", until="v3").tolist()[:2] == ["C", "C"]
    assert follow(ids, lineage, after="v1", until="v3").isna().tolist() == [
        *(False, False, True, False, True),
    ]
    assert follow(ids, lineage, after="v2", until="v3")[0] == "A"  # no theme of v2: left alone
    assert follow(ids, lineage, after="v1", until="v3")[3] == "E"
    assert follow(ids, lineage.head(0), after="v1", until="v3").tolist()[:4] == ["A", "B", "D", "E"]
