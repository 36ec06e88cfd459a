"""Addresses of the week, on the desk."""

from django.urls import path

from closecall.sealed.week import views

urlpatterns = [
    path("week/", views.week, name="week"),
    path("week/bulletin.pdf", views.bulletin, name="week-bulletin"),
]
