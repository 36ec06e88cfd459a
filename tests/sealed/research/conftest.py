"""A desk beside a small library: four reports, a codebook of three themes, a machine that knows three words."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from closecall.public.library.rules.report import Lesson
from closecall.public.taxonomy.rules.codebook import Codebook
from closecall.sealed.accounts.rules.desk import Desk
from closecall.sealed.research import actions
from closecall.sealed.research.actions import opening
from tests.public.library.shelf import plain, publish_invented
from tests.public.studies.test_studies import BOOK, IDS, TOLD, encode
from tests.sealed.workbench.conftest import cheap

__all__ = ["cheap"]

QUERY = "?event=own_collision"


@pytest.fixture(autouse=True)
def small_book(monkeypatch: pytest.MonkeyPatch) -> Codebook:
    """The pack's codebook is this one."""
    monkeypatch.setattr(opening, "_codebook", lambda: (BOOK.model_dump_json(by_alias=True), "0" * 64))
    return BOOK


@pytest.fixture
def shelf(cheap: None, db: None) -> None:
    """Four invented reports."""
    publish_invented(
        *(
            plain(one, lessons=tuple(Lesson(f"I would {words}.") for words in told))
            for one, told in zip(IDS, TOLD, strict=True)
        )
    )


@pytest.fixture
def opened(shelf: None, anna: Desk) -> str:
    """A study of them, read by the machine; Anna sits at its board."""
    slug = actions.open_study(title="Look twice", question="What did they learn?", query=QUERY, by=anna)
    assert read()
    return slug


def read(seconds: float = 60, **more: object) -> bool:
    """The housekeeper's part."""
    return actions.work(seconds=seconds, encode=encode, **more)  # type: ignore[arg-type]


def counting() -> tuple[Callable[[str], "np.ndarray[tuple[int], np.dtype[np.float32]]"], list[str]]:
    """A machine that remembers what it was asked."""
    asked: list[str] = []

    def remembered(text: str) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
        asked.append(text)
        return encode(text)

    return remembered, asked


def folder(tmp_path: Path) -> Path:
    """Somewhere to write."""
    return tmp_path / "out"
