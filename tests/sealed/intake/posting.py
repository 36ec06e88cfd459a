"""Forms as a browser without JavaScript posts them: a token, a proof, fields, from this site."""

import re
import time
from html import unescape
from unittest import mock
from urllib.parse import urlencode

from django.http import HttpResponse
from django.test import Client

from closecall.sealed.intake.rules import proof
from closecall.sealed.intake.views import doors
from tests.sealed.intake.conftest import STORY

SAME = {"HTTP_SEC_FETCH_SITE": "same-origin", "HTTP_ORIGIN": "http://testserver"}


def hidden(page: str, name: str) -> str:
    """A hidden field's value."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return unescape(found[1])


def fresh(client: Client, address: str = "/share/") -> str:
    """The token of a fresh form, written a minute ago."""
    with mock.patch("time.time", return_value=time.time() - 60):
        return hidden(client.get(address).content.decode(), "token")


def proven(token: str) -> str:
    """What a browser with JavaScript finds."""
    return proof.solve(proof.set_challenge(doors.token_key(), token, most=50, now=int(time.time())))


def post(client: Client, address: str = "/share/", **fields: object) -> tuple[int, str]:
    """Post from this site; status and page."""
    answer = client.post(address, fields, **SAME)
    return answer.status_code, answer.content.decode()


def send(client: Client, **fields: object) -> tuple[int, str]:
    """Send a story with a proof."""
    token = str(fields.pop("token", "") or fresh(client))
    return post(
        client, **{"narrative": STORY, "step": "send", "token": token, "proof": proven(token), **fields}
    )


def raw(client: Client, address: str, fields: dict[str, str]) -> HttpResponse:
    """Post whatever it is, lone surrogates included, as bytes."""
    body = urlencode(fields, errors="surrogatepass")
    return client.post(address, body, "application/x-www-form-urlencoded", **SAME)


def words_of(page: str) -> str:
    """The code on a page."""
    return re.search(r'data-words="([^"]+)"', page)[1]
