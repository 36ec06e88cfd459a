"""The desk's doors alone, so that this room's tests stand on their own."""

from django.urls import include, path

urlpatterns = [path("", include("closecall.sealed.accounts.urls"))]
handler404 = "closecall.site.http.refusals.not_found"
handler500 = "closecall.site.http.refusals.broken"
