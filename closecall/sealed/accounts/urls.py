"""Addresses of the desk's doors."""

from django.urls import path

from closecall.sealed.accounts import audit_views, views

urlpatterns = [
    path("sign-in/", views.sign_in, name="accounts-sign-in"),
    path("sign-out/", views.sign_out, name="accounts-sign-out"),
    path("first-sign-in/", views.first_sign_in, name="accounts-first-sign-in"),
    path("people/", views.people, name="accounts-people"),
    path("people/open/", views.open_account, name="accounts-open"),
    path("people/<int:analyst_id>/", views.person, name="accounts-person"),
    path("people/<int:analyst_id>/role/", views.change_role, name="accounts-role"),
    path("people/<int:analyst_id>/new-keys/", views.renew_account, name="accounts-renew"),
    path("people/<int:analyst_id>/close/", views.close_account, name="accounts-close"),
    path("keys/", views.keys, name="accounts-keys"),
    path("keys/grant/<int:analyst_id>/", views.grant, name="accounts-grant"),
    path("keys/new/", views.rotate, name="accounts-rotate"),
    path("audit/", audit_views.entries, name="accounts-audit"),
]
