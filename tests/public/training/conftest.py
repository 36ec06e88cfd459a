"""A shelf of its own, and the addresses of the public site."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from closecall.public.library import queries


@pytest.fixture(autouse=True)
def the_public_site(settings: Settings, tmp_path: Path) -> Iterator[None]:
    settings.INDEX_PATH = tmp_path / "index"
    settings.CLOSECALL_ROLE = "public"
    settings.ROOT_URLCONF = "closecall.config.public_urls"
    settings.MIDDLEWARE = [part for part in settings.MIDDLEWARE if ".http." in part]
    yield
    queries.forget_index()
