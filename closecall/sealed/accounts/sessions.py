"""Sessions whose rows open nothing.

A row is keyed by SHA-256 of the session cookie. The analyst's keys in it are sealed under a second cookie
and a boot secret that lies in tmpfs. So the database alone, both cookies alone, or either after a reboot
open nothing.

Idle 15 minutes, absolute 8 hours. Named by SESSION_ENGINE.
"""

import base64
import hashlib
import json
import os
import secrets
import time
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.contrib.sessions.backends.base import CreateError, SessionBase, UpdateError
from django.db import IntegrityError, router, transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from closecall.sealed.accounts.models import DeskSession
from closecall.sealed.accounts.rules.pins import Pins
from closecall.sealed.vault.analysts import SECRET_BYTES, AnalystKeys
from closecall.site.crypto import aead, hashing
from closecall.site.crypto.errors import CannotOpen

IDLE_SECONDS: Final = 15 * 60
ABSOLUTE_SECONDS: Final = 8 * 60 * 60
KEY_COOKIE: Final = "__Host-desk-key"
_TOUCH_SECONDS: Final = 60
_STARTED: Final = "_started"
_KEYS: Final = "_keys"
_PURPOSE: Final = "session-keys"


class SessionStore(SessionBase):
    """One session, in the sealed database."""

    def exists(self, session_key: str) -> bool:
        """Tell whether a row with this key exists."""
        return DeskSession.objects.filter(key_hash=_hash(session_key)).exists()

    def create(self) -> None:
        """Give the session a new key and write it."""
        while True:
            self._session_key = self._get_new_session_key()  # type: ignore[attr-defined]  # Django's own backends call it
            try:
                self.save(must_create=True)
            except CreateError:
                continue
            self.modified = True
            return

    def save(self, must_create: bool = False) -> None:
        """Write the session; a row that was deleted meanwhile stays deleted.

        Raises: CreateError, UpdateError.
        """
        if self.session_key is None:
            self.create()
            return
        data: dict[str, Any] = self._get_session(no_load=must_create)  # type: ignore[attr-defined]  # as above
        now = _now()
        started = int(data.setdefault(_STARTED, now))
        values = {"data": json.dumps(data), "started": started, "seen": now}
        if must_create:
            try:
                with transaction.atomic(using=router.db_for_write(DeskSession)):
                    DeskSession.objects.create(key_hash=_hash(self.session_key), **values)
            except IntegrityError:
                raise CreateError from None
        elif not DeskSession.objects.filter(key_hash=_hash(self.session_key)).update(**values):
            raise UpdateError

    def delete(self, session_key: str | None = None) -> None:
        """Delete a row."""
        key = session_key or self.session_key
        if key:
            DeskSession.objects.filter(key_hash=_hash(key)).delete()

    def load(self) -> dict[str, Any]:
        """Read the session; one that is too old or idle too long is deleted and empty."""
        if self.session_key:
            row = DeskSession.objects.filter(key_hash=_hash(self.session_key)).first()
            now = _now()
            if row and now - row.seen <= IDLE_SECONDS and now - row.started <= ABSOLUTE_SECONDS:
                if now - row.seen > _TOUCH_SECONDS:
                    DeskSession.objects.filter(key_hash=row.key_hash).update(seen=now)
                data: dict[str, Any] = json.loads(row.data)
                return data
            if row:
                row.delete()
        self._session_key = None
        return {}

    @classmethod
    def clear_expired(cls) -> None:
        """Delete every row that no cookie could use any more."""
        now = _now()
        DeskSession.objects.filter(seen__lt=now - IDLE_SECONDS).delete()
        DeskSession.objects.filter(started__lt=now - ABSOLUTE_SECONDS).delete()


def keep(request: HttpRequest, keys: AnalystKeys, pins: Pins, *, analyst_id: int) -> None:
    """Seal keys and pins into the session, under a new second cookie."""
    cookie = secrets.token_urlsafe(32)
    sealed = aead.seal(
        _session_key(cookie), keys.to_bytes() + pins.to_bytes(), purpose=_PURPOSE, object_id=analyst_id
    )
    request.session[_KEYS] = base64.b64encode(sealed).decode()
    request.META["closecall.key_cookie"] = cookie


def recall(request: HttpRequest, *, analyst_id: int) -> tuple[AnalystKeys, Pins]:
    """Open what `keep` sealed. Raises: CannotOpen without the cookie, or after a reboot."""
    cookie = request.META.get("closecall.key_cookie") or request.COOKIES.get(KEY_COOKIE, "")
    sealed = base64.b64decode(str(request.session.get(_KEYS, "")))
    opened = aead.open_sealed(_session_key(cookie), sealed, purpose=_PURPOSE, object_id=analyst_id)
    try:
        return AnalystKeys.from_bytes(opened[:SECRET_BYTES]), Pins.from_bytes(opened[SECRET_BYTES:])
    except (ValueError, KeyError):
        raise CannotOpen from None


def renew(request: HttpRequest, *, analyst_id: int) -> None:
    """Give the session a new id and a new second cookie; what it holds stays."""
    keys, pins = recall(request, analyst_id=analyst_id)
    request.session.cycle_key()
    keep(request, keys, pins, analyst_id=analyst_id)


def put_cookie(request: HttpRequest, response: HttpResponseBase) -> None:
    """Send the second cookie when it is new, and take it back when the session is over."""
    cookie = request.META.get("closecall.key_cookie")
    if cookie and request.session.get(_KEYS):
        response.set_cookie(KEY_COOKIE, cookie, path="/", secure=True, httponly=True, samesite="Strict")
    elif KEY_COOKIE in request.COOKIES and request.session.is_empty():
        response.delete_cookie(KEY_COOKIE, path="/", samesite="Strict")


def sign_out_everywhere(analyst_id: int) -> None:
    """Delete every session of a person: they left, lost their passphrase or changed their role."""
    for row in DeskSession.objects.all():
        if json.loads(row.data).get("_auth_user_id") == str(analyst_id):
            row.delete()


def boot_secret() -> bytes:
    """Read the secret that a reboot forgets; the first process after a boot draws it."""
    folder = Path(settings.RUNTIME_DIR)
    path = folder / "boot"
    try:
        return path.read_bytes()
    except FileNotFoundError:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = folder / f"boot.{secrets.token_hex(8)}"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(32))
        try:
            # A link either gives the name to this draft or finds it taken: two processes get one secret.
            path.hardlink_to(draft)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
        return path.read_bytes()


def _session_key(cookie: str) -> bytes:
    return hashing.digest(cookie.encode(), purpose=_PURPOSE, key=boot_secret())


def _hash(session_key: str) -> str:
    return hashlib.sha256(session_key.encode()).hexdigest()


def _now() -> int:
    return int(time.time())
