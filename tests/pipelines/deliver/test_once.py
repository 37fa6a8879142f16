"""Nothing lost, nothing doubled: failures, kills and runs of the same morning."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from models.contracts import DELIVERIES
from pipelines.deliver.told import Told
from tests.pipelines.deliver.conftest import FIRST, NOW, House
from tests.pipelines.deliver.servers import Hook, MailServer

TEAM = {"name": "team", "url_env": "TEAM"}
HOOK = {"name": "hook", "url_env": "HOOK"}

_CHILD = """
import json, os, sys, time
from pathlib import Path
import pandas as pd
from pipelines.deliver import deliver_run
from pipelines.settings import load_settings
from pipelines.workspace import Workspace
root, as_of, now = sys.argv[1:4]
settings = load_settings(Path(root) / "params.yaml")
places = Workspace.at(Path(root))
done = deliver_run(places, settings, pd.Timestamp(as_of), now=pd.Timestamp(now),
                   environment=os.environ, pause=time.sleep)
print(done.sent)
"""


def _child(house: House, as_of: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", _CHILD, str(house.root), f"{as_of}T00:00:00Z", NOW.isoformat()]
    environment = {**os.environ, **house.environment}
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)


def test_the_same_morning_again_sends_nothing(house: House, hook: Hook) -> None:
    house.environment["HOOK"] = hook.url
    as_of, settings = house.morning("2019-05-05"), house.settings(HOOK)
    assert house.deliver(as_of, settings).sent == 4
    version = house.store.version(DELIVERIES)
    assert house.deliver(as_of, settings).sent == 0
    assert len(hook.received) == 4
    assert house.store.version(DELIVERIES) == version


def test_without_destinations_nothing_is_sent_and_no_table_made(house: House) -> None:
    done = house.deliver(house.morning("2019-05-05"), house.settings())
    assert (done.sent, done.failures, done.off) == (0, (), ())
    assert not (house.places.store / "deliveries").exists()


def test_a_destination_without_its_variable_is_off_and_said_so(house: House, hook: Hook) -> None:
    as_of, settings = house.morning("2019-05-05"), house.settings(HOOK)
    done = house.deliver(as_of, settings)
    assert done.off == ("hook: nothing is sent, HOOK is not set in the environment",)
    assert done.failures == ()
    assert house.rows().empty
    house.environment["HOOK"] = hook.url
    assert house.deliver(as_of, settings).sent == 4


def test_what_failed_is_sent_by_the_next_morning_once_and_in_its_own_words(
    house: House, hook: Hook
) -> None:
    hook.always = 503
    house.environment["HOOK"] = hook.url
    settings = house.settings(HOOK)
    only = {"01aa": None, "08bb": None}
    house.deliver(house.morning("2019-05-05", **only, **{"02bb": {"severity": 2}}), settings)
    failed = house.rows()
    assert list(failed["state"]) == ["failed", "failed"]
    assert set(failed["reason"]) == {
        "the service answered 503",
        "not tried: the service answered 503",
    }
    hook.always = 200
    as_of = house.morning("2019-05-06", **only, **{"02bb": {"severity": 3}})
    assert house.deliver(as_of, settings).sent == 4
    assert [(it["issuecast_as_of"][:10], it["issuecast_event"]) for it in hook.received] == [
        ("2019-05-05", "digest"),
        ("2019-05-05", "opened"),
        ("2019-05-06", "digest"),
        ("2019-05-06", "grown"),
    ]
    assert "Level 2 of 4" in hook.received[1]["message"]
    assert "Level 3 of 4" in hook.received[3]["message"]
    assert set(failed["message_key"]) <= {it["key"] for it in hook.received}
    assert house.deliver(as_of, settings).sent == 0
    assert len(hook.received) == 4
    assert set(house.rows()["state"]) == {"sent"}


def test_a_run_that_is_gone_cannot_be_told_of_and_is_said_once(house: House, hook: Hook) -> None:
    hook.always = 503
    house.environment["HOOK"] = hook.url
    settings = house.settings({**HOOK, "what": "digest"})
    house.deliver(house.morning("2019-05-05"), settings)
    shutil.rmtree(house.places.runs / "2019-05-05")
    hook.always = 200
    as_of = house.morning("2019-05-06")
    done = house.deliver(as_of, settings)
    assert done.sent == 1
    assert done.failures == (
        "hook: digest given up: its morning is no longer there, or has no such thing to say",
    )
    assert house.deliver(as_of, settings).failures == ()


@pytest.mark.parametrize("room", ["mail", "webhook"])
def test_a_kill_between_sending_and_recording_repeats_with_the_same_key(
    house: House, mailbox: MailServer, hook: Hook, room: str
) -> None:
    house.environment["TEAM"] = mailbox.url() if room == "mail" else hook.url
    settings = house.settings({**TEAM, "what": "digest"}, timeout_s=20)
    house.morning("2019-05-05")
    accepted, may_answer = threading.Event(), threading.Event()

    def hold() -> None:
        accepted.set()
        may_answer.wait(60)

    mailbox.then = hook.then = hold
    child = _child(house, "2019-05-05")
    assert accepted.wait(120)
    os.kill(child.pid, signal.SIGKILL)  # it has arrived, and nobody has written that down
    child.wait()
    may_answer.set()
    mailbox.then = hook.then = None
    (row,) = house.rows().itertuples()
    assert row.state == "due"
    as_of = house.morning("2019-05-05")
    assert house.deliver(as_of, settings).sent == 1
    keys = (
        [mail["Message-ID"] for mail in mailbox.mails]
        if room == "mail"
        else [it["key"] for it in hook.received]
    )
    assert len(keys) == 2
    assert len(set(keys)) == 1
    assert row.message_key in keys[0]
    assert house.deliver(as_of, settings).sent == 0


def test_two_at_once_send_each_message_once(house: House, hook: Hook) -> None:
    house.environment["HOOK"] = hook.url
    house.settings(HOOK)
    house.morning("2019-05-05")
    children = [_child(house, "2019-05-05") for _ in range(2)]
    said = sorted(int(child.communicate(timeout=180)[0]) for child in children)
    assert said == [0, 4]
    assert len(hook.received) == 4


def test_an_earlier_morning_made_again_tells_nobody(house: House, hook: Hook) -> None:
    house.environment["HOOK"] = hook.url
    settings = house.settings(HOOK)
    house.deliver(house.morning("2019-05-06"), settings)
    before = len(hook.received)
    feed = house.places.feed.read_bytes()
    assert house.deliver(house.morning("2019-05-04"), settings).sent == 0
    assert len(hook.received) == before
    assert house.places.feed.read_bytes() == feed


def test_a_dry_run_says_what_is_due_and_writes_nothing(
    house: House, mailbox: MailServer, hook: Hook
) -> None:
    secret = mailbox.url().replace("mailto://", "mailto://me:s3cr3tWord@")
    house.environment |= {"TEAM": secret, "HOOK": hook.url}
    settings = house.settings({**TEAM, "what": "digest"}, {**HOOK, "min_level": 4})
    as_of = house.morning("2019-05-05")
    opened = "opened, level 4: Warning: Add-ons disabled (w-t-01aa-2019-05-04)"
    assert house.would(as_of, settings) == [
        "team (E-Mail to 1 recipient by 127.0.0.1): Complaint outlook, week from 5 May 2019",
        "hook (JSON at 127.0.0.1): Complaint outlook, week from 5 May 2019",
        f"hook (JSON at 127.0.0.1): {opened}",
    ]
    assert (hook.tries, mailbox.envelopes) == (0, [])
    assert not (house.places.store / "deliveries").exists()
    assert not house.places.feed.exists()


def test_a_department_gets_its_own_digest_and_nothing_when_it_owns_nothing(
    house: House, mailbox: MailServer
) -> None:
    house.environment["TEAM"] = mailbox.url()
    settings = house.settings(
        {**TEAM, "department": "Product"}, {**TEAM, "name": "law", "department": "Legal"}
    )
    as_of = house.morning("2019-05-05")
    folder = house.places.runs / "2019-05-05" / "departments"
    folder.mkdir(exist_ok=True)
    (folder / "product.md").write_text(
        "# Complaint outlook: Product\n- ▲ **Add-ons disabled** is yours\n"
    )
    assert house.deliver(as_of, settings).sent == 2
    digest, warning = mailbox.mails
    assert digest["Subject"] == "Complaint outlook: Product"
    text = digest.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "Add-ons disabled is yours" in text
    assert "Late parcels" not in text
    assert list(digest.iter_attachments()) == []  # the report tells of the others' warnings too
    assert warning["Subject"] == "Warning: Add-ons disabled (w-t-01aa-2019-05-04)"


def test_the_table_holds_neither_words_nor_addresses(
    house: House, mailbox: MailServer, hook: Hook
) -> None:
    mailbox.answers = ["554 You wrote: Late parcels, s3cr3tEcho"]
    house.environment |= {"TEAM": mailbox.url("cx@acme.example"), "HOOK": hook.url}
    house.deliver(house.morning("2019-05-05"), house.settings(TEAM, HOOK))
    files = [p for p in Path(house.places.store / "deliveries").rglob("*") if p.is_file()]
    assert files
    held = json.dumps(house.rows().astype(str).to_dict("records"))
    held += " ".join(p.read_bytes().decode("latin-1") for p in files)
    for secret in ("s3cr3t", "t0ken", "acme.example", "Late parcels", "Add-ons", "127.0.0.1"):
        assert secret not in held


def test_a_fault_with_one_message_keeps_no_other(
    house: House, hook: Hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    """E.g. an earlier morning's folder that cannot be read."""
    house.environment["HOOK"] = hook.url
    as_of, settings = house.morning("2019-05-05"), house.settings(HOOK)
    subject = Told.warning_subject

    def broken(told: Told, warning_id: str) -> str:
        if warning_id == FIRST:
            raise KeyError("Add-ons disabled")
        return subject(told, warning_id)

    monkeypatch.setattr(Told, "warning_subject", broken)
    done = house.deliver(as_of, settings)
    assert done.sent == 3
    assert done.failures == (f"hook: opened of {FIRST} not sent: unexpected KeyError",)
    monkeypatch.undo()
    assert house.deliver(as_of, settings).sent == 1


def test_a_digest_that_its_morning_no_longer_has_is_given_up(house: House, hook: Hook) -> None:
    hook.always = 503
    house.environment["HOOK"] = hook.url
    settings = house.settings({**HOOK, "what": "digest", "department": "Product"})
    as_of = house.morning("2019-05-05")
    folder = house.places.runs / "2019-05-05" / "departments"
    folder.mkdir(exist_ok=True)
    (folder / "product.md").write_text("# Product\n")
    assert "503" in house.deliver(as_of, settings).failures[0]
    hook.always = 200
    (folder / "product.md").unlink()
    assert "given up" in house.deliver(as_of, settings).failures[0]
    assert hook.received == []
