import numpy as np
import pytest

from models.embedding import HashingEncoder
from models.errors import DataContractError
from models.themes.labels import describe_themes
from models.themes.sentences import cut, exemplars, key_set, medoid_sentence, sentences
from models.themes.titles import title_candidates
from models.themes.word_counts import word_weights
from models.themes.words import phrases_of

ROUTER = [
    "Hello, my Acme router keeps dropping the connection.",
    "Hi there. The router drops the connection every evening!",
    "router connection dropped again, please help <EMAIL>",
    "Router keeps dropping connection. Thanks",
    "Why does the router drop the connection? https://forum.example/t/1",
]
BILL = [
    "Hello, I was charged twice on my bill.",
    "Charged twice on this month's bill!",
    "My bill: charged twice, please refund. Thanks",
    "Hi, Acme charged twice for the same month 42 17.",
    "You charged twice on the last bill, <PHONE>",
]


def _describe(texts, labels, **kwargs):
    kwargs.setdefault("brand_words", ["Acme"])
    return describe_themes(texts, labels, HashingEncoder().encode(texts), **kwargs)


def test_two_themes_are_named_by_what_people_wrote():
    themes = _describe(ROUTER + BILL, [0] * 5 + [1] * 5)
    assert themes["cluster"].tolist() == [0, 1]
    assert key_set(themes["title"][0]) <= key_set("router dropping the connection")
    assert len(themes["title"][0].split()) >= 2
    assert themes["title"][1] == "Charged twice"
    assert "connection" in themes["label"][0]
    assert "charged twice" in themes["label"][1].lower()
    assert themes["size"].tolist() == [5, 5]
    for row in themes.itertuples():
        assert 2 <= len(row.exemplars) <= 5
        assert len(row.label) <= 160
        words = " ".join([row.title, *row.keywords]).lower()
        for boring in ("acme", "hello", "thanks", "please", "email", "phone", "42", "https"):
            assert boring not in words.split()
        assert np.linalg.norm(row.centroid) == pytest.approx(1, abs=1e-5)


def test_row_order_changes_nothing_but_ties():
    texts, labels = ROUTER + BILL, np.array([0] * 5 + [1] * 5)
    order = np.random.default_rng(4).permutation(10)
    mixed = _describe([texts[i] for i in order], labels[order])
    plain = _describe(texts, labels)
    for name in ("title", "label", "keywords", "exemplars", "size"):
        assert mixed[name].tolist() == plain[name].tolist()


def test_titles_are_unique_even_for_the_same_texts():
    themes = _describe([*BILL, *BILL, *BILL], [0] * 5 + [1] * 5 + [2] * 5)
    assert themes["title"].map(key_set).nunique() == 3
    assert (themes["title"].str.len() > 0).all()


def test_a_title_says_no_word_twice_in_two_forms():
    texts = ["addon add-ons disabled today", "addon add-ons disabled now", "add-ons addon disabled"]
    runs = [phrases_of(text) for text in [*texts, "late parcel", "late parcel again"]]
    weights = word_weights(runs, np.array([0, 0, 0, 1, 1]), np.ones(5))[0]
    titles = list(title_candidates(runs[:3], np.ones(3), weights, {"addon": "add-ons"}))
    titles = [title for title in titles if "," not in title]
    assert titles
    for title in titles:
        assert len(key_set(title)) == len(title.split())


def test_heavier_texts_count_for_more():
    texts = ["router offline", "router slow", "router slow tonight", "bill wrong", "bill late"]
    labels = [0, 0, 0, 1, 1]
    light = _describe(texts, labels)
    heavy = _describe(texts, labels, weights=[500, 1, 1, 1, 1])
    assert heavy["size"].tolist() == [502, 2]
    assert light["label"][0] != "router offline"
    assert heavy["label"][0] == "router offline"


@pytest.mark.parametrize(
    "texts",
    [["😡"], ["12345", "9"], ["hello"], ["thanks!", "thank you"], ["x"], ["ok"] * 3, ["", " "]],
)
def test_texts_without_content_still_have_a_name(texts):
    themes = describe_themes(texts, [0] * len(texts), HashingEncoder().encode(texts))
    assert len(themes) == 1
    assert themes["title"][0]
    assert themes["keywords"][0] == [] or len(themes["keywords"][0]) <= 8


