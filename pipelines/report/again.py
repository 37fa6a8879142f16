"""The last look before anything is printed: personal data that a text still holds is hidden."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd

from models.text.redact import redact_value
from pipelines.settings import Redaction

# What stands in these columns was written by people, or made from what they wrote.
_TEXTS = {
    "themes": ("title", "label", "keywords", "exemplars", "area_title"),
    "warnings": ("cells", "wording", "exemplars", "snoozed_by", "coincides", "who_next"),
    "floods": ("example",),
    "not_covered": ("reason",),
    "not_checked": ("title",),
    "response": ("channel",),
    "waiting": ("channel", "text"),
    "splits": ("value",),
}


def hide_again(frames: Mapping[str, pd.DataFrame], rules: Redaction) -> dict[str, pd.DataFrame]:
    """Return the frames with every text column redacted once more.

    Texts are redacted before they are stored; this holds even where a table was made or
    changed by other means.
    """
    hide = _hider(rules)
    out = dict(frames)
    for name, columns in _TEXTS.items():
        hidden = {column: frames[name][column].map(hide) for column in columns}
        out[name] = frames[name].assign(**hidden)
    return out


def hide_names(info: Mapping[str, Any], rules: Redaction) -> dict[str, Any]:
    """Return the run's record with names redacted: sources, channels and decided themes."""
    hide = _hider(rules)
    data = dict(info.get("data") or {})
    if isinstance(data.get("sources"), Mapping):
        data["sources"] = {hide(str(name)): count for name, count in data["sources"].items()}
    steps = dict(info.get("steps") or {})
    if isinstance(steps.get("decisions"), Mapping):
        # Titles of themes, and reasons that name others.
        dropped = [
            {name: hide(value) for name, value in entry.items()}
            for entry in steps["decisions"].get("no_longer") or []
        ]
        steps["decisions"] = {**steps["decisions"], "no_longer": dropped}
    channels = {hide(str(name)): it for name, it in (info.get("channels") or {}).items()}
    return {**info, "data": data, "channels": channels, "steps": steps}


def hide_columns(frame: pd.DataFrame, columns: Sequence[str], rules: Redaction) -> pd.DataFrame:
    """Return the frame with some text columns (texts, or lists of them) redacted once more."""
    hide = _hider(rules)
    return frame.assign(**{column: frame[column].map(hide) for column in columns})


def _hider(rules: Redaction) -> Callable[[Any], Any]:
    def hide(value: Any) -> Any:
        if isinstance(value, list):
            return [hide(item) for item in value]
        if not isinstance(value, str):
            return value
        return redact_value(
            value,
            phone_regions=rules.phone_regions,
            handles=rules.handles,
            keep_handles=rules.keep_handles,
        )

    return hide
