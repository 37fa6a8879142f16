"""Whose a warning is: order, themes, words, products; and file names that stay in their folder."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.spikes.routing import Route, Subject, department_of, department_slug

RISE = Subject(
    "t-01aa",
    "Late  Parcels",
    frozenset({"late", "parcels", "parcel", "tracking"}),
    {"Router": 0.3, "Router 2": 0.2, "SIM": 0.1},
)


def _department(*rules: Route, of: Subject = RISE) -> str:
    return department_of(of, rules, default="Service")


def test_the_first_rule_that_fits_wins():
    one, other = Route("Legal", words=["late"]), Route("Billing", words=["parcel"])
    assert _department(one, other) == "Legal"
    assert _department(other, one) == "Billing"
    assert _department(Route("Legal", words=["fraud"]), other) == "Billing"
    assert _department(Route("Legal", words=["fraud"])) == "Service"
    assert _department() == "Service"


@pytest.mark.parametrize("name", ["t-01aa", "T-01AA", "Late Parcels", " late parcels "])
def test_a_theme_is_named_by_its_id_or_its_title(name):
    assert _department(Route("Legal", themes=["t-99", name])) == "Legal"


@pytest.mark.parametrize("name", ["Late", "t-01", "Late Parcels again", ""])
def test_a_part_of_a_title_is_no_title(name):
    assert _department(Route("Legal", themes=[name])) == "Service"


def test_a_theme_without_a_title_is_not_met_by_an_empty_name():
    assert _department(Route("Legal", themes=["", " "]), of=Subject("t-1")) == "Service"


@pytest.mark.parametrize(
    ("products", "department"),
    [
        (["router", "ROUTER 2"], "Product"),  # 0.3 and 0.2: half of the rise
        (["Router", "SIM"], "Service"),  # 0.4
        (["Router"], "Service"),
        (["Rout"], "Service"),
    ],
)
def test_a_product_owns_what_it_carries_at_least_half_of(products, department):
    assert _department(Route("Product", products=products)) == department


def test_a_rule_asks_for_all_that_it_names():
    words, products = ["parcel", "fraud"], ["Router", "Router 2"]
    assert _department(Route("A", words=words, products=products)) == "A"
    assert _department(Route("A", words=["fraud"], products=products)) == "Service"
    assert _department(Route("A", words=words, products=["SIM"])) == "Service"
    assert _department(Route("A", words=words, products=products, themes=["t-9"])) == "Service"


def test_a_word_of_several_asks_for_all_of_them():
    assert _department(Route("A", words=["Late Tracking"])) == "A"
    assert _department(Route("A", words=["late invoice"])) == "Service"


def test_words_are_the_same_in_any_case_of_any_alphabet():
    rise = Subject("t-1", "Straße", frozenset({"straße"}))
    assert _department(Route("A", words=["STRASSE"]), of=rise) == "A"
    assert _department(Route("A", themes=["STRASSE"]), of=rise) == "A"


def test_a_rule_that_asks_for_nothing_owns_nothing():
    assert _department(Route("A")) == "Service"
    assert _department(Route("A", words=["", "  "])) == "Service"


@pytest.mark.parametrize(
    ("name", "slug"), [("Billing", "billing"), ("Customer  care", "customer-care"), ("B2B", "b2b")]
)
def test_a_plain_name_is_its_own_file(name, slug):
    assert department_slug(name) == slug


HOSTILE = [
    "../../etc/passwd",
    "..",
    "",
    "/",
    "a/b",
    "a\\b",
    "CON",
    "x\x00y",
    "\u202egnp",
    "Müll",
    "Mull",
]


def test_hostile_names_stay_in_the_folder_and_apart():
    slugs = [department_slug(name) for name in HOSTILE]
    assert len(set(slugs)) == len(HOSTILE)
    assert "con" not in slugs


@given(st.text(max_size=200))
def test_no_name_leaves_the_folder(name):
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", department_slug(name))
    assert len(department_slug(name)) <= 48
