from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests

from pipelines.deliver.address import address_of, shown
from pipelines.deliver.body import body_of
from pipelines.deliver.message import Message
from pipelines.deliver.outcome import NotSent
from pipelines.deliver.services import send_by_apprise
from pipelines.report.plain import markdown
from pipelines.settings import Destination
from tests.pipelines.deliver.conftest import House
from tests.pipelines.deliver.servers import Hook

HOOK = {"name": "hook", "url_env": "HOOK"}
EVIL = (
    "<!channel> <@U024BE7LH> <at>boss</at> [pay](http://evil.example) *b* <script>x</script> & Co"
)


def test_a_webhook_is_told_words_and_key(house: House, hook: Hook) -> None:
    house.environment["HOOK"] = hook.url
    as_of = house.morning("2019-05-05")
    done = house.deliver(as_of, house.settings(HOOK))
    assert (done.sent, done.failures) == (4, ())
    digest, worst, *_ = hook.received
    assert digest["title"] == "Complaint outlook, week from 5 May 2019"
    assert digest["path"] == "/hooks/t0kenPath"
    assert digest["issuecast_event"] == "digest"
    assert worst["issuecast_thread"] == "w-t-01aa-2019-05-04"
    assert (worst["issuecast_event"], worst["issuecast_level"]) == ("opened", "4")
    assert "122 complaints in the last day against 1.9 usual" in worst["message"]
    assert [it["key"] for it in hook.received] == [it["issuecast_key"] for it in hook.received]
    assert {it["key"] for it in hook.received} == set(house.rows()["message_key"])


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_webhook_that_is_busy_is_asked_again(house: House, hook: Hook, status: int) -> None:
    hook.answers = [status, status]
    house.environment["HOOK"] = hook.url
    done = house.deliver(house.morning("2019-05-05"), house.settings({**HOOK, "what": "digest"}))
    assert (done.sent, hook.tries, house.waits) == (1, 3, [1, 2])


def test_waits_double_up_to_the_longest(house: House, hook: Hook) -> None:
    hook.always = 503
    house.environment["HOOK"] = hook.url
    settings = house.settings({**HOOK, "what": "digest"}, attempts=5, max_wait_s=3)
    done = house.deliver(house.morning("2019-05-05"), settings)
    assert house.waits == [1, 2, 3, 3]
    assert done.failures == ("hook: digest not sent: the service answered 503",)


@pytest.mark.parametrize("status", [302, 400, 401, 404])
def test_what_would_fail_alike_is_tried_once(house: House, hook: Hook, status: int) -> None:
    hook.always = status
    house.environment["HOOK"] = hook.url
    done = house.deliver(house.morning("2019-05-05"), house.settings({**HOOK, "what": "digest"}))
    assert (done.sent, hook.tries) == (0, 1)
    assert str(status) in done.failures[0]


def test_a_hanging_webhook_is_left(house: House, hook: Hook) -> None:
    hook.answers = [0]
    house.environment["HOOK"] = hook.url
    settings = house.settings({**HOOK, "what": "digest"}, timeout_s=0.3, attempts=2)
    done = house.deliver(house.morning("2019-05-05"), settings)
    assert (done.sent, hook.tries) == (1, 2)


def test_one_silent_destination_is_not_waited_for_message_by_message_nor_by_others(
    house: House, hook: Hook
) -> None:
    house.environment |= {"HOOK": "json://127.0.0.1:9/x", "OTHER": hook.url}
    other = {"name": "other", "url_env": "OTHER"}
    done = house.deliver(house.morning("2019-05-05"), house.settings(HOOK, other))
    assert house.waits == [1, 2]
    assert done.sent == len(hook.received) == 4
    assert [line.rpartition(": ")[0] for line in done.failures][1:] == [
        f"hook: opened of {thread} not sent: not tried"
        for thread in ("w-t-01aa-2019-05-04", "w-t-02bb-2019-05-01", "w-t-08bb-2019-05-03")
    ]


