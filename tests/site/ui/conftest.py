"""Pages of this room, on the public site: no sign-in, no database, no collected files."""

import pytest
from django.conf import LazySettings


@pytest.fixture(autouse=True)
def the_public_site(settings: LazySettings) -> None:
    settings.CLOSECALL_ROLE = "public"
    settings.ROOT_URLCONF = "closecall.config.public_urls"
    settings.MIDDLEWARE = [part for part in settings.MIDDLEWARE if ".http." in part]
