"""Addresses of the desk."""

from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

urlpatterns: list[URLPattern | URLResolver] = [
    path("", RedirectView.as_view(url="/queue/"), name="desk"),
    path("", include("closecall.sealed.accounts.urls")),
    path("", include("closecall.sealed.workbench.urls")),
    path("", include("closecall.sealed.reliability.urls")),
    path("", include("closecall.sealed.research.urls")),
    path("", include("closecall.sealed.week.urls")),
    path("", include("closecall.public.taxonomy.urls")),
    path("", include("closecall.site.ui.desk_urls")),
]
handler404 = "closecall.site.http.refusals.not_found"
handler500 = "closecall.site.http.refusals.broken"
