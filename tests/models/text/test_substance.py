import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.text.courtesies import LITTLE, THANKED_FOR
from models.text.substance import KINDS, no_complaint_kind, no_complaint_kinds

COURTEOUS = [
    "hi",
    "Hello",
    "thanks",
    "Thank",
    "you",
    "so",
    "much",
    "ok",
    "yes",
    "please",
    "!",
    "😀",
]


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        *(
            ("thanks", "thanks!"),
            ("thanks", "@united Thank you so much"),
            ("thanks", "Merci beaucoup"),
        ),
        ("thanks", "thanks for the quick reply"),
        ("thanks", "no problem, thanks"),
        *(("thanks", "Vielen Dank!"), ("thanks", "谢谢"), ("thanks", "спасибо большое")),
        *(("greeting", "Hello, anyone there"), ("greeting", "Good morning"), ("greeting", "Hola")),
        *(
            ("reply", "ok"),
            ("reply", "Yes please"),
            ("reply", "DM sent"),
            ("reply", "I just DM'd you!"),
        ),
        *(("laughter", "LOL"), ("laughter", "hahahaha"), ("laughter", "ahaha")),
        *(("emoji", "👍👍"), ("emoji", "😡"), ("emoji", "<3")),
        *(("only marks or links", "."), ("only marks or links", "<EMAIL> <URL> ???")),
        *(("only marks or links", "https://a.example/b?c"), ("only marks or links", "@united")),
        ("only marks or links", "Sent from my iPhone"),
        *(("too short", "a"), ("too short", "12")),
        (
            "advert",
            "Earn $500 a day from home with CoinMeadow crypto signals! Join now, link in bio 🚀",
        ),
    ],
)
def test_texts_without_a_complaint(kind, text):
    assert no_complaint_kind(text) == kind


@pytest.mark.parametrize(
    "text",
    [
        # One or two words are a whole complaint, if one has content.
        *(
            "Internet down",
            "Outage",
            "Noise",
            "Potholes",
            "Sulfur",
            "dank",
            "Tag",
            "No signal",
            "404",
        ),
        *("help", "Refund!", "贵", "нет сети", "kein Netz", "Not good", "not ok", "no one there"),
        *(
            "Thanks for nothing",
            "thanks for no help",
            "Thanks for the delay",
            "thanks, no reply yet",
        ),
        *("hello? my phone is dead", "ok but the bill is wrong", "No help", "ill"),
        "I keep getting adverts to earn $500 a day from home, how do I block them?",
        "My bitcoin wallet at home shows 100% guaranteed loss",
        "thanks " * 200 + "but my line is dead",
    ],
)
def test_complaints_stay(text):
    assert no_complaint_kind(text) is None


def test_the_companys_names_are_no_content():
    assert no_complaint_kind("thanks Larkfield") is None
    texts = pd.Series(["thanks Larkfield", "Larkfield down"], dtype="str")
    found = no_complaint_kinds(texts, names=["Larkfield"])
    assert found[0] == "thanks"
    assert pd.isna(found[1])


@given(st.lists(st.sampled_from(COURTEOUS), max_size=8), st.integers(0, 8))
def test_one_word_of_content_makes_any_text_a_complaint(words, place):
    assert no_complaint_kind(" ".join([*words[:place], "router", *words[place:]])) is None


@given(st.lists(st.sampled_from(COURTEOUS), max_size=8))
def test_case_marks_and_signs_change_no_verdict(words):
    text = " ".join(words)
    is_none = no_complaint_kind(text) is None
    for other in (text.upper(), f"@someone {text}", f"{text} <URL>", f"{text}!!"):
        assert (no_complaint_kind(other) is None) == is_none


@given(st.text(max_size=300))
def test_any_text_has_a_known_kind_or_none(text):
    assert no_complaint_kind(text) in (None, *KINDS)


def test_little_words_alone_are_kept():
    # "it is what it was" may mean something: only a core word of courtesy makes a text empty.
    assert no_complaint_kind(" ".join(sorted(LITTLE)[:5])) is None
    assert no_complaint_kind("call back") is None
    assert not LITTLE & THANKED_FOR


def test_series_keep_their_index_and_missing_texts():
    texts = pd.Series(["ok", None, "router dead", "ok"], index=[3, 1, 4, 2], dtype="str")
    found = no_complaint_kinds(texts)
    assert found.index.tolist() == [3, 1, 4, 2]
    assert found.fillna("-").tolist() == ["reply", "-", "-", "reply"]


@pytest.mark.corpora
def test_few_negative_tweets_and_many_thanks_are_found(corpora):
    tweets = pd.read_csv(corpora / "airline_tweets" / "complaints.csv.gz")
    is_none = no_complaint_kinds(tweets["text"].astype("str")).notna()
    share = is_none.groupby(tweets["sentiment"]).mean()
    assert share["negative"] < 0.002
    assert share["positive"] > 0.08
    smells = pd.read_csv(corpora / "smell_pittsburgh" / "complaints.csv")["smell_description"]
    assert no_complaint_kinds(smells.astype("str")).notna().mean() < 0.002
