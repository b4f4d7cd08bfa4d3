"""A whole sentence model from a folder, run by ONNX Runtime: the extra `semantic`.

The folder holds `model.onnx` (or `onnx/model.onnx`) and `tokenizer.json`, as sentence models are published. How its
tokens come to one vector `1_Pooling/config.json` tells, where there is one; else it is their mean.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import threading
from collections.abc import Sequence
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from app.errors import Invalid
from app.search.meaning import CHUNK_WORDS, Vectors, normalised

SETTING = "HINDSIGHT_MEANING"
PACKAGES = ("onnxruntime", "tokenizers")
# Part of the name, as is all that vectors depend on: those of another name cannot be compared with these.
VERSION = 1
MOST_TOKENS = 256
# More characters than that many tokens ever take.
MOST_CHARACTERS = 20_000
# Texts of one run; they are padded to the longest of them.
TOGETHER = 8
THREADS = 2
# Questions whose vectors are kept: one is asked again in other ways where nothing answers it.
KEPT = 64
# How much of a large file's beginning and end tells it from others.
TOLD_BY = 65_536
INPUTS = frozenset({"input_ids", "attention_mask", "token_type_ids"})
WHOLE = "sentence_embedding"
# Keys and values of 1_Pooling/config.json, in its older and newer form.
POOLING = "pooling_mode_"
BY_FIRST = ("cls_token", "cls")
BY_MEAN = ("mean_tokens", "mean")

log = logging.getLogger(__name__)


def sentence_model(folder: Path | None) -> SentenceModel | None:
    """The model in that folder; None where none is wanted. Raises Invalid, which says how to mend it."""
    return None if folder is None else SentenceModel(folder)


class Opened(NamedTuple):
    """What a process has in memory to encode with. `output` is what is asked of the model."""

    session: Any
    tokenizer: Any
    inputs: tuple[str, ...]
    output: str


class SentenceModel:
    """A Meaning. It is taken into memory (a few hundred megabytes) when it first encodes; threads may share it."""

    fast = False

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        if missing := [name for name in PACKAGES if find_spec(name) is None]:
            raise self._invalid(f"{' and '.join(missing)} must be installed: pip install -e '.[semantic]'")
        self._model = self._there("model.onnx", "onnx/model.onnx")
        self._tokens = self._there("tokenizer.json")
        self._first_token = self._pools_by_first()
        self.name = self._named()
        self._lock = threading.Lock()
        self._opened: Opened | None = None
        self._broken: Invalid | None = None
        self._alone = lru_cache(maxsize=KEPT)(lambda text: self._encoded([text]))

    @property
    def dimensions(self) -> int:
        return int(self._alone("").shape[1])

    def encode(self, texts: Sequence[str]) -> Vectors:
        """A row for each text, of length 1. Raises Invalid where the model turns out to be none."""
        if len(texts) == 1:
            return self._alone(texts[0]).copy()
        found = np.zeros((len(texts), self.dimensions), np.float32)
        # Those of a length together, so that little is padded.
        order = sorted(range(len(texts)), key=lambda at: len(texts[at]))
        for first in range(0, len(order), TOGETHER):
            taken = order[first : first + TOGETHER]
            found[taken] = self._encoded([texts[at] for at in taken])
        return found

    def _encoded(self, texts: list[str]) -> Vectors:
        opened = self._open()
        try:
            return normalised(self._pooled(opened, texts))
        except Exception as error:  # ONNX Runtime's errors have no class of their own in common
            raise self._invalid(f"the model does not encode ({error})") from error

    def _pooled(self, opened: Opened, texts: list[str]) -> Vectors:
        read = opened.tokenizer.encode_batch([text[:MOST_CHARACTERS] for text in texts])
        given = {
            "input_ids": np.array([each.ids for each in read], np.int64),
            "attention_mask": np.array([each.attention_mask for each in read], np.int64),
            "token_type_ids": np.array([each.type_ids for each in read], np.int64),
        }
        (output,) = opened.session.run([opened.output], {name: given[name] for name in opened.inputs})
        vectors: Vectors = output.astype(np.float32)
        if vectors.ndim == 2:
            return vectors
        if self._first_token:
            return vectors[:, 0]
        mask = given["attention_mask"].astype(np.float32)
        mean: Vectors = np.einsum("btd,bt->bd", vectors, mask) / np.maximum(mask.sum(axis=1, keepdims=True), 1)
        return mean

    def _open(self) -> Opened:
        """What failed once is not tried again: it would take its time at every question."""
        with self._lock:
            if self._broken is not None:
                raise self._broken
            if self._opened is None:
                try:
                    self._opened = self._load()
                except Exception as error:  # as above
                    self._broken = self._invalid(f"the model cannot be loaded ({error})")
                    log.error("%s", self._broken)
                    raise self._broken from error
            return self._opened

    def _load(self) -> Opened:
        # Imported here: they are there only where this extra is installed, and take their time.
        import onnxruntime
        import tokenizers

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = min(THREADS, os.cpu_count() or 1)
        options.inter_op_num_threads = 1
        # A thread that waits must not keep a processor busy which serves pages.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        session = onnxruntime.InferenceSession(str(self._model), options, providers=["CPUExecutionProvider"])
        inputs = tuple(each.name for each in session.get_inputs())
        outputs = [each.name for each in session.get_outputs()]
        if strange := sorted(set(inputs) - INPUTS):
            raise ValueError(f"it wants {', '.join(strange)}, which no sentence model does")
        tokenizer = tokenizers.Tokenizer.from_file(str(self._tokens))
        padding = tokenizer.padding or {}
        tokenizer.enable_truncation(MOST_TOKENS)
        tokenizer.enable_padding(pad_id=padding.get("pad_id", 0), pad_token=padding.get("pad_token", "[PAD]"))
        return Opened(session, tokenizer, inputs, WHOLE if WHOLE in outputs else outputs[0])

    def _there(self, *names: str) -> Path:
        """The first of these files that is there."""
        for name in names:
            if (self.folder / name).is_file():
                return self.folder / name
        raise self._invalid(f"there is no {' nor '.join(names)} in it; put a sentence model exported to ONNX there")

    def _pools_by_first(self) -> bool:
        """Whether the first token's vector is the text's; else it is the mean of all."""
        file = self.folder / "1_Pooling" / "config.json"
        if not file.is_file():
            return False
        try:
            config = json.loads(file.read_bytes())
            flags = [key.removeprefix(POOLING) for key, on in config.items() if key.startswith(POOLING) and on is True]
            modes = [config["pooling_mode"]] if "pooling_mode" in config else flags
        except (ValueError, AttributeError, OSError) as error:
            raise self._invalid(f"1_Pooling/config.json cannot be read ({error})") from error
        if len(modes) != 1 or modes[0] not in (*BY_FIRST, *BY_MEAN):
            told = ", ".join(map(str, modes)) or "nothing"
            raise self._invalid(f"1_Pooling/config.json says {told}; take a model that goes by the mean or by cls")
        return modes[0] in BY_FIRST

    def _named(self) -> str:
        told = hashlib.sha256(f"{VERSION} {MOST_TOKENS} {CHUNK_WORDS} {self._first_token}".encode())
        for path in (self._model, self._tokens):
            try:
                with open(path, "rb") as file:
                    size = file.seek(0, os.SEEK_END)
                    told.update(str(size).encode())
                    for at in (0, max(size - TOLD_BY, 0)):
                        file.seek(at)
                        told.update(file.read(TOLD_BY))
            except OSError as error:
                raise self._invalid(f"{path.name} cannot be read ({error})") from error
        return f"model-{told.hexdigest()[:12]}"

    def _invalid(self, why: str) -> Invalid:
        return Invalid(f"{SETTING}={str(self.folder)!r} cannot be used: {why}. Unset it to go by the shipped vectors.")
