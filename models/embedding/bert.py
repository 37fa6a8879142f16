"""A BERT encoder's forward pass without padding: the same numbers in less time.

sentence-transformers pads each batch to its longest text and masks the padding out again. Here
the tokens of a batch lie end to end, so that the linear layers (nine tenths of the work) see
real tokens alone, and attention runs over groups of texts of exactly one length, unmasked.
Tokenising and weights are read without ``transformers``, whose import takes seconds.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from models.embedding.base import Vectors

if TYPE_CHECKING:
    import torch

# Tokens of one step: activations of a layer (6 KB a token) stay near the core's cache, and the
# matrices are tall enough for full speed (measured: flat from 512 to 2,048).
_TOKENS_PER_STEP = 1024


class BertModel:
    """Mean-pooled, unit-length sentence vectors of a BERT checkpoint.

    Parameters
    ----------
    folder : Path
        ``config.json``, ``model.safetensors``, ``tokenizer.json`` and, for the longest text,
        ``sentence_bert_config.json``.
    use_bf16 : bool
        Compute the linear layers in bfloat16 (only worth it where the CPU does so natively).
    batch_texts : int
        At most so many texts a step.
    """

    def __init__(self, folder: Path, *, use_bf16: bool, batch_texts: int) -> None:
        import torch
        from safetensors.torch import load_file
        from tokenizers import Tokenizer

        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        limits = json.loads((folder / "sentence_bert_config.json").read_text(encoding="utf-8"))
        self.dimension = int(config["hidden_size"])
        self.batch_texts = batch_texts
        self._heads = int(config["num_attention_heads"])
        self._epsilon = float(config["layer_norm_eps"])
        self._dtype = torch.bfloat16 if use_bf16 else torch.float32
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(max_length=int(limits["max_seq_length"]))
        weights = load_file(str(folder / "model.safetensors"))
        self._embed = {
            name: weights[f"embeddings.{name}_embeddings.weight"]
            for name in ("word", "position", "token_type")
        }
        self._norm = _pair(weights, "embeddings.LayerNorm")
        count = int(config["num_hidden_layers"])
        self._layers = [_layer(weights, f"encoder.layer.{i}.", self._dtype) for i in range(count)]

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return float32 vectors of shape (n_texts, dimension); longer texts are cut."""
        out = np.zeros((len(texts), self.dimension), dtype=np.float32)
        # Stripped as sentence-transformers does; an empty text is [CLS] [SEP] and has a vector.
        encodings = self._tokenizer.encode_batch_fast([text.strip() for text in texts])
        tokens = [encoding.ids for encoding in encodings]
        # Sorted by content too: the same texts in any order make the same steps.
        order = sorted(range(len(texts)), key=lambda i: (len(tokens[i]), tokens[i]))
        steps = list(_steps(order, tokens, self.batch_texts))

        def run(step: list[int]) -> None:
            out[step] = self._forward([tokens[i] for i in step])

        _run_in_threads(run, steps)
        return out

    def _forward(self, tokens: Sequence[Sequence[int]]) -> Vectors:
        import torch
        import torch.nn.functional as F

        lengths = np.array([len(t) for t in tokens])
        groups = _groups(lengths)
        with torch.inference_mode():
            ids = torch.tensor(np.concatenate([np.asarray(t) for t in tokens]))
            places = torch.tensor(np.concatenate([np.arange(n) for n in lengths]))
            x = self._embed["word"][ids]
            x += self._embed["position"][places]
            x += self._embed["token_type"][0]
            x = F.layer_norm(x, (self.dimension,), *self._norm, eps=self._epsilon)
            for layer in self._layers:
                x = self._apply(layer, x, groups)
            pooled = torch.cat(
                [x[a:b].view(texts, length, -1).mean(1) for a, b, texts, length in groups]
            )
            vectors: Vectors = F.normalize(pooled, dim=1).numpy()
        return vectors

    def _apply(
        self, layer: dict[str, Any], x: torch.Tensor, groups: list[tuple[int, int, int, int]]
    ) -> torch.Tensor:
        import torch
        import torch.nn.functional as F

        size = (self.dimension,)
        qkv = F.linear(x.to(self._dtype), *layer["qkv"])
        mixed = torch.empty_like(qkv[:, : self.dimension])
        for start, end, texts, length in groups:
            parts = qkv[start:end].view(texts, length, 3, self._heads, -1).permute(2, 0, 3, 1, 4)
            attended = F.scaled_dot_product_attention(parts[0], parts[1], parts[2])
            mixed[start:end] = attended.transpose(1, 2).reshape(texts * length, -1)
        x = x + F.linear(mixed, *layer["out"]).float()
        x = F.layer_norm(x, size, layer["norm_1"][0], layer["norm_1"][1], self._epsilon)
        wide = F.gelu(F.linear(x.to(self._dtype), *layer["up"]))
        x = x + F.linear(wide, *layer["down"]).float()
        return F.layer_norm(x, size, layer["norm_2"][0], layer["norm_2"][1], self._epsilon)


