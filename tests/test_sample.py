"""The committed sample is what its generator makes, and holds what its truth says."""

from __future__ import annotations

import csv
import gzip
import importlib.util
import io
import json
import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

SAMPLE = Path(__file__).resolve().parent.parent / "data" / "sample"
FILES = ("complaints.csv.gz", "truth_themes.csv.gz", "truth.json")
COLUMNS = [
    "id",
    "created_at",
    "received_at",
    "text",
    "channel",
    "brand",
    "product",
    "region",
    "customer",
    "reach",
    "first_response_at",
    "resolved_at",
]
BIG_CELL = 2_000_000  # the csv module refuses cells above 128 KiB unless told

Row = dict[str, str]


def _generate(*arguments: str) -> None:
    spec = importlib.util.spec_from_file_location("sample_generate", SAMPLE / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.main(list(arguments)) == 0


def _content(path: Path) -> bytes:
    return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("sample")
    _generate("--out", str(out))
    return out


@pytest.fixture(scope="module")
def truth() -> dict:
    return json.loads((SAMPLE / "truth.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def lines() -> list[list[str]]:
    """Every record of the file as its cells, the Windows-1252 ones decoded as that."""
    content = _content(SAMPLE / "complaints.csv.gz")
    decoded = []
    for line in content.split(b"\n"):
        try:
            decoded.append(line.decode("utf-8"))
        except UnicodeDecodeError:
            decoded.append(line.decode("cp1252"))
    before = csv.field_size_limit(BIG_CELL)
    try:
        return list(csv.reader(io.StringIO("\n".join(decoded), newline="")))
    finally:
        csv.field_size_limit(before)


@pytest.fixture(scope="module")
def labels() -> dict[str, tuple[str, str]]:
    content = _content(SAMPLE / "truth_themes.csv.gz").decode()
    return {row["id"]: (row["theme"], row["event"]) for row in csv.DictReader(io.StringIO(content))}


@pytest.fixture(scope="module")
def rows(lines: list[list[str]], truth: dict) -> dict[str, Row]:
    """The rows that a reader should accept, by id; of two with one id the first."""
    refused = {
        row_id
        for kind in truth["broken"]
        if kind["verdict"] == "quarantined" and kind["kind"] != "duplicate_id"
        for row_id in kind["ids"]
    }
    accepted: dict[str, Row] = {}
    for cells in lines[1:]:
        if len(cells) == len(COLUMNS) and cells[0] not in refused:
            accepted.setdefault(cells[0], dict(zip(COLUMNS, cells, strict=True)))
    return accepted


def _event(truth: dict, key: str) -> dict:
    (event,) = [event for event in truth["events"] if event["key"] == key]
    return event


def _kind(truth: dict, key: str) -> dict:
    (kind,) = [kind for kind in truth["broken"] if kind["kind"] == key]
    return kind


def _moment(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def _phrasings(path: Path) -> list[str]:
    return [
        line
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.strip() and not line.startswith("# ") and not re.fullmatch(r"\[\w+\]", line)
    ]


@pytest.mark.parametrize("name", FILES)
def test_committed_file_is_what_the_generator_makes(made: Path, name: str) -> None:
    # Contents, not gzip's bytes: another zlib may pack the same rows differently.
    assert _content(made / name) == _content(SAMPLE / name)


def test_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    first, again, other = tmp_path / "first", tmp_path / "again", tmp_path / "other"
    _generate("--rows", "1500", "--seed", "1", "--out", str(first))
    _generate("--rows", "1500", "--seed", "1", "--out", str(again))
    _generate("--rows", "1500", "--seed", "2", "--out", str(other))
    for name in FILES:
        assert (first / name).read_bytes() == (again / name).read_bytes()
        assert (first / name).read_bytes() != (other / name).read_bytes()


def test_size_fits_a_repository() -> None:
    assert sum((SAMPLE / name).stat().st_size for name in FILES) < 2_000_000


def test_rows_aim_at_what_was_asked(truth: dict, lines: list[list[str]]) -> None:
    assert lines[0] == COLUMNS
    assert len(lines) - 1 == truth["rows"]["in_file"]
    assert truth["rows"]["in_file"] == truth["rows"]["accepted"] + truth["rows"]["quarantined"]
    assert truth["rows"]["in_file"] == pytest.approx(truth["asked_rows"], rel=0.05)


def test_every_theme_has_sixty_phrasings_of_its_own(truth: dict) -> None:
    seen: Counter[str] = Counter()
    for theme in truth["themes"]:
        phrasings = _phrasings(SAMPLE / "phrases" / f"{theme['key']}.txt")
        assert len(set(phrasings)) == len(phrasings), theme["key"]
        assert len(phrasings) >= 60, theme["key"]
        seen.update(phrasings)
    assert max(seen.values()) == 1  # no phrasing serves two themes


def test_texts_seldom_repeat(rows: dict[str, Row], labels: dict[str, tuple[str, str]]) -> None:
    planted = {"crypto_spam", "hundred_repeats"}
    texts = [row["text"] for row_id, row in rows.items() if labels[row_id][1] not in planted]
    assert len(texts) - len(set(texts)) < 0.01 * len(texts)


def test_labels_cover_exactly_the_accepted_rows(
    rows: dict[str, Row], labels: dict[str, tuple[str, str]], truth: dict
) -> None:
    assert labels.keys() == rows.keys()
    assert len(labels) == truth["rows"]["accepted"]
    by_theme = Counter(theme for theme, _ in labels.values())
    told = {theme["key"]: theme["rows"] for theme in truth["themes"]} | truth["no_theme"]
    assert by_theme == told
    assert by_theme["chatter"] == pytest.approx(0.02 * len(rows), rel=0.35)


def test_accepted_rows_are_in_order_and_inside_the_span(rows: dict[str, Row], truth: dict) -> None:
    created = [_moment(row["created_at"]) for row in rows.values()]
    assert created == sorted(created)
    # The day begins in London, which in May is an hour before UTC's.
    assert created[0] >= _moment(f"{truth['first_day']}T00:00:00Z") - timedelta(hours=1)
    as_of = _moment(f"{truth['as_of']}T00:00:00Z")
    for row in rows.values():
        known = [row["received_at"], row["first_response_at"], row["resolved_at"]]
        moments = [_moment(moment) for moment in known if moment]
        assert all(moment < as_of for moment in moments), row["id"]
        assert moments == sorted(moments), row["id"]


def test_channels_shape_the_rows(rows: dict[str, Row]) -> None:
    by_channel: dict[str, list[Row]] = {}
    for row in rows.values():
        by_channel.setdefault(row["channel"], []).append(row)
    assert set(by_channel) == {"email", "chat", "call_notes", "x", "facebook", "app_review"}
    for channel, group in by_channel.items():
        is_public = channel in {"x", "facebook", "app_review"}
        assert all(bool(row["reach"]) == is_public for row in group), channel
    posts = [row["text"] for row in by_channel["x"]]
    assert sum("@" in text for text in posts) > 0.6 * len(posts)
    letters = [row["text"] for row in by_channel["email"]]
    assert sum("\n" in text for text in letters) > 0.5 * len(letters)
    lengths = {
        channel: sorted(len(row["text"]) for row in group)[len(group) // 2]
        for channel, group in by_channel.items()
    }
    assert lengths["email"] > 1.5 * lengths["x"]


def test_planted_events_hold_their_ids(
    rows: dict[str, Row], labels: dict[str, tuple[str, str]], truth: dict
) -> None:
    for event in truth["events"]:
        if "ids" not in event:
            continue
        marked = [row_id for row_id, (_, key) in labels.items() if key == event["key"]]
        assert marked == event["ids"]
        assert len(marked) == event["count"] > 0
        for row_id in marked:
            assert labels[row_id][0] == event["theme"]
            # UTC's date may be the day before while London has summer time.
            assert event["start"] <= _london_date(rows[row_id]["created_at"]) <= event["end"]


def _london_date(text: str) -> str:
    moment = _moment(text)
    is_summer = datetime(2026, 3, 29, tzinfo=UTC) <= moment < datetime(2026, 10, 25, tzinfo=UTC)
    return (moment + timedelta(hours=int(is_summer))).date().isoformat()


def test_build_up_still_rises_on_the_last_day(rows: dict[str, Row], truth: dict) -> None:
    event = _event(truth, "router_firmware")
    per_day = Counter(rows[row_id]["created_at"][:10] for row_id in event["ids"])
    counts = [per_day[day] for day in sorted(per_day)]
    assert len(counts) == 10
    assert counts == sorted(counts)
    assert counts[-1] >= 10 * counts[0]
    assert _moment(f"{truth['as_of']}T00:00:00Z") - _moment(f"{event['end']}T00:00:00Z") == (
        timedelta(days=1)
    )


def test_impulse_comes_within_one_hour(rows: dict[str, Row], truth: dict) -> None:
    event = _event(truth, "south_west_outage")
    moments = [_moment(rows[row_id]["created_at"]) for row_id in event["ids"]]
    start = _moment("2026-09-17T17:05:00Z")  # 18:05 in London's summer
    within = [moment for moment in moments if start <= moment <= start + timedelta(hours=1)]
    assert len(within) == 90
    assert len(moments) == 104
    assert {rows[row_id]["region"] for row_id in event["ids"]} <= {"South West", ""}


def test_level_shift_doubles_the_price_complaints(
    rows: dict[str, Row], labels: dict[str, tuple[str, str]], truth: dict
) -> None:
    shift = _moment(f"{_event(truth, 'price_rise_shift')['start']}T00:00:00Z")
    days = 120
    moments = [
        _moment(rows[row_id]["created_at"])
        for row_id, (theme, _) in labels.items()
        if theme == "price_rise"
    ]
    before = sum(shift - timedelta(days=days) <= moment < shift for moment in moments)
    after = sum(shift <= moment < shift + timedelta(days=days) for moment in moments)
    assert 1.4 < after / before < 2.6


def test_new_theme_is_unheard_of_before_its_birth(
    rows: dict[str, Row], labels: dict[str, tuple[str, str]], truth: dict
) -> None:
    event = _event(truth, "esim_birth")
    born = [row_id for row_id, (theme, _) in labels.items() if theme == event["theme"]]
    assert len(born) >= 50
    assert min(rows[row_id]["created_at"] for row_id in born)[:10] >= event["start"]
    assert _moment(f"{truth['as_of']}T00:00:00Z") - _moment(f"{event['start']}T00:00:00Z") < (
        timedelta(weeks=6)
    )
    known = {row_id for row_id in rows if rows[row_id]["created_at"][:10] < event["start"]}
    assert not [row_id for row_id in known if "esim" in rows[row_id]["text"].lower()]


@pytest.mark.parametrize(
    ("key", "count", "senders"), [("crypto_spam", 150, 3), ("hundred_repeats", 100, 1)]
)
def test_floods_come_from_few_customers(
    rows: dict[str, Row], truth: dict, key: str, count: int, senders: int
) -> None:
    event = _event(truth, key)
    customers = {rows[row_id]["customer"] for row_id in event["ids"]}
    assert event["count"] == count
    assert customers == set(event["customers"])
    assert len(customers) == senders
    others = {row["customer"] for row_id, row in rows.items() if row_id not in set(event["ids"])}
    assert not customers & others


def test_late_arrivals_are_the_listed_ones(rows: dict[str, Row], truth: dict) -> None:
    late = [
        row_id
        for row_id, row in rows.items()
        if _moment(row["received_at"]) - _moment(row["created_at"]) >= timedelta(days=2)
    ]
    assert late == truth["late_arrivals"]["ids"]
    assert 0.01 < len(late) / len(rows) < 0.03


def test_personal_strings_are_in_the_texts(rows: dict[str, Row], truth: dict) -> None:
    everything = "\n".join(row["text"] for row in rows.values())
    for kind, strings in truth["personal_data"].items():
        assert strings, kind
        assert [string for string in strings if string not in everything] == []
    assert 0.035 < truth["personal_data_rows"] / len(rows) < 0.065


def test_personal_numbers_are_valid_and_nobodys(truth: dict) -> None:
    planted = truth["personal_data"]
    assert all(_passes_luhn(re.sub(r"\D", "", card)) for card in planted["card"])
    assert all(_passes_mod_97(iban.replace(" ", "")) for iban in planted["iban"])
    for phone in planted["phone"]:
        assert re.fullmatch(r"(07700|447700)900\d{3}|01632960\d{3}", re.sub(r"\D", "", phone))
    assert all(re.search(r"@([\w.]*\.)?example\.(com|org|net)$", e) for e in planted["email"])
    documentation = ("192.0.2.", "198.51.100.", "203.0.113.")
    assert all(address.startswith(documentation) for address in planted["ipv4"])


def _passes_luhn(digits: str) -> bool:
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits))]
    return sum(number - 9 * (number > 9) for number in doubled) % 10 == 0


def _passes_mod_97(iban: str) -> bool:
    return int("".join(str(int(letter, 36)) for letter in iban[4:] + iban[:4])) % 97 == 1


def test_quarantined_rows_are_broken_as_told(lines: list[list[str]], truth: dict) -> None:
    by_id: dict[str, list[list[str]]] = {}
    for cells in lines[1:]:
        by_id.setdefault(cells[0], []).append(cells)

    def cells_of(kind: str) -> list[list[str]]:
        found = [cells for row_id in _kind(truth, kind)["ids"] for cells in by_id[row_id]]
        assert found, kind
        return found

    assert {cells[3] for cells in cells_of("missing_text")} == {""}
    assert all(cells[3] and not cells[3].strip() for cells in cells_of("blank_text"))
    assert {cells[1] for cells in cells_of("missing_created_at")} == {""}
    assert {cells[1][:4] for cells in cells_of("future_created_at")} == {"2062"}
    assert {len(cells) for cells in cells_of("too_few_fields")} == {4}
    assert {len(cells) for cells in cells_of("too_many_fields")} == {len(COLUMNS) + 3}
    for cells in cells_of("bad_created_at"):
        with pytest.raises(ValueError, match="does not match"):
            _moment(cells[1])
    for row_id in _kind(truth, "duplicate_id")["ids"]:
        # Two twins may share an id that was taken twice; all of their texts differ.
        texts = [cells[3] for cells in by_id[row_id]]
        assert len(texts) == len(set(texts)) >= 2
    assert 0.005 < truth["rows"]["quarantined"] / truth["rows"]["in_file"] < 0.015


def test_odd_but_valid_rows_are_there(rows: dict[str, Row], truth: dict) -> None:
    (enormous,) = _kind(truth, "enormous_text")["ids"]
    assert len(rows[enormous]["text"]) == 1_100_000
    for row_id in _kind(truth, "newlines_and_quotes")["ids"]:
        assert "\n" in rows[row_id]["text"]
        assert '"' in rows[row_id]["text"]
    raw = _content(SAMPLE / "complaints.csv.gz")
    with pytest.raises(UnicodeDecodeError):
        raw.decode("utf-8")
    for row_id in _kind(truth, "cp1252_bytes")["ids"]:
        assert "\u2019s cost me £20" in rows[row_id]["text"]
        line = raw[raw.index(f"\n{row_id},".encode()) :]
        assert b"\x92s cost me \xa320" in line[: len(rows[row_id]["text"]) + 300]


def test_foreign_texts_are_listed(rows: dict[str, Row], truth: dict) -> None:
    foreign = [rows[row_id]["text"] for row_id in truth["not_english"]["ids"]]
    assert len(foreign) == truth["not_english"]["count"] >= 20
    assert any("rhyngrwyd" in text for text in foreign)
    assert sum(not text.isascii() for text in foreign) > len(foreign) / 2
