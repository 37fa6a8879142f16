"""What is known about the sample because it was planted: collected row by row, told in JSON."""

import json
from collections import Counter, defaultdict
from pathlib import Path

from generator import breakage, events, personal, themes
from generator.records import Complaint


class Truth:
    """Collects the truth while the rows are made.

    Parameters
    ----------
    seed, rows : int
        What the sample was asked for.
    """

    def __init__(self, seed: int, rows: int) -> None:
        self.seed = seed
        self.asked_rows = rows
        self.rows_by_theme: Counter[str] = Counter()
        self.rows_by_channel: Counter[str] = Counter()
        self.event_ids: dict[str, list[str]] = defaultdict(list)
        self.broken_ids: dict[str, list[str]] = defaultdict(list)
        self.late_ids: list[str] = []
        self.foreign_ids: list[str] = []
        self.personal: dict[str, dict[str, None]] = defaultdict(dict)  # a dict keeps the order
        self.personal_rows = 0
        self.not_yet_received = 0

    def note(self, complaint: Complaint) -> None:
        """Remember a row that was written."""
        if complaint.breakage:
            self.broken_ids[complaint.breakage].append(complaint.id)
            if not breakage.BY_KEY[complaint.breakage].is_valid:
                return
        self.rows_by_theme[complaint.theme] += 1
        self.rows_by_channel[complaint.channel] += 1
        if complaint.event:
            self.event_ids[complaint.event].append(complaint.id)
        if complaint.section == "not_english":
            self.foreign_ids.append(complaint.id)
        if complaint.is_late:
            self.late_ids.append(complaint.id)

    def note_personal(self, kind: str, value: str) -> None:
        """Remember a personal string that was written into a text."""
        self.personal[kind][value] = None
        self.personal_rows += 1

    @property
    def accepted(self) -> int:
        """Rows that a reader should accept."""
        return self.rows_by_theme.total()

    @property
    def quarantined(self) -> int:
        """Rows that a reader should set aside."""
        return sum(len(self.broken_ids[kind.key]) for kind in breakage.KINDS if not kind.is_valid)

    def write(self, path: Path) -> None:
        """Write the truth as JSON, one list a line so that a change reads well in a diff."""
        path.write_text(_to_json(self._tell()), encoding="utf-8")

    def _tell(self) -> dict:
        return {
            "about": "Synthetic. Made by generate.py; nobody wrote these complaints.",
            "as_of": themes.AS_OF.isoformat(),
            "first_day": themes.FIRST_DAY.isoformat(),
            "timezone": "Europe/London",
            "seed": self.seed,
            "asked_rows": self.asked_rows,
            "rows": {
                "in_file": self.accepted + self.quarantined,
                "accepted": self.accepted,
                "quarantined": self.quarantined,
                "not_yet_received": self.not_yet_received,
                "by_channel": dict(sorted(self.rows_by_channel.items())),
            },
            "themes": [
                {
                    "key": theme.key,
                    "title": theme.title,
                    "usual_per_day": theme.rate,
                    "rows": self.rows_by_theme[theme.key],
                    "born_on": themes.BIRTH.isoformat() if theme.key == themes.BORN_LATE else None,
                }
                for theme in themes.THEMES
            ],
            "no_theme": {key: self.rows_by_theme[key] for key in (themes.CHATTER, "spam")},
            "events": events.describe(self.event_ids),
            "late_arrivals": {"count": len(self.late_ids), "ids": self.late_ids},
            "not_english": {"count": len(self.foreign_ids), "ids": self.foreign_ids},
            "broken": [
                {
                    "kind": kind.key,
                    "verdict": "accepted" if kind.is_valid else "quarantined",
                    "note": kind.note,
                    "count": len(self.broken_ids[kind.key]),
                    "ids": self.broken_ids[kind.key],
                }
                for kind in breakage.KINDS
            ],
            "personal_data": {kind: sorted(self.personal[kind]) for kind in personal.KINDS},
            "personal_data_rows": self.personal_rows,
            "customer_id_pattern": "CUST-[0-9]{7}",
        }


def _to_json(told: dict) -> str:
    lines = []
    for key, value in told.items():
        if isinstance(value, list):
            items = ",\n  ".join(json.dumps(item, ensure_ascii=False) for item in value)
            lines.append(f" {json.dumps(key)}: [\n  {items}\n ]")
        elif isinstance(value, dict):
            items = ",\n  ".join(
                f"{json.dumps(name)}: {json.dumps(item, ensure_ascii=False)}"
                for name, item in value.items()
            )
            lines.append(f" {json.dumps(key)}: {{\n  {items}\n }}")
        else:
            lines.append(f" {json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}")
    return "{\n" + ",\n".join(lines) + "\n}\n"
