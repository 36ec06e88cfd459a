"""What two analysts do with a report, form by form, without JavaScript."""

import re
import time
from html import unescape

from tests.journeys.visiting import Answer, Visitor, press, submit


def waiting(analyst: Visitor) -> list[str]:
    """Ids of the cases in the queue."""
    page = analyst.get("/queue/").body.decode()
    return list(dict.fromkeys(re.findall(r"/cases/([0-9A-Z]{6,12})/", page)))


def screen(case: str, *people: Visitor) -> None:
    """Let it pass."""
    for person in people:
        answer = submit(person, f"{case}triage/", {"act": "screen", "hazard": "no", "verdict": "publish"})
        assert answer.status == 200, answer.text[:2000]


def redact(case: str, analyst: Visitor, cut: str = "") -> str:
    """Take it, replace everything that is proposed and whatever holds `cut`; gives the redacted page."""
    at = f"{case}deidentify/"
    shown = submit(analyst, f"{case}take/", {}, at=at)
    page = shown.body.decode()
    keys = re.findall(r'name="choice-(\d+-\d+)"', page)
    form: dict[str, object] = {"act": "decide"}
    for key in dict.fromkeys(keys):
        form[f"choice-{key}"] = "replace"
        offered = re.search(rf'name="replacement-{key}".*?<option[^>]*>(.*?)</option>', page, re.S)
        form[f"replacement-{key}"] = offered[1] if offered else "[something]"
    shown = press(analyst, shown, at, form)
    for _round in range(300):  # a real narrative may hold many words that name nobody
        left = re.search(r'name="act" value="keep".*?name="words" value="([^"]*)"', shown.body.decode(), re.S)
        if left is None:
            break
        shown = press(
            analyst, shown, at, {"act": "keep", "words": unescape(left[1]), "reason": "Names nobody."}
        )
    answer = press(analyst, shown, at, {"act": "finish"})
    assert re.search(r'aria-current="page">Code', answer.body.decode()), answer.text[:6000]
    return answer.text


def code(case: str, analyst: Visitor, event: str = "hazard") -> None:
    """Code every facet whose tab says that something is missing, write a lesson and a title, propose."""
    at = f"{case}code/"
    shown = analyst.get(f"{at}?part=event")
    part = "event"
    for _part in range(200):  # what an answer opens is coded when its turn comes
        rests = re.findall(r'name="rests-([a-z_]+)"', shown.body.decode())
        form: dict[str, object] = {"act": "facet", "part": part, "next": part}
        if part == "event":
            form[f"rests-{event}"] = "1"
        elif "unknown" in rests:
            form["rests-unknown"] = "told"
        else:
            form[f"rests-{rests[0]}"] = "1"
        missing = [one for one in _missing(shown) if one != part]
        if missing:
            form["next"] = missing[0]
        shown = press(analyst, shown, f"{at}?part={part}", form)
        missing = _missing(shown)
        if not missing:
            break
        if f'name="part" value="{missing[0]}"' not in shown.body.decode():
            shown = analyst.get(f"{at}?part={missing[0]}")
        part = missing[0]
    lesson = {"lesson-0": "Look at the ground before you stand on it.", "theme-0": "time_distance_cover",
              "audience-0": "officer", "by-0": "analyst", "rows": "2"}  # fmt: skip
    shown = press(
        analyst,
        shown,
        f"{at}?part=lessons",
        {"act": "lessons", "part": "lessons", "next": "wording", **lesson},
    )
    words = {"title": "A hazard that nobody had seen", "synopsis": "Something was almost overlooked."}
    shown = press(
        analyst,
        shown,
        f"{at}?part=wording",
        {"act": "word", "part": "wording", "next": "propose", "content_note": "", "quarter": "", **words},
    )
    for _round in range(50):  # a word that was taken out of the story may name nobody in a title
        left = re.search(
            r'name="redaction_version" value="(\d+)".*?name="words" value="([^"]*)"',
            shown.body.decode(),
            re.S,
        )
        if left is None:
            break
        keep = {"act": "keep", "part": "propose", "next": "propose", "reason": "Names nobody."}
        words_left = {"redaction_version": left[1], "words": unescape(left[2])}
        shown = press(analyst, shown, f"{at}?part=propose", {**keep, **words_left})
    reasons = {"reason_small": "The library is young.", "reason_rare": "It carries the lesson."}
    answer = press(analyst, shown, f"{at}?part=propose", {"act": "propose", "part": "propose", **reasons})
    assert answer.status == 200, answer.text[:3000]


def _missing(shown: Answer) -> list[str]:
    """The facets whose tabs say that something is missing."""
    tabs = re.findall(
        r'\?part=([a-z_]+)"[^>]*>(?:(?!</a>).)*?aria-label="something is missing"', shown.body.decode()
    )
    return [one for one in tabs if one not in {"lessons", "pauses", "wording", "propose"}]


def second_read_and_release(case: str, approver: Visitor) -> str:
    """Try to name somebody, sign, release."""
    nothing = dict.fromkeys(("agency", "officer", "day", "news"), "no")
    read = submit(approver, f"{case}second/", dict(nothing))
    assert read.status == 200, read.text[:3000]
    signed = submit(approver, f"{case}publish/", {"act": "approve"})
    assert signed.status == 200, signed.text[:3000]
    released = submit(approver, "/queue/release/", {}, at="/queue/")
    assert "1 released" in released.text, released.text[:4000]
    return released.text


def study(researcher: Visitor, title: str, query: str) -> str:
    """Open a study and wait until the housekeeper has read its lessons; gives its address."""
    submit(researcher, "/studies/new/", {"title": title, "question": "What did they learn?", "query": query})
    at = f"/studies/{title.lower().replace(' ', '-')}/"
    until = time.monotonic() + 120
    while "The machine is reading" in (page := researcher.get(f"{at}cohort/")).text:
        assert time.monotonic() < until, page.text[:3000]
        time.sleep(0.5)
    return at
