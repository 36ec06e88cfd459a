"""Which rooms stand already, while the house is going up."""

from importlib.util import find_spec

from django.urls import URLResolver, include, path


def stands(name: str) -> bool:
    """Tell whether module `name` exists."""
    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:
        return False


def mount(urls: str) -> list[URLResolver]:
    """Mount a room's addresses at the root, if the room stands."""
    return [path("", include(urls))] if stands(urls) else []
