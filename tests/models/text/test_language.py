import logging
import subprocess
import sys

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.text.language import detect_language, detect_languages
from models.text.language_names import LANGUAGE_NAMES, language_code


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("en", "My router drops the connection every evening and nobody calls back"),
        ("en", "THE INTERNET HAS BEEN DOWN SINCE MONDAY AND YOU DO NOT ANSWER"),
        ("de", "Der Router verliert jeden Abend die Verbindung"),
        ("fr", "bonjour mon internet ne marche plus"),
        ("es", "El técnico no vino otra vez y perdí un día de trabajo."),
        ("pt", "O router reinicia sozinho de dez em dez minutos, preciso de outro."),
        ("pl", "Czekam na przeniesienie numeru już dwa tygodnie i nic."),
        ("cy", "Arhosais i mewn drwy'r dydd a ddaeth y peiriannydd ddim."),
        ("uk", "Вже третій день немає інтернету, коли полагодите?"),
        ("zh", "网络断了没有人接电话"),
        ("de", "<URL> 0x80070005 /etc/hosts: die Seite lädt seit dem Update nicht mehr"),
    ],
)
def test_texts_have_their_language(code, text):
    assert detect_language(text) == code


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "Outage", "Préférences", "Totals", "👍👍", "???", "12 34 56"),
        *("<EMAIL> <URL>", "https://a.example/pay?x=1", "@LarkfieldHelp", "0x80070005"),
        "bp-788e142b-f3f2-4f75-819a-d7b8d0190205",
        "at com.foo.Bar(Bar.java:12) at com.foo.Baz(Baz.java:99)",
        "NS_ERROR_NET C:\\Windows\\system32\\ntdll.dll kernel32.dll",
    ],
)
def test_what_does_not_say_has_none(text):
    assert detect_language(text) is None


@pytest.mark.parametrize(
    "text",
    [
        *("Internet down", "No signal", "wifi crap again", "refund pls", "Can't log in"),
        *("rotten eggs smell", "Industrial, sulfur", "Potholes Street", "Noise", "no net m8"),
        *("yes please.my son lives in NJ.", "router router ROUTER", "app crash android 14"),
    ],
)
def test_short_english_is_never_foreign(text):
    assert detect_language(text) in (None, "en")


@given(st.text(max_size=300))
def test_any_text_gives_a_known_code_or_none(text):
    code = detect_language(text)
    assert code is None or code in LANGUAGE_NAMES


@given(st.permutations(["Der Router ist schon wieder kaputt", "my bill is wrong again", "Outage"]))
def test_other_texts_and_their_order_change_nothing(texts):
    whole = detect_languages(pd.Series(texts, dtype="str"))
    alone = [detect_language(text) for text in texts]
    assert [None if pd.isna(code) else code for code in whole] == alone


def test_each_distinct_text_is_looked_at_once(monkeypatch):
    seen = []
    monkeypatch.setattr("models.text.language.detect_language", lambda text: seen.append(text))
    texts = pd.Series(["a b", None, "a b", "c d"], dtype="str", index=[7, 8, 9, 10])
    found = detect_languages(texts)
    assert seen == ["a b", "c d"]
    assert found.index.tolist() == [7, 8, 9, 10]
    assert found.isna().all()


def test_a_hundred_thousand_characters_cost_no_more_than_a_page():
    assert detect_language("Die Rechnung ist falsch und niemand antwortet. " * 2200) == "de"
    assert detect_language("x" * 100_000) is None


def test_nothing_is_logged(caplog):
    caplog.set_level(logging.DEBUG)
    detect_languages(pd.Series(["Meine geheime Nummer ist falsch", "jane wrote this"]))
    assert "geheime" not in caplog.text
    assert "jane" not in caplog.text


def test_the_network_is_not_needed():
    script = (
        "import socket\n"
        "def refuse(*args, **kwargs):\n"
        "    raise AssertionError('a socket was opened')\n"
        "socket.socket = refuse\n"
        "from models.text.language import detect_language\n"
        "print(detect_language('Der Router verliert jeden Abend die Verbindung'))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout.strip() == "de", done.stderr


@pytest.mark.parametrize(
    ("value", "code"),
    [
        *(("en", "en"), ("en-US", "en"), ("pt_BR", "pt"), ("ZH-Hans-CN", "zh"), (" de ", "de")),
        *(("German", "de"), ("norwegian bokmål", "nb"), ("und", None), ("", None), ("x1", None)),
        *(("klingon", None), ("en_", "en")),
    ],
)
def test_codes_of_sources_are_read(value, code):
    assert language_code(value) == code


def test_names_are_whole():
    assert len(LANGUAGE_NAMES) == len(set(LANGUAGE_NAMES.values())) == 183
    assert all(len(code) == 2 and name[0].isupper() for code, name in LANGUAGE_NAMES.items())


@pytest.mark.corpora
def test_no_english_complaint_of_a_bank_is_foreign(corpora):
    texts = pd.read_csv(corpora / "banking77" / "test.csv")["text"].drop_duplicates()
    found = detect_languages(texts)
    assert set(found.dropna()) == {"en"}
    assert found.notna().mean() > 0.9
