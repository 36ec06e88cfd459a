"""Codes, lessons and wording of one case, and what is still missing."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from closecall.errors import BadInput
from closecall.public.library.rules.report import AppliedCode, Lesson, Pause
from closecall.public.taxonomy.rules.pack import UNKNOWN, Facet, Pack
from closecall.sealed.workbench.rules import ladders, sentences
from closecall.sealed.workbench.rules.ladders import Climbed
from closecall.sealed.workbench.rules.sentences import Sentence

TITLE_CHARACTERS: Final = 120
SYNOPSIS_CHARACTERS: Final = 400
NOTE_CHARACTERS: Final = 200
LESSON_CHARACTERS: Final = 300
LESSONS: Final = 12
PAUSES: Final = 6
QUESTIONS: Final = 4
WRITERS: Final = ("reporter", "analyst")
_QUARTER: Final = re.compile(r"[12][0-9]{3}-Q[1-4]")


@dataclass(frozen=True)
class Coding:
    """What analysts made of a redacted text.

    Shape: pauses stand at sentence starts of the redacted text; `quarter` is the event's own ("2026-Q3") when
    the story tells it, else ""; `generalised` are the facts that are told more coarsely than they are coded.
    """

    codes: tuple[AppliedCode, ...] = field(default=(), repr=False)
    lessons: tuple[Lesson, ...] = field(default=(), repr=False)
    pauses: tuple[Pause, ...] = field(default=(), repr=False)
    title: str = field(default="", repr=False)
    synopsis: str = field(default="", repr=False)
    content_note: str = field(default="", repr=False)
    quarter: str = ""
    generalised: tuple[Climbed, ...] = field(default=(), repr=False)

    def of(self, facet: str) -> tuple[AppliedCode, ...]:
        """The codes of one facet, the main one first."""
        return tuple(applied for applied in self.codes if applied.facet == facet)


@dataclass(frozen=True)
class Missing:
    """One thing to mend before a case can be proposed. `place`: a facet, lessons, pauses, wording."""

    place: str
    sentence: str


def coded_by_analysts(pack: Pack) -> tuple[Facet, ...]:
    """The facets that a person codes: not the system's, not the quarter."""
    return tuple(facet for facet in pack.facets if facet.value == "codes" and facet.asked_by != "system")


def is_open(facet: Facet, coding: Coding) -> bool:
    """Tell whether a facet applies, given what is coded so far."""
    when = facet.opens_when
    if when is None:
        return True
    codes = {applied.code for applied in coding.of(when.facet)} - {UNKNOWN}
    return bool(codes & set(when.any_of)) if when.any_of else bool(codes)


def apply_codes(
    pack: Pack, coding: Coding, facet_key: str, codes: Sequence[AppliedCode], text: str
) -> Coding:
    """Replace the codes of one facet.

    Raises: BadInput for a code that the pack doesn't know, and for one without an exact sentence of the
    redacted text to rest on; `unknown`, and what the reporter answered on the form, need none.
    """
    facet = _facet(pack, facet_key)
    spoken = {sentence.text for sentence in sentences.split(text)}
    for applied in codes:
        fault = _fault(facet, applied, spoken)
        if fault:
            raise BadInput(fault)
    if len({applied.code for applied in codes}) != len(codes):
        raise BadInput("The same code is chosen twice.")
    fault = _too_many(facet, codes)
    if fault:
        raise BadInput(fault)
    others = tuple(applied for applied in coding.codes if applied.facet != facet_key)
    order = [each.key for each in pack.facets]
    applied_now = {(applied.facet, applied.code) for applied in codes}
    return replace(
        coding,
        codes=tuple(sorted((*others, *codes), key=lambda applied: order.index(applied.facet))),
        generalised=tuple(
            each for each in coding.generalised if each.facet != facet_key or each.fact in applied_now
        ),
    )


