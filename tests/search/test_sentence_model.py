"""A sentence model in a folder: what is wrong with it is said at the start; what is right with it is measured in a tiny
one, where the packages are.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app import create_app
from app.errors import Invalid
from app.search import sentence_model as module
from app.search.sentence_model import MOST_TOKENS, PACKAGES, SentenceModel, sentence_model
from app.settings import load

WORDS = ("[PAD]", "[UNK]", "disk", "full", "pool", "etcd")
VECTORS = np.array([[9, 9, 9], [0, 0, 1], [1, 0, 0], [0, 1, 0], [1, 1, 0], [0, 3, 4]], np.float32)


def folder(path: Path, pooling: dict[str, Any] | None = None, model: str = "model.onnx") -> Path:
    """What a model's folder looks like from outside."""
    for name in (model, "tokenizer.json"):
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(b"no model at all")
    if pooling is not None:
        (path / "1_Pooling").mkdir(exist_ok=True)
        (path / "1_Pooling" / "config.json").write_text(json.dumps(pooling))
    return path


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the packages were there: a folder is looked at without them."""
    monkeypatch.setattr(module, "PACKAGES", ())


def test_no_folder_is_no_model() -> None:
    assert sentence_model(load({}).meaning) is None


def test_a_missing_package_is_named_with_the_way_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PACKAGES", ("numpy", "no_such_runtime"))
    with pytest.raises(Invalid, match=r"HINDSIGHT_MEANING=.*: no_such_runtime must be installed: pip install -e"):
        SentenceModel(folder(tmp_path))


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize(
    ("file", "text", "wrong"),
    [
        ("model.onnx", None, "there is no model.onnx nor onnx/model.onnx in it"),
        ("tokenizer.json", None, "there is no tokenizer.json in it"),
        ("1_Pooling/config.json", "{", "1_Pooling/config.json cannot be read"),
        ("1_Pooling/config.json", "[]", "1_Pooling/config.json cannot be read"),
        ("1_Pooling/config.json", "{}", "1_Pooling/config.json says nothing"),
        ("1_Pooling/config.json", '{"pooling_mode_max_tokens": true}', "says max_tokens; take a model"),
        ("1_Pooling/config.json", '{"pooling_mode": "lasttoken"}', "says lasttoken; take a model"),
        (
            "1_Pooling/config.json",
            '{"pooling_mode_cls_token": true, "pooling_mode_mean_tokens": true}',
            "says cls_token, mean_tokens; take a model",
        ),
    ],
)
def test_what_is_wrong_with_a_folder_is_said_at_the_start(
    tmp_path: Path, file: str, text: str | None, wrong: str
) -> None:
    made = folder(tmp_path, {"pooling_mode_mean_tokens": True})
    (made / file).unlink() if text is None else (made / file).write_text(text)
    with pytest.raises(Invalid) as raised:
        SentenceModel(made)
    assert str(raised.value).startswith(f"HINDSIGHT_MEANING='{made}' cannot be used: ")
    assert wrong in str(raised.value)


def test_the_site_does_not_start_with_a_folder_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="HINDSIGHT_MEANING="):
        create_app(load({"HINDSIGHT_MEANING": str(tmp_path / "none")}, data=tmp_path))


@pytest.mark.usefixtures("installed")
def test_a_name_tells_models_and_their_settings_apart(tmp_path: Path) -> None:
    names = [SentenceModel(folder(tmp_path)).name]
    assert names == [SentenceModel(folder(tmp_path / "copy")).name]
    assert names == [SentenceModel(folder(tmp_path / "deep", model="onnx/model.onnx")).name]
    names.append(SentenceModel(folder(tmp_path, {"pooling_mode_cls_token": True})).name)
    for file in ("model.onnx", "tokenizer.json"):
        (tmp_path / file).write_bytes(b"another")
        names.append(SentenceModel(tmp_path).name)
    assert len(set(names)) == 4
    assert all(name.startswith("model-") for name in names)


@pytest.mark.usefixtures("installed")
def test_a_model_that_does_not_load_is_tried_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    model = SentenceModel(folder(tmp_path))
    for _ in range(3):
        with pytest.raises(Invalid, match=r"HINDSIGHT_MEANING=.* the model cannot be loaded"):
            model.encode(["disk full", "etcd"])
    assert len(caplog.records) == 1


def test_who_has_no_model_loads_no_runtime() -> None:
    asked = "import sys, app.cli, app.http.parts; print([name for name in sys.argv[1:] if name in sys.modules])"
    run = subprocess.run([sys.executable, "-c", asked, *PACKAGES], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """A model whose tokens are words, each with its vector, and nothing more."""
    for package in ("onnxruntime", "tokenizers", "onnx"):
        pytest.importorskip(package, reason=f"the package {package} is not installed: no model can be made or run")
    import onnx
    from onnx import TensorProto, helper, numpy_helper
    from tokenizers import Tokenizer, models, pre_tokenizers

    def value(name: str, kind: int, *shape: str | int) -> Any:
        return helper.make_tensor_value_info(name, kind, list(shape))

    graph = helper.make_graph(
        [helper.make_node("Gather", ["vectors", "input_ids"], ["last_hidden_state"], axis=0)],
        "tiny",
        [value(name, TensorProto.INT64, "texts", "tokens") for name in ("input_ids", "attention_mask")],
        [value("last_hidden_state", TensorProto.FLOAT, "texts", "tokens", 3)],
        [numpy_helper.from_array(VECTORS, "vectors")],
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.save(made, tmp_path / "model.onnx")
    words = Tokenizer(models.WordLevel({word: number for number, word in enumerate(WORDS)}, unk_token="[UNK]"))
    words.pre_tokenizer = pre_tokenizers.Whitespace()
    words.save(str(tmp_path / "tokenizer.json"))
    return tmp_path


def test_a_text_is_the_mean_of_its_tokens_at_length_one(tiny: Path) -> None:
    model = SentenceModel(tiny)
    assert model.dimensions == 3
    found = model.encode(["disk full", "pool", "etcd"])
    half = 0.5**0.5
    assert found == pytest.approx(np.array([[half, half, 0], [half, half, 0], [0, 0.6, 0.8]]), abs=1e-6)
    assert found.dtype == np.float32


def test_what_stands_beside_a_text_makes_no_difference_to_it(tiny: Path) -> None:
    model = SentenceModel(tiny)
    texts = [("disk full pool etcd " * number).strip() or "full" for number in range(20)]
    together = model.encode(texts)
    for text, row in zip(texts, together, strict=True):
        assert model.encode([text])[0] == pytest.approx(row, abs=1e-6)


def test_the_first_token_stands_for_all_where_the_model_says_so(tiny: Path) -> None:
    for config in ({"pooling_mode_cls_token": True, "pooling_mode_mean_tokens": False}, {"pooling_mode": "cls"}):
        folder = tiny / "1_Pooling"
        folder.mkdir(exist_ok=True)
        (folder / "config.json").write_text(json.dumps(config))
        assert SentenceModel(tiny).encode(["full disk"])[0] == pytest.approx([0, 1, 0])


def test_what_is_too_long_is_cut(tiny: Path) -> None:
    model = SentenceModel(tiny)
    long = "disk " * MOST_TOKENS + "full " * 1000
    assert model.encode([long])[0] == pytest.approx([1, 0, 0])


def test_an_empty_list_and_an_empty_text_can_be_asked_for(tiny: Path) -> None:
    model = SentenceModel(tiny)
    assert model.encode([]).shape == (0, 3)
    assert np.isfinite(model.encode(["", "disk"])).all()


def test_an_answer_is_the_askers_own(tiny: Path) -> None:
    model = SentenceModel(tiny)
    model.encode(["disk"])[:] = 7
    assert model.encode(["disk"])[0] == pytest.approx([1, 0, 0])
