# ruff: noqa: RUF001 - foreign digits and full-width letters are what is tested
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.text import redact as module
from models.text.redact import (
    contains_personal_data,
    is_suspect,
    personal_kinds,
    redact,
    redact_value,
)

POSITIVES = [
    ("john.doe+x@example.co.uk", "<EMAIL>"),
    ("write to josé@exämple.de.", "write to <EMAIL>."),
    ("john (at) example dot com", "<EMAIL>"),
    ("john at example dot com", "<EMAIL>"),
    ("john[at]example.com", "<EMAIL>"),
    ("john @ example.com", "<EMAIL>"),
    ("john @ example . com", "<EMAIL>"),
    ("ｊｏｈｎ＠ｅｘａｍｐｌｅ.com", "<EMAIL>"),
    ("mailto:bob@example.com", "mailto:<EMAIL>"),
    ("from me@intranet today", "from <EMAIL> today"),
    ("call 07700 900123 now", "call <PHONE> now"),
    ("+44 20 7946 0958", "<PHONE>"),
    ("+1 (202) 555-0142", "<PHONE>"),
    ("(202) 555-0142", "<PHONE>"),
    ("202.555.0142", "<PHONE>"),
    ("tel 555-0142", "tel <PHONE>"),
    ("0049 30 901820", "<PHONE>"),
    ("٠٧٧٠٠ ٩٠٠١٢٣", "<PHONE>"),
    ("4111 1111 1111 1111", "<CARD>"),
    ("4111-1111-1111-1111", "<CARD>"),
    ("4111.1111.1111.1111", "<CARD>"),
    ("3782 822463 10005", "<CARD>"),
    ("paid 2 with 378282246310005 ok", "paid 2 with <CARD> ok"),
    ("DE89 3704 0044 0532 0130 00 was", "<IBAN> was"),
    ("gb82west12345698765432", "<IBAN>"),
    ("my ip is 203.0.113.7", "my ip is <IP>"),
    ("2001:db8::ff00:42:8329", "<IP>"),
    ("http://192.168.0.1/admin", "http://<IP>/admin"),
    ("account 12345678", "account <ACCOUNT>"),
    ("account number: AB-123456", "account number: <ACCOUNT>"),
    ("order #123-456-789", "order #<ACCOUNT>"),
    ("acct 0012 3456 7890", "acct <ACCOUNT>"),
    ("Kundennummer 4711-0815-99", "Kundennummer <ACCOUNT>"),
    ("20-00-00 12345678", "<ACCOUNT>"),
    ("ssn 123-45-6789", "ssn <ACCOUNT>"),
    ("AB 12 34 56 C", "<ACCOUNT>"),
    ("61999231123", "<ACCOUNT>"),
    ("00:1A:2B:3C:4D:5E", "<ACCOUNT>"),
    ("@john_doe hi", "<HANDLE> hi"),
    (r"C:\Users\jsmith\AppData", r"C:\Users\<HANDLE>\AppData"),
    ("/home/jsmith/x", "/home/<HANDLE>/x"),
    ("https://a.example/reset?token=abcdef", "https://a.example/<URL>"),
    ("https://bob:pw@host.example/", "https://host.example/<URL>"),
    ("see https://a.example/u/bob.", "see https://a.example/<URL>."),
    ("www.foo.com/x?sid=1", "www.foo.com/<URL>"),
    ("shop.example/reset?token=1", "shop.example/<URL>"),
    ("file:///C:/Users/Ann/x.pdf", "file://<URL>"),
]

