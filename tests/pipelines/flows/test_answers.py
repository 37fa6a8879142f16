"""A run's table of answers: floods are left out, and what people set is what is expected."""

import pandas as pd

from pipelines.flows.answers import tell_answers
from pipelines.flows.job import Job
from tests.pipelines.steps.streams import AS_OF, quiet, stream


def never(rows: pd.DataFrame) -> pd.Series:
    return pd.Series(pd.NaT, index=rows.index, dtype="datetime64[us, UTC]")


def test_the_table_stands_in_the_run_with_the_expectation_set(tmp_path):
    params = tmp_path / "mine.yaml"
    params.write_text("response: {expected_minutes: {WEB: 45}}\n", encoding="utf-8")
    rows = stream({"addons": quiet(2.0), "other": quiet(3.0, seed=1)}).assign(reach=5.0)
    wait = pd.to_timedelta(40, unit="min")
    answered = rows.assign(first_response_at=rows["created_at"] + wait, resolved_at=never(rows))
    flood = rows.tail(30).assign(
        is_counted=False, first_response_at=never(rows), resolved_at=never(rows)
    )
    job = Job(as_of=AS_OF.isoformat(), workspace=str(tmp_path / "w"), params=str(params))
    tell_answers(job, pd.concat([answered, flood]))
    found = job.read("response")
    assert found["channel"].tolist() == ["web"]
    assert found[["expected_minutes", "in_time_share", "median_minutes"]].to_numpy().tolist() == [
        [45, 1, 40]
    ]
    lately = rows["created_at"] >= AS_OF - pd.Timedelta(days=28)
    assert found["complaints"].tolist() == [int(lately.sum())]
    assert job.notes()["response"] == {"channels": 1, "open": 0}
    assert sorted(job.read("theme_waits")["theme_id"]) == ["addons", "other"]
    assert job.read("waiting").empty  # floods are left out


def test_without_first_responses_the_table_is_empty(tmp_path):
    rows = stream({"addons": quiet(2.0)}).assign(reach=5.0)
    job = Job(as_of=AS_OF.isoformat(), workspace=str(tmp_path))
    tell_answers(job, rows.assign(first_response_at=never(rows), resolved_at=never(rows)))
    assert job.read("response").empty
