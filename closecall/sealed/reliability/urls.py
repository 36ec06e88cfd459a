"""Addresses of reliability, on the desk."""

from django.urls import path

from closecall.sealed.reliability import views

urlpatterns = [
    path("reliability/", views.overview, name="reliability"),
    path("reliability/drift/", views.drift, name="reliability-drift"),
    path("reliability/<int:number>/", views.sample, name="reliability-sample"),
    path("reliability/<int:number>/stories/<int:place>/", views.story, name="reliability-story"),
    path("reliability/<int:number>/facets/<slug:facet>/", views.facet, name="reliability-facet"),
    path("reliability/<int:number>/corrections/", views.corrections, name="reliability-corrections"),
]
