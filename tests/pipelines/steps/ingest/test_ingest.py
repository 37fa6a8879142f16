import dataclasses
import gzip
import json
import tempfile
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.contracts import COMPLAINTS, QUARANTINE, check
from models.errors import DataContractError
from pipelines.settings import load_settings
from pipelines.steps.ingest.ingest import ingest_files
from pipelines.store import Store, digest

SETTINGS = load_settings()
AS_OF = pd.Timestamp("2024-02-01", tz="UTC")
NOW = pd.Timestamp("2024-03-01", tz="UTC")
HEADER = "id,created_at,text\n"


def ingest(root, *files, as_of=AS_OF, params=SETTINGS, columns=None, **kwargs):
    return ingest_files(
        [str(file) for file in files],
        source=kwargs.pop("source", "crm"),
        columns=columns or {},
        settings=params,
        store=Store(root / "store"),
        as_of=as_of,
        now=kwargs.pop("now", NOW),
        salt=b"salt" * 8,
        **kwargs,
    )


def write(root, content, name="a.csv"):
    path = root / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def stored(root):
    return Store(root / "store").read(COMPLAINTS)


def versions(root):
    store = Store(root / "store")
    return store.version(COMPLAINTS), store.version(QUARANTINE)


def is_accounted(result):
    return (
        result.rows_read
        == (result.accepted + result.quarantined + result.not_yet_known + result.collapsed)
        and result.accepted == result.inserted + result.updated + result.unchanged
    )


def test_rows_are_stored_by_the_contract(tmp_path):
    path = write(
        tmp_path,
        "id,created_at,text,channel,customer,reach,first_response_at\n"
        "7,2024-01-03 10:00,Mail me: a@b.com,chat,Ann,12,2024-01-03 11:00\n",
    )
    result = ingest(tmp_path, path)
    row = check(stored(tmp_path), COMPLAINTS).iloc[0]
    assert row["complaint_id"] == "crm:7"
    assert row["text"] == "Mail me: <EMAIL>"
    assert row["channel"] == "chat"
    assert row["reach"] == 12
    assert row["received_at"] == row["created_at"] == pd.Timestamp("2024-01-03 10:00", tz="UTC")
    assert row["first_response_at"] == pd.Timestamp("2024-01-03 11:00", tz="UTC")
    assert len(row["customer_key"]) == 16
    assert result.redactions == {"EMAIL": 1}
    assert (result.rows_read, result.accepted, result.inserted) == (1, 1, 1)


def test_the_same_file_twice_changes_nothing(tmp_path):
    content = HEADER + "1,2024-01-03,a b c\n1,2024-01-03,a b c\n,2024-01-04,x\n2,,broken\n"
    path = write(tmp_path, content)
    first = ingest(tmp_path, path)
    before = versions(tmp_path)
    again = ingest(tmp_path, path, as_of=AS_OF + pd.Timedelta(days=1))
    assert (first.inserted, first.collapsed, first.quarantined) == (2, 1, 1)
    assert (again.inserted, again.updated, again.unchanged) == (0, 0, 2)
    assert versions(tmp_path) == before == (0, 0)


def test_a_corrected_row_updates_and_keeps_when_it_was_learnt(tmp_path):
    ingest(tmp_path, write(tmp_path, HEADER + "1,2024-01-03,first\n2,2024-01-03,other\n"))
    result = ingest(tmp_path, write(tmp_path, HEADER + "1,2024-01-03,corrected\n"))
    assert (result.inserted, result.updated) == (0, 1)
    rows = stored(tmp_path).set_index("source_id")
    assert rows.loc["1", "text"] == "corrected"
    assert rows.loc["1", "received_at"] == pd.Timestamp("2024-01-03", tz="UTC")
    assert len(rows) == 2


GERMAN, ENGLISH = "Der Router verliert jeden Abend die Verbindung", "my bill is wrong again"


