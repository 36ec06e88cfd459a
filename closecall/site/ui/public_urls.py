"""Addresses on the public site."""

from django.urls import path

from closecall.site.ui import views

urlpatterns = [
    path("theme/", views.choose_theme, name="theme"),
    path("method/", views.method, name="method"),
    path("help/", views.help_page, name="help"),
]