def test_nameless_themes_are_numbered_from_the_second_on():
    texts = ["", " ", "  ", "   "]
    themes = describe_themes(texts, [0, 0, 0, 1], HashingEncoder().encode(texts))
    assert themes["title"].tolist() == ["Theme", "Theme (2)"]


def test_a_title_says_what_is_a_theme_alone():
    cash = [f"My cash withdrawal was declined {end}" for end in ("again", "twice", "here", "now")]
    fee = [f"I paid a fee for a cash withdrawal {end}" for end in ("again", "twice", "here", "now")]
    titles = _describe(cash + fee, [0] * 4 + [1] * 4)["title"].tolist()
    assert "declined" in titles[0].lower()
    assert "fee" in titles[1].lower()


def test_no_text_and_texts_of_no_theme():
    assert _describe([], []).empty
    assert _describe(ROUTER, [-1] * 5).empty
    assert _describe(ROUTER + BILL, [-1] * 5 + [3] * 5)["cluster"].tolist() == [3]


def test_lengths_must_agree():
    with pytest.raises(DataContractError, match="got 2 texts, 1 labels, 2 vectors"):
        describe_themes(["a", "b"], [0], np.eye(2))


def test_the_label_is_a_sentence_without_address_or_log():
    texts = [
        "@brand my parcel is late again!",
        "2019-05-04T00:00:00 parcel=late {'x': 1} late late parcel",
        "parcel",
    ]
    weights = dict.fromkeys(("parcel", "lat"), 1.0)
    label = medoid_sentence(texts, np.array([0.5, 0.9, 0.9]), np.ones(3), weights)
    assert label == "my parcel is late again!"


def test_exemplars_differ_and_are_short():
    texts = [
        "the parcel is late",
        "the parcel is late!",
        "parcel late " * 90,
        "no parcel came at all",
    ]
    vectors = HashingEncoder().encode(texts)
    chosen = exemplars(texts, vectors, vectors @ vectors[0])
    assert chosen[0] == "the parcel is late"
    assert "the parcel is late!" not in chosen
    assert max(len(text) for text in chosen) <= 280


def test_exemplars_come_from_the_closest_third_and_are_short():
    # Sixty texts, each a direction of its own: only closeness and length can choose.
    texts = [f"parcel {i} came late" for i in range(60)]
    texts[1] = "parcel came late " * 20
    closeness = np.linspace(0.9, 0.3, 60)
    chosen = exemplars(texts, np.eye(60), closeness)
    assert chosen == [texts[i] for i in (0, 2, 3, 4, 5)]
    # All that is near says the same: the fringe is not called typical for being different.
    vectors = np.eye(60)
    vectors[:20] = vectors[0]
    assert exemplars(texts, vectors, closeness) == [texts[0]]


def test_sentences_and_cuts_by_hand():
    assert sentences("Late. Again!\nWhy? ") == ["Late.", "Again!", "Why?"]
    assert sentences("") == []
    assert cut("one two three", 9) == "one two…"
    assert cut("onetwothree", 5) == "onet…"


NOTES = [
    "cust adv broadband outage since Monday, upset, wants ETA. nfa",
    "cust states broadband outage again, irate. esc to tl",
    "Cust states broadband outage, advised 24 hrs. tfr to tech",
    "custs irate re outage of broadband, adv eng booked asap",
    "cust upset, broadband outage 3 wks, states nobody advised",
]


def test_what_agents_note_of_any_call_makes_no_title():
    """Most calls' notes say "cust states": that is how they are written, not what they are of."""
    themes = _describe(ROUTER + BILL + NOTES, [0] * 5 + [1] * 5 + [2] * 5)
    assert key_set(themes["title"][2]) == key_set("broadband outage")
    said = {word for words in themes["keywords"] for word in words}
    assert not said & {"cust", "adv", "states", "upset", "irate", "nfa", "esc", "tfr", "wks"}


def test_a_word_that_agents_do_not_need_stays_a_title():
    """The list holds no word that is what people complain about somewhere else."""
    texts = ["The email client stops", "My email client stops", "Email client stops again"]
    themes = _describe(texts + BILL, [0] * 3 + [1] * 5)
    assert "client" in themes["title"][0]
