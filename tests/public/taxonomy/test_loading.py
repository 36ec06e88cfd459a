"""A pack that doesn't hold together is refused, with the place and the mend."""

import re
import shutil
from pathlib import Path

import pytest

import closecall
from closecall.public.taxonomy.rules.loading import load, read_codebook
from closecall.public.taxonomy.rules.reading import PackError

POLICE = Path(closecall.__file__).parent / "packs" / "law_enforcement"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for file in POLICE.glob("*.yaml"):
        shutil.copy(file, tmp_path)
    return tmp_path


def spoil(file: Path, pattern: str, replacement: str) -> None:
    text, times = re.subn(pattern, replacement, file.read_text(encoding="utf-8"), count=1)
    assert times == 1
    file.write_text(text, encoding="utf-8")


def test_the_copy_loads_before_it_is_spoilt(folder: Path) -> None:
    assert load(folder).version == 1


def test_a_misspelt_field_is_refused_with_its_line(folder: Path) -> None:
    spoil(folder / "taxonomy.yaml", "    filterable: true", "    filtrable: true")
    with pytest.raises(PackError, match=r"taxonomy\.yaml, line \d+: facets > event > filtrable: .*spelling"):
        load(folder)


def test_a_missing_definition_s_place_is_named_by_the_keys_of_facet_and_code(folder: Path) -> None:
    spoil(folder / "taxonomy.yaml", 'definition: "Rain or a wet road."', "definition: [rain]")
    with pytest.raises(PackError, match="facets > weather > codes > rain > definition"):
        load(folder)


def test_broken_yaml_is_refused_with_line_and_column(folder: Path) -> None:
    (folder / "form.yaml").write_text('main: [{key: "Q1}', encoding="utf-8")
    with pytest.raises(PackError, match=r"form\.yaml, line \d+, column \d+: not YAML"):
        load(folder)


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "codebook.yaml").unlink()
    with pytest.raises(PackError, match=r"codebook\.yaml: the file is missing"):
        load(folder)


def test_every_misfit_is_told_at_once(folder: Path) -> None:
    spoil(folder / "codebook.yaml", "nearest: plan_and_roles", "nearest: plan_and_rolls")
    spoil(folder / "form.yaml", "code: vehicular_assault", "code: vehicular_insult")
    with pytest.raises(PackError) as refused:
        load(folder)
    assert [fault.split(":")[0].rsplit("/", 1)[1] for fault in refused.value.faults] == [
        "form.yaml",
        "codebook.yaml",
    ]


def test_a_code_that_stands_twice_is_refused(folder: Path) -> None:
    spoil(folder / "taxonomy.yaml", "- key: dark_unlit", "- key: dark_lit")
    with pytest.raises(PackError, match="`dark_lit` stands 2 times"):
        load(folder)


def test_a_matrix_with_a_missing_class_is_refused(folder: Path) -> None:
    spoil(folder / "taxonomy.yaml", r"classes: \[C, B, B, A\]", "classes: [C, B, B]")
    with pytest.raises(PackError, match="risk > rows > serious"):
        load(folder)


def test_a_crosswalk_to_nowhere_is_refused(folder: Path) -> None:
    spoil(folder / "crosswalks.yaml", "theme/wear_belt", "theme/wear_hat")
    with pytest.raises(PackError, match="`theme/wear_hat` is not in the pack"):
        load(folder)


def test_a_pack_can_t_be_changed_once_it_is_loaded() -> None:
    pack = load(POLICE)
    with pytest.raises(ValueError, match="frozen"):
        pack.facet("event").label = "Something"  # type: ignore[misc] - the refusal is the point


def test_anybody_s_codebook_needs_only_key_label_and_description(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(
        'key: mine\nversion: 1\nthemes:\n  - {key: belts, label: "Belts", description: "Wear them."}\n',
        encoding="utf-8",
    )
    assert read_codebook(file).theme("belts").exemplars == ()
