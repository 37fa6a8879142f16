import gzip
import json

import pandas as pd
import pytest

from models.errors import DataContractError
from pipelines.sources.files import find_files, read_files

HEADER = "id,created_at,text\n"


def read(path, **kwargs):
    kwargs.setdefault("columns", {})
    chunks = list(read_files([str(path)], **kwargs))
    return pd.concat([chunk.frame for chunk in chunks], ignore_index=True), chunks


def write(tmp_path, content, name="a.csv"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (HEADER + "1,2024-01-01,café\n", "café"),
        ("\ufeff" + HEADER + "1,2024-01-01,café\n", "café"),
        ((HEADER + "1,2024-01-01,café\n").encode("utf-16"), "café"),
        ((HEADER + "1,2024-01-01,café\n").encode("cp1252"), "café"),
        ("id;created_at;text\r\n1;2024-01-01;a, b\r\n", "a, b"),
        ("id\tcreated_at\ttext\n1\t2024-01-01\ta, b\n", "a, b"),
        (HEADER.replace("\n", "\r") + "1,2024-01-01,mac\r", "mac"),
        (HEADER + '1,2024-01-01,"two\nlines, ""quoted"""\n', 'two\nlines, "quoted"'),
        (HEADER + "1,2024-01-01,nul\x00inside\n", "nul\x00inside"),
        (HEADER + "1,2024-01-01,trailing,,\n", "trailing"),
        (HEADER + "1,2024-01-01,no newline at the end", "no newline at the end"),
        (gzip.compress((HEADER + "1,2024-01-01,packed\n").encode(), mtime=0), "packed"),
        ('\n{"id": 1, "created_at": "2024-01-01", "text": "json \\ud800"}\n', "json \ufffd"),
    ],
)  # fmt: skip
def test_encodings_delimiters_and_forms(tmp_path, content, text):
    frame, chunks = read(write(tmp_path, content))
    assert frame["source_id"].tolist() == ["1"]
    assert frame["text"].tolist() == [text]
    assert chunks[0].broken == ()


def test_a_line_that_is_no_utf8_is_read_as_windows_1252_and_counted(tmp_path):
    content = HEADER.encode() + b"1,2024-01-01,caf\xe9\n" + "2,2024-01-01,café\n".encode()
    frame, chunks = read(write(tmp_path, content))
    assert frame["text"].tolist() == ["café", "café"]
    assert chunks[0].recoded_lines == 1


def test_explicit_encoding_and_unknown_one(tmp_path):
    path = write(tmp_path, (HEADER + "1,2024-01-01,Привет\n").encode("cp1251"))
    assert read(path, encoding="cp1251")[0]["text"][0] == "Привет"
    with pytest.raises(DataContractError, match="no encoding is called 'utf-9'"):
        read(path, encoding="utf-9")


def test_a_cell_of_more_than_a_megabyte(tmp_path):
    long = "word " * 230_000
    frame, _ = read(write(tmp_path, HEADER + f'1,2024-01-01,"{long}"\n2,2024-01-01,b\n'))
    assert frame["text"].str.len().tolist() == [len(long), 1]


def test_ragged_rows_are_told_with_their_line(tmp_path):
    rows = "1,2024-01-01,a\n2,2024-01-01\n\n3,2024-01-01,b,c\n4,2024-01-01,d\n"
    frame, chunks = read(write(tmp_path, HEADER + rows))
    assert frame["number"].tolist() == [2, 6]
    assert [(row.number, row.reason) for row in chunks[0].broken] == [
        (3, "2 cells where the header has 3"),
        (5, "4 cells where the header has 3"),
    ]


def test_an_open_quote_does_not_swallow_the_rest(tmp_path):
    rows = '1,2024-01-01,a\n2,2024-01-01,"open\n3,2024-01-01,b\n4,2024-01-01,c\n'
    frame, chunks = read(write(tmp_path, HEADER + rows))
    assert frame["source_id"].tolist() == ["1", "3", "4"]
    assert [(row.number, row.reason) for row in chunks[0].broken] == [
        (3, "a quote is opened and never closed")
    ]