def write_lessons(pack: Pack, coding: Coding, lessons: Sequence[Lesson]) -> Coding:
    """Replace the lessons. Raises: BadInput with the first thing to mend."""
    themes = {theme.key: theme for theme in pack.codebook.themes}
    if len(lessons) > LESSONS:
        raise BadInput("Keep the lessons that matter most: twelve at most.")
    for lesson in lessons:
        if not lesson.text.strip() or len(lesson.text) > LESSON_CHARACTERS:
            raise BadInput("A lesson is one sentence: write it, or shorten it.")
        if len(sentences.split(lesson.text)) > 1:
            raise BadInput("A lesson is one sentence, one action. Make two lessons of it.")
        if lesson.theme not in themes:
            raise BadInput("Give every lesson a theme.")
        if lesson.audience not in (themes[lesson.theme].audiences or pack.codebook.audiences):
            raise BadInput("Say whom the lesson addresses; its theme names whom it can.")
        if lesson.written_by not in WRITERS:
            raise BadInput("Say whose words the lesson is: the reporter's or the analyst's.")
    return replace(coding, lessons=tuple(lessons))


def place_pauses(coding: Coding, pauses: Iterable[Pause], text: str) -> Coding:
    """Replace the pauses. Raises: BadInput unless each stands between two sentences and asks something."""
    ordered = tuple(sorted(pauses, key=lambda pause: pause.at))
    allowed = set(sentences.boundaries(sentences.split(text)))
    if len(ordered) > PAUSES or len({pause.at for pause in ordered}) != len(ordered):
        raise BadInput("Stop the story at six places at most, each once.")
    for pause in ordered:
        if pause.at not in allowed:
            raise BadInput("A pause stands between two sentences.")
        if not pause.situation.strip():
            raise BadInput("Say in a sentence how things stand at the pause.")
        if not 1 <= len(pause.questions) <= QUESTIONS or not all(q.strip() for q in pause.questions):
            raise BadInput("Ask one to four questions at each pause.")
    return replace(coding, pauses=ordered)


def word(coding: Coding, *, title: str, synopsis: str, content_note: str, quarter: str) -> Coding:
    """Set title, synopsis, content note and the event's quarter. Raises: BadInput."""
    title, synopsis, content_note = title.strip(), synopsis.strip(), content_note.strip()
    if (
        len(title) > TITLE_CHARACTERS
        or len(synopsis) > SYNOPSIS_CHARACTERS
        or len(content_note) > NOTE_CHARACTERS
    ):
        raise BadInput("Shorten the title, the synopsis or the content note.")
    if "\n" in title or "\n" in content_note:
        raise BadInput("A title and a content note are one line each.")
    if quarter and _QUARTER.fullmatch(quarter) is None:
        raise BadInput("Write the quarter as 2026-Q3, or leave it empty.")
    return replace(coding, title=title, synopsis=synopsis, content_note=content_note, quarter=quarter)


def generalise(pack: Pack, coding: Coding, fact: tuple[str, str], rungs: int) -> Coding:
    """Tell one coded fact, or the period, from now on as it stands `rungs` up its ladder; 0 as it is coded.

    Raises: BadInput for what isn't coded, and for a rung that the ladder doesn't have.
    """
    applied = {(each.facet, each.code) for each in coding.codes}
    if fact != ladders.PERIOD and fact not in applied:
        raise BadInput("That code isn't applied any more. Reload the page.")
    if not 0 <= rungs < len(ladders.rungs(pack, fact)):
        raise BadInput("The ladder ends before that.")
    others = tuple(each for each in coding.generalised if each.fact != fact)
    mine = (Climbed(*fact, rungs),) if rungs else ()
    return replace(coding, generalised=(*others, *mine))


