"""The public site's addresses, as the tests of this room need them."""

from closecall.config.public_urls import handler404, handler500, urlpatterns

__all__ = ["handler404", "handler500", "urlpatterns"]
