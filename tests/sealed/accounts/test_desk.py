"""The desk's doors in a browser: cookies, sessions, roles and routes."""

import hashlib
import re
import time
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import connections, transaction
from django.test import Client
from django.utils import timezone

from closecall.sealed.accounts import actions, box, queries, sessions
from closecall.sealed.accounts.models import DeskSession
from closecall.sealed.accounts.rules.roles import Role
from closecall.site.audit import queries as audit
from closecall.site.audit.rules.chain import Head

from .conftest import a_code

pytestmark = pytest.mark.django_db(databases=["default", "sealed"])
KEY, ID = sessions.KEY_COOKIE, django_settings.SESSION_COOKIE_NAME


@pytest.fixture(autouse=True)
def boot(settings, tmp_path):
    settings.ROOT_URLCONF = "tests.sealed.accounts.addresses"
    settings.RUNTIME_DIR = tmp_path / "runtime"


def sign_in(person, client=None, **extra):
    client = client or Client()
    code = a_code(person.totp_secret)
    form = {"name": person.name, "passphrase": person.passphrase, "code": code, **extra}
    return client, client.post("/sign-in/", form)


@pytest.fixture
def desk(anna):
    return sign_in(anna)[0]


# ---------------------------------------------------------------- signing in and out


def test_a_person_signs_in_and_sees_the_desk(anna):
    client, answer = sign_in(anna)
    assert answer.status_code == 302
    page = client.get("/people/")
    assert page.status_code == 200 and "Anna" in page.content.decode()


def test_a_miss_says_one_sentence_and_shows_no_passphrase_again(anna):
    client = Client()
    answer = client.post("/sign-in/", {"name": "Anna", "passphrase": "abdomen abiding", "code": "123456"})
    page = answer.content.decode()
    assert answer.status_code == 401
    assert "doesn&#x27;t match" in page and "abdomen" not in page and "123456" not in page
    assert KEY not in client.cookies


def test_cookies_are_for_this_host_only_and_out_of_scripts_reach(anna):
    _client, answer = sign_in(anna)
    for name in (ID, KEY):
        cookie = answer.cookies[name]
        assert name.startswith("__Host-")
        assert cookie["secure"] and cookie["httponly"] and cookie["path"] == "/" and not cookie["domain"]
        assert cookie["samesite"] == "Strict"
        assert not cookie["max-age"] and not cookie["expires"]


def test_signing_in_renews_the_session_id(anna, ben):
    client, _answer = sign_in(anna)
    before = client.cookies[ID].value
    _client, _answer = sign_in(ben, client)
    assert client.cookies[ID].value != before
    assert DeskSession.objects.count() == 1


@pytest.mark.parametrize(
    "wanted",
    ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "evil.example", "/\\evil.example"],
)
def test_nobody_is_sent_to_another_site(anna, wanted):
    _client, answer = sign_in(anna, next=wanted)
    assert answer.headers["Location"] in ("/queue/", "/", "/keys/")


def test_a_page_that_was_wanted_comes_after_signing_in(anna):
    client = Client()
    answer = client.get("/audit/?before=7")
    assert answer.headers["Location"] == "/sign-in/?next=%2Faudit%2F%3Fbefore%3D7"
    _client, answer = sign_in(anna, client, next="/audit/?before=7")
    assert answer.headers["Location"] == "/audit/?before=7"


def test_the_head_of_the_chain_reaches_the_public_footer(desk):
    assert audit.head() == chain_head()
    desk.post("/sign-out/")
    assert audit.head() == chain_head()


def chain_head():
    newest = audit.newest()
    return Head(timezone.now().date(), newest.seq, newest.hash)


def test_signing_out_needs_a_form_and_forgets_everything(desk):
    assert desk.get("/sign-out/").status_code == 405
    desk.post("/sign-out/")
    assert not DeskSession.objects.exists()
    assert desk.cookies[ID].value == "" and desk.cookies[KEY].value == ""
    assert desk.get("/people/").status_code == 302


def test_forms_without_their_token_are_refused(anna):
    client = Client(enforce_csrf_checks=True)
    code = a_code(anna.totp_secret)
    form = {"name": "Anna", "passphrase": anna.passphrase, "code": code}
    assert client.post("/sign-in/", form).status_code == 403
    assert not DeskSession.objects.exists()


# ---------------------------------------------------------------- what a thief gets


def test_the_row_is_keyed_by_a_hash_of_the_cookie(desk):
    row = DeskSession.objects.get()
    assert row.key_hash == hashlib.sha256(desk.cookies[ID].value.encode()).hexdigest()
    assert desk.cookies[ID].value not in row.data


def test_a_stolen_database_opens_nothing(desk, anna):
    data = DeskSession.objects.get().data
    for secret in (anna.desk.keys.box.secret, anna.desk.keys.signing_seed):
        assert secret.hex() not in data
    thief = Client()
    thief.cookies[ID] = DeskSession.objects.get().key_hash
    assert thief.get("/people/").status_code == 302


