from __future__ import annotations

import re
import ssl
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from pipelines.deliver.mail import mark
from tests.pipelines.deliver.conftest import FIRST, SECOND, House
from tests.pipelines.deliver.servers import MailServer, mail_server

TEAM = {"name": "team", "url_env": "TEAM"}


def test_a_mail_has_the_digest_as_its_body_and_the_report_attached(
    house: House, mailbox: MailServer
) -> None:
    house.environment["TEAM"] = mailbox.url("cx@acme.example", "boss@acme.example")
    as_of = house.morning("2019-05-05")
    done = house.deliver(as_of, house.settings({**TEAM, "what": "digest"}))
    assert (done.sent, done.failures) == (1, ())
    (mail,) = mailbox.mails
    assert mailbox.envelopes[0].rcpt_tos == ["cx@acme.example", "boss@acme.example"]
    assert mail["Subject"] == "Complaint outlook, week from 5 May 2019"
    text = mail.get_body(("plain",))
    assert text is not None
    for line in (house.template / "report.md").read_text().splitlines():
        if "\\" not in line and "*" not in line and not line.startswith("#"):
            assert line in text.get_content().replace("\r\n", "\n")
    (attached,) = mail.iter_attachments()
    assert attached.get_filename() == "report.html"
    assert attached.get_content_type() == "text/html"
    assert attached.get_payload(decode=True) == (house.template / "report.html").read_bytes()


def test_an_episode_is_one_thread(house: House, mailbox: MailServer) -> None:
    house.environment["TEAM"] = mailbox.url()
    settings = house.settings({**TEAM, "what": "warnings"})
    only = {"01aa": None, "08bb": None}
    for date, change in (
        ("2019-05-05", {"severity": 2}),
        ("2019-05-06", {"severity": 2}),
        ("2019-05-07", {"severity": 3}),
        ("2019-05-08", {"severity": 3, "state": "closed"}),
        ("2019-05-09", {"severity": 3, "state": "closed"}),
    ):
        house.deliver(house.morning(date, **only, **{"02bb": change}), settings)
    opened, grown, closed = mailbox.mails
    root = opened["Message-ID"]
    assert root.startswith(f"<{SECOND}.1.")
    assert root.endswith("@acme.example>")
    assert opened["In-Reply-To"] is None
    for reply in (grown, closed):
        assert reply["In-Reply-To"] == root
        assert reply["References"] == root
        assert reply["Subject"] == f"Re: {opened['Subject']}"
    assert len({mail["Message-ID"] for mail in mailbox.mails}) == 3
    assert opened["Subject"] == f"Warning: Late parcels ({SECOND})"
    said = [mail.get_body(("plain",)).get_content() for mail in mailbox.mails]  # type: ignore[union-attr]
    assert "New warning: Late parcels" in said[0]
    assert "Level 2 of 4 (prepare)" in said[0]
    assert "Level 3 of 4 (act)" in said[1]
    assert "closed as of 8 May 2019, at most level 3" in said[2]


def test_each_mornings_digest_begins_a_thread(house: House, mailbox: MailServer) -> None:
    house.environment["TEAM"] = mailbox.url()
    settings = house.settings({**TEAM, "what": "digest"})
    for date in ("2019-05-05", "2019-05-06"):
        house.deliver(house.morning(date), settings)
    assert [mail["In-Reply-To"] for mail in mailbox.mails] == [None, None]
    assert len({mail["Message-ID"] for mail in mailbox.mails}) == 2


@pytest.mark.parametrize("theme", ["01aa", "02bb", "08bb"])
def test_no_title_can_write_a_header(house: House, mailbox: MailServer, theme: str) -> None:
    evil = "Late\r\nBcc: thief@evil.example\r\n\r\n<b>parcels</b>\u2028X-Evil: 1"
    house.environment["TEAM"] = mailbox.url()
    as_of = house.morning("2019-05-05")
    path = house.places.runs / "2019-05-05" / "themes.parquet"
    themes = pd.read_parquet(path)
    themes.loc[themes["theme_id"] == f"t-{theme}", "title"] = evil
    themes.to_parquet(path, index=False)
    report = path.parent / "report.md"
    report.write_text(f"# Outlook\x0bBcc: thief@evil.example {evil}\n")
    done = house.deliver(as_of, house.settings(TEAM))
    assert done.sent == 4
    for mail, envelope in zip(mailbox.mails, mailbox.envelopes, strict=True):
        assert envelope.rcpt_tos == ["cx@acme.example"]
        assert mail["Bcc"] is None
        assert mail["X-Evil"] is None
        assert mail["To"] == "cx@acme.example"
        html = mail.get_body(("html",)).get_content()  # type: ignore[union-attr]
        assert "<b>" not in html


def test_hostile_titles_stay_text_in_both_bodies(
    house: House, mailbox: MailServer, templates: Callable[[str], Path]
) -> None:
    house.template = templates("hostile")
    house.environment["TEAM"] = mailbox.url()
    done = house.deliver(house.morning("2019-05-05"), house.settings(TEAM))
    assert done.sent >= 2
    for mail in mailbox.mails:
        html = mail.get_body(("html",)).get_content()  # type: ignore[union-attr]
        tags = set(re.findall(r"<(/?\w+)", html))
        assert tags <= {
            f"{end}{tag}" for end in ("", "/") for tag in ("h2", "p", "ul", "li", "strong")
        }
        assert "http://evil" not in html
        assert "\u202e" not in html + mail["Subject"]


