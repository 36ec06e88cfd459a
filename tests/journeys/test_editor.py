"""The de-identification editor by keyboard alone, in a real Chromium."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys import browsing, desk_work, serving, visiting
from tests.journeys.visiting import Visitor

pytestmark = [
    pytest.mark.journey,
    pytest.mark.timeout(300),
    pytest.mark.xdist_group("served"),
    pytest.mark.skipif(
        not Path(browsing.CHROMIUM).exists(), reason="Chromium isn't installed on this machine"
    ),
]
STORY = (
    "I was on a stop on Larkmoor Road with Officer Tuttle. It was dark. A truck came over the line and my partner "
    "Quentin pulled me back. We found the mirror in the grass at 02:14. Later Tuttle asked me why."
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsing.chromium() as launched:
        yield launched


def choices(page: Page) -> list[str]:
    """What is chosen in each row."""
    chosen: list[str] = page.eval_on_selector_all("select[name^=choice-]", "all => all.map(one => one.value)")
    return chosen


def test_every_span_is_decided_without_a_mouse(browser: Browser) -> None:
    with serving.served() as instance:
        visiting.share(Visitor(instance.public), STORY)
        one, two = (visiting.sign_in(instance.desk, person) for person in instance.people[1:3])
        case = f"/cases/{desk_work.waiting(one)[0]}/"
        desk_work.screen(case, one, two)
        visiting.submit(one, f"{case}take/", {}, at=f"{case}deidentify/")
        seen = browsing.watched(browser, f"http://{instance.desk}")
        page = seen.page()
        browsing.sign_in(page, instance.people[1])
        page.goto(f"{case}deidentify/")
        assert set(choices(page)) == {"undecided"}
        page.locator("deid-editor tbody tr[tabindex='0']").focus()
        page.keyboard.press("x")
        page.keyboard.press("e")
        page.keyboard.type("It names nobody.")
        page.locator("deid-editor tbody tr[tabindex='0']").focus()
        page.keyboard.press("j")
        for _row in choices(page)[2:]:
            page.keyboard.press("r")
        assert choices(page)[:2] == ["remove", "keep"]
        assert set(choices(page)[2:]) == {"replace"}
        assert "All decided" in page.locator("deid-editor [role=status]").inner_text()
        with page.expect_navigation():
            page.keyboard.press("s")
        assert "undecided. The second pass" not in page.content()
        page.locator("deid-editor tbody tr[tabindex='0']").focus()
        with page.expect_navigation():
            page.keyboard.press("u")
        assert browsing.violations(page) == []
        page.get_by_role("button", name="Keys: on").press("Enter")
        page.locator("deid-editor tbody tr[tabindex='0']").focus()
        before = choices(page)
        page.keyboard.press("x")
        assert choices(page) == before
        assert [fault for fault in seen.faults if "401" not in fault] == []  # a one-time code used twice
        seen.context.close()
