import pytest

from models.errors import DataContractError
from pipelines.sources.columns import join_texts, parse_columns, resolve


def test_command_line_form():
    assert parse_columns(" text = title+text, created_at=opendate ") == {
        "text": "title+text",
        "created_at": "opendate",
    }
    assert parse_columns("") == {}


@pytest.mark.parametrize("text", ["text", "text=", "=a", "text=a,text=b", "id=a,source_id=b"])
def test_wrong_forms_are_refused(text):
    with pytest.raises(DataContractError, match="--columns"):
        parse_columns(text)


def test_names_are_taken_in_any_case_and_mapping_wins():
    found = ["ID", "Created_At", "text", "body", "other"]
    assert resolve(found, {"text": "body+text"}, where="f") == {
        "source_id": ("ID",),
        "created_at": ("Created_At",),
        "text": ("body", "text"),
    }


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({}, r"f\.csv: no column 'created_at'\. Found columns: id, opendate, text.*created_at="),
        ({"created_at": "opendat"}, r"no column 'opendat'.*--columns created_at=opendate"),
        ({"creatd_at": "opendate"}, "'creatd_at' to map to. Did you mean created_at"),
    ],
)
def test_missing_columns_name_what_was_found_and_the_fix(columns, message):
    with pytest.raises(DataContractError, match=message):
        resolve(["id", "opendate", "text"], columns, where="f.csv")


def test_a_name_that_stands_twice_is_refused_only_if_used():
    found = ["created_at", "text", "x", "x"]
    assert "text" in resolve(found, {}, where="f")
    with pytest.raises(DataContractError, match="'x' stands there twice"):
        resolve(found, {"brand": "x"}, where="f")


@pytest.mark.parametrize(
    ("title", "text", "joined"),
    [
        ("No signal", "Since Monday", "No signal. Since Monday"),
        ("Why?", "Since Monday", "Why? Since Monday"),
        ("No signal", "no signal since Monday", "no signal since Monday"),
        (" ", "b", "b"),
        ("a", None, "a"),
        (None, "", None),
    ],
)
def test_title_and_text(title, text, joined):
    assert join_texts(title, text) == joined
