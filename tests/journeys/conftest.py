"""A browser, and an instance with a few reports, for each module; one that needs another instance makes it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.journeys import browsing, serving
from tests.journeys.serving import Instance


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsing.chromium() as launched:
        yield launched


@pytest.fixture(scope="module")
def instance() -> Iterator[Instance]:
    with serving.served() as made:
        yield made
