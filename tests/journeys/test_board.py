"""A lesson moves on a study's board by hand, by key and by a form; each way says what happened."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.journeys import browsing, desk_work, visiting
from tests.journeys.serving import Instance

pytestmark = [
    pytest.mark.journey,
    pytest.mark.timeout(300),
    pytest.mark.skipif(
        not Path(browsing.CHROMIUM).exists(), reason="Chromium isn't installed on this machine"
    ),
]


@pytest.fixture(scope="module")
def board(instance: Instance) -> str:
    """The address of a board that nobody has touched."""
    person = visiting.sign_in(instance, instance.people[1])
    return f"{desk_work.study(person, 'What we learned', '?')}themes/"


def opened(browser: Browser, instance: Instance, board: str, *, javascript: bool) -> Page:
    seen = browsing.watched(browser, f"http://{instance.desk}", javascript=javascript)
    browsing.sit_down(seen, visiting.sign_in(instance, instance.people[1]))
    page = seen.page()
    page.goto(board)
    return page


def lesson(page: Page) -> tuple[str, Locator, str]:
    """A card that may be moved, by its lesson's name, and the theme it lies under."""
    card = page.locator("theme-board .column:not(.aside) .card:has(select)").first
    name = card.get_attribute("data-lesson")
    assert name
    return name, card, theme_of(page, name)


def theme_of(page: Page, name: str) -> str:
    """Where a lesson lies; every lesson of every theme is looked through."""
    found = page.evaluate(
        "name => document.querySelector(`[data-lesson='${name}']`)?.closest('[data-theme]')?.dataset.theme",
        name,
    )
    return str(found or "")


def test_by_hand(browser: Browser, instance: Instance, board: str) -> None:
    page = opened(browser, instance, board, javascript=True)
    name, card, before = lesson(page)
    options = card.locator("select option").evaluate_all("all => all.map(one => one.value)")
    columns = page.locator("theme-board .column:not(.aside)").evaluate_all(
        "all => all.map(one => one.dataset.theme)"
    )
    to = next(theme for theme in columns if theme != before and theme in options)
    card.drag_to(page.locator(f'.column[data-theme="{to}"] header'))
    expect(page.locator(".board-status")).to_have_text(re.compile("^Moved to"))
    page.goto(f"{board}?theme={to}")
    expect(page.locator(f"[data-lesson='{name}']")).to_have_count(1)


def test_by_key(browser: Browser, instance: Instance, board: str) -> None:
    page = opened(browser, instance, board, javascript=True)
    name, card, _before = lesson(page)
    to = card.locator("optgroup option").first.get_attribute("value")
    card.focus()
    page.keyboard.press("1")
    expect(page.locator(".board-status")).to_have_text(re.compile("^Moved to"))
    assert page.evaluate("document.activeElement !== document.body"), "the next lesson has the focus"
    page.goto(f"{board}?theme={to}")
    expect(page.locator(f"[data-lesson='{name}']")).to_have_count(1)


def test_by_form_without_javascript(browser: Browser, instance: Instance, board: str) -> None:
    page = opened(browser, instance, board, javascript=False)
    name, card, _before = lesson(page)
    to = card.locator("optgroup option").first.get_attribute("value")
    assert to
    card.locator("select").select_option(to)
    card.get_by_role("button", name="Move").click()
    page.goto(f"{board}?theme={to}")
    expect(page.locator(f"[data-lesson='{name}']")).to_have_count(1)
