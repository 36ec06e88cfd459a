"""The peer of `bench/intake.py`: the same form, stored as it was typed, by Django's own shortest way.

A token check, a model, one durable transaction, a page. No sealing, no padding, no slots, no stretching, no proof of
work; the same SQLite settings, so that both wait for the disk alike. Run by granian as `intake_peer:application`.
"""

import os
import secrets

import django
from django.conf import settings

settings.configure(
    DEBUG=False,
    SECRET_KEY=os.environ["INTAKE_PEER_KEY"],
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    MIDDLEWARE=["django.middleware.common.CommonMiddleware"],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": os.environ["INTAKE_PEER_DATABASE"],
            "OPTIONS": {
                "timeout": 20,
                "transaction_mode": "IMMEDIATE",
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL",
            },
        }
    },
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    USE_TZ=True,
)
django.setup()

from django.core.signing import BadSignature, TimestampSigner  # noqa: E402 - settings come first
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import connection, models, transaction  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.urls import path  # noqa: E402


class Report(models.Model):
    """What was typed."""

    narrative = models.TextField()
    sent_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        """No app: the table is made when the server starts."""

        app_label = "intake_peer"


def share(request: HttpRequest) -> HttpResponse:
    """GET: the form with a token. POST: keep what was typed."""
    signer = TimestampSigner()
    if request.method != "POST":
        token = signer.sign(secrets.token_hex(16))
        return HttpResponse(f'<form method="post"><input type="hidden" name="token" value="{token}"></form>')
    try:
        signer.unsign(request.POST.get("token", ""), max_age=3600)
    except BadSignature:
        return HttpResponse("old form", status=403)
    with transaction.atomic():
        kept = Report.objects.create(narrative=request.POST["narrative"])
    return HttpResponse(f'<p data-words="{kept.pk}">Thank you.</p>')


urlpatterns = [path("share/", share)]
with connection.cursor() as cursor:
    cursor.execute(
        "CREATE TABLE IF NOT EXISTS intake_peer_report"
        "(id INTEGER PRIMARY KEY AUTOINCREMENT, narrative TEXT NOT NULL, sent_at DATETIME NOT NULL)"
    )
connection.close()
application = get_wsgi_application()
