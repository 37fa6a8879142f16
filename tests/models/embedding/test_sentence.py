import shutil
import socket
import subprocess
import sys

import numpy as np
import pytest

from models.embedding import SentenceEncoder, load_encoder
from models.embedding.bert import _steps
from models.embedding.sentence import BUNDLED_SHA256, _bundled_folder, check_weights
from models.errors import DataContractError

TEXTS = [
    "My add-ons have all been disabled!",
    "",
    "   ",
    "😡😡😡 🤬",
    "Ünïcödé — 你好 مرحبا",
    "word " * 20_000,  # 100,000 characters
    "The parcel is late. " * 12,
    "x",
    "My add-ons have all been disabled!",
]


@pytest.fixture(scope="module")
def encoder():
    return SentenceEncoder(precision="fp32")


def test_a_tampered_file_is_refused(tmp_path):
    file = tmp_path / "model.safetensors"
    file.write_bytes(b"not the weights")
    with pytest.raises(DataContractError, match="not the published ones"):
        check_weights(file, BUNDLED_SHA256)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(DataContractError, match=r"model\.safetensors is missing"):
        check_weights(tmp_path / "model.safetensors", BUNDLED_SHA256)


@pytest.mark.parametrize("name", ["all-MiniLM-L6-v3", "/no/such/folder", ""])
def test_an_unknown_encoder_is_refused_with_the_known_ones(name):
    with pytest.raises(DataContractError, match="Write all-MiniLM-L6-v2, hashing"):
        load_encoder(name)


def test_steps_hold_each_text_once_and_keep_both_limits():
    tokens = [[0] * n for n in (1, 2, 3, 600, 600, 2000)]
    steps = list(_steps(range(6), tokens, 2))
    assert steps == [[0, 1], [2, 3], [4], [5]]  # two texts, then 1,024 tokens, then one alone


def test_importing_the_encoders_imports_no_torch():
    code = "import sys, models.embedding; print('torch' in sys.modules)"
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert answer.stdout == "False\n"


@pytest.mark.slow
def test_name_holds_model_weights_and_precision(encoder):
    assert encoder.name == "all-MiniLM-L6-v2/53aa51172d14/fp32"
    assert encoder.dimension == 384


@pytest.mark.slow
def test_any_text_has_a_unit_vector(encoder):
    vectors = encoder.encode(TEXTS)
    assert vectors.shape == (len(TEXTS), 384)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert np.array_equal(vectors[0], vectors[-1])
    assert encoder.encode([]).shape == (0, 384)


@pytest.mark.slow
def test_order_of_the_texts_changes_no_bit(encoder):
    order = np.random.default_rng(3).permutation(len(TEXTS))
    shuffled = encoder.encode([TEXTS[i] for i in order])
    assert np.array_equal(shuffled, encoder.encode(TEXTS)[order])


@pytest.mark.slow
def test_vectors_are_those_of_sentence_transformers(encoder):
    # The folder is loaded by sentence-transformers itself: the reference.
    plain = SentenceEncoder(_bundled_folder(), precision="fp32")
    assert plain.name.startswith("model/53aa51172d14/")  # named after its folder
    cosines = (plain.encode(TEXTS) * encoder.encode(TEXTS)).sum(axis=1)
    assert cosines.min() >= 0.9999


@pytest.mark.slow
def test_bfloat16_keeps_the_meaning(encoder):
    rough = SentenceEncoder(precision="bf16")
    assert rough.name.endswith("/bf16")
    short = [text for text in TEXTS if len(text) < 1000]
    assert (rough.encode(short) * encoder.encode(short)).sum(axis=1).min() >= 0.999


@pytest.mark.slow
def test_no_network_is_tried(monkeypatch, tmp_path):
    def refuse(*args, **kwargs):
        raise AssertionError("the network was tried")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    copy = tmp_path / "copied-model"
    shutil.copytree(_bundled_folder(), copy)
    vectors = load_encoder(str(copy)).encode(["late parcel"])
    assert np.allclose(vectors, load_encoder("all-MiniLM-L6-v2").encode(["late parcel"]), atol=1e-5)
