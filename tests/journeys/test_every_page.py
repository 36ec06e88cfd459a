"""Every page, in every theme: no violation, nothing sideways, nothing from elsewhere, light enough."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, CDPSession, Page

from tests.journeys import browsing, desk_work, serving, visiting
from tests.journeys.browsing import Watched
from tests.journeys.serving import Instance
from tests.journeys.visiting import Visitor, submit

pytestmark = [
    pytest.mark.journey,
    pytest.mark.timeout(600),
    pytest.mark.skipif(
        not Path(browsing.CHROMIUM).exists(), reason="Chromium isn't installed on this machine"
    ),
]
STORY = (
    "I was on a stop on Larkmoor Road with Officer Tuttle. It was dark. A truck came over the line and "
    "my partner Quentin pulled me back by the belt. We found the mirror in the grass at 02:14."
)
SHARE_BYTES, SHARE_REQUESTS = 25_000, 4
# 14 KB with gzip (tests/text/identifiers/test_hint.py), and the headers of two answers, about 1 KB each.
HINT_BYTES, HINT_REQUESTS = 16_000, 2
PAGE_BYTES, PAGE_REQUESTS = 60_000, 6


@pytest.fixture(scope="module")
def instance() -> Iterator[Instance]:
    with serving.served(reports=serving.ALL) as made:
        yield made


@pytest.fixture(scope="module")
def public_pages(instance: Instance) -> list[str]:
    reader = Visitor(instance.public)
    found = reader.get("/reports/").body.decode()
    report = found.partition('href="/reports/')[2]
    while not report[:6].isalnum() or report[:6] == "":
        report = report.partition('href="/reports/')[2]
    report_id = report.partition("/")[0]
    topic = reader.get("/topics/").body.decode().partition('href="/topics/')[2].partition('"')[0]
    # Where no study is published, the list stands for it.
    study = reader.get("/studies/").body.decode().partition('row-title"><a href="')[2].partition('"')[0]
    return [
        "/", "/reports/", "/reports/?q=door", "/reports/?q=zebra+flute", f"/reports/{report_id}/",
        f"/reports/{report_id}/?part=2", "/topics/", f"/topics/{topic}", "/share/", "/return/", "/safety/", "/method/",
        "/help/", "/api/v1/docs", "/nowhere/", "/insights/", "/insights/?event=ambush&event=missed_firearm",
        "/insights/numbers/", "/studies/", study or "/studies/",
    ]  # fmt: skip


@pytest.fixture(scope="module")
def desk_pages(instance: Instance) -> list[str]:
    """A case in the desk's hands, before and after redaction."""
    visiting.share_all(instance.public, [STORY, STORY.replace("truck", "van")])
    one, two = (visiting.sign_in(instance, person) for person in instance.people[1:3])
    first, second = desk_work.waiting(one)[:2]
    desk_work.screen(f"/cases/{first}/", one, two)
    desk_work.screen(f"/cases/{second}/", one, two)
    desk_work.redact(f"/cases/{second}/", two)
    desk_work.code(f"/cases/{second}/", two)
    cases = [
        f"/cases/{first}/{step}/" for step in ("triage", "event", "deidentify", "code", "publish", "dialogue")
    ]
    cases += [
        f"/cases/{second}/{step}/"
        for step in ("second", "publish", "code", "code/?part=lessons", "code/?part=propose")
    ]
    cases = [page.replace("code/?part", "code/?part") for page in cases]
    mine = desk_work.study(one, "What we missed", "?event=missed_firearm")
    theirs = desk_work.study(two, "What we saw", "?event=ambush")
    submit(one, f"{theirs}seat/", {"seat": "second"}, at=f"{theirs}cohort/")
    studies = ["/studies/", "/studies/new/?query=%3Fevent%3Dambush", f"{theirs}code/", f"{theirs}themes/"]
    studies += [
        f"{mine}{page}" for page in ("cohort/", "themes/", "themes/?theme=-", "agreement/", "publish/")
    ]
    return ["/queue/", "/week/", "/reliability/", "/reliability/drift/", *cases, *studies,
            "/people/", "/keys/", "/audit/", "/pack/", "/pack/lessons/", "/pack/rules/",
            "/pack/facets/event/", "/erasure/", "/numbers/", "/suggestions/", "/kit/", "/nowhere/"]  # fmt: skip


def test_every_public_page_is_clean_in_every_theme(
    browser: Browser, instance: Instance, public_pages: list[str]
) -> None:
    seen = browsing.watched(browser, f"http://{instance.public}", theme="day", width=390)
    page = seen.page()
    found: list[str] = []
    for address in public_pages:
        page.goto(address)
        found += browsing.in_every_theme(page, 1280)
    found += [fault for fault in seen.faults if "404" not in fault]
    seen.context.close()
    assert found == []


def test_every_page_of_the_desk_is_clean_in_every_theme(
    browser: Browser, instance: Instance, desk_pages: list[str]
) -> None:
    seen = browsing.watched(browser, f"http://{instance.desk}", theme="day")
    page = seen.page()
    page.goto("/sign-in/")
    found = browsing.in_every_theme(page, 390)
    browsing.sit_down(seen, visiting.sign_in(instance, instance.people[1]))
    for address in desk_pages:
        page.goto(address)
        assert "/sign-in/" not in page.url
        found += browsing.in_every_theme(page, 390)
    found += [fault for fault in seen.faults if not any(code in fault for code in ("403", "404"))]
    seen.context.close()
    assert found == []


