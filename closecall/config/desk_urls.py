"""Addresses of the desk."""

from django.urls import URLPattern, URLResolver

from closecall.config.rooms import mount

urlpatterns: list[URLPattern | URLResolver] = [
    *mount("closecall.sealed.accounts.urls"),
    *mount("closecall.sealed.workbench.urls"),
    *mount("closecall.public.taxonomy.urls"),
    *mount("closecall.site.ui.desk_urls"),
]
handler404 = "closecall.site.http.refusals.not_found"
handler500 = "closecall.site.http.refusals.broken"
