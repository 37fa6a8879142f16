from __future__ import annotations

from pathlib import Path

import pytest

from models.errors import SettingsError
from models.spikes.reach import FAR, LEAST_PEOPLE
from models.spikes.severity import DEFAULT
from pipelines.settings import load_settings
from pipelines.steps.warnings.levels import level_rules


def _overlay(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_reference_file_loads_and_an_overlay_changes_only_what_it_names(tmp_path: Path) -> None:
    base = load_settings()
    changed = load_settings(_overlay(tmp_path, "themes: {resolution: 3}\n"))
    assert changed.themes.resolution == 3.0
    assert changed.themes.neighbours == base.themes.neighbours
    assert changed.digest() != base.digest()
    assert load_settings().digest() == base.digest()


def test_a_new_source_takes_what_it_does_not_say_from_files(tmp_path: Path) -> None:
    text = "sources: {crm: {columns: {text: body}}}\n"
    settings = load_settings(_overlay(tmp_path, text))
    assert dict(settings.sources["crm"].columns) == {"text": "body"}
    assert settings.sources["crm"].time_zone == "UTC"
    assert "files" in settings.sources


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("themes: {resolutoin: 2}", r"unknown parameter `themes\.resolutoin`.*`resolution`"),
        ("warnings: {false_alarms_per_theme_year: 0}", r"expected 0\.01 to 100, got 0"),
        ("forecast: {horizon_days: soon}", r"forecast\.horizon_days: expected int, got a text"),
        ("forecast: {horizon_days: true}", r"expected int, got true/false"),
        ("countries: US", r"countries: expected a list, got a text"),
        ("countries: [us]", r"^mine.yaml .*: countries: no holidays are known for 'us'; write"),
        ("countries: [US, GB-WALES]", r"'GB-WALES': GB has no part 'WALES'; .*ENG, NIR, SCT, WLS"),
        ("countries: [NO]", r"countries\[0\]: expected str, got true/false; put it in quotes"),
        ("time_zone: Mars/Olympus", r"no time zone is called 'Mars/Olympus'"),
        ("forecast: {members: []}", r"expected at least one member"),
        ("embedding: {precision: fp7}", r"expected one of auto, fp32, bf16"),
        ("warnings: {windows_days: [40]}", r"expected 1 to 28"),
        ("warnings: {snooze_days: 0}", r"warnings\.snooze_days: expected 1 to 365, got 0"),
        ("contact: {min_customers: 4}", r"contact\.min_customers: expected 5 to 100000, got 4"),
        (
            "response: {expected_minutes: {x: 0}}",
            r"response\.expected_minutes\.x: expected 1 to 40320 minutes \(28 days\), got 0",
        ),
        ("response: {expected_minutes: {x: soon}}", r"minutes\.x: expected float, got a text"),
        ("response: {expected_minutes: {X: 5}}", r"'x' and 'X' are one channel; write it as 'x'"),
        (
            "deliver: {destinations: [{name: cx, url_env: 'slack://T1/B1/s3cr3t'}]}",
            r"destinations\[0\]\.url_env: expected the name of an environment variable, not what",
        ),
        (
            "deliver: {destinations: [{name: cx, url: 'slack://T1/B1/s3cr3t'}]}",
            r"unknown parameter `deliver\.destinations\[0\]\.url`\. Did you mean `url_env`\?",
        ),
        (
            "deliver: {destinations: [{name: 'slack://s3cr3t', url_env: X}]}",
            r"destinations\[0\]\.name: expected 1 to 30 of a-z, 0-9 and -",
        ),
        (
            "deliver: {destinations: [{name: cx, url_env: X}, {name: cx, url_env: Y}]}",
            r"destinations\[1\]\.name: there are two destinations of this name",
        ),
        ("deliver: {destinations: [{name: cx}]}", r"missing parameter `deliver.*url_env`"),
        (
            "deliver: {destinations: [{name: cx, url_env: X, what: all}]}",
            r"\.what: expected one of both, digest, warnings; got 'all'",
        ),
        (
            "deliver: {destinations: [{name: cx, url_env: X, min_level: 5}]}",
            r"min_level: expected 1 to 4, got 5",
        ),
        ("deliver: {attempts: 0}", r"deliver\.attempts: expected 1 to 10, got 0"),
        ("report: {playbook: []}", r"expected levels 1, 2, 3, 4"),
        ("report: {owners: [{owner: Billing}]}", r"report\.owners\[0\]: asks for nothing"),
        ("report: {owners: [{owner: ' ', words: [a]}]}", r"owners\[0\]\.owner: expected a dep"),
        ("report: {owners: [{owner: A, words: ['']}]}", r"owners\[0\]\.words: an empty entry"),
        (
            "report: {owners: [{owner: Our shop, words: [a]}, {owner: our-shop, words: [b]}]}",
            r"owners\[1\]\.owner: 'Our shop' and 'our-shop' are one department; write it as 'Our",
        ),
        ("report: {owners: [{owner: A, product: [b]}]}", r"owners\[0\]\.product`.*`products`"),
        ("report: {default_owner: ''}", r"report\.default_owner: expected a department's name"),
        (
            "report: {replies: [{text: 'Sorry for {thmee}'}]}",
            r"\{thmee\} is not known here; write",
        ),
        ("report: {replies: [{text: '{theme.__class__}'}]}", r"\{theme\.__class__\} is not known"),
        ("report: {replies: [{text: '{theme!r}'}]}", r"replies\[0\]\.text: \{theme\} is not known"),
        ("report: {replies: [{text: 'All {'}]}", r"replies\[0\]\.text: a brace stands alone"),
        ("report: {replies: [{text: a, levels: [5]}]}", r"levels: expected 1 to 4 each, got 5"),
        (
            "report: {replies: [{text: a, owners: [Biling]}]}",
            r"'Biling'. Did you mean 'Billing'",
        ),
        (
            "report: {handling_minutes: 0}",
            r"handling_minutes: expected 0\.1 to 1440, got 0",
        ),
        (
            "report: {crisis_checklist: ['']}",
            r"checklist\[0\]: expected 1 to 200 characters",
        ),
        ("severity: {levels: []}", r"severity\.levels: expected levels 2, 3, 4; got \[\]"),
        (
            "severity: {levels: [{level: 2, ratio: 4, extra: 1, share: 0},"
            " {level: 3, ratio: 3, extra: 1, share: 0}, {level: 4, ratio: 5, extra: 1, share: 0}]}",
            r"ratio of level 3 \(3\) is less than that of level 2 \(4\)",
        ),
        ("severity: {one_source: 0}", r"severity\.one_source: expected 1 to 4, got 0"),
        ("- a list", r"expected `name: value` lines, got a list"),
        ("a: [", r"line 1: not valid YAML|not valid YAML"),
        ("themes: 3", r"themes\.?: expected `name: value` lines, got int"),
    ],
)
def test_a_wrong_parameter_is_refused_with_its_name_and_the_fix(
    tmp_path: Path, text: str, said: str
) -> None:
    with pytest.raises(SettingsError, match=said) as caught:
        load_settings(_overlay(tmp_path, text))
    assert "s3cr3t" not in str(caught.value)