def _pair(weights: dict[str, Any], name: str) -> tuple[Any, Any]:
    return weights[f"{name}.weight"].contiguous(), weights[f"{name}.bias"].contiguous()


def _layer(weights: dict[str, Any], prefix: str, dtype: torch.dtype) -> dict[str, Any]:
    import torch

    parts = [_pair(weights, f"{prefix}attention.self.{name}") for name in ("query", "key", "value")]
    qkv = torch.cat([w for w, _ in parts]), torch.cat([b for _, b in parts])
    linear = {
        "qkv": qkv,
        "out": _pair(weights, f"{prefix}attention.output.dense"),
        "up": _pair(weights, f"{prefix}intermediate.dense"),
        "down": _pair(weights, f"{prefix}output.dense"),
    }
    return {
        **{name: (w.to(dtype), b.to(dtype)) for name, (w, b) in linear.items()},
        "norm_1": _pair(weights, f"{prefix}attention.output.LayerNorm"),
        "norm_2": _pair(weights, f"{prefix}output.LayerNorm"),
    }


def _steps(
    order: Sequence[int], tokens: Sequence[Sequence[int]], batch_texts: int
) -> Iterator[list[int]]:
    step: list[int] = []
    held = 0
    for i in order:
        full = len(step) >= batch_texts or held + len(tokens[i]) > _TOKENS_PER_STEP
        if step and full:
            yield step
            step, held = [], 0
        step.append(i)
        held += len(tokens[i])
    if step:
        yield step


def _groups(lengths: np.ndarray[Any, Any]) -> list[tuple[int, int, int, int]]:
    """Return (first token, last token + 1, texts, length) of each run of one length."""
    groups = []
    start = 0
    values, counts = np.unique(lengths, return_counts=True)  # lengths come sorted
    for length, texts in zip(values.tolist(), counts.tolist(), strict=True):
        end = start + length * texts
        groups.append((start, end, texts, length))
        start = end
    return groups


def _run_in_threads(run: Callable[[list[int]], None], steps: Sequence[list[int]]) -> None:
    """Run the steps on as many threads as torch would use, each computing on one.

    One step a core, rather than one step over all cores: no core waits for another inside a
    layer, and each keeps its own step in its own cache.
    """
    import torch

    threads = torch.get_num_threads()
    workers = min(threads, len(steps))
    # A single step computes on one thread, too: else a text's last bits would tell whether it
    # was encoded alone or among others.
    if threads == 1 or not steps:
        for step in steps:
            run(step)
        return
    try:
        with ThreadPoolExecutor(workers, initializer=torch.set_num_threads, initargs=(1,)) as pool:
            # The longest texts come last in `steps`; begun first, no core ends with one alone.
            list(pool.map(run, reversed(steps)))
    finally:
        # What one thread sets is what torch gives to later threads: put it back.
        torch.set_num_threads(threads)