@pytest.fixture
def posted(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Catch what would go to Slack or Teams, whose addresses no test can move to loopback."""
    sent: list[dict[str, Any]] = []

    def post(*arguments: Any, **more: Any) -> requests.Response:
        sent.append(json.loads(more["data"]))
        answer = requests.Response()
        answer.status_code, answer._content = 200, b"ok"
        return answer

    monkeypatch.setattr(requests, "request", post)
    monkeypatch.setattr(requests, "post", post)
    return sent


def _send(url: str) -> None:
    address = address_of(Destination(name="chat", url_env="X"), {"X": url}, timeout_s=1)
    body = body_of(f"# New warning: {markdown(EVIL)}\n**Level 2**\n- {markdown(EVIL)}")
    send_by_apprise(address, Message("k", "k", "New warning", body))


def test_a_title_calls_nobody_in_slack(posted: list[dict[str, Any]]) -> None:
    _send("slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7/")
    text = posted[0]["attachments"][0]["text"]
    assert "<" not in text  # Slack's sign of a call or a link
    assert "&lt;!channel&gt; &lt;@U024BE7LH&gt;" in text
    assert "&amp; Co" in text
    assert "http://" not in text
    assert "*Level 2*" in text
    assert "icon_url" not in posted[0]


def test_a_title_calls_nobody_in_teams(posted: list[dict[str, Any]]) -> None:
    _send("workflows://prod-1.example.com:443/643e69f5e0754b6d8fb9bd12345678ab/s1gnatureXYZ/")
    card = posted[0]["attachments"][0]["content"]
    assert "entities" not in card["msteams"]  # who is called
    (block,) = card["body"]
    assert "<at>" not in block["text"]
    assert "](http" not in block["text"]
    assert "**Level 2**" in block["text"]


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mailtos://me:s3cr3t@gmail.com?to=a@x.example,b@x.example", "2 recipients by smtp.gmail"),
        (
            "jsons://me:s3cr3t@hooks.example.com/s3cr3t/s3cr3t?+X-Token=s3cr3t",
            "at hooks.example.com",
        ),
        ("slack://T1s3cr3t2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7/", "Slack"),
        ("workflows://prod.example.com/643e69f5e0754b6d8fb9s3cr3t678ab/s3cr3t/", "Workflows"),
    ],
)
def test_no_part_of_an_address_that_may_be_secret_is_shown(url: str, said: str) -> None:
    address = address_of(Destination(name="x", url_env="X"), {"X": url}, timeout_s=1)
    assert said in shown(address)
    for secret in ("s3cr3t", "TIiaj", "643e69"):
        assert secret not in shown(address)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("what is this s3cr3t", "X holds no address that Apprise knows"),
        ("slack://xoxb-1234-1234-abc124/#one/#two", "X names 2 channels: give each"),
    ],
)
def test_an_address_that_cannot_be_used_is_refused_without_being_repeated(
    url: str, said: str
) -> None:
    with pytest.raises(NotSent, match=said) as caught:
        address_of(Destination(name="x", url_env="X"), {"X": url}, timeout_s=1)
    assert "s3cr3t" not in str(caught.value)
    assert "xoxb" not in str(caught.value)


def test_what_a_service_logs_goes_nowhere(
    house: House, hook: Hook, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    hook.always = 404
    house.environment["HOOK"] = hook.url.replace("json://", "json://me:s3cr3tWord@")
    house.deliver(house.morning("2019-05-05"), house.settings(HOOK))
    out, err = capfd.readouterr()
    written = json.dumps(house.rows().astype(str).to_dict("records"))
    for secret in ("s3cr3t", "t0ken", "hooks", "127.0.0.1"):
        assert secret not in out + err + caplog.text + written


def test_hostile_mornings_go_to_a_webhook_whole(
    house: House, hook: Hook, templates: Callable[[str], Path]
) -> None:
    house.template = templates("hostile")
    house.environment["HOOK"] = hook.url
    done = house.deliver(house.morning("2019-05-05"), house.settings(HOOK))
    assert (done.sent, done.failures) == (8, ())
    assert any("<script>alert('x')</script>" in it["message"] for it in hook.received)
    assert all("\n" not in it["title"] for it in hook.received)
