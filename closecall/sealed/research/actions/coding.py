"""The second coder: takes the seat before seeing anything, chooses, finishes."""

from collections.abc import Mapping

from closecall.errors import BadInput, Conflict
from closecall.sealed.accounts.rules.desk import Desk
from closecall.sealed.research.actions.work import Held, at_study, sit
from closecall.sealed.research.models import Lesson, SecondChoice
from closecall.sealed.research.models import Seat as SeatRow
from closecall.sealed.research.queries import codebook_of
from closecall.sealed.research.rules import stages
from closecall.sealed.research.rules.stages import Seat, Stage

_OPEN = (Stage.READING, Stage.DECIDING)


def take_seat(slug: str, kind: Seat, *, by: Desk) -> None:
    """Sit down at the board, or as the second coder who never sees it. Raises: Conflict, NotFound, NotAllowed."""
    with at_study(slug, by, *_OPEN) as held:
        sit(held, kind)
        held.record("seat_taken", seat=kind.value)


def choose_themes(slug: str, chosen: Mapping[str, str], *, by: Desk) -> None:
    """Keep the second coder's themes of some lessons; "" for none of the codebook.

    Raises: BadInput (no such lesson or theme), Conflict (not the second coder, or finished), NotFound, NotAllowed.
    """
    with at_study(slug, by, *_OPEN) as held:
        seat = _second(held)
        if seat.done:
            raise Conflict(stages.CODED)
        digests = dict(
            Lesson.objects.filter(study=held.study, round=held.study.round).values_list("lesson_id", "digest")
        )
        keys = {theme.key for theme in codebook_of(held.study).themes} | {""}
        if not chosen or not chosen.keys() <= digests.keys() or not set(chosen.values()) <= keys:
            raise BadInput("Choose a theme of the codebook, for one lesson at least.")
        for lesson, theme in chosen.items():
            SecondChoice.objects.update_or_create(
                study=held.study, lesson_id=lesson, defaults={"theme": theme, "digest": digests[lesson]}
            )
        held.record("coded_blind", lessons=len(chosen))


def finish_coding(slug: str, *, by: Desk) -> None:
    """Say that one's choices stand; from now on the board may be seen.

    Raises: BadInput (nothing chosen), Conflict, NotFound, NotAllowed.
    """
    with at_study(slug, by, *_OPEN) as held:
        seat = _second(held)
        count = SecondChoice.objects.filter(study=held.study).count()
        if not count:
            raise BadInput("Choose a theme for one lesson at least.")
        seat.done = True
        seat.save(update_fields=["done"])
        held.record("coding_finished", lessons=count)


def _second(held: Held) -> SeatRow:
    seat = SeatRow.objects.filter(study=held.study, person=held.by.pseudonym, kind=Seat.SECOND).first()
    if seat is None:
        raise Conflict(stages.NOT_BOTH)
    return seat
