"""A hostile reader asks everything, month after month, with and without one report or code, and learns nothing.

The short form: two months, a small library, the first code of a few facets. `make proofs`: a year and the whole
library; after months in which something differs every code and every pair of facets, too (over an hour on one
core). CLOSECALL_PROOFS=year: the year, asked the short form's questions alone.
"""

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.db import transaction

from closecall.public.exchange import forms as api_forms
from closecall.public.exchange.actions.demonstration import publish_invented
from closecall.public.exchange.rules.bucket import Bucket
from closecall.public.library import queries as library
from closecall.public.library.rules.report import AppliedCode
from closecall.public.studies.rules import numbers
from closecall.public.taxonomy import queries as taxonomy
from closecall.sealed.intake import actions as intake
from closecall.sealed.intake.actions import submit
from closecall.sealed.intake.models import IntakeGeneration
from closecall.sealed.workbench import actions, queries
from closecall.sealed.workbench.queries import cases

from . import hostile
from .conftest import GO_ON, NOTHING, SMALL, Send, Sent, code, redact, screen
from .hostile import Answers

WHOLE = os.environ.get("CLOSECALL_PROOFS") == "whole"
YEAR = os.environ.get("CLOSECALL_PROOFS") in {"whole", "year"}
MONTHS = 12 if YEAR else 2
REPORTS = None if YEAR else 3
pytestmark = [
    pytest.mark.once,
    pytest.mark.django_db(databases=["default", "sealed"]),
    pytest.mark.urls("closecall.config.public_urls"),
    pytest.mark.timeout(6 * 60 * 60 if YEAR else 900),
]
World = Callable[[], list[Answers]]


class _Undone(Exception):
    """Ends a world: nothing of it is kept."""


@pytest.fixture
def shelf(settings, monkeypatch: pytest.MonkeyPatch, founded) -> None:
    """A library with invented reports, an intake since the year began, an API in no hurry."""
    settings.CLOSECALL_ROLE = "public"
    settings.MIDDLEWARE = [part for part in settings.MIDDLEWARE if "whitenoise" not in part]
    monkeypatch.setattr(api_forms, "bucket", Bucket(rate=10**6, most=10**6))
    IntakeGeneration.objects.update(opened_week="2026-W02")
    publish_invented("law_enforcement", REPORTS)


@pytest.fixture
def lived(settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[World], list[Answers]]:
    """Lives a world and undoes it, so that the next one starts from the same shelf."""
    number = iter(range(100))

    def live(world: World) -> list[Answers]:
        settings.INDEX_PATH = tmp_path / f"world-{next(number)}"
        try:
            with transaction.atomic(using="default"), transaction.atomic(using="sealed"):
                found = world()
                raise _Undone
        except _Undone:
            return found
        finally:
            library.forget_index()

    return live


@pytest.fixture
def named(monkeypatch: pytest.MonkeyPatch, send: Send) -> Callable[..., Sent]:
    """Sends a report under six letters of our choice, so that both worlds call the same report the same."""

    def sent(name: str, narrative: str, **more: object) -> Sent:
        letters = iter(name)
        with monkeypatch.context() as chosen:
            chosen.setattr(submit, "secrets", SimpleNamespace(choice=lambda _all: next(letters)))
            return send(narrative, **more)

    return sent


def a_year(
    named,
    monkeypatch,
    people,
    folder: Path,
    targets: dict[int, str],
    *,
    road: int = 9,
    asked: bool = True,
    thorough: tuple[int, ...] = (),
) -> World:
    """Months with `road` crashes (each class A) and twelve attacks for numbers only; `targets` adds one in a month.

    targets: month -> the group of one report more. Every report counts as class A in the odd months, else as none.
    thorough: the months after which the long form asks for every code and every pair; after all others, for some.
    """
    anna, ben = people

    def world() -> list[Answers]:
        seen = []
        for month in range(1, MONTHS + 1):
            monkeypatch.setattr(cases, "today", lambda month=month: date(2026, month, 20))
            told = ["road"] * road + ["attack"] * 12 + ([targets[month]] if month in targets else [])
            for at, group in enumerate(told):
                name = f"N{month:02}{at:03}"
                sent = named(name, "A truck took my mirror off.", use="numbers_only")
                for person in people:
                    actions.screen(sent.public_id, GO_ON, by=person)
                harm = "death" if group == "road" and month % 2 else "unknown"
                actions.tally(sent.public_id, group, harm, "chance_only", by=anna)
            monkeypatch.setattr(cases, "today", lambda month=month: numbers_day(month))
            actions.issue_months(by=ben)
            if asked:
                seen.append(hostile.everything(folder, whole=WHOLE and month in thorough))
        return seen

    return world


