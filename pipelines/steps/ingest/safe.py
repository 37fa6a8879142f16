"""What is stored of a row: redacted texts, hashed customers, ids that name nobody."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass

import pandas as pd

from models.contracts import RAW_COLUMNS
from models.text.normalise import clean_text, clean_texts, hash_texts
from models.text.redact import RedactionRules, personal_kinds, redact, redact_value
from pipelines.settings import Redaction, Settings

_CATEGORIES = ("channel", "brand", "product", "region")
# What a person did not write: it is stored as it was parsed.
UNSAID = ("created_at", "received_at", "reach", "first_response_at", "resolved_at", "language")
# Of the code that makes rows safe: raise it when that changes, and all rows are looked at anew.
_FORM = 1
_KEY_CHARS = 16
# Channels, brands and regions are names; ids are short: more than this is a wrong mapping.
_MAX_VALUE_CHARS = 200
_MAX_ID_CHARS = 128
# Texts are cut before redaction, but so far beyond the cut that it hides nothing by halves.
_MARGIN_CHARS = 300
# Ids of this form are no e-mail, phone or card number: most sources' ids are known to be safe
# without a closer look.
_PLAIN_ID = (
    r"[A-Za-z]{0,8}[-_]?\d{1,9}|[0-9a-f]{32}(?:-\d+)?|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
)


@dataclass(frozen=True)
class Safe:
    """How a load's values are made safe.

    Parameters
    ----------
    rules : Redaction
        What is hidden.
    salt : bytes
        Of the hashes.
    max_text_chars, max_payload_chars : int
        Where texts and quarantined rows are cut.
    """

    rules: Redaction
    salt: bytes
    max_text_chars: int
    max_payload_chars: int

    @classmethod
    def of(cls, settings: Settings, salt: bytes) -> Safe:
        """Return the rules that the parameters give."""
        limits = settings.ingest
        return cls(settings.redaction, salt, limits.max_text_chars, limits.max_payload_chars)

    @property
    def key(self) -> bytes:
        """Return the salt as a key of BLAKE2b (at most 64 bytes)."""
        return hashlib.sha256(self.salt).digest()

    def _arguments(self) -> RedactionRules:
        rules = self.rules
        return {
            "phone_regions": rules.phone_regions,
            "handles": rules.handles,
            "keep_handles": rules.keep_handles,
        }

    def value(self, value: str) -> str:
        """Return a short value without personal data."""
        short = clean_text(value)[: 2 * _MAX_VALUE_CHARS]
        return redact_value(short, **self._arguments())[:_MAX_VALUE_CHARS]

    def hashed(self, value: str) -> str:
        """Return HMAC-SHA256 of the value, its first 16 hexadecimal digits."""
        data = value.encode("utf-8", "surrogatepass")
        return hmac.new(self.salt, data, hashlib.sha256).hexdigest()[:_KEY_CHARS]

    def shorten(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Return the rows with clean texts, cut a little beyond what is kept."""
        texts = clean_texts(rows["text"])
        is_capped = (texts.str.len() > self.max_text_chars).fillna(False).astype("bool")
        return rows.assign(
            text=texts.str.slice(0, self.max_text_chars + _MARGIN_CHARS), is_capped=is_capped
        )

    @property
    def rules_name(self) -> str:
        """Return what a row's safe form depends on besides the row, in one word."""
        return f"{_FORM}|{self.rules}|{self.max_text_chars}"

    def complaints(self, rows: pd.DataFrame, *, source: str) -> pd.DataFrame:
        """Return good rows as ``complaints`` has them, with ``kinds``: what was hidden in each.

        ``received_at`` and ``language`` are missing where the source did not give them.
        """
        arguments = self._arguments()
        texts = redact(rows["text"], max_chars=self.max_text_chars, **arguments)
        kinds = texts.kinds
        out = rows[list(UNSAID)].assign(source=source)
        out = out.assign(source_id=self.ids(rows["source_id"]), text=texts.texts)
        for name in _CATEGORIES:
            short = clean_texts(rows[name]).str.slice(0, _MAX_VALUE_CHARS)
            values = redact(short, max_chars=_MAX_VALUE_CHARS, **arguments)
            out[name] = values.texts.mask(values.texts == "")
            kinds = [a + b for a, b in zip(kinds, values.kinds, strict=True)]
        out["complaint_id"] = source + ":" + out["source_id"]
        out["text_hash"] = hash_texts(out["text"])
        keys = {value: self.hashed(value) for value in rows["customer"].dropna().unique()}
        out["customer_key"] = rows["customer"].map(keys).astype("str")
        out["kinds"] = pd.Series([list(k) for k in kinds], index=out.index, dtype="object")
        return out

    def ids(self, ids: pd.Series) -> pd.Series:
        """Return the ids; one that is personal or too long becomes a salted hash."""
        is_plain = ids.str.fullmatch(_PLAIN_ID).fillna(False).astype("bool")
        looked_at = {value: self._id(value) for value in ids[~is_plain].dropna().unique()}
        return ids.where(is_plain, ids.map(looked_at)).astype("str")

    def _id(self, value: str) -> str:
        clean = clean_text(value)
        # That an id is a long number is no secret; that it is a card's or a phone's is.
        kinds = set(personal_kinds(clean, **self._arguments())) - {"ACCOUNT"}
        is_safe = clean and clean == value and len(value) <= _MAX_ID_CHARS and not kinds
        return value if is_safe else self.hashed(value)

    def payloads(self, rows: pd.DataFrame) -> list[str]:
        """Return broken rows as JSON, redacted and cut; ``rows`` has ``RAW_COLUMNS``."""
        limit = self.max_payload_chars
        safe = {}
        for name in RAW_COLUMNS:
            values = rows[name]
            if name == "customer":
                keys = {value: self.hashed(value) for value in values.dropna().unique()}
                safe[name] = values.map(keys)
            elif name == "source_id":
                safe[name] = self.ids(values)
            else:
                cut = clean_texts(values.str.slice(0, 2 * limit))
                safe[name] = redact(cut, max_chars=limit, **self._arguments()).texts
        return [
            json.dumps(
                {k: v for k, v in zip(safe, row, strict=True) if isinstance(v, str) and v},
                ensure_ascii=False,
            )[:limit]
            for row in zip(*(column.tolist() for column in safe.values()), strict=True)
        ]
