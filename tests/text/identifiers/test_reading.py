"""The reading model: whole on disk, one row a word, the same answer wherever a text is cut."""

import hashlib
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from closecall.text.identifiers import TRAINED, contextual, find, trained
from closecall.text.identifiers.recogniser import recogniser
from closecall.text.identifiers.tokens import tokens_of

LABELS = len(trained.LABELS)
QUIET = "We waited by the road until the rain let up and nobody said a word about it. "


def read(text: str) -> contextual.Probabilities:
    tokens = tokens_of(text)
    return contextual.read(text, tokens, recogniser().first(text, tokens), mended=False, labels=LABELS)


@pytest.mark.parametrize("name", sorted(contextual.HASHES))
def test_the_files_are_the_ones_that_were_measured(name: str) -> None:
    assert hashlib.sha256((contextual.FOLDER / name).read_bytes()).hexdigest() == contextual.HASHES[name]
    assert contextual.HASHES[name] in (contextual.FOLDER / "README.md").read_text("utf-8")


@settings(max_examples=25)
@given(st.text(max_size=300))
def test_any_text_gives_one_row_a_word_and_each_row_sums_to_one(text: str) -> None:
    told = read(text)
    assert told.shape == (len(tokens_of(text)), LABELS)
    assert np.allclose(told.sum(axis=1), 1, atol=1e-4)


def test_a_name_far_into_a_long_text_is_read_like_one_at_its_beginning() -> None:
    last = "Then Deputy Oster came round the corner with his dog."
    for before in (0, 3, 40):
        text = QUIET * before + last
        at = [token.text for token in tokens_of(text)].index("Oster")
        assert 1 - read(text)[at, 0] > 0.9


def test_it_names_what_no_list_holds_and_no_shape_shows() -> None:
    text = "We call him radar because he hears everything, and radar heard the bolt go home before I did."
    at = [token.text for token in tokens_of(text)].index("radar")
    assert 1 - read(text)[at, 0] > 0.5


def test_the_public_form_never_loads_it() -> None:
    code = (
        "import sys\nfrom closecall.text.identifiers import find\n"
        "find('Sgt. Tuttle of Varnell County', 'trained')\n"
        "sys.exit('onnxruntime' in sys.modules or 'spacy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
    assert find("Sgt. Tuttle of Varnell County", TRAINED).spans
