"""``issuecast theme`` in this process: what it says and what it exits with."""

import json

import pytest

from pipelines.cli import main
from tests.pipelines.test_decisions import _ids, place  # noqa: F401 - the fixture

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


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("hide", "no such thing"), "No theme is called 'no such thing'."),
        (("merge", "BILL", "nothing", "--into", "PARCEL"), "No theme is called 'nothing'."),
        (("split", "BILL", "--part", "One"), "--part: expected NAME=EXAMPLE"),
        (("split", "BILL", "--part", "One=day 3"), "a split needs two parts or more, got 1"),
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
