"""The pattern recognisers of Presidio: e-mail, card and IBAN, without language model or network.

Importing Presidio costs seconds and 400 MB, since it brings in torch and spaCy; so it is loaded
only when a text holds something that it may recognise.
"""

from __future__ import annotations

import importlib
import logging
import re
import sys
import warnings
from collections.abc import Iterator
from functools import cache
from typing import Any

from models.text.found import Found

# Presidio's own patterns all need one of these.
_WORTH_ASKING = re.compile(
    r"\w@\w[\w-]*\.\w"  # e-mail
    r"|\d{3}[ -]?\d{3,4}[ -]?\d{3,4}[ -]?\d{3}"  # card
    r"|\b[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]{4}){2}"  # IBAN
)
_KINDS = {"EMAIL_ADDRESS": "EMAIL", "CREDIT_CARD": "CARD", "IBAN_CODE": "IBAN"}


def presidio_spans(text: str) -> Iterator[Found]:
    """Yield what Presidio's recognisers are sure of (a score above zero)."""
    if not _WORTH_ASKING.search(text):
        return
    for recogniser in _recognisers():
        for result in recogniser.analyze(text, recogniser.supported_entities):
            yield Found(result.start, result.end, _KINDS[result.entity_type])


def import_presidio() -> None:
    """Import Presidio without transformers, which it would only use for language models.

    It imports them where they are installed, for an engine that pattern recognisers never
    call: two thirds of its six seconds.
    """
    if "presidio_analyzer" in sys.modules or "transformers" in sys.modules:
        return
    sys.modules["transformers"] = None  # type: ignore[assignment]  # "not installed"
    try:
        importlib.import_module("presidio_analyzer")
    finally:
        del sys.modules["transformers"]


@cache
def _recognisers() -> tuple[Any, ...]:
    logger = logging.getLogger("presidio-analyzer")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import tldextract

        import_presidio()
        from presidio_analyzer.predefined_recognizers import (
            CreditCardRecognizer,
            EmailRecognizer,
            IbanRecognizer,
        )
    logger.setLevel(logging.CRITICAL)  # its messages would quote the text
    # The list of domains that comes with the package: by default it is fetched and cached.
    suffixes = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)

    class OfflineEmailRecognizer(EmailRecognizer):
        def validate_result(self, pattern_text: str) -> bool:
            return bool(suffixes(pattern_text).fqdn)

    return OfflineEmailRecognizer(), CreditCardRecognizer(), IbanRecognizer()
