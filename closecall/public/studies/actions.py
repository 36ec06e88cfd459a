"""From a question to a study that others can recompute: freeze, group, replay what people decided, publish."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import router, transaction
from django.db.models import Max

from closecall.errors import BadInput, Conflict, NotFound
from closecall.public.library import actions as library_actions
from closecall.public.library import queries as library
from closecall.public.library.rules.query import SearchRequest
from closecall.public.library.rules.report import spell
from closecall.public.studies import queries
from closecall.public.studies.models import MonthlyCell, MonthlySheet, StudyVersion
from closecall.public.studies.rules import board as boards
from closecall.public.studies.rules import proposing, results
from closecall.public.studies.rules.board import Board, Decision, StudyLesson
from closecall.public.studies.rules.numbers import Sheet
from closecall.public.studies.rules.proposing import Scored
from closecall.public.studies.rules.results import Frozen
from closecall.public.taxonomy.rules.codebook import Codebook
from closecall.text import meaning
from closecall.text.meaning import turning

Encode = Callable[[str], proposing.Vector]


@dataclass(frozen=True)
class Cohort:
    """A frozen cohort with its lessons, in the order of the search."""

    frozen: Frozen
    lessons: tuple[StudyLesson, ...]


@dataclass(frozen=True)
class Grouped:
    """What the machine proposes, and the vectors that it rests on."""

    ranked: Mapping[str, Scored]
    first: Board
    vectors: Mapping[str, proposing.Vector]
    model: str
    residue: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class _Encoder:
    """A function as the engine wants it."""

    encode: Encode

    def vector(self, text: str) -> proposing.Vector:
        """What the function says."""
        return self.encode(text)


def freeze_cohort(request: SearchRequest) -> Cohort:
    """Hold a search still: its ids, the log's number, a fingerprint of every text. Raises: BadInput when empty."""
    library_actions.catch_up()
    asked = request.on_page(1)
    found = library.reports(library.matching_ids(asked))
    if not found:
        raise BadInput("No report is in this cohort. Widen the search.")
    ids = tuple(sorted(one.public_id for one in found))
    _, seq = library.log_mark()
    mark = results.fingerprint([(one.public_id, spell(one.text)) for one in found])
    lessons = [
        StudyLesson(f"{one.public_id}/{at}", one.public_id, lesson.text, results.digest(lesson.text))
        for one in sorted(found, key=lambda one: one.public_id)
        for at, lesson in enumerate(one.text.lessons, start=1)
    ]
    return Cohort(Frozen(asked.address(), ids, seq, mark, _several(ids)), tuple(lessons))


def still_as_frozen(frozen: Frozen) -> bool:
    """Whether every report of a cohort is listed, reads as it did when it was frozen, and tells of the same event."""
    found = library.reports(frozen.ids)
    mark = results.fingerprint([(one.public_id, spell(one.text)) for one in found])
    return mark == frozen.fingerprint and _several(frozen.ids) == dict(frozen.events)


def _several(ids: Sequence[str]) -> dict[str, str]:
    """The event of each report where another of these tells of the same one."""
    told = library.told_events(ids)
    counts = Counter(told.values())
    return {one: event for one, event in told.items() if counts[event] > 1}


def group_lessons(
    cohort: Cohort,
    book: Codebook,
    *,
    encode: Encode = meaning.vector,
    vectors: Mapping[str, proposing.Vector] | None = None,
) -> Grouped:
    """Let the machine propose a theme for each lesson, from the codebook's descriptions and exemplars.

    vectors: those of the cohort's lessons where they are at hand.
    Raises:  NoModel where the sentence model can't be loaded; BadInput for a codebook without themes.
    """
    if not book.themes:
        raise BadInput("That codebook has no theme.")
    if vectors is None:
        vectors = {one.id: encode(one.text) for one in cohort.lessons}
    texts = {one.id: one.text for one in cohort.lessons}
    found = proposing.propose(book, texts, vectors, _Encoder(encode))
    return Grouped(found.ranked, found.first, vectors, turning.ENGINE, found.residue)


def compose(
    cohort: Cohort,
    grouped: Grouped,
    book: Codebook,
    *,
    book_hash: str,
    title: str,
    question: str,
    decisions: Sequence[Decision] = (),
    second: Mapping[str, str] | None = None,
    notes: Sequence[str] = (),
) -> dict[str, object]:
    """Replay the decisions over the proposal and work out every number.

    notes: what a reader of the methods must know besides, one sentence each.
    Raises: BadInput.
    """
    board = boards.replay(grouped.first, decisions)
    quoted = {
        key: proposing.quotes(members, grouped.vectors)
        for key in board.labels
        if (members := board.members(key))
    }
    return results.content(
        title=title,
        question=question,
        cohort=cohort.frozen,
        codebook=(book.key, book.version, book_hash),
        model=grouped.model,
        lessons=cohort.lessons,
        ranked=grouped.ranked,
        first=grouped.first,
        board=board,
        decisions=decisions,
        parents=parents_of(book, decisions),
        parent_labels={one.key: one.label for one in book.parents},
        quoted=quoted,
        second=second or {},
        residue=grouped.residue,
        notes=notes,
    )


def parents_of(book: Codebook, decisions: Sequence[Decision]) -> dict[str, str]:
    """Each theme's family; what is split off a theme stays in its family."""
    parents = {theme.key: theme.parent for theme in book.themes}
    for decision in decisions:
        if decision.verb == "split":
            parents[decision.into] = parents.get(decision.theme, "")
    return parents


def publish_study(slug: str, content: Mapping[str, object], *, on: date) -> StudyVersion:
    """Publish a content as the study's next version; the same content twice stays one version."""
    if not slug.replace("-", "").isalnum() or slug != slug.lower():
        raise BadInput("A study's address has small letters, digits and hyphens.")
    mark = results.content_hash(content)
    with transaction.atomic(using=router.db_for_write(StudyVersion)):
        there = StudyVersion.objects.filter(slug=slug).order_by("-version").first()
        if there is not None and there.content_hash == mark:
            return there
        last = StudyVersion.objects.filter(slug=slug).aggregate(last=Max("version"))["last"] or 0
        return StudyVersion.objects.create(
            slug=slug, version=last + 1, content=results.spell(content), content_hash=mark, published_on=on
        )


def withdraw_study(slug: str) -> None:
    """Take a study down, every version. Raises: NotFound."""
    if not StudyVersion.objects.filter(slug=slug).delete()[0]:
        raise NotFound("There is no study of this name.")


def issue_month(sheet: Sheet, *, on: date) -> None:
    """Issue a month's sheet for good; the same sheet again changes nothing.

    Raises: Conflict for a month that stands with other numbers: what was issued is never issued anew.
    """
    with transaction.atomic(using=router.db_for_write(MonthlySheet)):
        there = queries.sheet_of(sheet.month)
        if there is not None:
            if there.sheet != sheet:
                raise Conflict("This month was issued. It stays as it is.")
            return
        row = MonthlySheet.objects.create(month=sheet.month, pack=sheet.pack, issued_on=on)
        MonthlyCell.objects.bulk_create(
            MonthlyCell(
                sheet=row,
                place=place,
                table=cell.table,
                code=cell.code,
                label=cell.label,
                reports=cell.reports,
            )
            for place, cell in enumerate(sheet.cells)
        )
