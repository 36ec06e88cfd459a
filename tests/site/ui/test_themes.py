"""Day, Night and Red: chosen by a form, kept in three values, back to where one was."""

import pytest
from django.test import Client


@pytest.fixture
def browser() -> Client:
    return Client(headers={"sec-fetch-site": "same-origin", "sec-fetch-mode": "navigate"})


@pytest.mark.parametrize("theme", ["day", "night", "red"])
def test_a_theme_is_kept_until_the_browser_closes(browser: Client, theme: str) -> None:
    response = browser.post(
        "/theme/", {"theme": theme}, headers={"referer": "http://testserver/reports/?q=belt"}
    )
    cookie = response.cookies["theme"]
    assert response.status_code == 302
    assert response["Location"] == "/reports/?q=belt"
    assert (cookie.value, cookie["max-age"], cookie["expires"]) == (theme, "", "")
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_a_script_changes_the_theme_without_leaving_the_page(browser: Client) -> None:
    response = browser.post("/theme/", {"theme": "red"}, headers={"sec-fetch-mode": "cors"})
    assert response.status_code == 204
    assert response.cookies["theme"].value == "red"


@pytest.mark.parametrize(
    "referer", ["https://example.org/steal", "http://testserver//example.org/", "javascript:alert(1)", ""]
)
def test_the_way_back_never_leads_elsewhere(browser: Client, referer: str) -> None:
    response = browser.post("/theme/", {"theme": "day"}, headers={"referer": referer})
    assert response["Location"] == "/"


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none"])
def test_another_site_cannot_choose_for_me(site: str) -> None:
    response = Client(headers={"sec-fetch-site": site}).post("/theme/", {"theme": "red"})
    assert response.status_code == 403
    assert "theme" not in response.cookies


def test_an_old_browser_is_known_by_its_origin() -> None:
    foreign = Client(headers={"origin": "https://example.org"}).post("/theme/", {"theme": "red"})
    ours = Client(headers={"origin": "http://testserver"}).post("/theme/", {"theme": "red"})
    assert (foreign.status_code, ours.status_code) == (403, 302)


def test_a_fourth_theme_is_refused_and_an_unknown_cookie_ignored(browser: Client) -> None:
    assert browser.post("/theme/", {"theme": "reader-4711"}).status_code == 422
    browser.cookies["theme"] = '"><script>'
    page = browser.get("/nowhere-at-all/").content.decode()
    assert '<html lang="en">' in page


def test_asking_by_address_changes_nothing(browser: Client) -> None:
    assert browser.get("/theme/?theme=red").status_code == 405
