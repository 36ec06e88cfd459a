"""The desk's pages about the pack."""

from django.urls import path

from closecall.public.taxonomy import views

app_name = "taxonomy"
urlpatterns = [
    path("pack/", views.pack_page, name="pack"),
    path("pack/lessons/", views.lessons_page, name="lessons"),
    path("pack/rules/", views.rules_page, name="rules"),
    path("pack/crosswalks/", views.crosswalks_page, name="crosswalks"),
    path("pack/facets/<str:key>/", views.facet_page, name="facet"),
]
