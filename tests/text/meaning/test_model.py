"""The sentence model: it is the file we mean, it loads late, and a text has one vector."""

import hashlib
import os
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from closecall.text.meaning import NAME, WIDTH, Model, NoModel, vector
from closecall.text.meaning.model import FOLDER, HASHES

ROOT = Path(__file__).resolve().parents[3]
ENGINES = ("onnxruntime", "tokenizers", "huggingface_hub", "sklearn", "datasketch")


def loaded_after(code: str, **more: str) -> set[str]:
    """The modules that a fresh interpreter holds after some code."""
    environment = {name: value for name, value in os.environ.items() if name != "CLOSECALL_ROLE"} | more
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys\nprint(*sys.modules, sep='\\n')"],
        env=environment | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return {name.split(".")[0] for name in done.stdout.split()}


@pytest.mark.parametrize("name", sorted(HASHES))
def test_the_committed_files_are_the_ones_that_the_export_made(name: str) -> None:
    assert hashlib.sha256((FOLDER / name).read_bytes()).hexdigest() == HASHES[name]
    assert HASHES[name] in (FOLDER / "README.md").read_text("utf-8")
    assert NAME.endswith(HASHES["minilm.onnx"][:12])


def test_importing_the_public_application_loads_no_engine(tmp_path: Path) -> None:
    home = str(tmp_path / "home")
    code = (
        "from pathlib import Path\n"
        "from closecall.config import instance\n"
        f"instance.create(Path({home!r}), pack='law_enforcement', demo=False)\n"
        "import closecall.config.public_wsgi\n"
        "from django.urls import get_resolver\n"
        "get_resolver().url_patterns\n"
        "import closecall.text.meaning"
    )
    assert loaded_after(code, CLOSECALL_HOME=home).isdisjoint(ENGINES)


def test_the_hub_client_is_not_even_imported_when_a_vector_is_made() -> None:
    there = loaded_after("from closecall.text.meaning import vector\nvector('a knife')")
    assert {"onnxruntime", "tokenizers"} <= there
    assert there.isdisjoint({"huggingface_hub", "requests", "httpx", "torch", "transformers"})


def test_a_vector_has_length_one_and_says_what_a_text_means() -> None:
    belt, buckle, dog = (
        vector(text)
        for text in (
            "Wear your seat belt on every drive.",
            "Buckle up before the car moves.",
            "The dog slept on the porch.",
        )
    )
    assert belt.shape == (WIDTH,) and belt.dtype == np.float32
    assert abs(float(np.linalg.norm(belt)) - 1) < 1e-5
    assert float(belt @ buckle) > 0.5 > 0.2 > float(belt @ dog)


@pytest.mark.parametrize("text", ["", "   ", "\x00", "\u200b"])
def test_a_text_without_a_word_has_an_empty_vector(text: str) -> None:
    assert not vector(text).any()


def test_a_text_has_the_same_vector_whoever_stands_beside_it() -> None:
    texts = ["He had a knife.", "The radio failed in the basement. " * 60, "Ice on the bridge"]
    alone = [Model().vector(text) for text in texts]
    found: dict[int, np.ndarray] = {}
    threads = [
        threading.Thread(target=lambda at=at: found.__setitem__(at, vector(texts[at]))) for at in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(np.array_equal(alone[at], found[at]) for at in range(3))


def test_a_long_text_can_be_read_to_its_end() -> None:
    start = "We waited for the tow truck in the rain. " * 40
    whole = start + "Then a man drew a knife and stabbed at my vest. " * 20
    knife = vector("stabbed with a knife")
    assert np.allclose(vector(start), vector(whole), atol=1e-6)
    assert float(vector(whole, most_chunks=4) @ knife) > float(vector(whole) @ knife) + 0.1


@pytest.mark.parametrize("left", ["nothing", "no tokenizer", "a broken file"])
def test_a_model_that_cannot_be_loaded_refuses_calmly_and_does_not_try_again(
    left: str, tmp_path: Path
) -> None:
    if left == "no tokenizer":
        (tmp_path / "minilm.onnx").write_bytes((FOLDER / "minilm.onnx").read_bytes())
    if left == "a broken file":
        (tmp_path / "minilm.onnx").write_bytes(b"\x08\x07 not a network")
        (tmp_path / "tokenizer.json").write_text("{")
    model = Model(tmp_path)
    for _ in range(2):
        with pytest.raises(NoModel):
            model.vector("a knife")
    assert model.refused and not model.ready
