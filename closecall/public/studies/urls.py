"""Addresses of insights and studies, at the root of the public site."""

from django.urls import path, re_path

from closecall.public.studies.views import insights, numbers, studies

_FILE = r"(?P<name>[a-z]{4,12}\.[a-z]{3,4})"

app_name = "studies"
urlpatterns = [
    path("insights/", insights.page_of_insights, name="insights"),
    path("insights/.csv", insights.csv_of_insights, name="insights-csv"),
    path("insights.csv", insights.csv_of_insights),
    path("insights/.json", insights.json_of_insights, name="insights-json"),
    path("insights/numbers/", numbers.page_of_numbers, name="numbers"),
    path("insights/numbers.csv", numbers.csv_of_numbers, name="numbers-csv"),
    path("insights/numbers.json", numbers.json_of_numbers, name="numbers-json"),
    path("studies/", studies.studies, name="studies"),
    path("studies/<slug:slug>/", studies.study, name="study"),
    path("studies/<slug:slug>/<int:version>/", studies.study, name="study-version"),
    path("studies/<slug:slug>.json", studies.study_file, {"name": "study.json"}),
    path("studies/<slug:slug>.csv", studies.study_file, {"name": "lessons.csv"}),
    re_path(rf"^studies/(?P<slug>[-\w]+)/{_FILE}$", studies.study_file, name="study-file"),
    re_path(rf"^studies/(?P<slug>[-\w]+)/(?P<version>[0-9]{{1,5}})/{_FILE}$", studies.study_file),
]
