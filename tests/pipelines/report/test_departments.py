"""A digest for each department: its own warnings, short, inert, in a file that stays put."""

import re

import pandas as pd
import pytest

from pipelines.report import write_report
from tests.pipelines.report.run_folders import HOSTILE, MOODS, make_run


def _told(files):
    return {path.name: path.read_text(encoding="utf-8") for path in files.departments}


def _changed(folder, **columns):
    warnings = pd.read_parquet(folder / "warnings.parquet").set_index("theme_id", drop=False)
    for name, values in columns.items():
        warnings[name] = warnings[name].astype(object)
        for theme_id, value in values.items():
            warnings.loc[theme_id, name] = value
    warnings.to_parquet(folder / "warnings.parquet", index=False)


def test_each_department_is_told_its_own_warnings_alone(reports):
    told = _told(reports("spike"))
    assert sorted(told) == ["product.md", "service.md"]
    product, service = told["product.md"], told["service.md"]
    assert product.startswith("# Complaint outlook, week from 5 May 2019: Product\n")
    assert "Open warnings of Product: 1." in product
    assert "Open warnings of Service: 2." in service
    assert ("Late parcels" in product, "Bicycle racks" in product) == (False, False)
    assert ("Late parcels" in service, "Add-ons disabled" in service) == (True, False)
    assert service.index("Late parcels") < service.index("Bicycle racks")  # the report's order
    assert "Level 4 crisis: tell the crisis team within 15 minutes." in product
    assert "crisis.html" in product
    assert "crisis.html" not in service


def test_a_digest_says_what_the_report_says(reports):
    whole = reports("spike").markdown.read_text(encoding="utf-8")
    line = next(s for s in whole.splitlines() if "**Late parcels**" in s)
    said = line.removesuffix(
        " Service: Confirm the cause with the owning team and prepare a reply for all channels."
    )
    assert said != line
    assert said in _told(reports("spike"))["service.md"]


def test_without_an_open_warning_there_is_no_file_and_no_folder(reports, settings, tmp_path):
    assert reports("quiet").departments == ()
    assert not (reports.folder("quiet") / "departments").exists()
    folder = make_run(tmp_path / "run", "spike")
    _changed(folder, state={"t-01aa": "closed"})
    assert sorted(_told(write_report(folder, settings=settings))) == ["service.md"]


def test_what_an_earlier_report_of_the_run_left_is_taken_away(settings, tmp_path):
    folder = make_run(tmp_path / "run", "spike")
    write_report(folder, settings=settings)
    _changed(folder, owner={"t-01aa": "Legal"})
    write_report(folder, settings=settings)
    assert sorted(p.name for p in (folder / "departments").iterdir()) == ["legal.md", "service.md"]
    _changed(folder, state=dict.fromkeys(("t-01aa", "t-02bb", "t-08bb"), "closed"))
    write_report(folder, settings=settings)
    assert not (folder / "departments").exists()


@pytest.mark.parametrize("mood", MOODS)
def test_a_digest_is_short_and_inert(reports, mood):
    for text in _told(reports(mood)).values():
        assert 4 <= len(text.splitlines()) <= 12
        assert not re.search(r"(?<!\\)<", text)
        assert "](" not in text.replace("\\]", "")


def test_more_than_fit_are_named_in_one_line(settings, tmp_path):
    folder = make_run(tmp_path / "run", "spike")
    warnings = pd.read_parquet(folder / "warnings.parquet")
    base = warnings[warnings["theme_id"] == "t-02bb"]
    ids = [f"t-{i:02d}{c}{c}" for i, c in enumerate("aabbccddeeffaabbccddeeff"[::2], start=1)]
    rows = [base.assign(theme_id=t, warning_id=f"w-{t}", owner="Service") for t in ids]
    pd.concat(rows).to_parquet(folder / "warnings.parquet", index=False)
    (text,) = _told(write_report(folder, settings=settings)).values()
    lines = text.splitlines()
    # A heading, the data, the count, the end: of twelve warnings seven, and the rest in a line.
    assert len(lines) == 12
    assert "Open warnings of Service: 12." in text
    assert sum(line.startswith("- ") for line in lines) == 7
    assert lines[-2].startswith("5 more: ")
    assert lines[-2].count(",") == 4


@pytest.mark.parametrize("owner", ["../../outside", "..", "/etc/passwd", *HOSTILE])
def test_no_name_of_a_department_leaves_the_folder(settings, tmp_path, owner):
    folder = make_run(tmp_path / "run", "spike")
    _changed(folder, owner={"t-02bb": owner})
    before = {p for p in tmp_path.rglob("*") if p.is_file()}
    files = write_report(folder, settings=settings)
    assert len(files.departments) == 3
    new = {p for p in tmp_path.rglob("*.md") if p.is_file()} - before
    assert new == {folder / "report.md", *files.departments}
    assert all(p.resolve().parent == (folder / "departments").resolve() for p in files.departments)


def test_a_theme_told_in_another_departments_warning_is_told_to_its_own(settings, tmp_path):
    folder = make_run(tmp_path / "run", "spike")
    warnings = pd.read_parquet(folder / "warnings.parquet").set_index("theme_id")
    _changed(
        folder,
        owner={"t-02bb": "Billing"},
        joined_to={"t-02bb": warnings.loc["t-01aa", "warning_id"]},
    )
    told = _told(write_report(folder, settings=settings))
    assert sorted(told) == ["billing.md", "product.md", "service.md"]
    observed = warnings.loc["t-02bb", "observed"]
    assert (
        f"- Late parcels: {observed} complaints in the last 7 days against 85 usual. "
        "Told together with Add-ons disabled, which is with Product.\n"
    ) in told["billing.md"]
    assert "Also seen in Late parcels." in told["product.md"]


def test_of_its_own_joined_themes_a_department_is_told_once(settings, tmp_path):
    folder = make_run(tmp_path / "run", "spike")
    warnings = pd.read_parquet(folder / "warnings.parquet").set_index("theme_id")
    _changed(
        folder,
        owner={"t-02bb": "Product"},
        joined_to={"t-02bb": warnings.loc["t-01aa", "warning_id"]},
    )
    told = _told(write_report(folder, settings=settings))
    assert "Open warnings of Product: 1." in told["product.md"]
    assert "Told together" not in told["product.md"]
