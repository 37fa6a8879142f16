import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from models.embedding import HashingEncoder, load_encoder


@given(st.lists(st.text(max_size=40), max_size=8))
@settings(max_examples=40)
def test_any_texts_have_unit_vectors_that_do_not_depend_on_each_other(texts):
    encoder = HashingEncoder()
    vectors = encoder.encode(texts)
    assert vectors.shape == (len(texts), encoder.dimension)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    for text, vector in zip(texts, vectors, strict=True):
        assert np.allclose(encoder.encode([text])[0], vector, atol=1e-6)


def test_shared_words_bring_texts_together():
    near, same, far = HashingEncoder().encode(
        ["my parcel is late", "the parcel was late", "charged twice on the bill"]
    )
    assert near @ same > near @ far + 0.2


def test_is_loaded_by_name():
    assert load_encoder("hashing").name == "hashing"
