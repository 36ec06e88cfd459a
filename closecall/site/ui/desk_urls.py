"""Addresses on the desk."""

from django.urls import path

from closecall.site.ui import views

urlpatterns = [
    path("theme/", views.choose_theme, name="theme"),
    path("kit/", views.kit, name="kit"),
]
