"""The pages: every verb without JavaScript, the board closed to who codes blind, refusals in place."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from django.test import Client

from closecall.public.studies import queries as published
from closecall.sealed.accounts.rules.desk import Desk
from closecall.sealed.research import queries
from closecall.sealed.research.models import Study
from closecall.sealed.research.rules.stages import Stage
from tests.sealed.research.conftest import QUERY, read
from tests.sealed.workbench.test_pages import no_static_files, sign_in

__all__ = ["no_static_files", "sign_in"]
pytestmark = [pytest.mark.once, pytest.mark.django_db(databases=["default", "sealed"], transaction=True)]
SignIn = Callable[[Desk], Client]


def text_of(answer) -> str:
    return unescape(answer.content.decode())


def post(client: Client, address: str, **fields: object):
    """Fill in the form of a page and send it."""
    page = client.get(address).content.decode()
    over = re.search(r'name="over" value="(\d+)"', page)
    return client.post(address, {"over": over[1] if over else "", **fields}, follow=True)


def test_a_study_is_asked_counted_frozen_and_opened(shelf: None, anna: Desk, sign_in: SignIn) -> None:
    client = sign_in(anna)
    assert "No study is on the desk." in text_of(client.get("/studies/"))
    counted = text_of(client.get("/studies/new/", {"query": QUERY, "question": "What did they learn?"}))
    assert "4 reports" in counted and "What did they learn?" in counted
    assert client.get("/studies/count/", {"query": QUERY}).json() == {"reports": 4}
    refused = client.post("/studies/new/", {"question": "Q", "title": "T", "query": "?event=ambush"})
    assert refused.status_code == 422 and "No report is in this cohort" in text_of(refused)
    page = client.post("/studies/new/", {"question": "Q", "title": "Look twice", "query": QUERY}, follow=True)
    assert "0 of 6 lessons read" in text_of(page)
    assert page.redirect_chain[-1][0] == "/studies/look-twice/cohort/"
    assert client.get("/studies/look-twice/themes/", follow=True).redirect_chain[-1][0].endswith("/cohort/")
    read()
    assert client.get("/studies/look-twice/", follow=True).redirect_chain[-1][0].endswith("/themes/")
    assert "Look twice" in text_of(client.get("/studies/"))


def test_the_board_moves_names_merges_and_splits_without_javascript(
    opened: str, anna: Desk, sign_in: SignIn
) -> None:
    client, at = sign_in(anna), f"/studies/{opened}/themes/"
    board = text_of(client.get(at))
    assert "I would search him." in board and "lesson that fits no theme" in board
    moved = post(client, at, **{"act": "move:M7K2QB/2", "into-M7K2QB/2": "wait"})
    assert "moved 1 lesson to “Ask and wait”" in text_of(moved)
    post(client, f"{at}?theme=-", act="move_ticked", lesson=["M7K2QD/1"], into="scan")
    post(client, f"{at}?theme=search", act="name", label="Search, even again")
    post(client, f"{at}?theme=search", act="split", label="Search the car", lesson=["M7K2QB/1"])
    merged = post(client, f"{at}?theme=scan", act="merge", into="wait")
    assert merged.redirect_chain[-1][0] == f"{at}?theme=wait"
    assert client.get(f"{at}?theme=scan").status_code == 404
    board = text_of(client.get(at))
    for words in (
        "merged “Keep scanning” into “Ask and wait”",
        "split 1 lesson off",
        "Search, even again",
        "Anna",
    ):
        assert words in board
    assert queries.state(opened).board.placed["M7K2QD/1"] == "wait"


def test_a_refusal_draws_the_page_again_and_says_why(opened: str, anna: Desk, sign_in: SignIn) -> None:
    client, at = sign_in(anna), f"/studies/{opened}/themes/"
    nothing = post(client, at, **{"act": "move:M7K2QB/2", "into-M7K2QB/2": "."})
    assert (nothing.status_code, "Choose a theme first." in text_of(nothing)) == (422, True)
    stale = client.post(f"{at}?theme=scan", {"over": "0", "act": "merge", "into": "wait"})
    assert (stale.status_code, "Somebody decided something meanwhile" in text_of(stale)) == (409, True)
    assert post(client, f"{at}?theme=-", act="move_ticked", into="scan").status_code == 422
    assert queries.state(opened).decisions == ()


def test_who_has_no_seat_chooses_one_and_who_codes_blind_never_sees_the_board(
    opened: str, ben: Desk, sign_in: SignIn
) -> None:
    client, at = sign_in(ben), f"/studies/{opened}"
    doors = text_of(client.get(f"{at}/themes/"))
    assert "Choose one" in doors and "I would" not in doors
    client.post(f"{at}/seat/", {"seat": "second"})
    for page in ("themes", "agreement", "publish", "cohort"):
        assert "I would" not in text_of(client.get(f"{at}/{page}/")), page
    coding = text_of(client.get(f"{at}/code/"))
    assert "I would search him." in coding and "M7K2QA/" in coding
    assert "selected" not in coding and "%" not in coding.partition("<main")[2]
    chosen = {
        "theme-M7K2QA/1": "search",
        "theme-M7K2QA/2": "wait",
        "theme-M7K2QD/1": "-",
        "theme-M7K2QC/1": "",
    }
    assert "3</strong> coded, 3 left" in text_of(post(client, f"{at}/code/", **chosen))
    done = text_of(post(client, f"{at}/code/", act="finish"))
    assert "Cohen’s κ" in done and "They agree on every lesson." in done
    board = text_of(client.get(f"{at}/themes/"))
    assert "I would search him." in board and "Move to" not in board


def test_publish_correct_and_withdraw(opened: str, anna: Desk, sign_in: SignIn) -> None:
    client, at = sign_in(anna), f"/studies/{opened}/publish/"
    assert "No second coder has finished" in text_of(client.get(at))
    post(client, at, act="reword", title="Search again", question="What?", notes="Invented.")
    page = text_of(post(client, at, act="publish"))
    assert "Version 1 is public" in page and published.study(opened).content["title"] == "Search again"
    assert "as it was published" in text_of(client.get(f"/studies/{opened}/themes/"))
    client.post(at, {"act": "correct", "reason": "A name was wrong."})
    assert queries.head(opened, anna).stage is Stage.DECIDING
    assert client.post(at, {"act": "withdraw"}).status_code == 422
    client.post(at, {"act": "withdraw", "sure": "yes"})
    assert published.studies() == []
    assert "taken down for good" in text_of(client.get(at))


def test_a_published_study_is_adopted_from_the_list(opened: str, anna: Desk, sign_in: SignIn) -> None:
    client = sign_in(anna)
    post(client, f"/studies/{opened}/publish/", act="publish")
    Study.objects.all().delete()
    assert "Published, not on the desk" in text_of(client.get("/studies/"))
    assert client.post("/studies/adopt/", {"study": opened, "reason": ""}).status_code == 422
    page = client.post("/studies/adopt/", {"study": opened, "reason": "Look again."}, follow=True)
    assert page.redirect_chain[-1][0] == f"/studies/{opened}/cohort/"


def test_a_screener_and_a_stranger_are_turned_away(opened: str, dov: Desk, sign_in: SignIn) -> None:
    client = sign_in(dov)
    for page in ("/studies/", "/studies/new/", f"/studies/{opened}/themes/", f"/studies/{opened}/code/"):
        assert client.get(page).status_code == 403
    assert Client().get("/studies/nothing/").status_code in (302, 403)
