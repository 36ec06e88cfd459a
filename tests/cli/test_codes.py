"""`closecall codes evaluate`: what it refuses, in sentences, before it learns anything."""

import pytest

from closecall.cli.main import main

ASRS = "tests/fixtures/asrs/two_header_rows_126.csv"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--facet", "nothing", "--pack", "aviation", "--files", ASRS), "no such facet"),
        (("--facet", "anomaly", "--pack", "aviation", "--files", "nowhere.csv"), "can't be read"),
        (("--facet", "anomaly", "--pack", "aviation", "--files", ASRS, "--seeds", "0"), "one split at least"),
        (("--facet", "anomaly", "--pack", "aviation", "--files", ASRS), "fifty coded reports"),
        (("--facet", "anomaly", "--pack", "sailing", "--files", ASRS), "no pack of that name"),
    ],
)
def test_what_can_t_be_measured_is_refused_with_a_sentence(words, sentence, capsys):
    assert main(["codes", "evaluate", *words]) == 1
    assert sentence in capsys.readouterr().err
