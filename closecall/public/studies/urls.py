"""Addresses of insights and studies, at the root of the public site."""

from django.urls import path

from closecall.public.studies import views

app_name = "studies"
urlpatterns = [
    path("insights/", views.insights, name="insights"),
    path("insights/.csv", views.insights_csv, name="insights-csv"),
    path("insights.csv", views.insights_csv),
    path("insights/.json", views.insights_json, name="insights-json"),
]
