"""The kit in a real Chromium: no violation in any theme, nothing sideways, typed words kept."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import axe_playwright_python
import pytest
from django.conf import LazySettings
from django.contrib.staticfiles import finders
from django.test import Client, RequestFactory
from playwright.sync_api import Browser, Page, Route, sync_playwright

from closecall.site.http.headers import CONTENT_SECURITY_POLICY
from closecall.site.ui import views

pytestmark = pytest.mark.journey

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
RUN = "axe.run({resultTypes: ['violations']}).then(r => r.violations.map(v => v.id + ' ' + v.nodes[0].html))"
KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(autouse=True)
def the_desk(settings: LazySettings, the_public_site: None) -> None:
    settings.CLOSECALL_ROLE = "desk"


def answer(route: Route) -> None:
    """Serve the kit and our static files without a socket, under the policy of the real site."""
    address = urlsplit(route.request.url).path
    headers = {"Content-Security-Policy": CONTENT_SECURITY_POLICY}
    if address.startswith("/static/"):
        file = finders.find(address.removeprefix("/static/"))
        assert isinstance(file, str), address
        route.fulfill(path=file, headers={**headers, "Content-Type": KINDS[Path(file).suffix]})
    elif address == "/theme/":
        response = Client().post(
            "/theme/",
            data=route.request.post_data or "",
            content_type="application/x-www-form-urlencoded",
            headers={"sec-fetch-site": "same-origin", "sec-fetch-mode": "cors"},
        )
        assert response.status_code == 204
        route.fulfill(status=204, headers={"Set-Cookie": response.cookies.output(header="").strip()})
    else:
        request = RequestFactory().get("/kit/")
        request.COOKIES = {"theme": route.request.all_headers().get("cookie", "").removeprefix("theme=")}
        body = views.kit(request).content.decode()
        route.fulfill(body=body, headers={**headers, "Content-Type": "text/html; charset=utf-8"})


def kit(browser: Browser, theme: str, width: int, faults: list[str]) -> Page:
    context = browser.new_context(viewport={"width": width, "height": 800})
    if theme:
        context.add_cookies([{"name": "theme", "value": theme, "url": "http://kit.test/"}])
    page = context.new_page()
    page.route("**/*", answer)
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.goto("http://kit.test/kit/")
    return page


@pytest.mark.parametrize("theme", ["day", "night", "red"])
def test_the_kit_has_no_violation(chromium: Browser, theme: str) -> None:
    faults: list[str] = []
    page = kit(chromium, theme, 1280, faults)
    assert page.evaluate("document.documentElement.dataset.theme") == theme
    page.evaluate(AXE)
    assert page.evaluate(RUN) == []
    assert faults == []
    page.context.close()


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_nothing_scrolls_sideways(chromium: Browser, width: int) -> None:
    page = kit(chromium, "day", width, [])
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.context.close()


def test_a_changed_theme_leaves_what_was_typed(chromium: Browser) -> None:
    faults: list[str] = []
    page = kit(chromium, "", 390, faults)
    page.get_by_label("What happened?").fill("Half a sentence")
    page.get_by_role("button", name="Red").click()
    assert page.evaluate("document.documentElement.dataset.theme") == "red"
    assert page.get_by_role("button", name="Red").get_attribute("aria-pressed") == "true"
    assert page.get_by_label("What happened?").input_value() == "Half a sentence"
    assert faults == []
    page.context.close()


def test_the_error_summary_has_the_focus(chromium: Browser) -> None:
    page = kit(chromium, "day", 1280, [])
    assert page.evaluate("document.activeElement.className") == "errors"
    page.context.close()


def test_targets_on_the_public_parts_are_44_pixels_high(chromium: Browser) -> None:
    page = kit(chromium, "day", 390, [])
    wanted = ".themes button, .pager a, .chosen a, .errors a, .tick, .facets summary"
    small = page.evaluate(
        f"[...document.querySelectorAll('{wanted}')].filter(e => e.offsetParent)"
        ".filter(e => e.getBoundingClientRect().height < 43.9).map(e => e.outerHTML.slice(0, 80))"
    )
    assert small == []
    page.context.close()