def test_languages_are_found_unless_the_source_gives_them(tmp_path):
    rows = f"1,2024-01-03,{GERMAN},\n2,2024-01-03,{ENGLISH},\n3,2024-01-03,Outage,\n"
    rows += f"4,2024-01-03,{ENGLISH},pt-BR\n5,2024-01-03,{GERMAN},who knows\n"
    path = write(tmp_path, "id,created_at,text,locale\n" + rows)
    result = ingest(tmp_path, path, columns={"language": "locale"})
    found = stored(tmp_path).set_index("source_id")["language"]
    assert found.fillna("-").to_dict() == {"1": "de", "2": "en", "3": "-", "4": "pt", "5": "de"}
    assert result.repaired == {"language is no language, e.g. en or en-US": 1}


def test_known_texts_are_not_looked_at_again_and_corrected_ones_are(tmp_path, monkeypatch):
    file = f"1,2024-01-03,{GERMAN}\n2,2024-01-03,{ENGLISH}\n3,2024-01-03,Outage\n"
    ingest(tmp_path, write(tmp_path, HEADER + file))
    seen = []

    def look(texts):
        seen.extend(texts.tolist())
        return texts.map(lambda text: "fr")

    monkeypatch.setattr("pipelines.steps.ingest.reading.detect_languages", look)
    before = versions(tmp_path)
    again = ingest(tmp_path, write(tmp_path, HEADER + file))
    assert (seen, again.updated, versions(tmp_path)) == ([], 0, before)
    ingest(tmp_path, write(tmp_path, HEADER + file.replace("Router", "Fernseher")))
    assert seen == [GERMAN.replace("Router", "Fernseher")]
    found = stored(tmp_path).set_index("source_id")["language"]
    assert found.fillna("-").to_dict() == {"1": "fr", "2": "en", "3": "-"}


def test_english_texts_are_read_for_their_sentiment(tmp_path):
    header = "id,created_at,text,locale\n"
    path = write(
        tmp_path,
        header
        + "1,2024-01-03,This is an awful service and I am furious,\n"
        + "2,2024-01-03,Das ist ein furchtbarer Service und ich bin sauer,\n"
        + "3,2024-01-03,Outage,en\n",
    )
    ingest(tmp_path, path, columns={"language": "locale"})
    found = stored(tmp_path).set_index("source_id")["sentiment"]
    assert found["1"] < -0.5
    assert pd.isna(found["2"])
    assert found["3"] == 0
    # A text that was corrected is read anew, one whose language was corrected is not English.
    again = write(
        tmp_path,
        header
        + "1,2024-01-03,This is a great service and I am happy,\n"
        + "3,2024-01-03,Outage,fr\n",
    )
    ingest(tmp_path, again, columns={"language": "locale"})
    found = stored(tmp_path).set_index("source_id")["sentiment"]
    assert found["1"] > 0.5
    assert pd.isna(found["3"])


def test_rows_from_before_sentiments_were_read_get_one_when_they_come_again(tmp_path):
    path = write(tmp_path, HEADER + "1,2024-01-03,This is an awful service and I am furious\n")
    ingest(tmp_path, path)
    store = Store(tmp_path / "store")
    store.upsert(COMPLAINTS, stored(tmp_path).assign(sentiment=float("nan")))
    result = ingest(tmp_path, path)
    assert (result.updated, result.unchanged) == (1, 0)
    assert stored(tmp_path)["sentiment"].iloc[0] < -0.5
    assert ingest(tmp_path, path).unchanged == 1


def test_rows_from_before_languages_were_told_get_one(tmp_path, monkeypatch):
    path = write(tmp_path, HEADER + f"1,2024-01-03,{GERMAN}\n")
    with monkeypatch.context() as patch:
        nothing = lambda texts: texts.map({}).astype("str")  # noqa: E731
        patch.setattr("pipelines.steps.ingest.reading.detect_languages", nothing)
        ingest(tmp_path, path)
    assert stored(tmp_path)["language"].isna().all()
    assert ingest(tmp_path, path).updated == 1
    assert stored(tmp_path)["language"].tolist() == ["de"]


