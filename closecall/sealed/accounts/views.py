"""Pages of the desk's doors: signing in, people, keys."""

from collections.abc import Mapping
from typing import TypedDict

import segno
from django.contrib.auth import login, logout
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import is_valid_path
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from closecall.errors import BadInput, NotAllowed, NotSignedIn
from closecall.sealed.accounts import actions, backend, box, forms, queries, sessions
from closecall.sealed.accounts.actions import KeyOffer
from closecall.sealed.accounts.guard import desk_of, passphrase_again, signed_in
from closecall.sealed.accounts.rules import totp
from closecall.sealed.accounts.rules.desk import Desk
from closecall.sealed.accounts.rules.names import fingerprint
from closecall.sealed.accounts.rules.roles import Role
from closecall.site.audit.actions import copy_head

_OFFER_SALT = "closecall.accounts.offer"
_OFFER_SECONDS = 60 * 60


class _Offer(TypedDict):
    name: str
    invitation: str
    passphrase: str
    secret: str


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponseBase:
    """Open the desk with name, passphrase and six digits."""
    wanted = request.POST.get("next", request.GET.get("next", ""))
    desk = getattr(request, "desk", None)
    if desk is not None and request.method != "POST":
        return HttpResponseRedirect(_onward(wanted, desk))
    form = forms.SignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            opened = actions.open_desk(given["name"], given["passphrase"], given["code"])
        except NotSignedIn as miss:
            form.add_error(None, miss.sentence)
        else:
            login(request, opened.analyst, backend=backend.PATH)
            assert opened.desk.keys is not None  # noqa: S101 - open_desk returns unlocked keys or raises
            sessions.keep(request, opened.desk.keys, opened.pins, analyst_id=opened.analyst.id)
            copy_head()
            return HttpResponseRedirect(_onward(wanted, opened.desk))
    return _form_page(request, "accounts/sign_in.html", form, {"next": wanted}, refused=401)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponseBase:
    """Close the desk."""
    logout(request)
    copy_head()
    return redirect("accounts-sign-in")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def first_sign_in(request: HttpRequest) -> HttpResponseBase:
    """Show a new colleague their passphrase and second factor, then make their keys."""
    if request.method != "POST":
        return render(request, "accounts/first_sign_in.html", {"form": forms.InvitationForm()})
    if "offer" in request.POST:
        return _make_keys(request)
    form = forms.InvitationForm(request.POST)
    if form.is_valid():
        name, invitation = form.cleaned_data["name"], form.cleaned_data["invitation"]
        try:
            offered = actions.offer_keys(name, invitation)
        except NotAllowed as refusal:
            form.add_error(None, refusal.sentence)
        else:
            offer = _Offer(
                name=name,
                invitation=invitation,
                passphrase=offered.passphrase,
                secret=offered.totp_secret,
            )
            written = signing.dumps(offer, salt=_OFFER_SALT)
            return _offer_page(request, offered, forms.KeysForm(initial={"offer": written}))
    return _form_page(request, "accounts/first_sign_in.html", form, {})


def _make_keys(request: HttpRequest) -> HttpResponse:
    try:
        offer: _Offer = signing.loads(request.POST["offer"], salt=_OFFER_SALT, max_age=_OFFER_SECONDS)
    except signing.BadSignature:
        raise NotAllowed("That took more than an hour, or the page was changed. Begin again.") from None
    uri = totp.uri(offer["secret"], name=offer["name"])
    offered = KeyOffer(offer["passphrase"], offer["secret"], uri)
    form = forms.KeysForm(request.POST)
    if form.is_valid():
        try:
            person = actions.make_keys(
                offer["name"],
                offer["invitation"],
                offered,
                typed_passphrase=form.cleaned_data["passphrase"],
                code=form.cleaned_data["code"],
            )
        except BadInput as refusal:
            form.add_error(None, refusal.sentence)
        else:
            return render(request, "accounts/keys_made.html", {"person": person})
    return _offer_page(request, offered, form)


def _offer_page(request: HttpRequest, offered: KeyOffer, form: forms.KeysForm) -> HttpResponse:
    # Inline SVG of our own making; the content security policy allows no data: image.
    drawn = segno.make(offered.totp_uri, error="m").svg_inline(scale=5, border=3, dark="#000", light="#fff")
    context = {
        "words": offered.passphrase.split(),
        "secret": [offered.totp_secret[at : at + 4] for at in range(0, len(offered.totp_secret), 4)],
        "qr": mark_safe(drawn),  # noqa: S308 - drawn by segno from a string of our own
    }
    return _form_page(request, "accounts/make_keys.html", form, context)


