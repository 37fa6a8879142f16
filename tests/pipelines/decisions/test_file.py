import pandas as pd
import pytest

from models.errors import DataContractError
from models.themes.decisions import Decision, Part
from pipelines.decisions.file import append_decision, parse_decisions, read_decisions

AT = pd.Timestamp("2026-11-22T09:15:00Z").as_unit("us")
HEAD = "- {at: 2026-11-22T09:15:00Z, by: ada, theme: t-1, "


def _same(found, made):
    fields = ("at", "by", "action", "theme_id", "title", "name", "into", "into_title", "parts")
    return all(getattr(found, name) == getattr(made, name) for name in (*fields, "note"))


def test_what_is_written_is_read_back_and_comments_stay(tmp_path):
    path = tmp_path / "w" / "decisions.yaml"
    made = [
        Decision(AT, "ada", "rename", "t-1", title="Old: 'name'", name="No", note="yes # really"),
        Decision(AT, "Zoë", "merge", "t-1", title="1e5", into="t-2", into_title="- two"),
        Decision(
            AT, "ada", "split", "t-3", parts=(Part("One", ("s:1", "2")), Part("Два", ("s:3",)))
        ),
    ]
    append_decision(path, made[0])
    path.write_text(path.read_text(encoding="utf-8") + "# looked over by Bo\n", encoding="utf-8")
    before = path.read_text(encoding="utf-8")
    for decision in made[1:]:
        append_decision(path, decision)
    after = path.read_text(encoding="utf-8")
    assert after.startswith(before)
    assert "Два" in after
    found = read_decisions(path)
    assert len(found) == 3
    assert all(_same(one, other) for one, other in zip(found, made, strict=True))
    assert found[1].place == "decisions.yaml, entry 2 (line 17)"
    assert [p.name for p in path.parent.iterdir()] == ["decisions.yaml"]


def test_no_file_and_no_entries_are_no_decisions(tmp_path):
    assert read_decisions(tmp_path / "none.yaml") == ()
    assert parse_decisions("", "d") == ()
    assert parse_decisions("# nothing yet\n\n", "d") == ()


def test_a_date_is_the_start_of_its_day_and_offsets_are_heard():
    day, offset = parse_decisions(
        "- {at: 2026-11-22, by: a, theme: t-1, do: hide}\n"
        "- {at: 2026-11-22T10:15:00+01:00, by: a, theme: t-1, do: pin}\n",
        "d",
    )
    assert day.at == pd.Timestamp("2026-11-22T00:00Z")
    assert offset.at == AT


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1", "d: expected a list of entries"),
        ("- at: [", "d, line 1: not valid YAML"),
        ("- just words", r"d, entry 1 \(line 1\): expected an entry"),
        (HEAD + "do: hide, do: pin}", "`do` stands there twice"),
        (HEAD + "do: mrege, into: t-2}", "`do`: nothing is called 'mrege'; did you mean merge"),
        (HEAD + "do: hide, zzz: x}", "`zzz` is no field of hide; known: at, by, do, theme"),
        (HEAD + "do: rename, names: x}", "`names` is no field of rename; did you mean `name`"),
        (HEAD + "do: rename}", "`name` is missing"),
        (HEAD + "do: rename, name: '  '}", "expected a name with a letter"),
        (HEAD + "do: rename, name: " + "x" * 61 + "}", "61 characters; 60 at most"),
        (HEAD + 'do: rename, name: "a\\u202eb"}', "cannot be seen"),
        (HEAD + "do: merge}", "`into` is missing"),
        (HEAD + "do: hide, note: [a]}", "`note`: expected one line"),
        (HEAD + "do: split, parts: [{name: a, examples: [x]}]}", "two parts or more, got 1"),
        (HEAD + "do: split, parts: [{name: a}, {name: b}]}", "part 1: `examples`"),
        (
            HEAD + "do: split, parts: [{name: a, examples: [x]}, {name: A, examples: [y]}]}",
            "two parts have the name 'a'",
        ),
        (
            HEAD + "do: split, parts: [{name: a, examples: [x]}, {name: b, examples: [x]}]}",
            "two parts have the example 'x'",
        ),
        ("- {at: soon, by: a, theme: t-1, do: hide}", "`at`: 'soon' is no moment"),
        ("- {at: 2026-13-01, by: a, theme: t-1, do: hide}", "'2026-13-01' is no moment"),
        ("- {at: 2026-11-22, by: '', theme: t-1, do: hide}", "`by` is empty"),
        ("- {at: 2026-11-22, by: a, do: hide}", "`theme` is missing"),
    ],
)
def test_a_broken_entry_is_named_with_the_fix(text, message):
    with pytest.raises(DataContractError, match=message):
        parse_decisions(text, "d")


def test_nothing_is_written_to_a_broken_file(tmp_path):
    path = tmp_path / "decisions.yaml"
    for text in ("- at: [", "[]\n", "a: 1\n"):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(DataContractError):
            append_decision(path, Decision(AT, "ada", "hide", "t-1"))
        assert path.read_text(encoding="utf-8") == text


def test_a_file_in_another_encoding_is_refused(tmp_path):
    path = tmp_path / "decisions.yaml"
    path.write_bytes("- {by: Zoë}".encode("latin-1"))
    with pytest.raises(DataContractError, match="UTF-8"):
        read_decisions(path)