def test_a_later_load_is_learnt_just_before_as_of_and_late_rows_are_counted(tmp_path):
    ingest(tmp_path, write(tmp_path, HEADER + "1,2024-01-03,first\n"))
    rows = "2,2024-01-31 12:00,yesterday\n3,2024-01-20,late\n"
    result = ingest(tmp_path, write(tmp_path, HEADER + rows))
    received = stored(tmp_path).set_index("source_id")["received_at"]
    assert received["2"] == received["3"] == AS_OF - pd.Timedelta(1, "us")
    assert result.late == 1


def test_rows_after_as_of_are_held_back_and_come_later(tmp_path):
    rows = "1,2024-01-31 23:59,a\n2,2024-02-01 00:00,b\n3,2024-03-02,c\n"
    path = write(tmp_path, HEADER + rows)
    result = ingest(tmp_path, path)
    assert (result.accepted, result.not_yet_known, result.quarantined) == (1, 1, 1)
    assert result.reasons == {"created_at lies in the future": 1}
    result = ingest(tmp_path, path, as_of=AS_OF + pd.Timedelta(days=1))
    assert (result.inserted, result.unchanged) == (1, 1)


def test_rows_received_after_as_of_are_held_back(tmp_path):
    rows = "id,created_at,text,received_at\n1,2024-01-03,a,2024-02-01\n2,2024-01-03,b,2024-01-31\n"
    result = ingest(tmp_path, write(tmp_path, rows))
    assert (result.accepted, result.not_yet_known) == (1, 1)
    assert stored(tmp_path)["received_at"].tolist() == [pd.Timestamp("2024-01-31", tz="UTC")]


def test_rows_without_ids_are_named_by_content(tmp_path):
    content = "created_at,text\n2024-01-03,same\n2024-01-03,same\n2024-01-03,other\n"
    folder = tmp_path / "exports"
    folder.mkdir()
    first = write(folder, content, "a.csv")
    write(folder, "created_at,text\n2024-01-03,other\n2024-01-04,new\n", "b.csv")
    ingest(tmp_path, first)
    ids = set(stored(tmp_path)["complaint_id"])
    assert len(ids) == 3
    result = ingest(tmp_path, folder)  # both files: the row they share is one
    assert (result.inserted, result.unchanged, result.collapsed) == (1, 3, 1)
    assert ids < set(stored(tmp_path)["complaint_id"])


def test_of_rows_with_one_id_the_last_wins_and_the_others_are_refused(tmp_path):
    rows = "1,2024-01-03,old\n1,2024-01-03,old\n1,2024-01-03,new\n1,2024-01-03,new\n"
    result = ingest(tmp_path, write(tmp_path, HEADER + rows))
    assert stored(tmp_path)["text"].tolist() == ["new"]
    assert (result.accepted, result.collapsed, result.quarantined) == (1, 2, 1)
    assert list(result.reasons) == ["id is given again by a later row"]


def test_bad_optional_values_are_dropped_and_the_row_kept(tmp_path):
    path = write(
        tmp_path,
        "id,created_at,text,reach,first_response_at,channel\n"
        "1,2024-01-03,a,many,2024-01-02, \n"
        "2,2024-01-03,b,-1,soon,chat\n"
        "3,2024-01-03,c,5,2024-02-02,chat\n",
    )
    result = ingest(tmp_path, path)
    rows = stored(tmp_path)
    assert rows["reach"].tolist()[2] == 5
    assert rows["reach"].isna().tolist() == [True, True, False]
    assert rows["first_response_at"].isna().all()  # the last is not known yet
    assert rows["channel"].isna().tolist() == [True, False, False]
    assert result.repaired == {
        "first_response_at cannot be read as a time": 1,
        "first_response_at lies before created_at": 1,
        "reach is not a number of 0 or more": 2,
    }