@require_GET
@signed_in()
def people(request: HttpRequest) -> HttpResponse:
    """List everybody at the desk; administrators open accounts here."""
    return _people_page(request, forms.AccountForm())


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in("administer")
def open_account(request: HttpRequest) -> HttpResponse:
    """Open an empty account and show its invitation, once."""
    if request.method != "POST":
        return redirect("accounts-people")
    form = forms.AccountForm(request.POST)
    if form.is_valid():
        by = passphrase_again(request)
        try:
            invitation = actions.create_account(
                form.cleaned_data["name"], Role(form.cleaned_data["role"]), by=by
            )
        except BadInput as refusal:
            form.add_error("name", refusal.sentence)
        else:
            return render(request, "accounts/invitation.html", {"invitation": invitation})
    return _people_page(request, form)


def _people_page(request: HttpRequest, form: forms.AccountForm) -> HttpResponse:
    desk = desk_of(request)
    context: dict[str, object] = {
        "people": queries.people(),
        "administers": desk.may("administer"),
        "desk": desk,
    }
    return _form_page(request, "accounts/people.html", form, context)


@require_GET
@signed_in("administer")
def person(request: HttpRequest, analyst_id: int) -> HttpResponse:
    """Show what an administrator can do about one account."""
    somebody = queries.person(analyst_id)
    context = {
        "person": somebody,
        "role_form": forms.RoleForm(initial={"role": somebody.role.value}, auto_id="role_%s"),
        "renew_form": forms.AgainForm(auto_id="renew_%s"),
        "close_form": forms.AgainForm(auto_id="close_%s"),
        "own": somebody.analyst_id == desk_of(request).analyst_id,
    }
    return render(request, "accounts/person.html", context)


@require_POST
@signed_in("administer")
def change_role(request: HttpRequest, analyst_id: int) -> HttpResponse:
    """Give somebody another role."""
    by = passphrase_again(request)
    if request.POST.get("role") not in set(Role):
        raise BadInput("Choose a role.")
    actions.change_role(analyst_id, Role(request.POST["role"]), by=by)
    return redirect("accounts-people")


@require_POST
@signed_in("administer")
def renew_account(request: HttpRequest, analyst_id: int) -> HttpResponse:
    """Empty an account whose passphrase is lost; shows a new invitation, once."""
    invitation = actions.renew_account(analyst_id, by=passphrase_again(request))
    return render(request, "accounts/invitation.html", {"invitation": invitation})


@require_POST
@signed_in("administer")
def close_account(request: HttpRequest, analyst_id: int) -> HttpResponse:
    """Close the account of somebody who leaves."""
    actions.deactivate(analyst_id, by=passphrase_again(request))
    return redirect("accounts-people")


@require_GET
@signed_in()
def keys(request: HttpRequest) -> HttpResponse:
    """Show one's own fingerprint, who holds what, and who waits for a grant."""
    desk = desk_of(request)
    somebody = queries.people()
    context = {
        "desk": desk,
        "fingerprint": fingerprint(desk.keys.box.public, desk.verify_key) if desk.keys else "",
        "generations": [generation.number for generation in desk.generations],
        "waiting": [one for one in somebody if one.waits_for_grant],
        "holders": [one for one in somebody if one.holds_key],
        "grants": desk.may("grant") and bool(desk.generations),
        "rotates": desk.may("rotate") and bool(desk.generations) and box.connected(),
        "grant_form": forms.AgainForm(auto_id="grant_%s"),
        "rotate_form": forms.AgainForm(auto_id="rotate_%s"),
        "recovery": bool(queries.recovery_public()),
    }
    return render(request, "accounts/keys.html", context)


@require_POST
@signed_in("grant")
def grant(request: HttpRequest, analyst_id: int) -> HttpResponse:
    """Give a colleague the keys, after comparing their eight words by voice."""
    by = passphrase_again(request)
    if request.POST.get("compared") != "yes":
        raise BadInput("Call them and compare the eight words first, then tick the box.")
    actions.grant(analyst_id, fingerprint=request.POST.get("fingerprint", ""), by=by)
    return redirect("accounts-keys")


@require_POST
@signed_in("rotate")
def rotate(request: HttpRequest) -> HttpResponse:
    """Open a new intake key: quarterly, and whenever somebody leaves."""
    actions.rotate(by=passphrase_again(request))
    return redirect("accounts-keys")


def _form_page(
    request: HttpRequest,
    template: str,
    form: forms.Form,
    context: Mapping[str, object],
    *,
    refused: int = 422,
) -> HttpResponse:
    status = refused if form.is_bound and form.errors else 200
    return render(request, template, {"form": form, **context}, status=status)


def _onward(wanted: str, desk: Desk) -> str:
    """Go where somebody wanted to go, if that is a page of this desk."""
    if wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
        return wanted
    if desk.role is Role.ADMINISTRATOR:
        return "/people/"
    return next((path for path in ("/queue/", "/") if is_valid_path(path)), "/keys/")