def test_a_busy_server_is_asked_again_later_and_later(house: House, mailbox: MailServer) -> None:
    mailbox.answers = ["451 try later", "421 busy"]
    house.environment["TEAM"] = mailbox.url()
    done = house.deliver(house.morning("2019-05-05"), house.settings({**TEAM, "what": "digest"}))
    assert (done.sent, len(mailbox.envelopes), house.waits) == (1, 1, [1, 2])
    (row,) = house.rows().itertuples()
    assert (row.state, row.attempts) == ("sent", 3)


def test_what_is_refused_for_good_is_not_asked_again_in_this_run(
    house: House, mailbox: MailServer
) -> None:
    mailbox.answers = ["552 too large"]
    house.environment["TEAM"] = mailbox.url()
    done = house.deliver(house.morning("2019-05-05"), house.settings(TEAM))
    # The digest is refused; the three warnings are another matter.
    assert (done.sent, house.waits) == (3, [])
    assert done.failures == ("team: digest not sent: the mail server answered 552",)


def test_recipients_that_were_reached_are_not_written_to_again(
    house: House, mailbox: MailServer
) -> None:
    mailbox.refused = {"late@acme.example": "450 greylisted"}
    house.environment["TEAM"] = mailbox.url("cx@acme.example", "late@acme.example")
    settings = house.settings({**TEAM, "what": "digest"})
    as_of = house.morning("2019-05-05")
    done = house.deliver(as_of, settings)
    assert done.failures == (
        "team: digest not sent: the mail server refused 1 of 1 recipients (450)",
    )
    (row,) = house.rows().itertuples()
    assert list(row.left_over) == [mark("late@acme.example")]
    mailbox.refused = {}
    assert house.deliver(as_of, settings).sent == 1
    assert [it.rcpt_tos for it in mailbox.envelopes] == [["cx@acme.example"], ["late@acme.example"]]
    assert len({mail["Message-ID"] for mail in mailbox.mails}) == 1


def test_a_wrong_account_or_pgp_sends_nothing(house: House, mailbox: MailServer) -> None:
    as_of = house.morning("2019-05-05")
    house.environment["TEAM"] = mailbox.url(pgp="encrypt")
    done = house.deliver(as_of, house.settings({**TEAM, "what": "digest"}))
    assert "PGP" in done.failures[0]
    house.environment["TEAM"] = mailbox.url().replace("mailto://", "mailto://user:s3cr3tWord@")
    done = house.deliver(as_of, house.settings({**TEAM, "what": "digest"}))
    assert done.sent == 0
    assert "s3cr3tWord" not in " ".join(done.failures)
    assert mailbox.envelopes == []


def test_a_long_domain_leaves_the_thread_whole(house: House, mailbox: MailServer) -> None:
    long = "a-very-long-name-of-a-department.another-long-name.of-the-company.example"
    house.environment["TEAM"] = mailbox.url().replace("outlook@acme.example", f"outlook@{long}")
    settings = house.settings({**TEAM, "what": "warnings", "min_level": 4})
    house.deliver(house.morning("2019-05-05"), settings)
    house.deliver(house.morning("2019-05-06", **{"01aa": {"state": "closed"}}), settings)
    opened, closed = mailbox.mails
    raw = [it.content.decode() for it in mailbox.envelopes]
    assert f"In-Reply-To: {opened['Message-ID']}" in raw[1]
    assert closed["In-Reply-To"] == opened["Message-ID"]
    assert FIRST in opened["Message-ID"]


def test_a_title_that_looks_coded_is_not_decoded(house: House, mailbox: MailServer) -> None:
    house.environment["TEAM"] = mailbox.url()
    as_of = house.morning("2019-05-05", **{"02bb": None, "08bb": None})
    path = house.places.runs / "2019-05-05" / "themes.parquet"
    themes = pd.read_parquet(path)
    themes.loc[themes["theme_id"] == "t-01aa", "title"] = "=?utf-8?q?Bcc=3A_thief=0D=0A?= late"
    themes.to_parquet(path, index=False)
    house.deliver(as_of, house.settings({**TEAM, "what": "warnings"}))
    (mail,) = mailbox.mails
    assert mail["Subject"].startswith("Warning: = ?utf-8?q?Bcc=3A_thief=0D=0A?= late")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    """Return what a server on loopback shows: a certificate that it has signed itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(datetime(2019, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2119, 1, 1, tzinfo=UTC))
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    private = key.private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, encryption_algorithm=NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


def test_an_account_is_given_over_a_trusted_line_alone(
    house: House, certificate: ssl.SSLContext
) -> None:
    as_of = house.morning("2019-05-05")
    settings = house.settings({**TEAM, "what": "digest"}, attempts=1)
    with mail_server(certificate, "cx:s3cr3tWord") as server:
        secured = server.url().replace("mailto://", "mailtos://cx:s3cr3tWord@")
        house.environment["TEAM"] = secured
        done = house.deliver(as_of, settings)  # nobody vouches for the certificate
        assert "certificate or encryption" in done.failures[0]
        house.environment["TEAM"] = secured.replace("s3cr3tWord", "wrongWord") + "&verify=no"
        assert house.deliver(as_of, settings).failures == (
            "team: digest not sent: the mail server refused the account (535)",
        )
        assert server.envelopes == []
        house.environment["TEAM"] = f"{secured}&verify=no"
        assert house.deliver(as_of, settings).sent == 1
        assert len(server.envelopes) == 1
    assert "Word" not in " ".join(house.rows()["reason"].dropna())