def test_naive_times_are_in_the_sources_zone(tmp_path):
    london = dataclasses.replace(SETTINGS.sources["files"], time_zone="Europe/London")
    params = dataclasses.replace(SETTINGS, sources={**SETTINGS.sources, "crm": london})
    ingest(tmp_path, write(tmp_path, HEADER + "1,2023-07-01 10:00,a\n"), params=params)
    assert stored(tmp_path)["created_at"][0] == pd.Timestamp("2023-07-01 09:00", tz="UTC")


def test_texts_are_capped_and_the_cap_is_counted(tmp_path):
    limits = dataclasses.replace(SETTINGS.ingest, max_text_chars=20)
    params = dataclasses.replace(SETTINGS, ingest=limits)
    rows = f"1,2024-01-03,{'word ' * 230_000}\n2,2024-01-03,short\n"
    result = ingest(tmp_path, write(tmp_path, HEADER + rows), params=params)
    assert result.capped == 1
    assert stored(tmp_path)["text"].tolist() == ["word word word word", "short"]


def test_too_many_broken_rows_refuse_the_load_and_store_nothing(tmp_path):
    rows = "".join(f"{i},2024-01-03,fine\n" for i in range(15))
    rows += "".join(f"{i},whenever,a@b.com\n" for i in range(15, 20)) + "20,,x\n"
    limits = dataclasses.replace(SETTINGS.ingest, max_broken_share=0.2)
    params = dataclasses.replace(SETTINGS, ingest=limits)
    with pytest.raises(DataContractError) as caught:
        ingest(tmp_path, write(tmp_path, HEADER + rows), params=params)
    message = str(caught.value)
    assert "6 of 21 rows are broken (29%; at most 20%" in message
    assert "created_at cannot be read as a time (5); created_at is empty (1)" in message
    assert "a.csv line 17" in message
    assert "a@b.com" not in message
    assert not (tmp_path / "store").exists()


def test_few_rows_are_never_refused_for_their_share(tmp_path):
    assert ingest(tmp_path, write(tmp_path, HEADER + "1,bad,a\n")).quarantined == 1


def test_dry_run_counts_and_writes_nothing(tmp_path):
    path = write(tmp_path, HEADER + "1,2024-01-03,a\n2,,b\n")
    dry = ingest(tmp_path, path, dry_run=True)
    assert not (tmp_path / "store").exists()
    assert dry == ingest(tmp_path, path)


def test_what_later_steps_found_is_kept_while_the_text_is_the_same(tmp_path):
    ingest(tmp_path, write(tmp_path, HEADER + "1,2024-01-03,a\n2,2024-01-03,b\n"))
    store = Store(tmp_path / "store")
    store.upsert(COMPLAINTS, stored(tmp_path).assign(language="en"))
    ingest(tmp_path, write(tmp_path, HEADER + "1,2024-01-03,a\n2,2024-01-03,changed\n"))
    assert stored(tmp_path)["language"].isna().tolist() == [False, True]


def test_progress_and_the_record_of_files(tmp_path):
    seen = []
    write(tmp_path, gzip.compress((HEADER + "1,2024-01-03,a\n").encode()), "a.csv.gz")
    write(tmp_path, HEADER + "2,2024-01-03,b\n", "jane.roe@example.com.csv")
    result = ingest(tmp_path, tmp_path, progress=seen.append)
    assert seen == [1, 1]
    assert result.files == ("a.csv.gz", "<EMAIL>")


@pytest.mark.parametrize("source", ["", "a:b", "../x", "a b"])
def test_source_names_are_plain(tmp_path, source):
    with pytest.raises(DataContractError, match="--source"):
        ingest(tmp_path, write(tmp_path, HEADER), source=source)


PLANTED = ["jane.roe@example.com", "4111 1111 1111 1111", "+44 20 7946 0958", "203.0.113.77"]


