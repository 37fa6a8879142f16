"""Mail, by the standard library: Apprise reads the address and knows the providers, we send.

Apprise's own mail gives every message a new Message-ID and, where a header of that name is asked
for, a second one beside it. A thread needs to know its first message's, and a message that is
sent again must be recognised as the same; so the message is made and sent here.
"""

from __future__ import annotations

import contextlib
import hashlib
import smtplib
import ssl
from collections.abc import Sequence
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any

from pipelines.deliver.message import Message
from pipelines.deliver.outcome import NotSent
from pipelines.report.catalogue import delivery as words

# Python breaks an id that is longer than a line into words that no program puts together again.
_MAX_DOMAIN = 36
_OURS = {"message-id", "in-reply-to", "references", "subject", "from", "to", "cc", "bcc", "date"}


def send_mail(
    address: Any, message: Message, *, now: datetime, only: Sequence[str] = (), timeout_s: float
) -> None:
    """Send a message to all recipients of an address, or to those left over from an earlier try.

    Parameters
    ----------
    address : apprise.plugins.email.NotifyEmail
        Server, way of securing it, account, sender and recipients.
    message : Message
    now : datetime
        When it is sent.
    only : sequence of str
        Hashes (see :func:`mark`) of the recipients whom it has not reached yet; empty: all.
    timeout_s : float
        How long a step may wait for the server.

    Raises
    ------
    NotSent
        If it did not reach every recipient.
    """
    if getattr(address, "pgp_mode", "no") != "no":
        raise NotSent(
            "its address asks for PGP, which is not done here: nothing is sent in clear",
            is_final=True,
        )
    everybody = [it[1] for it in address.targets] + sorted(address.cc) + sorted(address.bcc)
    recipients = [it for it in dict.fromkeys(everybody) if not only or mark(it) in only]
    if not recipients:
        raise NotSent("its address names no recipient", is_final=True)
    written = write_mail(address, message, now=now).as_bytes()
    server = None
    try:
        server = _connect(address, timeout_s)
        refused = server.sendmail(address.from_addr[1], recipients, written)
    except smtplib.SMTPRecipientsRefused as err:
        raise _refusal(err.recipients, len(recipients)) from None
    except smtplib.SMTPAuthenticationError as err:
        raise NotSent(
            f"the mail server refused the account ({err.smtp_code})", is_final=True
        ) from None
    except smtplib.SMTPResponseException as err:
        # 5xx is for good, 4xx for now (RFC 5321, 4.2.1).
        code = err.smtp_code
        raise NotSent(f"the mail server answered {code}", is_final=500 <= code < 600) from None
    except ssl.SSLError:
        raise NotSent("the mail server's certificate or encryption was refused") from None
    except TimeoutError:
        raise NotSent("the mail server did not answer in time") from None
    except (OSError, smtplib.SMTPException):
        raise NotSent("no connection to the mail server, or it was lost") from None
    finally:
        if server is not None:  # what was accepted stays so, however the farewell goes
            with contextlib.suppress(OSError, smtplib.SMTPException):
                server.quit()
    if refused:
        raise _refusal(refused, len(recipients))


def write_mail(address: Any, message: Message, *, now: datetime) -> EmailMessage:
    """Return the mail: text and HTML, the report attached, its place in the thread.

    The library refuses a header with a line break in it; subjects are one line before they come
    here.
    """
    mail = EmailMessage(policy=SMTP)
    domain = _domain(address.from_addr[1])
    mail["Subject"] = message.subject
    mail["From"] = _named(address.from_addr)
    mail["To"] = [_named(it) for it in address.targets]
    names = address.names
    if address.cc:
        mail["Cc"] = [_named((names.get(it), it)) for it in sorted(address.cc)]
    if address.reply_to:
        mail["Reply-To"] = [_named((names.get(it), it)) for it in sorted(address.reply_to)]
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = f"<{message.key}@{domain}>"
    if message.root != message.key:
        mail["In-Reply-To"] = mail["References"] = f"<{message.root}@{domain}>"
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers, please
    for name, value in address.headers.items():
        if name.lower() not in _OURS:
            mail[name] = value
    end = f"\n{words.MAIL_END}\n" if message.attached else ""
    mail.set_content(message.body.text + end)
    html = message.body.html + (f"<p>{words.MAIL_END}</p>\n" if message.attached else "")
    mail.add_alternative(html, subtype="html")
    if message.attached is not None:
        mail.add_attachment(
            message.attached.read_bytes(), maintype="text", subtype="html", filename="report.html"
        )
    return mail


def mark(recipient: str) -> str:
    """Return a short hash of a recipient: a table need not hold who they are."""
    return hashlib.sha256(recipient.lower().encode()).hexdigest()[:12]


def _connect(address: Any, timeout_s: float) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if not address.verify_certificate:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    server: smtplib.SMTP
    if address.secure_mode == "ssl":
        server = smtplib.SMTP_SSL(
            address.smtp_host, address.port, timeout=timeout_s, context=context
        )
    else:
        server = smtplib.SMTP(address.smtp_host, address.port, timeout=timeout_s)
    try:
        if address.secure_mode == "starttls":
            server.starttls(context=context)
        if address.user and address.password:
            server.login(address.user, address.password)
    except BaseException:
        server.close()
        raise
    return server


def _refusal(refused: dict[str, tuple[int, bytes]], asked: int) -> NotSent:
    codes = sorted({code for code, _ in refused.values()})
    return NotSent(
        f"the mail server refused {len(refused)} of {asked} recipients "
        f"({', '.join(map(str, codes))})",
        is_final=all(500 <= code < 600 for code in codes),
        left_over=[mark(it) for it in refused],
    )


def _named(it: Sequence[Any]) -> Address:
    return Address(display_name=str(it[0] or ""), addr_spec=str(it[1]))


def _domain(sender: str) -> str:
    domain = sender.rpartition("@")[2].encode("idna").decode()
    while len(domain) > _MAX_DOMAIN and "." in domain:
        domain = domain.partition(".")[2]
    return domain[-_MAX_DOMAIN:]