@pytest.mark.parametrize("theme", ["night", "red"])
@pytest.mark.parametrize("site", ["public", "desk"])
def test_a_chosen_theme_is_an_attribute_of_the_document_and_nothing_else(
    browser: Browser, instance: Instance, theme: str, site: str
) -> None:
    """What `browsing.in_every_theme` rests on: pages of two themes differ by the attribute and the pressed button."""
    address = f"http://{instance.public}/topics/" if site == "public" else f"http://{instance.desk}/sign-in/"
    pages = []
    for chosen in ("day", theme):
        seen = browsing.watched(browser, address, theme=chosen, javascript=False)
        page = seen.page()
        page.goto(address)
        assert page.evaluate("document.documentElement.dataset.theme") == chosen
        pages.append(
            re.sub(r'data-theme="\w+"|aria-pressed="\w+"|<input type="hidden"[^>]*>', "", page.content())
        )
        seen.context.close()
    assert pages[0] == pages[1]


def test_the_right_passphrase_and_code_open_the_desk(browser: Browser, instance: Instance) -> None:
    seen = browsing.watched(browser, f"http://{instance.desk}")
    page = seen.page()
    browsing.sign_in(page, instance.people[0])
    assert page.get_by_role("button", name="Sign out").count() == 1
    assert seen.faults == []
    seen.context.close()


def test_a_wrong_passphrase_is_told_and_the_name_stays_without_javascript(
    browser: Browser, instance: Instance
) -> None:
    seen = browsing.watched(browser, f"http://{instance.desk}", javascript=False)
    page = seen.page()
    browsing.sign_in(page, replace(instance.people[0], passphrase="not this one"))
    assert "/sign-in/" in page.url
    assert page.title().startswith("Error: ")
    assert page.get_by_label("Name").input_value() == instance.people[0].name
    seen.context.close()


def test_pages_are_light_and_ask_for_little(
    browser: Browser, instance: Instance, public_pages: list[str]
) -> None:
    heavy = []
    seen = browsing.watched(browser, f"http://{instance.public}", width=390)
    page = seen.page()
    sizes, session = _sizes(seen, page)
    for address in public_pages:
        session.send("Network.clearBrowserCache")  # each visit is a first one
        sizes.clear()
        page.goto(address)
        page.wait_for_timeout(100)  # nothing asks later; what writing loads is weighed by its own test
        count, size = len(sizes), int(sum(sizes))
        most = (SHARE_REQUESTS, SHARE_BYTES) if address == "/share/" else (PAGE_REQUESTS, PAGE_BYTES)
        assert count > 1, "the page's style and pictures were kept from another visit"
        if count > most[0] or size > most[1]:
            heavy.append((address, count, size))
    seen.context.close()
    assert heavy == []


def test_the_hint_comes_when_somebody_writes_and_is_light(browser: Browser, instance: Instance) -> None:
    seen = browsing.watched(browser, f"http://{instance.public}", width=390)
    page = seen.page()
    sizes, _session = _sizes(seen, page)
    page.goto("/share/", wait_until="networkidle")
    count, size = len(sizes), int(sum(sizes))
    assert (count <= SHARE_REQUESTS, size <= SHARE_BYTES) == (True, True), (count, size)
    page.get_by_label("What happened?").press_sequentially("My partner Quentin fell.")
    page.get_by_text("“Quentin” may be a name").first.wait_for()
    page.wait_for_load_state("networkidle")
    count, size = len(sizes) - count, int(sum(sizes)) - size
    assert (count, size <= HINT_BYTES) == (HINT_REQUESTS, True), (count, size)
    assert seen.faults == []
    seen.context.close()


@pytest.mark.parametrize("theme", browsing.THEMES)
def test_the_hint_is_clean_in_every_theme(browser: Browser, instance: Instance, theme: str) -> None:
    seen = browsing.watched(browser, f"http://{instance.public}", theme=theme, width=390)
    page = seen.page()
    page.goto("/share/")
    page.get_by_label("What happened?").fill(STORY)
    page.get_by_text("“Officer Tuttle” may be a name").first.wait_for()
    assert browsing.violations(page) == []
    assert browsing.sideways(page) <= 0
    seen.context.close()


def _sizes(seen: Watched, page: Page) -> tuple[list[float], CDPSession]:
    """Grows by what each request of the page weighs on the wire; and the session that listens."""
    session = seen.context.new_cdp_session(page)
    session.send("Network.enable")
    sizes: list[float] = []
    session.on("Network.loadingFinished", lambda done: sizes.append(done["encodedDataLength"]))
    return sizes, session


def test_reading_works_without_javascript(browser: Browser, instance: Instance) -> None:
    seen = browsing.watched(browser, f"http://{instance.public}", javascript=False, width=390)
    page = seen.page()
    page.goto("/")
    page.goto("/reports/?q=dog")
    page.locator("main h2 a[href^='/reports/'], main h3 a[href^='/reports/']").first.click()
    page.wait_for_url("**/reports/*/")
    assert page.locator("h1").inner_text()
    assert "Invented for demonstration" in page.content()
    assert seen.context.cookies() == []
    assert seen.faults == []
    seen.context.close()
