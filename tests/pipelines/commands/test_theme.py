"""``issuecast theme`` in this process: what it says and what it exits with."""

import json

import pandas as pd
import pytest

from pipelines.cli import main
from tests.pipelines.decisions.test_decide import _ids, place  # noqa: F401 - the fixture

HOSTILE = "\x1b[2J\x07red"


@pytest.fixture
def theme(place, capsys, monkeypatch):  # noqa: F811
    """Return what `issuecast theme ...` exits with and says."""
    for name in ("LOGNAME", "USER"):
        monkeypatch.setenv(name, "someone")

    def run(*arguments):
        code = main(["theme", *arguments, "--workspace", str(place.store.parent)])
        said = capsys.readouterr()
        return code, said.out + said.err

    return run


def test_a_decision_says_what_it_wrote_where_and_since_when_it_counts(theme, place):  # noqa: F811
    bill = _ids(place)["bill"]
    code, said = theme("rename", bill, "Charged twice", "--note", "agreed")
    assert code == 0
    assert f"({bill}) is now called 'Charged twice'." in said
    assert f"Written: {place.decisions}" in said
    assert "Takes effect in runs as of " in said
    text = place.decisions.read_text(encoding="utf-8")
    assert "by: someone" in text
    assert "note: agreed" in text
    code, said = theme("hide", "charged twice", "--at", "2024-01-20", "--by", "Ada")
    assert code == 0
    assert "at: 2024-01-20T00:00:00Z\n  by: Ada\n  do: hide" in place.decisions.read_text()
    run = place.runs / "2024-01-20"
    run.mkdir(parents=True)
    (run / "run.json").write_text(json.dumps({"as_of": "2024-01-20T00:00:00Z"}))
    _, said = theme("pin", bill, "--at", "2024-01-20")
    assert "`issuecast run --as-of 2024-01-20` makes the last report again" in said


def test_of_several_themes_all_are_merged_or_none(theme, place):  # noqa: F811
    ids = _ids(place)
    code, said = theme("merge", ids["bill"], ids["router"], "--into", ids["router"])
    assert code == 2
    assert "cannot be merged into itself" in said
    assert not place.decisions.exists()
    code, said = theme("merge", ids["bill"], ids["bill"], "--into", ids["router"])
    assert code == 0
    assert place.decisions.read_text().count("do: merge") == 1


def test_the_list_shows_every_theme_and_what_was_decided(theme, place):  # noqa: F811
    ids = _ids(place)
    theme("merge", ids["bill"], ids["router"], "--into", ids["parcel"], "--by", "ada")
    code, said = theme("list")
    assert code == 0
    assert said.startswith("1 themes, found 2024-01-21:")
    assert "120  active" in said
    assert said.count("merged    into ") == 2
    code, said = theme("list", "--json")
    rows = {row["theme_id"]: row for row in json.loads(said)["themes"]}
    assert [rows[ids[name]]["size"] for name in ("parcel", "bill", "router")] == [120, 0, 0]
    assert rows[ids["bill"]]["status"] == "merged"


def test_a_theme_is_shown_with_complaints_that_can_be_examples(theme, place):  # noqa: F811
    code, said = theme("show", _ids(place)["bill"], "--like", "day 3", "--examples", "2")
    assert code == 0
    assert "40 complaints" in said
    assert "of them say 'day 3'" in said
    assert said.count("    s:") == 2
    assert "    s:3-bill-0  bill " in said


def test_a_split_says_how_many_each_part_gets(theme, place):  # noqa: F811
    bill = _ids(place)["bill"]
    parts = ("--part", "First=s:3-bill-0", "--part", "Other=again day 4,s:5-bill-1")
    code, said = theme("split", bill, *parts)
    assert code == 0
    sizes = [int(line.split()[1]) for line in said.splitlines() if line.startswith("  t-")]
    assert len(sizes) == 2
    assert sum(sizes) == 40
    text = place.decisions.read_text(encoding="utf-8")
    assert "s:4-bill-1" in text  # found by its words, which do not stand in the file
    assert "again" not in text.replace("# ", "")


def test_a_split_by_number_says_the_parts_it_found_and_their_sizes(theme, place):  # noqa: F811
    ids = _ids(place)
    theme("merge", ids["bill"], "--into", ids["parcel"], "--by", "ada")
    code, said = theme("split", ids["parcel"], "--parts", "2")
    assert code == 0
    lines = [line.split(maxsplit=2) for line in said.splitlines() if line.startswith("  t-")]
    assert [int(size) for _, size, _ in lines] == [40, 40]
    named = {line[2] for line in lines}
    assert f"is now split into {', '.join(repr(line[2]) for line in lines)}." in said
    _, said = theme("list")
    assert all(name in said for name in named)
    code, said = theme("undo", ids["parcel"])
    assert code == 0
    assert "split" in said or "taken back" in said