@pytest.mark.parametrize("stolen", [ID, KEY])
def test_one_stolen_cookie_opens_nothing(desk, stolen):
    thief = Client()
    thief.cookies[stolen] = desk.cookies[stolen].value
    assert thief.get("/people/").status_code == 302


def test_a_wrong_second_cookie_ends_the_session(desk):
    desk.cookies[KEY] = "guess"
    assert desk.get("/people/").status_code == 302
    assert not DeskSession.objects.exists()


def test_after_a_reboot_everybody_is_locked(desk, settings):
    assert desk.get("/people/").status_code == 200
    Path(settings.RUNTIME_DIR, "boot").unlink()
    assert desk.get("/people/").status_code == 302


def test_the_boot_secret_is_for_one_user_and_stays_until_the_reboot(settings):
    secret = sessions.boot_secret()
    assert len(secret) == 32 and sessions.boot_secret() == secret
    folder = Path(settings.RUNTIME_DIR)
    assert folder.stat().st_mode & 0o077 == 0 and (folder / "boot").stat().st_mode & 0o077 == 0
    assert [path.name for path in folder.iterdir()] == ["boot"]


@pytest.mark.parametrize(("later", "alive"), [(14 * 60, True), (15 * 60 + 1, False), (9 * 60 * 60, False)])
def test_a_quiet_session_locks_after_15_minutes(desk, monkeypatch, later, alive):
    now = time.time()
    monkeypatch.setattr(sessions, "_now", lambda: int(now + later))
    assert (desk.get("/people/").status_code == 200) == alive


def test_a_busy_session_ends_after_eight_hours_even_when_renewed(desk, monkeypatch, anna):
    now = time.time()
    for minutes in range(0, 8 * 60, 14):
        monkeypatch.setattr(sessions, "_now", lambda minutes=minutes: int(now + minutes * 60))
        assert desk.get("/people/").status_code == 200
        if minutes == 14 * 20:
            desk.post("/keys/grant/1/", {"passphrase": anna.passphrase, "compared": "yes"})
    monkeypatch.setattr(sessions, "_now", lambda: int(now + 8 * 60 * 60 + 5))
    assert desk.get("/people/").status_code == 302


def test_expired_rows_are_cleared(desk, monkeypatch):
    monkeypatch.setattr(sessions, "_now", lambda: int(time.time()) + 16 * 60)
    sessions.SessionStore.clear_expired()
    assert not DeskSession.objects.exists()


def test_a_closed_account_is_out_at_once(admin, ben):
    client, _answer = sign_in(ben)
    assert client.get("/people/").status_code == 200
    actions.deactivate(ben.desk.analyst_id, by=admin.desk)
    assert client.get("/people/").status_code == 302
    assert not DeskSession.objects.exists()


def test_a_role_that_was_taken_is_gone_at_once(admin, ben):
    client, _answer = sign_in(ben)
    actions.change_role(ben.desk.analyst_id, Role.EDITOR, by=admin.desk)
    assert client.get("/people/").status_code == 302


# ---------------------------------------------------------------- the passphrase again


def test_granting_takes_the_passphrase_again_and_renews_the_session(desk, admin, anna):
    invitation = actions.create_account("Cara", Role.ANALYST, by=admin.desk)
    offer = actions.offer_keys("Cara", invitation.words)
    code = a_code(offer.totp_secret)
    made = actions.make_keys("Cara", invitation.words, offer, typed_passphrase=offer.passphrase, code=code)
    assert made.fingerprint in desk.get("/keys/").content.decode()
    before = desk.cookies[ID].value, desk.cookies[KEY].value
    url = f"/keys/grant/{invitation.analyst_id}/"
    form = {"fingerprint": made.fingerprint, "compared": "yes"}
    assert desk.post(url, form).status_code == 403
    assert desk.post(url, form | {"passphrase": "abdomen"}).status_code == 403
    assert not queries.person(invitation.analyst_id).holds_key
    unticked = {"fingerprint": made.fingerprint, "passphrase": anna.passphrase}
    assert desk.post(url, unticked).status_code == 422
    assert desk.post(url, form | {"passphrase": anna.passphrase}).status_code == 302
    assert queries.person(invitation.analyst_id).holds_key
    assert desk.cookies[ID].value != before[0] and desk.cookies[KEY].value != before[1]
    assert desk.get("/keys/").status_code == 200


# ---------------------------------------------------------------- roles and routes

ADMINISTRATORS_ONLY = [
    ("get", "/people/{id}/"),
    ("post", "/people/open/"),
    ("post", "/people/{id}/role/"),
    ("post", "/people/{id}/new-keys/"),
    ("post", "/people/{id}/close/"),
]
GRANTERS_ONLY = [("post", "/keys/grant/{id}/"), ("post", "/keys/new/")]


@pytest.mark.parametrize(("method", "path"), ADMINISTRATORS_ONLY)
def test_only_administrators_reach_accounts(desk, ben, method, path):
    answer = getattr(desk, method)(path.format(id=ben.desk.analyst_id), {"passphrase": "x"})
    assert answer.status_code == 403
    assert queries.person(ben.desk.analyst_id).active


