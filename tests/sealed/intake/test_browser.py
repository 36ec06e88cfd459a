"""The reporter's journey in a real Chromium, with and without JavaScript, back-forward cache on."""

import os
import re
import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from playwright.sync_api import Error as PlaywrightError
from pytest_django.live_server_helper import LiveServer

from closecall.sealed.intake import actions, queries
from closecall.sealed.intake.rules import form_token, questions
from closecall.sealed.intake.rules.dialogue import ProposedText
from closecall.sealed.intake.rules.submission import Submission
from closecall.sealed.intake.views import doors
from closecall.sealed.vault import generations
from tests.sealed.intake.conftest import STORY, enter

pytestmark = [
    pytest.mark.journey,
    pytest.mark.django_db(databases=["default", "sealed"], transaction=True),
    pytest.mark.urls("closecall.config.public_urls"),
]

# Parts of the story that no page may show after leaving.
TELLTALE = "left knee"
ARGUMENTS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium as an officer has it: its back-forward cache on."""
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path="/usr/bin/chromium",
            args=ARGUMENTS,
            ignore_default_args=["--disable-back-forward-cache"],
        )
        # Playwright runs an event loop in this thread, which Django takes for an asynchronous caller.
        before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
        yield launched
        launched.close()
        if before is None:
            del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def generation(live_server: LiveServer) -> generations.Generation:
    """An open intake; the browser's threads see its rows."""
    made = generations.create(1)
    actions.open_generation(1, made.pair.public)
    return made


@pytest.fixture
def visit(browser: Browser, live_server: LiveServer) -> Iterator[Callable[..., Page]]:
    """Opens a context; fails the test on an error in the page, a CSP report or a request elsewhere."""
    contexts: list[BrowserContext] = []
    wrong: list[str] = []

    def opened(*, javascript: bool = True, width: int = 390) -> Page:
        context = browser.new_context(
            java_script_enabled=javascript, viewport={"width": width, "height": 844}, base_url=live_server.url
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda fault: wrong.append(str(fault)))
        page.on("console", lambda said: wrong.append(said.text) if "Content Security" in said.text else None)
        page.on(
            "request",
            lambda asked: wrong.append(asked.url) if not asked.url.startswith(live_server.url) else None,
        )
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not wrong


def _send(page: Page) -> str:
    page.goto("/share/")
    page.get_by_label("What happened?").fill(STORY)
    page.get_by_role("button", name="Check before sending").click()
    page.get_by_role("button", name="Send", exact=True).click()
    page.get_by_role("heading", name="Sent. Write these six words down.").wait_for()
    return page.locator("copy-words").get_attribute("data-words") or ""


def test_with_javascript_the_browser_proves_itself_while_the_officer_writes(
    visit: Callable[..., Page], generation: generations.Generation
) -> None:
    page = visit()
    code = _send(page)
    report = enter(code).report
    assert report is not None
    assert not report.unproven
    page.get_by_role("button", name="Copy the words").wait_for()


def test_save_and_go_waits_for_the_proof_by_itself(
    visit: Callable[..., Page], generation: generations.Generation
) -> None:
    page = visit()
    page.goto("/share/")
    page.get_by_label("What happened?").fill(STORY)
    page.get_by_role("button", name="Got a call? Save and go").first.click()
    page.get_by_role("heading", name="Sent. Write these six words down.").wait_for()


