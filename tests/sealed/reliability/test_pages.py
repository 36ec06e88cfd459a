"""The pages, without JavaScript: draw, code, finish, settle, correct; every refusal keeps what was typed."""

import re
from html import unescape

import pytest

from closecall.public.taxonomy import queries as taxonomy
from closecall.sealed.reliability import actions, queries

from .conftest import code_all

pytestmark = [pytest.mark.once, pytest.mark.django_db(databases=["default", "sealed"])]


def text_of(answer) -> str:
    return unescape(answer.content.decode())


def test_a_sample_is_drawn_coded_and_finished_by_forms(publish, anna, ben, cara, sign_in):
    publish()
    browser = sign_in(anna)
    assert "1 published report may be drawn" in text_of(browser.get("/reliability/"))
    form = {"act": "draw", "size": "1", "coder-1": ben.pseudonym, "coder-2": ben.pseudonym}
    refused = browser.post("/reliability/", form)
    assert refused.status_code == 422 and 'value="1"' in text_of(refused)
    drawn = browser.post("/reliability/", {**form, "coder-2": cara.pseudonym})
    assert drawn.status_code == 302 and drawn.headers["Location"] == "/reliability/1/"
    assert "The results open once" in text_of(browser.get("/reliability/1/"))
    browser = sign_in(ben)
    assert "You code sample 1" in text_of(browser.get("/reliability/"))
    page = text_of(browser.get("/reliability/1/stories/1/"))
    assert "Ambush" in page and 'name="version" value="0"' in page
    saved = browser.post(
        "/reliability/1/stories/1/",
        {"part": "event", "version": "0", "rests-ambush": "2", "main": "ambush", "next": "activity"},
    )
    assert saved.headers["Location"] == "/reliability/1/stories/1/?part=activity"
    assert "✓ What happened: Ambush" in text_of(browser.get("/reliability/1/stories/1/"))
    stale = browser.post(
        "/reliability/1/stories/1/", {"part": "light", "version": "0", "rests-daylight": "3", "next": "light"}
    )
    assert stale.status_code == 409
    assert re.search(r'id="rests-daylight">.*?value="3" selected', text_of(stale), re.S)
    assert browser.post("/reliability/1/", {"act": "finish"}).status_code == 409
    code_all(1, ben, event="ambush:2")
    assert "Finish my coding" in text_of(browser.get("/reliability/1/"))
    assert browser.post("/reliability/1/", {"act": "finish"}).status_code == 302


def test_differences_are_seen_side_by_side_and_settled_by_forms(sample, anna, ben, cara, sign_in):
    code_all(sample, ben, event="ambush:1")
    code_all(sample, cara, event="missed_firearm:4")
    for each in (ben, cara):
        actions.finish(sample, by=each)
    browser = sign_in(anna)
    page = text_of(browser.get(f"/reliability/{sample}/"))
    assert "too few to rely on" in page and "Krippendorff" in page and "3 open" in page
    at = f"/reliability/{sample}/facets/event/"
    page = text_of(browser.get(at))
    assert "begins on a dark lot." in page and "There was a pistol in his boot." in page
    assert "not applied" in page
    assert "Only stories that differ on “Ambush”" in text_of(browser.get(f"{at}?code=ambush"))
    half = browser.post(at, {"act": "settle", "story": "1", "side-ambush": "first"})
    assert half.status_code == 422
    both = {"act": "settle", "side-ambush": "first", "side-missed_firearm": "first"}
    for place in ("1", "2"):
        done = browser.post(at, {**both, "story": place})
        assert done.headers["Location"] == f"{at}#story-{place}"
    browser = sign_in(ben)
    browser.post(at, {**both, "story": "3"})
    assert "Take it back" in text_of(browser.get(at))
    browser = sign_in(cara)
    assert browser.post(at, {"act": "agree", "story": "3"}).status_code == 302
    page = text_of(browser.get(f"/reliability/{sample}/corrections/"))
    missed = taxonomy.pack().code("event", "missed_firearm").label
    assert f"<del>{missed}</del>" in page and "<ins>Ambush</ins>" in page
    assert browser.post(f"/reliability/{sample}/corrections/", {"story": "1"}).status_code == 302
    assert browser.post(f"/reliability/{sample}/corrections/", {"story": "1"}).status_code == 409
    browser = sign_in(anna)
    assert browser.post(f"/reliability/{sample}/", {"act": "anchor"}).status_code == 302
    assert "Nobody has coded it again yet" in text_of(browser.get("/reliability/drift/"))
    again = browser.post("/reliability/", {"act": "recode", "anchor": str(sample), "coder-1": ben.pseudonym})
    number = int(again.headers["Location"].split("/")[-2])
    code_all(number, ben, event="ambush:1")
    actions.finish(number, by=ben)
    assert queries.drift(anna)[0].quarters
    assert "Too few to tell" in text_of(browser.get("/reliability/drift/"))
    assert "see Drift" in text_of(browser.get(f"/reliability/{number}/"))


def test_a_screener_sees_none_of_it_and_nobody_gets_in_unsigned(sample, dov, sign_in, client, settings):
    browser = sign_in(dov)
    for address in ("/reliability/", f"/reliability/{sample}/", "/reliability/drift/"):
        assert browser.get(address).status_code == 403
    settings.MIDDLEWARE = [part for part in settings.MIDDLEWARE if "reliability" not in part]
    answer = client.get("/reliability/")
    assert answer.status_code == 302 and answer.headers["Location"].startswith("/sign-in/")


def test_broken_forms_say_so(sample, anna, ben, cara, sign_in):
    for each in (ben, cara):
        code_all(sample, each, event="ambush:1")
        actions.finish(sample, by=each)
    browser = sign_in(anna)
    for address in ("/reliability/", f"/reliability/{sample}/"):
        assert browser.post(address, {"act": "nonsense"}).status_code == 422
    at = f"/reliability/{sample}/facets/event/"
    assert browser.post(at, {"act": "settle", "story": "x"}).status_code == 422
    assert browser.get(f"/reliability/{sample}/facets/nonsense/").status_code == 404
    assert browser.get("/reliability/99/").status_code == 404
