"""The pattern recognisers of Presidio: e-mail, card and IBAN, without language model or network.

Importing Presidio costs about ten seconds and 400 MB, since it brings in torch and spaCy; so it
is loaded only when a text holds something that it may recognise.
"""

from __future__ import annotations

import logging
import re
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


@cache
def _recognisers() -> tuple[Any, ...]:
    logger = logging.getLogger("presidio-analyzer")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import tldextract
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