def test_the_whole_journey_works_without_javascript(
    visit: Callable[..., Page], generation: generations.Generation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(form_token, "DWELL_SECONDS", 0)
    page = visit(javascript=False)
    page.goto("/share/")
    page.get_by_label("What happened?").fill(STORY)
    page.get_by_label("We found a weapon late, or just in time").check()
    page.get_by_role("button", name="Check before sending").click()
    page.get_by_role("button", name="Add detail: 2 minutes").click()
    page.get_by_text("How light was it?").first.click()
    page.get_by_label("Dark, with lamps").check()
    page.get_by_role("button", name="Back to the check").click()
    page.get_by_label("Numbers only").check()
    token = page.locator("input[name=token]").get_attribute("value") or ""
    entropy = form_token.read(doors.token_key(), token, purpose="share", now=int(time.time())).entropy
    page.get_by_label(questions.pick(entropy).text).fill(next(iter(questions.pick(entropy).answers)))
    page.get_by_role("button", name="Send", exact=True).click()
    assert not page.get_by_role("button", name="Copy the words").is_visible()
    code = page.locator("copy-words").get_attribute("data-words") or ""
    report = enter(code).report
    assert report is not None
    original = queries.open_original(report.id, [generation])
    assert (original.use, original.details) == ("numbers_only", {"D3": "lamps"})

    actions.ask(report.id, "How far was backup?", [generation])
    page.get_by_role("link", name="Return", exact=False).first.click()
    page.get_by_label("Your six words").fill(code)
    page.get_by_role("button", name="Open").click()
    assert page.get_by_text("How far was backup?").is_visible()
    page.get_by_label("Your answer").fill("Same floor.")
    page.get_by_role("button", name="Send answer").click()
    assert [message.text for message in queries.messages(report.id, [generation])][-1] == "Same floor."
    page.get_by_text("Withdraw it").click()
    page.get_by_role("button", name="Take my report back").click()
    page.get_by_role("heading", name="You took this report back").wait_for()
    assert page.url.endswith("/return/")


@pytest.mark.parametrize("javascript", [True, False])
@pytest.mark.parametrize("how", ["form", "check", "code", "mailbox"])
def test_after_leaving_the_back_button_shows_nothing(
    visit: Callable[..., Page],
    generation: generations.Generation,
    monkeypatch: pytest.MonkeyPatch,
    how: str,
    javascript: bool,
) -> None:
    monkeypatch.setattr(form_token, "DWELL_SECONDS", 0)
    code = actions.submit_report(Submission(STORY), entropy=b"b" * 16).code.spoken
    report = enter(code).report
    assert report is not None
    actions.offer_text(report.id, ProposedText("Searched", f"He kept his {TELLTALE} away."), [generation])
    page = visit(javascript=javascript)
    page.goto("/return/" if how == "mailbox" else "/share/")
    if how == "mailbox":
        page.get_by_label("Your six words").fill(code)
        page.get_by_role("button", name="Open").click()
        page.get_by_text(TELLTALE).wait_for()
    else:
        page.get_by_label("What happened?").fill(STORY)
    if how in ("check", "code"):
        page.get_by_role("button", name="Check before sending").click()
    if how == "code":
        if not javascript:
            token = page.locator("input[name=token]").get_attribute("value") or ""
            entropy = form_token.read(doors.token_key(), token, purpose="share", now=int(time.time())).entropy
            asked = questions.pick(entropy)
            page.get_by_label(asked.text).fill(next(iter(asked.answers)))
        page.get_by_role("button", name="Send", exact=True).click()
        page.locator(".six-words").wait_for()
        code = page.locator("copy-words").get_attribute("data-words") or ""
    page.get_by_role("link", name="Leave this page").click()
    page.wait_for_url("**/reports/")
    for _back in range(4):
        try:
            page.go_back(wait_until="commit")
        except PlaywrightError as nothing_kept:
            # Chromium asks whether to send the form again: it kept nothing to show.
            assert "ERR_CACHE_MISS" in str(nothing_kept)
        page.wait_for_timeout(150)
        shown = page.content()
        assert TELLTALE not in shown
        assert code not in shown
        for field in page.locator("textarea").all():
            assert TELLTALE not in field.input_value()


def test_shift_three_times_leaves(visit: Callable[..., Page], generation: generations.Generation) -> None:
    page = visit()
    page.goto("/share/")
    page.get_by_label("What happened?").fill(STORY)
    for _press in range(3):
        page.keyboard.press("Shift")
    page.wait_for_url("**/reports/")


def test_the_share_page_is_light(visit: Callable[..., Page], generation: generations.Generation) -> None:
    page = visit()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/share/")
    page.wait_for_load_state("networkidle")
    # The icon is the browser's own wish, once a visit; a page can't ask for none.
    assert len([address for address in asked if not address.endswith("favicon.svg")]) <= 4, asked


def test_nothing_scrolls_sideways_at_four_hundred_percent(
    visit: Callable[..., Page], generation: generations.Generation
) -> None:
    page = visit(width=320)
    for address in ("/share/", "/return/", "/safety/"):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_hint_marks_what_may_identify_and_sends_nothing(
    visit: Callable[..., Page], generation: generations.Generation
) -> None:
    page = visit()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.method + " " + request.url))
    page.goto("/share/")
    assert not any("hint" in each for each in asked)
    field = page.get_by_label("What happened?")
    field.fill("I stood by the door with Ramirez. It was 02:14 and cold.")
    hint = page.locator("identity-hint")
    hint.get_by_text("“Ramirez” may be a name").first.wait_for()
    assert hint.get_by_role("status").inner_text() == "“02:14” may be a time. 2 things below."
    assert "It misses things" in hint.inner_text()
    hint.get_by_role("button", name="“02:14”").click()
    assert field.evaluate("it => it.value.slice(it.selectionStart, it.selectionEnd)") == "02:14"
    hint.get_by_role("button", name=re.compile("It isn’t ?: Ramirez")).click()
    assert [each.split("\n")[0] for each in hint.get_by_role("listitem").all_inner_texts()] == [
        "“02:14” may be a time"
    ]
    assert hint.get_by_role("button", name="“02:14”").evaluate("it => it === document.activeElement")
    assert [each for each in asked if not each.startswith("GET")] == []
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    page.get_by_role("button", name="Check before sending").click()
    page.get_by_role("heading", name="Check before you send").wait_for()
    marked = page.locator("mark.maybe").all_inner_texts()
    assert "02:14" in marked
    assert "Ramirez" not in marked


def test_the_hint_is_gone_after_leaving(
    visit: Callable[..., Page], generation: generations.Generation
) -> None:
    page = visit()
    page.goto("/share/")
    page.get_by_label("What happened?").fill("I stood by the door with Ramirez.")
    page.get_by_text("“Ramirez” may be a name").first.wait_for()
    page.locator("form#page").evaluate("form => form.reset()")
    assert "Ramirez" not in page.locator("identity-hint").evaluate("it => it.outerHTML")
    page.get_by_label("What happened?").fill("I stood by the door with Ramirez.")
    page.get_by_text("“Ramirez” may be a name").first.wait_for()
    page.get_by_role("link", name="Leave this page").click()
    page.wait_for_url("**/reports/")
    page.go_back(wait_until="commit")
    page.wait_for_timeout(150)
    assert "Ramirez" not in page.content()


def test_the_hint_shows_six_things_at_most(
    visit: Callable[..., Page], generation: generations.Generation
) -> None:
    page = visit()
    page.goto("/share/")
    page.get_by_label("What happened?").fill(", ".join(f"Officer Tuttle{letter}" for letter in "abcdefgh"))
    hint = page.locator("identity-hint")
    hint.get_by_text("and 2 things more.").wait_for()
    assert hint.get_by_role("listitem").count() == 7
