"""Opening a study: a cohort is frozen, then the machine has lessons to read."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from closecall.errors import BadInput, Conflict, NotFound
from closecall.public.studies import actions as public
from closecall.public.studies import queries as published
from closecall.public.studies.actions import Cohort
from closecall.public.studies.rules import results
from closecall.public.taxonomy import queries as taxonomy
from closecall.sealed.accounts.rules.desk import Desk
from closecall.sealed.research.actions.work import Held, add_decision, at_study, sit
from closecall.sealed.research.models import Lesson, Seat, SecondChoice, Study
from closecall.sealed.research.queries import database
from closecall.sealed.research.rules import naming, stages
from closecall.sealed.research.rules.stages import Stage

MOST_LESSONS = 5_000
PUBLISHED_SEAT = "(published)"
"""Who sits as second coder of a study whose choices came with its publication."""

_CODEBOOKS = Path(__file__).resolve().parents[3] / "packs"
_TITLE, _QUESTION, _REASON = 160, 400, 300


def open_study(*, title: str, question: str, query: str, address: str = "", by: Desk) -> str:
    """Freeze the cohort of a search for a question; gives the study's address. Its opener sits at the board.

    Raises: BadInput (nothing asked, nobody in the cohort), Conflict (the address is taken), NotAllowed.
    """
    by.require("study")
    title, question = _words(title, _TITLE), _words(question, _QUESTION)
    if not query.strip():
        raise BadInput("Say which reports: a search's address, or words.")
    slug = naming.slug_of(address or title)
    cohort = _cohort(query)
    book, sha256 = _codebook()
    with transaction.atomic(using=database()):
        if Study.objects.filter(slug=slug).exists() or _is_published(slug):
            raise Conflict("A study stands at this address already. Choose another one.")
        study = Study(
            slug=slug, title=title, question=question, codebook=book, book_sha256=sha256,
            stage=Stage.READING, opened_by=by.pseudonym, opened_on=timezone.localdate(),
        )  # fmt: skip
        held = Held(study, by)
        _freeze(held, cohort)
        sit(held, stages.Seat.FIRST)
        held.record("opened", reports=len(cohort.frozen.ids), lessons=len(cohort.lessons))
    return slug


def freeze_again(slug: str, *, over: int, by: Desk) -> None:
    """Run the study's search anew, with today's codebook; decisions and choices that still hold stay.

    Raises: BadInput (nobody is in the cohort any more), Conflict, NotFound, NotAllowed.
    """
    by.require("study")
    study = Study.objects.filter(slug=slug).first()
    if study is None:
        raise NotFound("There is no study of this name on the desk.")
    cohort = _cohort(study.query)
    book, sha256 = _codebook()
    with at_study(slug, by, Stage.READING, Stage.DECIDING, over=over) as held:
        if (
            held.study.stage == Stage.READING
        ):  # that freeze was never read to its end: the one before it counts
            Lesson.objects.filter(study=held.study, round=held.study.round).delete()
        held.study.round += 1
        held.study.codebook, held.study.book_sha256 = book, sha256
        held.study.revision += 1
        _freeze(held, cohort)
        held.record("frozen_again", reports=len(cohort.frozen.ids), lessons=len(cohort.lessons))


def adopt(slug: str, *, reason: str, by: Desk) -> None:
    """Take a published study that isn't on the desk, to correct it: its decisions and its second coder's themes too.

    Raises: NotFound, BadInput (no reason), Conflict (it is on the desk), NotAllowed.
    """
    by.require("study")
    reason = _words(reason, _REASON)
    one = published.study(slug)
    content: Mapping[str, Any] = one.content
    cohort = _cohort(content["cohort"]["query"])
    book, sha256 = _codebook()
    with transaction.atomic(using=database()):
        if Study.objects.filter(slug=slug).exists():
            raise Conflict("This study is on the desk already.")
        study = Study(
            slug=slug, title=content["title"][:_TITLE], question=content["question"][:_QUESTION], codebook=book,
            book_sha256=sha256, stage=Stage.READING, opened_by=by.pseudonym, opened_on=timezone.localdate(),
            version=one.versions, notes=json.dumps([*content.get("notes", []), changed_after(one.versions, reason)]),
        )  # fmt: skip
        held = Held(study, by)
        _freeze(held, cohort)
        digests = {row["id"]: row["digest"] for row in content["lessons"]}
        Lesson.objects.bulk_create(
            Lesson(study=study, round=0, number=number, lesson_id=lesson, digest=digest)
            for number, (lesson, digest) in enumerate(digests.items(), start=1)
        )
        for decision in results.read_decisions(content["decisions"]):
            add_decision(study, decision, at_round=0)
        SecondChoice.objects.bulk_create(
            SecondChoice(study=study, lesson_id=lesson, digest=digests[lesson], theme=theme)
            for lesson, theme in content["second"].items()
            if lesson in digests
        )
        if content["second"]:
            Seat.objects.create(study=study, person=PUBLISHED_SEAT, kind=stages.Seat.SECOND, done=True)
        sit(held, stages.Seat.FIRST)
        held.record("adopted", version=one.versions, reports=len(cohort.frozen.ids))


def reword(slug: str, *, title: str, question: str, notes: str, over: int, by: Desk) -> None:
    """Change title, question and what readers of the methods must know, one sentence a line.

    Raises: BadInput, Conflict, NotFound, NotAllowed.
    """
    title, question = _words(title, _TITLE), _words(question, _QUESTION)
    lines = [" ".join(line.split()) for line in notes.splitlines() if line.strip()]
    if len(lines) > 20 or any(len(line) > 400 for line in lines):
        raise BadInput("Twenty notes at most, of 400 characters each.")
    with at_study(slug, by, Stage.READING, Stage.DECIDING, over=over) as held:
        held.study.title, held.study.question, held.study.notes = title, question, json.dumps(lines)
        held.changed()
        held.record("reworded", notes=len(lines))


def changed_after(version: int, reason: str) -> str:
    """What a corrected study says in its methods."""
    return f"Changed after version {version}: {reason}"


def reason_of(words: str) -> str:
    """Why a published study is changed, for its readers. Raises: BadInput."""
    return _words(words, _REASON)


def _freeze(held: Held, cohort: Cohort) -> None:
    """Put a cohort and its lessons into the study; the job reads them."""
    study = held.study
    study.query, study.seq, study.fingerprint = (
        cohort.frozen.query,
        cohort.frozen.seq,
        cohort.frozen.fingerprint,
    )
    study.ids, study.events = json.dumps(cohort.frozen.ids), json.dumps(dict(cohort.frozen.events))
    study.model = ""
    study.stage, study.halted = Stage.READING, ""
    study.save()
    Lesson.objects.bulk_create(
        Lesson(study=study, round=study.round, number=number, lesson_id=one.id, digest=one.digest)
        for number, one in enumerate(cohort.lessons, start=1)
    )


def _cohort(query: str) -> Cohort:
    cohort = public.freeze_cohort(published.read_query(query))
    if not cohort.lessons:
        raise BadInput("No report of this cohort holds a lesson. Widen the search.")
    if len(cohort.lessons) > MOST_LESSONS:
        raise BadInput("More than 5,000 lessons are in this cohort. Narrow the search.")
    return cohort


def _codebook() -> tuple[str, str]:
    """The pack's codebook as JSON, and the SHA-256 of its file. Raises: Conflict when the pack has none."""
    book = taxonomy.pack().codebook
    file = _CODEBOOKS / settings.PACK / "codebook.yaml"
    if book is None or not book.themes or not file.exists():
        raise Conflict("This field's pack has no codebook of lessons, so nothing can be proposed.")
    return book.model_dump_json(by_alias=True), hashlib.sha256(file.read_bytes()).hexdigest()


def _is_published(slug: str) -> bool:
    return any(one.slug == slug for one in published.studies())


def _words(typed: str, most: int) -> str:
    words = " ".join(typed.split())
    if not words or len(words) > most:
        raise BadInput("Fill in every field, in a sentence each.")
    return words
