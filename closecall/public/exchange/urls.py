"""Addresses of the API, under /api/v1/ of the public site."""

from django.urls import URLPattern, path, re_path
from django.views.generic import RedirectView

from closecall.public.exchange.api import PREFIX, api, documentation, exchange_schema, nothing, openapi
from closecall.public.exchange.forms import door

_here = PREFIX.strip("/")
_operations = [
    path(f"{_here}/{one.pattern}", door(one.callback), name=one.name)
    for one in api.urls[0]
    if isinstance(one, URLPattern) and one.name != "api-root"
]

app_name = "exchange"
urlpatterns = [
    path(f"{_here}/", RedirectView.as_view(url=f"{PREFIX}docs"), name="api"),
    path(f"{_here}/docs", documentation, name="docs"),
    path(f"{_here}/openapi.json", door(openapi), name="openapi"),
    path(f"{_here}/exchange.schema.json", door(exchange_schema), name="exchange-schema"),
    *_operations,
    re_path(rf"^{_here}/(?P<rest>.*)$", door(nothing)),
]