NEGATIVES = [
    "Firefox 66.0.3 (64-bit) on Windows 10.0.17763.437",
    "2019-05-04 12:30:45",
    "04/05/2019 12:30",
    "on 12 05 2019 at 10 30",
    "£1,299.00 and $12345678",
    "error 0x80070005",
    "build 20190504130136",
    "bug 1548973, KB4480966, CVE-2019-11708, ISO-8859-1",
    "Flash 32.0.0.192",
    "12:30:45 and std::vector::x",
    "@media screen { }",
    "look at mozilla.org",
    "ratio 16:9 at 1920x1080, 24/7",
    "100000000 bytes",
    "https://support.mozilla.org/en-US/kb/add-ons-disabled-firefox",
    "http://127.0.0.1:8080/x",
    "2018 2019 2020",
    "1 2 3 4 5 6 7",
    "3.141592653589",
    "meet @ 5pm",
    "only just arrived @ JFK. Late again",
    "waited 45 minutes, 3 times, from 10-12 to 14-16",
    "bp-77255c04-33fb-4998-8078-c0a0190530",
    "FF 71.0 64bit recording asterisks as password",
    "<EMAIL> and <PHONE>",
]


@pytest.mark.parametrize(("text", "expected"), POSITIVES)
def test_personal_data_becomes_a_typed_mark(text, expected):
    assert redact_value(text) == expected


@pytest.mark.parametrize(("text", "_expected"), POSITIVES)
def test_a_second_pass_finds_nothing(text, _expected):
    assert not contains_personal_data(redact_value(text))
    assert contains_personal_data(text)


@pytest.mark.parametrize("text", NEGATIVES)
def test_versions_dates_prices_and_codes_are_kept(text):
    assert redact_value(text) == text


def test_counts_are_of_rows_and_missing_texts_stay_missing():
    texts = pd.Series(
        ["mail a@b.com", "mail a@b.com", "fine", None], index=[7, 3, 5, 1], dtype="str"
    )
    result = redact(texts)
    assert result.counts == {"EMAIL": 2}
    assert result.kinds == [("EMAIL",), ("EMAIL",), (), ()]
    assert result.texts.index.tolist() == [7, 3, 5, 1]
    assert result.texts.tolist()[:3] == ["mail <EMAIL>", "mail <EMAIL>", "fine"]
    assert result.texts.isna().tolist() == [False, False, False, True]


def test_handles_can_be_kept():
    assert redact_value("@OurBrand @bob", keep_handles=["ourbrand"]) == "@OurBrand <HANDLE>"
    assert redact_value("@bob a@b.com", handles=False) == "@bob <EMAIL>"


def test_regions_decide_what_a_national_number_is():
    number = "ruf 2025550142"
    assert redact_value(number, phone_regions=["US"]) == "ruf <PHONE>"
    assert redact_value(number, phone_regions=["GB"]) == "ruf <ACCOUNT>"  # hidden all the same


@pytest.mark.parametrize("limit", range(10, 45))
def test_no_half_address_survives_the_cut(limit):
    text = "please answer jane.roe@example.com soon " * 3
    kept = redact(pd.Series([text], dtype="str"), max_chars=limit).texts[0]
    assert len(kept) <= limit
    assert "jane" not in kept
    assert "example" not in kept
    assert kept.count("<") == kept.count(">")


def test_presidio_is_asked_only_about_what_it_may_know():
    from models.text.presidio import _WORTH_ASKING

    texts = ["call 07700 900123", "from 203.0.113.7", "Firefox 66.0.3 (64-bit)", "@bob hi"]
    assert not any(_WORTH_ASKING.search(text) for text in texts)
    assert _WORTH_ASKING.search("a@b.com")
    assert _WORTH_ASKING.search("NL91ABNA0417164300")


def test_kinds_are_named():
    assert personal_kinds("a@b.com from 203.0.113.7") == ("EMAIL", "IP")


@settings(max_examples=150)
@given(
    st.lists(
        st.one_of(st.sampled_from([text for text, _ in POSITIVES]), st.text(max_size=12)),
        max_size=4,
    ).map(" ".join)
)
def test_redaction_is_idempotent_and_what_is_not_suspect_is_clean(text):
    once = redact_value(text)
    assert redact_value(once) == once
    if not is_suspect(text):
        assert once == text
        assert module._find(text, module._Rules(("US", "GB"), True, frozenset())) == []
