"""The back-test's page, pictures and tables, from its figures."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from models.forecasting.scoring.backtested import Backtest
from pipelines.report.again import hide_columns
from pipelines.report.backtest import words
from pipelines.report.backtest.charts import as_file, pit_chart
from pipelines.report.backtest.facts import BacktestFacts, backtest_facts
from pipelines.report.charts import truth_chart
from pipelines.report.figures import text
from pipelines.report.quality.page import frame_rows
from pipelines.report.render import environment
from pipelines.report.tables import as_csv
from pipelines.settings import Settings


@dataclass(frozen=True)
class BacktestFiles:
    """What was written, the page first, and what it says in short."""

    html: Path
    pictures: tuple[Path, ...]
    tables: tuple[Path, ...]
    summary: tuple[str, ...]


def write_backtest(
    folder: Path, found: Backtest, *, as_of: str, encoder: str, settings: Settings, code: str
) -> BacktestFiles:
    """Write page, pictures and tables; the same figures give the same bytes.

    Parameters
    ----------
    folder : Path
        Made if it is not there.
    found : Backtest
        Its titles are redacted once more.
    as_of, encoder, code : str
        For the footer.
    settings : Settings
        ``redaction`` and ``forecast`` are read.
    """
    found = _redacted(found, settings)
    facts = backtest_facts(
        found,
        as_of=as_of,
        code=code,
        parameters=settings.digest(),
        encoder=encoder,
        horizon=settings.forecast.horizon_days,
    )
    folder.mkdir(parents=True, exist_ok=True)
    html = folder / "backtest.html"
    html.write_bytes(render_backtest(facts).encode())
    charts = {f"fan-{n}": truth_chart(f.fan, f.came) for n, f in enumerate(facts.fans, start=1)}
    charts["pit"] = pit_chart(facts.pit, facts.pit_sentence)
    pictures = []
    for name, chart in charts.items():
        path = folder / f"{name}.svg"
        path.write_bytes(as_file(chart).encode())
        pictures.append(path)
    tables = []
    for name, frame in (("summary", found.summary), ("fallbacks", found.fallbacks)):
        path = folder / f"{name}.csv"
        path.write_bytes(as_csv(frame_rows(frame)).encode("utf-8-sig"))
        tables.append(path)
    found.summary.to_parquet(folder / "summary.parquet", index=False)
    found.rows.to_parquet(folder / "backtest.parquet", index=False)
    tables += [folder / "summary.parquet", folder / "backtest.parquet"]
    (folder / "summary.txt").write_text(summary_text(facts), encoding="utf-8")
    short = tuple(text(sentence) for sentence in facts.verdict)
    return BacktestFiles(html, tuple(pictures), tuple(tables), short)


def summary_text(facts: BacktestFacts) -> str:
    """Return the methods side by side as a table of plain text."""
    head = ("series", "method", "n", "error", "95 %", "against naive", "95 %", "in 80", "in 95")
    rows = [head]
    for row in facts.rows:
        rows.append(
            (
                *(row.band, row.method, row.series.shown, row.error.shown, row.error_range),
                *(row.ratio.shown, row.ratio_range, row.inside_80.shown, row.inside_95.shown),
            )
        )
    widths = [max(len(row[i]) for row in rows) for i in range(len(head))]
    lines = [
        "  ".join(
            cell.ljust(width) if i < 2 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
    return "\n".join(lines).replace("\u00a0", " ") + "\n"


def _redacted(found: Backtest, settings: Settings) -> Backtest:
    rules = settings.redaction
    titles = found.rows[["title"]].drop_duplicates()
    hidden = dict(
        zip(titles["title"], hide_columns(titles, ["title"], rules)["title"], strict=True)
    )
    fans = tuple(replace(fan, title=hidden.get(fan.title, "")) for fan in found.fans)
    return replace(found, rows=found.rows.assign(title=found.rows["title"].map(hidden)), fans=fans)


def render_backtest(facts: BacktestFacts) -> str:
    """Return the page: self-contained, without scripts."""
    page = environment().get_template("backtest.html.j2")
    return page.render(f=facts, B=words.LABELS, truth_chart=truth_chart, pit_chart=pit_chart) + "\n"
