"""Addresses of studies on the desk."""

from django.urls import path

from closecall.sealed.research import views

urlpatterns = [
    path("studies/", views.studies, name="research-studies"),
    path("studies/new/", views.new, name="research-new"),
    path("studies/count/", views.count, name="research-count"),
    path("studies/adopt/", views.adopt, name="research-adopt"),
    path("studies/<slug:slug>/", views.study, name="research-study"),
    path("studies/<slug:slug>/seat/", views.seat, name="research-seat"),
    path("studies/<slug:slug>/cohort/", views.cohort, name="research-cohort"),
    path("studies/<slug:slug>/themes/", views.themes, name="research-themes"),
    path("studies/<slug:slug>/code/", views.code, name="research-code"),
    path("studies/<slug:slug>/agreement/", views.agreement, name="research-agreement"),
    path("studies/<slug:slug>/publish/", views.publish, name="research-publish"),
]
