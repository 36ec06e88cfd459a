"""Addresses of the desk's work."""

from django.urls import path, register_converter

from closecall.sealed.workbench import views


class CaseId:
    """Six to twelve characters that name a case or a report."""

    regex = "[0-9A-HJKMNP-TV-Z]{6,12}"

    def to_python(self, value: str) -> str:
        """As it stands."""
        return value

    def to_url(self, value: str) -> str:
        """As it stands."""
        return value


register_converter(CaseId, "case")

urlpatterns = [
    path("queue/", views.queue, name="workbench-queue"),
    path("queue/release/", views.release, name="workbench-release"),
    path("cases/<case:public_id>/", views.case, name="workbench-case"),
    path("cases/<case:public_id>/take/", views.take, name="workbench-take"),
    path("cases/<case:public_id>/triage/", views.triage, name="workbench-triage"),
    path("cases/<case:public_id>/event/", views.event, name="workbench-event"),
    path("cases/<case:public_id>/deidentify/", views.deidentify, name="workbench-deidentify"),
    path("cases/<case:public_id>/code/", views.code, name="workbench-code"),
    path("cases/<case:public_id>/second/", views.second, name="workbench-second"),
    path("cases/<case:public_id>/publish/", views.publish, name="workbench-publish"),
    path("cases/<case:public_id>/dialogue/", views.dialogue, name="workbench-dialogue"),
    path("published/<case:public_id>/", views.published, name="workbench-published"),
    path("cases/<case:public_id>/count/", views.count, name="workbench-count"),
    path("numbers/", views.numbers_only, name="workbench-numbers"),
    path("suggestions/", views.suggestions, name="workbench-suggestions"),
    path("erasure/", views.erasure, name="workbench-erasure"),
]