def numbers_day(month: int) -> date:
    """The second of the month that follows."""
    after = numbers.after(f"2026-{month:02}")
    return date(int(after[:4]), int(after[5:]), 2)


def unlike(one: list[Answers], other: list[Answers]) -> list[str]:
    """The addresses whose answers differ, month by month."""
    assert [sorted(month) for month in one] == [sorted(month) for month in other]
    return [
        f"{at}: {address}"
        for at, (left, right) in enumerate(zip(one, other, strict=True), 1)
        for address in left
        if left[address] != right[address]
    ]


def test_one_report_for_numbers_only_changes_no_byte_of_any_answer(
    shelf, lived, named, monkeypatch, anna, ben, tmp_path
):
    targets = {1: "road", 2: "custody", 3: numbers.NEITHER}
    with_none, with_some = (
        lived(a_year(named, monkeypatch, (anna, ben), tmp_path, added, thorough=(1, 2, 4)))
        for added in ({}, targets)
    )
    assert len(with_none[0]) > 150 and len(with_none) == MONTHS
    assert unlike(with_none, with_some) == []


def test_the_reader_does_see_the_report_that_reaches_the_threshold(
    shelf, lived, named, monkeypatch, anna, ben, tmp_path
):
    without = lived(a_year(named, monkeypatch, (anna, ben), tmp_path, {}, road=10))
    with_target = lived(a_year(named, monkeypatch, (anna, ben), tmp_path, {2: "road"}, road=10))
    seen = unlike(without, with_target)
    assert {one.partition("?")[0] for one in seen} == {
        f"{month}: /insights/numbers{form}"
        for month in range(2, MONTHS + 1)
        for form in ("/", ".csv", ".json")
    }


def test_a_report_that_is_taken_back_later_changes_no_byte(
    shelf, lived, named, monkeypatch, anna, ben, tmp_path
):
    def world(*, taken_back: bool) -> list[Answers]:
        a_year(named, monkeypatch, (anna, ben), tmp_path, {1: "attack"}, asked=False)()
        if taken_back:
            row = next(one for one in cases.heads_at(cases.Stage.NUMBERS_ONLY) if one.public_id == "N01021")
            sent = Sent(row.public_id, row.report.report_id, "")
            intake.withdraw(_entered(sent))
            actions.replay()
        return [hostile.everything(tmp_path, whole=WHOLE)]

    kept, gone = lived(lambda: world(taken_back=False)), lived(lambda: world(taken_back=True))
    assert unlike(kept, gone) == []


def _entered(sent: Sent) -> object:
    from closecall.sealed.intake.models import SealedReport
    from closecall.sealed.intake.queries import Entered

    return Entered(SealedReport.objects.get(id=sent.report_id), None, None)  # type: ignore[arg-type] # withdrawing opens nothing


@pytest.mark.parametrize(
    "coded",
    [
        # Both make class B: only the class is public.
        ((("harm", "death"), ("margin", "strong")), (("harm", "serious"), ("margin", "solid"))),
        # A rare code that ends its ladder is withheld: as if it had never been applied.
        ((("equipment", "other_tool"),), ()),
    ],
    ids=["class only", "withheld"],
)
def test_a_withheld_code_changes_no_byte_of_any_answer(
    shelf, lived, named, monkeypatch, anna, ben, tmp_path, coded
):
    def world(codes: tuple[tuple[str, str], ...]) -> list[Answers]:
        sent = named("M7K2QF", "A truck took my mirror off.")
        screen(sent.public_id, anna, ben)
        redact(sent.public_id, anna)
        over = code(sent.public_id, anna)
        sentence = queries.coding_of(queries.head(sent.public_id), anna).sentences[0].text
        for facet, key in codes:
            states = taxonomy.pack().facet(facet).states
            applied = AppliedCode(facet, key, states[0].key if states else "", sentence=sentence)
            over = actions.code_facet(sent.public_id, facet, [applied], over=over, by=anna)
        actions.propose(sent.public_id, reasons=SMALL, over=over, by=anna)
        actions.second_read(sent.public_id, NOTHING, by=ben)
        actions.approve(sent.public_id, by=ben)
        assert actions.release_batch(by=ben).released == (sent.public_id,)
        return [hostile.everything(tmp_path, whole=WHOLE)]

    one, other = (lived(lambda codes=codes: world(codes)) for codes in coded)
    assert "/reports/M7K2QF/" in one[0]
    assert unlike(one, other) == []