def test_a_destination_needs_a_name_and_a_variable_and_changes_no_run(tmp_path: Path) -> None:
    text = "deliver: {destinations: [{name: cx-team, url_env: ISSUECAST_TEAM_URL}]}\n"
    settings = load_settings(_overlay(tmp_path, text))
    (destination,) = settings.deliver.destinations
    assert (destination.what, destination.department, destination.min_level) == ("both", "", 1)
    assert load_settings().deliver.destinations == ()
    assert settings.digest() == load_settings().digest()


def test_rules_of_an_earlier_release_still_load(tmp_path: Path) -> None:
    text = "report: {owners: [{owner: Shops, words: [till]}], default_owner: Desk}\n"
    settings = load_settings(_overlay(tmp_path, text))
    (rule,) = settings.report.owners
    assert (rule.owner, rule.words, rule.themes, rule.products) == ("Shops", ("till",), (), ())
    assert settings.report.default_owner == "Desk"


def test_a_reply_may_be_for_all_and_hold_braces(tmp_path: Path) -> None:
    text = "report: {replies: [{text: 'See {{help}} about {theme}, {department}, {since}'}]}\n"
    (reply,) = load_settings(_overlay(tmp_path, text)).report.replies
    assert (reply.levels, reply.owners) == ((), ())


def test_the_levels_of_the_reference_file_are_those_that_severity_says_by_itself() -> None:
    said = load_settings().severity
    assert level_rules(said) == DEFAULT
    assert (said.reach_times, said.reach_people) == (FAR, LEAST_PEOPLE)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        load_settings(tmp_path / "none.yaml")


def test_yaml_cannot_run_code(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="not valid YAML"):
        load_settings(_overlay(tmp_path, "seed: !!python/object/apply:os.getpid []\n"))


@pytest.mark.parametrize("value", ["[]", "[english]", "[EN]"])
def test_languages_are_codes(tmp_path, value):
    overlay = tmp_path / "mine.yaml"
    overlay.write_text(f"languages: {value}\n")
    with pytest.raises(SettingsError, match="languages: expected ISO 639-1 codes such as en"):
        load_settings(overlay)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("changes: {membres: []}", r"changes: unknown parameter `forecast\.membres`.*`members`"),
        ("changes: {cap_multiple: 0}", r"forecast\.cap_multiple: expected 1 to 100, got 0"),
        ("changes: {members: [crystal_ball]}", "no member is called 'crystal_ball'"),
        ("changes: {members: []}", "expected at least one member"),
        ("changes: {horizon_days: 14}", "horizon_days: is the same for champion and challenger"),
        ("margin: -1", r"forecast\.challenger\.margin: expected 0 to 0\.5"),
        ("coverage_80: [0.9, 0.95]", r"coverage_80: .* around 0\.8, e\.g\. \[0\.77, 0\.83\]"),
        ("coverage_95: [0.9]", "coverage_95: expected a lower and an upper end"),
    ],
)
def test_a_challenger_is_checked_where_it_is_named(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        load_settings(_overlay(tmp_path, f"forecast: {{challenger: {{{text}}}}}\n"))
