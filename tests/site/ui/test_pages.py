"""Frames and pages: no dead link, no third party, and everything said about what isn't."""

import re

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import is_valid_path


@pytest.fixture
def public() -> Client:
    return Client()


def links(page: str) -> set[str]:
    return {href.split("#")[0] for href in re.findall(r'href="(/[^"]*)"', page)} - {""}


@pytest.mark.parametrize("address", ["/method/", "/help/", "/nowhere-at-all/"])
def test_no_link_leads_nowhere(public: Client, address: str) -> None:
    found = links(public.get(address).content.decode())
    dead = {href for href in found if not href.startswith("/static/") and not is_valid_path(href)}
    assert dead <= ({"/"} if not is_valid_path("/") else set())


def test_a_page_is_marked_where_one_is(public: Client) -> None:
    assert '<a href="/help/" aria-current="page">' in public.get("/help/").content.decode()


def test_a_page_loads_only_from_this_site(public: Client) -> None:
    page = public.get("/help/").content.decode()
    assert not re.search(r'(?:src|href)="(?:https?:)?//', page)


def test_reading_sets_no_cookie(public: Client) -> None:
    assert not public.get("/method/").cookies


def test_the_method_tells_the_days_that_the_instance_really_waits(
    public: Client, settings: LazySettings
) -> None:
    settings.APPROVAL_DAYS, settings.RELEASE_DAYS = 33, 11
    page = public.get("/method/").content.decode()
    assert "After 33 days, silence counts as no objection" in page
    assert "about every 11 days" in page


@pytest.mark.parametrize("demo", [True, False])
def test_only_a_demonstration_says_that_everything_is_invented(
    public: Client, settings: LazySettings, demo: bool
) -> None:
    settings.DEMO = demo
    assert ("Every report here is invented" in public.get("/help/").content.decode()) is demo


def test_a_refusal_says_its_sentence_and_its_status(public: Client) -> None:
    response = public.get("/nowhere-at-all/")
    assert response.status_code == 404
    assert "There is nothing at this address." in response.content.decode()
