"""The press: what people wrote is data, the same data makes the same bytes, a refusal quotes nothing."""

from pathlib import Path

import pytest

from closecall.site.paper import press

TEMPLATE = """#let d = json(bytes(sys.inputs.d))
#set document(title: d.title, date: none)
= #d.title
#context [#metadata(counter(page).final().first()) <pages>]
"""


@pytest.fixture
def template(tmp_path: Path) -> Path:
    folder = tmp_path / "paper"
    folder.mkdir()
    (tmp_path / "outside.txt").write_text("kept out")
    file = folder / "page.typ"
    file.write_text(TEMPLATE)
    return file


def test_the_same_data_makes_the_same_bytes(template: Path) -> None:
    hostile = {"title": '#eval("1") *b* $x$ \\ @ref <a>'}
    assert press.pdf(template, hostile) == press.pdf(template, hostile)
    assert press.pdf(template, hostile) != press.pdf(template, {"title": "b"})
    assert press.pages(template, hostile) == 1


def test_no_template_reads_what_stands_beside_its_folder(template: Path) -> None:
    template.write_text(TEMPLATE + '#read("../outside.txt")')
    with pytest.raises(press.CannotDraw):
        press.pdf(template, {"title": "a"})


def test_a_page_that_can_t_be_drawn_is_refused_without_a_word_of_it(template: Path) -> None:
    template.write_text(TEMPLATE + "#panic(d.title)")
    with pytest.raises(press.CannotDraw) as refused:
        press.pdf(template, {"title": "Ramirez"})
    assert "Ramirez" not in str(refused.value) + refused.value.sentence
    assert refused.value.__cause__ is None
