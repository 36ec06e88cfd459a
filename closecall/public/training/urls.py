"""Addresses of training material, at the root of the public site."""

from django.urls import re_path

from closecall.public.training import views

app_name = "training"
urlpatterns = [
    re_path(r"^reports/(?P<public_id>[0-9A-Za-z]{6,12})/brief\.pdf$", views.brief, name="brief"),
]
