"""A desk's week: the strongest are told, severe ones always, the others wait."""

from __future__ import annotations

from models.spikes.desks import Candidate, held_back


def _new(name: str, extra: float, **said: object) -> Candidate:
    plain = Candidate(name, "Service", 1, extra, is_told=False, is_this_weeks=True, is_open=True)
    return plain._replace(**said)


def test_the_strongest_of_each_desk_are_told() -> None:
    rows = [_new("a", 5.0), _new("b", 9.0), _new("c", 7.0), _new("d", 1.0, owner="Billing")]
    assert held_back(rows, per_week=2) == {"a"}
    assert held_back(rows, per_week=3) == set()


def test_a_severe_one_is_always_told_and_takes_a_place() -> None:
    rows = [_new("a", 50.0), _new("b", 2.0, severity=3), _new("c", 1.0, severity=4)]
    assert held_back(rows, per_week=1) == {"a"}


def test_what_was_told_goes_on_and_counts_in_its_week_alone() -> None:
    told = _new("a", 1.0, is_told=True)
    assert held_back([told, _new("b", 9.0)], per_week=1) == {"b"}
    assert held_back([told._replace(is_open=False), _new("b", 9.0)], per_week=1) == {"b"}
    assert held_back([told._replace(is_this_weeks=False), _new("b", 9.0)], per_week=1) == set()


def test_what_has_waited_for_a_week_is_told_only_if_it_becomes_severe() -> None:
    old = _new("a", 9.0, is_this_weeks=False)
    assert held_back([old], per_week=5) == {"a"}
    assert held_back([old._replace(severity=3)], per_week=5) == set()


def test_what_is_over_does_not_wait() -> None:
    assert held_back([_new("a", 9.0, is_open=False)], per_week=1) == set()
