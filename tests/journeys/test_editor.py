"""The de-identification editor in a real Chromium: by keyboard alone, and without JavaScript."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys import browsing, desk_work, visiting
from tests.journeys.serving import Instance

pytestmark = [
    pytest.mark.journey,
    pytest.mark.timeout(300),
    pytest.mark.skipif(
        not Path(browsing.CHROMIUM).exists(), reason="Chromium isn't installed on this machine"
    ),
]
# 338 words; a dozen things that identify, and words that no machine would mark.
STORY = (
    "I was sent to a stop on Larkmoor Road with Officer Tuttle around 02:14. It was dark and the rain had just let up. "
    "Dispatch said the driver was a man who had walked away from the clinic, and that he had been polite to everybody. "
    "My partner Quentin took the passenger side and I took the other. We both stood too close to the lane, because the "
    "shoulder is narrow there and the ditch was full.\n\n"
    "A truck came over the line at the swallow bend, plate 7ABC123, and I heard it before I saw it. Quentin pulled me "
    "back by the belt. The mirror took the light off my shoulder and I fell against our own car. I felt nothing then. "
    "Unit 12 came from the other side and stopped the traffic with its lights. Sgt. Brannigan asked me twice whether I "
    "was hurt, and I said no twice, which was not true.\n\n"
    "We found the mirror in the grass on the far side of the ditch. The report is case 19-04421 and the man is 34 years"
    " old. He told Tuttle that he had seen the truck coming for a long time and thought that we saw it too. That is "
    "the part which stays with me. Everybody in that place could see it except the two of us who were looking at his "
    "papers.\n\n"
    "What helped was the belt, and that one of us was facing the road. What would have helped more is the car behind us"
    " and not in front of us. We talked about it at the table afterwards and nobody made a joke. On March 3 we did it "
    "again at the same place and this time the second car stood forty yards back with everything on, and the trucks "
    "moved over. It costs a minute. I have asked the others to wait for that minute, and to say so aloud when they do "
    "not want to wait, because the quiet ones are the ones who stand in the lane."
)


@pytest.fixture(scope="module")
def cases(instance: Instance) -> dict[str, str]:
    """Three screened cases that the first analyst has taken, by what came over the line."""
    came = ("truck", "van", "bus")
    visiting.share_all(instance.public, [STORY.replace("truck", each) for each in came])
    one, two = (visiting.sign_in(instance, person) for person in instance.people[1:3])
    taken: dict[str, str] = {}
    for name in desk_work.waiting(one):
        case = f"/cases/{name}/"
        told = one.get(f"{case}triage/").text
        desk_work.screen(case, one, two)
        visiting.submit(one, f"{case}take/", {}, at=f"{case}deidentify/")
        taken |= {each: case for each in came if f"A {each} came over" in told}
    assert len(taken) == 3
    return taken


def focused(page: Page) -> str:
    """The accessible name of what has focus."""
    name: str = page.evaluate(
        "document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent"
    )
    return name


def progress(page: Page) -> tuple[int, int]:
    """Decided, and of how many."""
    found = re.match(r"(\d+) of (\d+) decided", page.locator("[data-part=progress]").inner_text())
    assert found is not None
    return int(found[1]), int(found[2])


def to_word(page: Page, words: str) -> None:
    """Move by arrows until a name begins so."""
    for _press in range(400):
        if focused(page).startswith(words):
            return
        page.keyboard.press("ArrowRight")
    raise AssertionError(focused(page))


def test_every_span_is_decided_without_a_mouse(
    browser: Browser, instance: Instance, cases: dict[str, str]
) -> None:
    case = cases["truck"]
    seen = browsing.watched(browser, f"http://{instance.desk}")
    browsing.sit_down(seen, visiting.sign_in(instance, instance.people[1]))
    page = seen.page()
    page.goto(f"{case}deidentify/")
    decided, total = progress(page)
    assert decided == 0 and total >= 10
    assert focused(page).endswith(", undecided")  # the first of what the machine found has focus

    other = page.locator("[data-part=panel] .choices button span:not(.dot)").nth(1).inner_text()
    page.keyboard.press("2")  # another replacement
    page.keyboard.press("Enter")
    assert progress(page) == (1, total)
    assert f"becomes {other}" in page.locator("[data-part=story] a").first.get_attribute("aria-label")
    page.keyboard.press("x")
    page.keyboard.press("u")  # taken back, and we stand on it again
    assert progress(page) == (1, total)
    page.keyboard.press("k")
    page.keyboard.type("It names nobody.")
    page.keyboard.press("Enter")
    assert progress(page) == (2, total)
    page.keyboard.press("p")
    page.keyboard.press("n")
    for _finding in range(total):
        if progress(page)[0] == total:
            break
        page.keyboard.press("a")
    assert progress(page) == (total, total)
    assert "All decided" in page.locator("deid-editor > [role=status]").inner_text()

    # Words that no machine found: by arrows to the first, Shift to take in the next, own words instead.
    to_word(page, "quiet")
    page.keyboard.press("Shift+ArrowRight")
    assert focused(page) == "quiet ones, not marked"
    page.keyboard.press("Enter")
    page.keyboard.type("some")
    page.keyboard.press("Enter")
    assert "quiet ones, marked, becomes [some]" in [
        each.get_attribute("aria-label") for each in page.locator("[data-part=story] a").all()
    ]
    total += 1
    assert progress(page) == (total, total)

    # The three views at once, without a request.
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.get_by_role("link", name="Preview").press("Enter")
    assert "because the [some] are" in page.locator("[data-part=story]").inner_text()
    page.get_by_role("link", name="Raw").press("Enter")
    assert page.locator("[data-part=story]").inner_text() == STORY
    page.get_by_role("link", name="Changes").press("Enter")
    assert page.locator("[data-part=changes] tr").count() == total
    assert asked == []
    page.get_by_role("link", name="Decide", exact=True).press("Enter")

    # Keys can be switched off.
    page.get_by_role("button", name="Keys: on").press("Enter")
    page.locator("[data-part=story] a[tabindex='0']").focus()
    page.keyboard.press("x")
    assert "removed" not in focused(page)
    page.get_by_role("button", name="Keys: off").press("Enter")
    page.locator("[data-part=story] a[tabindex='0']").focus()
    with page.expect_navigation():
        page.keyboard.press("s")
    assert progress(page) == (total, total)
    assert page.locator("[data-part=recent] tr").count() > 0
    assert "Nothing is left in the redacted text" in page.content() or "Still found" in page.content()
    page.locator("[data-part=story] a[tabindex='0']").focus()
    with page.expect_navigation():
        page.keyboard.press("u")
    assert progress(page)[0] < total
    assert seen.faults == []
    seen.context.close()


def test_the_editor_is_clean_in_every_theme(
    browser: Browser, instance: Instance, cases: dict[str, str]
) -> None:
    case = cases["van"]
    seen = browsing.watched(browser, f"http://{instance.desk}")
    browsing.sit_down(seen, visiting.sign_in(instance, instance.people[1]))
    page = seen.page()
    found: list[str] = []
    for theme in browsing.THEMES:
        seen.context.add_cookies([{"name": "theme", "value": theme, "url": f"http://{instance.desk}"}])
        page.goto(f"{case}deidentify/")
        page.keyboard.press("Enter")
        found += browsing.violations(page)
        page.keyboard.press("k")
        found += browsing.violations(page)
        page.keyboard.press("Escape")
        page.keyboard.press("ArrowRight")
        found += browsing.violations(page)
        for width in (1280, 768, 390):
            page.set_viewport_size({"width": width, "height": 900})
            assert browsing.sideways(page) <= 0, (theme, width)
        page.set_viewport_size({"width": 1280, "height": 900})
        page.evaluate("document.querySelector('deid-editor').leaving = true")
    assert found == []
    seen.context.close()


def test_the_same_form_decides_without_javascript(
    browser: Browser, instance: Instance, cases: dict[str, str]
) -> None:
    case = cases["bus"]
    seen = browsing.watched(browser, f"http://{instance.desk}", javascript=False)
    browsing.sit_down(seen, visiting.sign_in(instance, instance.people[2]))
    page = seen.page()
    page.goto(f"{case}deidentify/")
    page.get_by_role("button", name="Break the lock").click()
    page.goto(f"{case}deidentify/")
    _decided, total = progress(page)
    for choice in page.locator("select[name^=choice-]").all():
        choice.select_option("replace")
    page.locator("select[name^=choice-]").first.select_option("keep")
    page.get_by_role("button", name="Save decisions").click()
    assert "Say why these words may stay." in page.content()
    assert progress(page) == (total, total)  # what was chosen is still there
    page.locator("input[name^=reason-]").first.fill("It names nobody.")
    page.get_by_role("button", name="Save decisions").click()
    assert progress(page) == (total, total)
    page.get_by_label("Words the machine missed").fill("the swallow bend")
    page.get_by_label("Write instead").fill("a curve")
    page.get_by_role("button", name="Replace", exact=True).click()
    page.get_by_role("link", name="Preview").click()
    shown = page.locator("[data-part=story]").inner_text()
    assert "[a curve]" in shown and "swallow" not in shown
    page.get_by_role("link", name="Changes").click()
    assert "the swallow bend" in page.locator("[data-part=changes]").inner_text()
    page.get_by_role("link", name="Decide", exact=True).click()
    page.get_by_role("button", name="Undo the last decision").click()
    assert "swallow bend" in page.locator("[data-part=story]").inner_text()
    assert [fault for fault in seen.faults if "422" not in fault] == []
    seen.context.close()