@pytest.mark.parametrize(("method", "path"), GRANTERS_ONLY)
def test_an_administrator_reaches_no_key(admin, ben, method, path):
    client, _answer = sign_in(admin)
    form = {"passphrase": admin.passphrase, "compared": "yes", "fingerprint": ben.fingerprint}
    answer = getattr(client, method)(path.format(id=ben.desk.analyst_id), form)
    assert answer.status_code == 403


@pytest.mark.parametrize(("method", "path"), [*ADMINISTRATORS_ONLY, *GRANTERS_ONLY, ("get", "/audit/")])
def test_nobody_reaches_anything_without_signing_in(founded, method, path):
    answer = getattr(Client(), method)(path.format(id=1))
    assert answer.status_code == (302 if method == "get" else 401)


def test_an_administrator_opens_an_account_and_its_owner_makes_keys(admin, founded):
    client, answer = sign_in(admin)
    assert answer.headers["Location"] == "/people/"
    form = {"name": "Cara O'Neil", "role": "analyst", "passphrase": admin.passphrase}
    assert client.post("/people/open/", form | {"name": "Anna"}).status_code == 409
    assert client.post("/people/open/", form | {"name": "<script>"}).status_code == 422
    page = client.post("/people/open/", form).content.decode()
    words = re.search(r'<p class="mono strong">([a-z -]+)</p>', page)[1]

    cara = Client()
    assert cara.get("/first-sign-in/").status_code == 200
    wrong = cara.post("/first-sign-in/", {"name": "Cara O'Neil", "invitation": "abdomen"})
    assert wrong.status_code == 422
    page = cara.post("/first-sign-in/", {"name": "cara o'neil", "invitation": words}).content.decode()
    assert "<svg" in page and "style=" not in page and "data:" not in page
    offer = re.search(r'name="offer" value="([^"]+)"', page)[1]
    shown = re.findall(r"<li><b>([a-z-]+)</b>([a-z-]*)</li>", page)
    passphrase = " ".join(first + rest for first, rest in shown)
    secret = "".join(re.search(r'<p class="mono">([A-Z2-7 ]+)</p>', page)[1].split())
    assert len(shown) == 7 and len(secret) == 32

    back = {"offer": offer, "passphrase": passphrase, "code": a_code(secret, time.time() - 30)}
    wrong = cara.post("/first-sign-in/", back | {"passphrase": "abdomen"})
    assert wrong.status_code == 422 and shown[0][0] in wrong.content.decode()
    assert cara.post("/first-sign-in/", back | {"offer": offer + "x"}).status_code == 403
    made = cara.post("/first-sign-in/", back).content.decode()
    person = next(one for one in queries.people() if one.name == "Cara O'Neil")
    assert person.fingerprint in made and person.waits_for_grant

    signing = {"name": "cara o'neil", "passphrase": passphrase, "code": a_code(secret)}
    assert cara.post("/sign-in/", signing).status_code == 302
    assert "You open no reports." in cara.get("/keys/").content.decode()


def test_every_page_has_no_inline_style_or_script(desk, admin, ben):
    client, _answer = sign_in(admin)
    pages = [
        client.get(path) for path in ("/people/", f"/people/{ben.desk.analyst_id}/", "/keys/", "/audit/")
    ]
    pages += [desk.get(path) for path in ("/people/", "/keys/", "/audit/")] + [Client().get("/sign-in/")]
    for page in pages:
        assert page.status_code == 200
        assert not re.search(r"<script(?![^>]* src=)|style=|onclick=", page.content.decode())
        assert "no-store" in page.headers["Cache-Control"]


def test_the_audit_page_checks_the_chain_and_names_a_bad_entry(desk, admin):
    from closecall.site.audit import triggers
    from closecall.site.audit.models import AuditEntry

    actions.create_account("Cara", Role.ANALYST, by=admin.desk)
    page = desk.get("/audit/").content.decode()
    assert "account.open" in page and "Anna (" in page
    assert "All 2 entries are whole" in desk.post("/audit/").content.decode()
    assert desk.get("/audit/?before=x").status_code == 422
    with transaction.atomic(using="sealed"):
        triggers.drop(connections["sealed"])
        AuditEntry.objects.filter(seq=2).update(detail="{nothing")
        triggers.create(connections["sealed"])
    assert "Entry 2 is bad" in desk.post("/audit/").content.decode()


def test_a_swapped_key_is_said_in_a_session_too(desk, anna, ben):
    from closecall.sealed.accounts.models import GenerationWrap
    from closecall.sealed.vault import generations

    GenerationWrap.objects.filter(analyst_id=anna.desk.analyst_id).update(
        wrapped=generations.wrap(generations.create(1), anna.desk.keys.box.public)
    )
    answer = desk.get("/people/")
    assert answer.status_code == 503 and "swapped" in answer.content.decode()
    assert not DeskSession.objects.exists()
    assert not box.connected()
