"""Addresses of the public site."""

from django.urls import URLPattern, URLResolver

from closecall.config.rooms import mount

urlpatterns: list[URLPattern | URLResolver] = [
    *mount("closecall.public.training.urls"),
    *mount("closecall.sealed.intake.urls"),
    *mount("closecall.site.ui.public_urls"),
    *mount("closecall.public.library.urls"),
]
handler404 = "closecall.site.http.refusals.not_found"
handler500 = "closecall.site.http.refusals.broken"