@pytest.mark.parametrize("planted", PLANTED)
def test_personal_data_in_every_field_reaches_no_table(tmp_path, planted):
    names = ["id", "created_at", "text", "channel", "brand", "product", "region", "customer"]
    good = [planted, "2024-01-03", f"hello {planted}", *[planted] * 5]
    broken = [planted] * 8
    lines = [json.dumps(dict(zip(names, row, strict=True))) for row in (good, broken)]
    result = ingest(tmp_path, write(tmp_path, "\n".join(lines), f"{planted}.jsonl"))
    assert (result.accepted, result.quarantined) == (1, 1)
    store = Store(tmp_path / "store")
    tables = store.read(COMPLAINTS).to_csv() + store.read(QUARANTINE).to_csv()
    assert planted not in tables + repr(result)
    for file in (tmp_path / "store").rglob("*"):
        assert not file.is_file() or planted.encode() not in file.read_bytes()


CELLS = st.one_of(
    st.sampled_from(["", "2024-01-03", "2024-02-10", "2030-01-01", "a b", "x@y.com", '"', "1"]),
    st.text(max_size=8),
)
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]


@settings(max_examples=10, deadline=None, suppress_health_check=SLOW)
@given(st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=8))
def test_every_row_is_accounted_for_and_twice_is_once(rows):
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        lines = [json.dumps(dict(zip(("id", "created_at", "text"), r, strict=True))) for r in rows]
        lines.append('{"id": "z", "created_at": "2024-01-03", "text": "always"}')
        path = write(root, "\n".join(lines), "a.jsonl")
        first = ingest(root, path)
        assert first.rows_read == len(lines)
        assert is_accounted(first)
        before = versions(root)
        again = ingest(root, path)
        assert is_accounted(again)
        assert (again.inserted, again.updated) == (0, 0)
        assert versions(root) == before


@settings(max_examples=30, deadline=None, suppress_health_check=SLOW)
@given(
    st.one_of(
        st.binary(max_size=200),
        st.binary(max_size=120).map(lambda b: HEADER.encode() + b),
        st.text(alphabet='",;\n\r\t 12ab-', max_size=80).map(lambda t: (HEADER + t).encode()),
        st.binary(max_size=60).map(lambda b: gzip.compress(HEADER.encode() + b)),
    )
)
def test_any_bytes_are_refused_clearly_or_accounted_for(content):
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        path = write(root, content)
        refusal = ""
        try:
            assert is_accounted(ingest(root, path, dry_run=True))
        except DataContractError as err:
            refusal = str(err)
        assert refusal == "" or "a.csv" in refusal


@settings(max_examples=3, deadline=None, suppress_health_check=SLOW)
@given(st.randoms(use_true_random=False))
def test_row_order_changes_nothing_in_the_store(random):
    rows = [f"{i},2024-01-{i % 28 + 1:02d},text {i % 3} here,c{i % 2}" for i in range(12)]
    rows += [",2024-01-05,no id,c1", ",2024-01-05,no id,c1", "99,,no time,c1"]
    shuffled = random.sample(rows, len(rows))
    found = []
    for order in (rows, shuffled):
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            text = "id,created_at,text,customer\n" + "\n".join(order)
            ingest(root, write(root, text))
            store = Store(root / "store")
            found.append((digest(store.read(COMPLAINTS)), digest(store.read(QUARANTINE))))
    assert found[0] == found[1]


@pytest.mark.parametrize(
    ("country", "day"), [("US", "2024-01-02"), ("US-CA", "2024-01-02"), ("GB", "2024-02-01")]
)
def test_days_of_slashed_dates_are_read_as_the_first_country_writes_them(tmp_path, country, day):
    file = write(tmp_path, HEADER + "1,01/02/2024,no signal\n")
    params = dataclasses.replace(SETTINGS, countries=(country,))
    ingest(tmp_path, file, as_of=pd.Timestamp("2024-03-01", tz="UTC"), params=params)
    assert list(stored(tmp_path)["created_at"]) == [pd.Timestamp(day, tz="UTC")]