def test_json_lines_that_are_none_are_broken_rows(tmp_path):
    lines = ['{"id": 1.0, "created_at": 1557000000, "text": "a", "reach": NaN}', "oops", "[1]"]
    frame, chunks = read(write(tmp_path, "\n".join(lines), "a.jsonl"))
    assert frame.loc[0, ["source_id", "created_at"]].tolist() == ["1", "1557000000"]
    assert frame["reach"].isna().all()
    assert [row.number for row in chunks[0].broken] == [2, 3]


@pytest.mark.parametrize("packed", [False, True])
def test_parquet_by_content_with_types(tmp_path, packed):
    frame = pd.DataFrame(
        {
            "id": [1.0, 2.0],
            "created_at": pd.to_datetime(["2024-01-01 10:00", "2024-01-02 00:00"]).tz_localize(
                "UTC"
            ),
            "text": ["a", None],
            "n": [3, 4],
        }
    )
    path = tmp_path / "table.bin"
    frame.to_parquet(path)
    if packed:
        path.write_bytes(gzip.compress(path.read_bytes(), mtime=0))
    got, _ = read(path, columns={"reach": "n"}, chunk_rows=1)
    assert got["source_id"].tolist() == ["1", "2"]
    assert got["created_at"][0].startswith("2024-01-01 10:00:00")
    assert got["created_at"][0].endswith("Z")
    assert got["reach"].tolist() == ["3", "4"]
    assert got["text"].isna().tolist() == [False, True]


def test_chunks_are_bounded_and_lose_nothing(tmp_path):
    rows = "".join(f"{i},2024-01-01,t{i}\n" for i in range(25))
    frame, chunks = read(write(tmp_path, HEADER + rows), chunk_rows=10)
    assert [len(chunk.frame) for chunk in chunks] == [10, 10, 5]
    assert frame["source_id"].tolist() == [str(i) for i in range(25)]


def test_mapping_joins_columns(tmp_path):
    rows = "key,day,hour,title,body\n1,2024-01-01,10:00,No signal,Since Monday\n"
    columns = {"id": "key", "created_at": "day+hour", "text": "title+body"}
    frame, _ = read(write(tmp_path, rows), columns=columns)
    assert frame.loc[0, ["created_at", "text"]].tolist() == [
        "2024-01-01 10:00",
        "No signal. Since Monday",
    ]


def test_folders_and_globs_are_sorted_and_taken_once(tmp_path):
    for name in ("b.csv", "a.jsonl.gz", "notes.md", ".hidden.csv"):
        write(tmp_path, b"x", name)
    names = [path.name for path in find_files([str(tmp_path), str(tmp_path / "*.csv")])]
    assert names == ["a.jsonl.gz", "b.csv"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "empty"),
        (b" \n\n", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (bytes(range(256)) * 40, "no text"),
        (b"PK\x03\x04rest", "zip archive or Excel"),
        (b"PAR1 but no parquet", "Parquet data is damaged"),
        (
            gzip.compress(b"id,created_at,text\n" + b"1,2024,a\n" * 999, mtime=0)[:40],
            "cut off or damaged",
        ),
        (b"\x1f\x8bgarbage", "cut off or damaged"),
        (b'[{"id": 1}]', "one object a line"),
        (b"a,b,c\n1,2,3\n", "Found columns: a, b, c"),
    ],
)
def test_files_that_cannot_be_read_are_refused_by_name(tmp_path, content, message):
    path = write(tmp_path, content, "odd.csv")
    with pytest.raises(DataContractError, match=message) as caught:
        read(path)
    assert "odd.csv" in str(caught.value)


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("missing.csv", "no such file"),
        ("*.parquet", "no file matches"),
        ("", "no file in this folder"),
    ],
)
def test_nothing_to_read_is_refused(tmp_path, pattern, message):
    with pytest.raises(DataContractError, match=message):
        find_files([str(tmp_path / pattern)])


def test_json_values_keep_their_text(tmp_path):
    line = json.dumps({"created_at": "2024-01-01", "text": ["a", {"b": True}], "brand": True})
    frame, _ = read(write(tmp_path, line))
    assert frame["text"][0] == '["a", {"b": true}]'
    assert frame["brand"][0] == "true"
