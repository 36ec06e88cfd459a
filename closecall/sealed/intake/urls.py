"""Addresses of the reporter's pages, mounted by the public process."""

from django.urls import path

from closecall.sealed.intake.views import mailbox, protection, share

urlpatterns = [
    path("share/", share.share, name="share"),
    path("return/", mailbox.mailbox, name="return"),
    path("leave", protection.leave, name="leave"),
    path("safety/", protection.safety, name="safety"),
]