def test_a_themes_history_tells_what_became_of_it_and_both_readings(theme, place):  # noqa: F811
    bill, parcel = (_ids(place)[name] for name in ("bill", "parcel"))
    code, said = theme("history", bill)
    assert (code, "No run in" in said) == (2, True)
    run = place.runs / "2024-01-21"
    run.mkdir(parents=True)
    (run / "run.json").write_text(json.dumps({"as_of": "2024-01-21T00:00:00Z"}))
    code, said = theme("history", bill)
    assert code == 2
    assert "has no lineage.parquet; `issuecast run --as-of 2024-01-21 --force`" in said
    versions = ("2024-01-11T00:00:00Z", "2024-01-21T00:00:00Z")
    events = [
        (versions[0], bill, "born", bill, 1.0, 20),
        (versions[1], bill, "continued", bill, 0.75, 15),
        (versions[1], bill, "split", "t-gone", 0.25, 5),
        (versions[1], parcel, "split", bill, 0.1, 3),
        (versions[1], "t-old", "merged", bill, 0.6, 6),
        (versions[1], parcel, "continued", parcel, 0.9, 27),
    ]
    columns = ["version", "theme_id", "event", "other_id", "share", "texts"]
    pd.DataFrame(events, columns=columns).to_parquet(run / "lineage.parquet")
    days = pd.to_datetime(["2024-01-07", "2024-01-08", "2024-01-14", "2024-01-08"])
    readings = pd.DataFrame({"theme_id": [bill, bill, bill, parcel], "date": days})
    readings.assign(now=[4, 2, 3, 9], then=[1, 2, 0, 9]).to_parquet(run / "readings.parquet")
    theme("rename", bill, "Charged <b>twice</b>", "--by", "ada", "--at", "2024-01-20")
    code, said = theme("history", bill)
    assert code == 0
    lines = said.splitlines()
    assert lines[0] == f"Charged <b>twice</b> ({bill}), run of 2024-01-21"
    assert lines[1] == "  2024-01-11  born of 20 texts, 100% of them in no theme before"
    assert "is now called 'Charged <b>twice</b>' (ada)" in lines[2]
    assert lines[3:7] == [
        "  2024-01-21  went on with 75% of its texts (15)",
        "  2024-01-21  took in t-old: 60% of its texts (6)",
        "  2024-01-21  a part went to t-gone: 25% of its texts (5)",
        lines[6],
    ]
    assert lines[6].startswith("  2024-01-21  got a part of '")
    assert lines[6].endswith(f"({parcel}): 10% of its texts (3)")
    # The week of Sunday the 7th began on the 1st; the 8th and the 14th are one week.
    assert [line.split() for line in lines[8:]] == [
        ["2024-01-01", "4", "1"],
        ["2024-01-08", "5", "2"],
    ]
    _, said = theme("history", bill, "--json")
    assert json.loads(said)["counts"][0] == {"date": "2024-01-07", "now": 4, "then": 1}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("hide", "no such thing"), "No theme is called 'no such thing'."),
        (("merge", "BILL", "nothing", "--into", "PARCEL"), "No theme is called 'nothing'."),
        (("split", "BILL", "--part", "One"), "--part: expected NAME=EXAMPLE"),
        (("split", "BILL", "--part", "One=day 3"), "a split needs two parts or more, got 1"),
        (("split", "BILL", "--parts", "1"), "expected 2 to 20 parts"),
        (("split", "BILL", "--parts", "20"), "do not fall into 20 parts; ask for fewer"),
        (("hide", "BILL", "--at", "soon"), "--at: 'soon' is no date"),
        (("rename", "BILL", "..."), "expected a name with a letter or digit"),
        (("rename", "BILL", HOSTILE), "characters that cannot be seen"),
    ],
)
def test_what_is_refused_exits_with_2_and_writes_nothing(theme, place, arguments, message):  # noqa: F811
    ids = _ids(place)
    names = {"BILL": ids["bill"], "PARCEL": ids["parcel"]}
    code, said = theme(*(names.get(word, word) for word in arguments))
    assert code == 2
    assert message in said
    assert not place.decisions.exists()


def test_a_broken_file_is_refused_by_name_and_line(theme, place):  # noqa: F811
    place.decisions.write_text("# mine\n- {at: 2024-01-20, by: a, do: hidden, theme: t}\n")
    code, said = theme("list")
    assert code == 2
    assert "decisions.yaml, entry 1 (line 2): `do`: nothing is called 'hidden'" in said
