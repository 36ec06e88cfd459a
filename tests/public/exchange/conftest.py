"""Every test of the exchange that asks the index gets a folder of its own for it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from closecall.public.exchange import forms
from closecall.public.exchange.rules.bucket import Bucket
from closecall.public.library import queries


@pytest.fixture(autouse=True)
def own_index(settings: Settings, tmp_path: Path) -> Iterator[Path]:
    settings.INDEX_PATH = tmp_path / "index"
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)  # whitenoise warns without it
    yield settings.INDEX_PATH
    queries.forget_index()


@pytest.fixture(autouse=True)
def full_bucket(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bucket that no test empties by accident: what the clock says must not decide a test."""
    monkeypatch.setattr(forms, "bucket", Bucket(rate=1e9, most=1e9))
