"""Addresses of the public site."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("closecall.public.exchange.urls")),
    path("", include("closecall.public.training.urls")),
    path("", include("closecall.public.studies.urls")),
    path("", include("closecall.sealed.intake.urls")),
    path("", include("closecall.site.ui.public_urls")),
    path("", include("closecall.public.library.urls")),
]
handler404 = "closecall.site.http.refusals.not_found"
handler500 = "closecall.site.http.refusals.broken"
