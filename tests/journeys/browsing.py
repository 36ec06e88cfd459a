"""Chromium as people have it, and what it must never report."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import axe_playwright_python
import pyotp
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.journeys.serving import Person
from tests.journeys.visiting import Visitor

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
RUN = "axe.run({resultTypes: ['violations']}).then(r => r.violations.map(v => v.id + ' ' + v.nodes[0].html))"
CHROMIUM = "/usr/bin/chromium"
THEMES = ("day", "night", "red")


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start and stop it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
        )
        yield browser
        browser.close()


@dataclass
class Watched:
    """A browser context; `faults`: errors in pages, reports of the policy, requests to anybody else."""

    context: BrowserContext
    site: str
    faults: list[str] = field(default_factory=list)

    def page(self) -> Page:
        """Open a page that is watched."""
        page = self.context.new_page()
        page.on("pageerror", lambda fault: self.faults.append(f"{page.url}: {fault}"))
        page.on(
            "console",
            lambda said: self.faults.append(f"{page.url}: {said.text}") if said.type == "error" else None,
        )
        page.on(
            "request",
            lambda asked: (
                None if asked.url.startswith(self.site) else self.faults.append(f"elsewhere: {asked.url}")
            ),
        )
        return page


def watched(
    browser: Browser, site: str, *, theme: str = "", width: int = 1280, javascript: bool = True
) -> Watched:
    """Open a context of its own on one site."""
    context = browser.new_context(
        viewport={"width": width, "height": 900}, java_script_enabled=javascript, base_url=site
    )
    if theme:
        context.add_cookies([{"name": "theme", "value": theme, "url": site}])
    return Watched(context, site)


def sign_in(page: Page, person: Person) -> None:
    """Sign in at the desk by its form."""
    page.goto("/sign-in/")
    page.get_by_label("Name").fill(person.name)
    page.get_by_label("Passphrase").fill(person.passphrase)
    page.get_by_label("Six-digit code").fill(pyotp.TOTP(person.totp_secret).now())
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_load_state()


def sit_down(seen: Watched, person: Visitor) -> None:
    """Go on in Chromium where somebody has signed in."""
    # The cookies' names ask for https; Chromium sends them to this machine without.
    secure = seen.site.replace("http:", "https:")
    seen.context.add_cookies(
        [
            {
                "name": name,
                "value": value,
                "url": secure,
                "secure": True,
                "httpOnly": True,
                "sameSite": "Strict",
            }
            for name, value in person.cookies.items()
        ]
    )


def violations(page: Page) -> list[str]:
    """What axe finds on the page as it stands."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    found: list[Any] = page.evaluate(RUN)
    return [f"{page.url} {one}" for one in found]


def in_every_theme(page: Page, other_width: int) -> list[str]:
    """What axe finds in the three themes, and where the page is wider than its window, as it is or `other_width` wide.

    A theme is one attribute of the document (the server writes it, the switch changes it), so it is changed in place.
    """
    own, size = page.evaluate("document.documentElement.dataset.theme"), page.viewport_size
    assert own in THEMES and size is not None
    found: list[str] = []
    for theme in dict.fromkeys((own, *THEMES)):
        _change(page, theme)
        found += [f"{theme}: {one}" for one in violations(page)]
        found += _wide(page, theme)
    page.set_viewport_size({"width": other_width, "height": size["height"]})
    for theme in (*THEMES, own):
        _change(page, theme)
        found += _wide(page, theme)
    page.set_viewport_size(size)
    return found


def _change(page: Page, theme: str) -> None:
    page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)


def _wide(page: Page, theme: str) -> list[str]:
    over = sideways(page)
    return [f"{theme}: {page.url} is {over} pixels too wide"] if over > 0 else []


def sideways(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    width: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return width