def missing(pack: Pack, coding: Coding, text: str) -> tuple[Missing, ...]:
    """List what keeps a case from being proposed, in the pack's order; empty when it is complete."""
    spoken = {sentence.text for sentence in sentences.split(text)}
    found: list[Missing] = []
    for facet in coded_by_analysts(pack):
        found += _missing_in(facet, coding, spoken)
    if not coding.lessons:
        found.append(Missing("lessons", "Write at least one lesson."))
    allowed = sentences.boundaries(sentences.split(text))
    if any(pause.at not in allowed for pause in coding.pauses):
        found.append(Missing("pauses", "The text changed: place the pauses again."))
    if not coding.title:
        found.append(Missing("wording", "Give the report a title."))
    if not coding.synopsis:
        found.append(Missing("wording", "Write a synopsis, one or two sentences."))
    return tuple(found)


def risk_class(pack: Pack, coding: Coding) -> str | None:
    """Potential: harm × margin as the pack's matrix has it; None until both are coded."""
    if pack.risk is None:
        return None
    harm = [applied.code for applied in coding.of(pack.risk.harm_facet)]
    margin = [applied.code for applied in coding.of(pack.risk.margin_facet)]
    return pack.risk_class(harm[0], margin[0]) if harm and margin else None


def texts(coding: Coding) -> dict[str, str]:
    """Everything here that would be published, besides codes: the second pass reads it."""
    found = {"title": coding.title, "synopsis": coding.synopsis, "content note": coding.content_note}
    for number, lesson in enumerate(coding.lessons, start=1):
        found[f"lesson {number}"] = lesson.text
    for number, pause in enumerate(coding.pauses, start=1):
        found[f"pause {number}"] = "\n".join((pause.situation, *pause.questions))
    return {place: text for place, text in found.items() if text}


def numbered(text: str) -> dict[int, Sentence]:
    """The sentences of a redacted text by number."""
    return {sentence.number: sentence for sentence in sentences.split(text)}


def _facet(pack: Pack, key: str) -> Facet:
    for facet in coded_by_analysts(pack):
        if facet.key == key:
            return facet
    raise BadInput("There is no such facet to code.")


def _fault(facet: Facet, applied: AppliedCode, spoken: set[str]) -> str:
    if applied.facet != facet.key or applied.code not in {code.key for code in facet.choices}:
        return "Choose codes from the list. A factor needs its sub-factor."
    if applied.state and applied.state not in {state.key for state in facet.states}:
        return "Choose the state from the list."
    if applied.code == UNKNOWN:
        return ""
    if facet.states and not applied.state:
        return "Say how it was: choose a state."
    if not applied.sentence and facet.asked_by == "form":
        return ""
    if applied.sentence not in spoken:
        return "Every code rests on a sentence of the redacted text. Choose the sentence."
    return ""


def _too_many(facet: Facet, codes: Sequence[AppliedCode]) -> str:
    keys = [applied.code for applied in codes]
    if UNKNOWN in keys and len(keys) > 1:
        return "Unknown stands alone: take it out, or the other codes."
    if facet.choose_max is not None and len(keys) > facet.choose_max:
        return "Too many codes for this facet: keep those that matter most."
    for group in facet.groups:
        mine = {code.key for code in facet.in_group(group.key)} - set(group.add_ons)
        if group.choose_max is not None and len(mine & set(keys)) > group.choose_max:
            return "Only one kind of attack fits: ask in the order of the codebook."
    return ""


def _missing_in(facet: Facet, coding: Coding, spoken: set[str]) -> list[Missing]:
    codes = coding.of(facet.key)
    if not is_open(facet, coding):
        return [Missing(facet.key, "This facet doesn't apply any more: take its codes out.")] if codes else []
    if facet.required and not codes:
        return [Missing(facet.key, "Code this, or say that the text doesn't tell.")]
    known = [applied for applied in codes if applied.code != UNKNOWN]
    if facet.required and known and len(known) < facet.choose_min:
        return [Missing(facet.key, "Too few codes for this facet.")]
    faults = [_fault(facet, applied, spoken) for applied in codes]
    if any(faults):
        return [Missing(facet.key, "The text changed: choose the sentence again.")]
    fault = _too_many(facet, codes)
    return [Missing(facet.key, fault)] if fault else []
