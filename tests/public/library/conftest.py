"""Every test of the library gets an index folder of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from closecall.public.library import queries


@pytest.fixture(autouse=True)
def own_index(settings: Settings, tmp_path: Path) -> Iterator[Path]:
    settings.INDEX_PATH = tmp_path / "index"
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)  # whitenoise warns without it
    yield settings.INDEX_PATH
    queries.forget_index()
