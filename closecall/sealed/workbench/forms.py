"""Reading the desk's forms into the rules' shapes. Nothing is checked here that the rules check."""

from collections.abc import Sequence

from django.http import QueryDict

from closecall.errors import BadInput
from closecall.public.library.rules.report import AppliedCode, Lesson, Pause
from closecall.public.taxonomy.rules.pack import UNKNOWN, Facet
from closecall.sealed.workbench.rules.reading import Attempt
from closecall.sealed.workbench.rules.redaction import Choice, Decision
from closecall.sealed.workbench.rules.release import Reasons
from closecall.sealed.workbench.rules.screening import Screening, Verdict
from closecall.sealed.workbench.rules.sentences import Sentence

BLANK_LESSONS = 2
BLANK_PAUSES = 1


def version(typed: QueryDict) -> int:
    """The version that the page was drawn over. Raises: BadInput."""
    return _whole(typed.get("version", ""))


def redaction_version(typed: QueryDict) -> int:
    """The version of the redaction, on a page that was drawn over the coding's. Raises: BadInput."""
    return _whole(typed.get("redaction_version", ""))


def screening(typed: QueryDict) -> Screening:
    """One person's view. Raises: BadInput."""
    return Screening(
        hazard=typed.get("hazard", "") == "yes",
        verdict=verdict(typed),
        category=typed.get("category", ""),
        duplicate_of=typed.get("duplicate_of", "").strip().upper(),
        note=typed.get("note", "").strip(),
        day=typed.get("day", "").strip(),
        place=" ".join(typed.get("place", "").split()),
    )


def verdict(typed: QueryDict) -> Verdict:
    """What to do with the report. Raises: BadInput."""
    try:
        return Verdict(typed.get("verdict", ""))
    except ValueError:
        raise BadInput("Say what should become of this report.") from None


def decisions(typed: QueryDict, keys: Sequence[str]) -> tuple[Decision, ...]:
    """What was chosen in the table, one row a span; rows left undecided are left alone. Raises: BadInput."""
    found = []
    for key in keys:
        choice = _choice(typed.get(f"choice-{key}", Choice.UNDECIDED))
        if choice is Choice.UNDECIDED and f"choice-{key}" not in typed:
            continue
        found.append(
            Decision(
                key=key,
                choice=choice,
                replacement=typed.get(f"own-{key}", "").strip() or typed.get(f"replacement-{key}", ""),
                reason=typed.get(f"reason-{key}", ""),
                everywhere=typed.get(f"all-{key}", "") == "yes",
                marked=typed.get(f"marked-{key}", "") == "yes",
            )
        )
    return tuple(found)


def marked_keys(typed: QueryDict) -> tuple[str, ...]:
    """Where words were marked on the page itself."""
    return tuple(name.removeprefix("marked-") for name in typed if name.startswith("marked-"))


def mark_choice(typed: QueryDict) -> Choice:
    """Whether marked words are replaced or removed. Raises: BadInput."""
    return Choice.REMOVE if typed.get("choice", "") == "remove" else Choice.REPLACE


def facet_codes(typed: QueryDict, facet: Facet, sentences: Sequence[Sentence]) -> tuple[AppliedCode, ...]:
    """The codes of one facet: choosing a sentence is applying the code. Raises: BadInput.

    The code marked "main" comes first.
    """
    spoken = {str(sentence.number): sentence.text for sentence in sentences}
    found = []
    for code in facet.choices:
        chosen = typed.get(f"rests-{code.key}", "")
        if not chosen:
            continue
        if chosen not in spoken and chosen != "told":
            raise BadInput("Choose a sentence of the redacted text.")
        unknown = code.key == UNKNOWN
        found.append(
            AppliedCode(
                facet=facet.key,
                code=code.key,
                state="" if unknown else typed.get(f"state-{code.key}", ""),
                sentence="" if unknown else spoken.get(chosen, ""),
            )
        )
    main = typed.get("main", "")
    return tuple(sorted(found, key=lambda applied: applied.code != main))


def accepting(typed: QueryDict) -> QueryDict:
    """What was typed, and the suggestion whose button was pressed: its sentence is chosen, as if by hand.

    Shape: the button's value is "code:sentence". A sentence that was chosen before stays.
    """
    code, _, sentence = typed.get("accept", "").partition(":")
    if not code:
        return typed
    taken = typed.copy()
    if not taken.get(f"rests-{code}"):
        taken[f"rests-{code}"] = sentence
    return taken


def lessons(typed: QueryDict) -> tuple[Lesson, ...]:
    """The lessons in their order; a row without words is left out."""
    return tuple(
        Lesson(
            text=" ".join(text.split()),
            theme=typed.get(f"theme-{number}", ""),
            audience=typed.get(f"audience-{number}", ""),
            written_by=typed.get(f"by-{number}", ""),
        )
        for number in range(_rows(typed))
        if (text := typed.get(f"lesson-{number}", "").strip())
    )


def pauses(typed: QueryDict) -> tuple[Pause, ...]:
    """The pauses; a row without a place is left out. A place that is no number stands nowhere."""
    return tuple(
        Pause(
            at=int(at) if at.isascii() and at.isdigit() and len(at) < 10 else 0,
            situation=typed.get(f"situation-{number}", "").strip(),
            questions=tuple(
                line.strip() for line in typed.get(f"questions-{number}", "").splitlines() if line.strip()
            ),
        )
        for number in range(_rows(typed))
        if (at := typed.get(f"at-{number}", ""))
    )


def attempt(typed: QueryDict) -> Attempt:
    """The second reader's answers and ticks: every question must be answered. Raises: BadInput."""
    answers = [typed.get(name, "") for name in ("agency", "officer", "day", "news")]
    if any(answer not in ("yes", "no") for answer in answers):
        raise BadInput("Answer all four questions.")
    agency, officer, day, news = (answer == "yes" for answer in answers)
    has = typed.getlist("has")
    return Attempt(
        agency,
        officer,
        day,
        news,
        gave_away=typed.get("gave_away", "").strip(),
        place="place" in has,
        unit="unit" in has,
        number="number" in has,
        reported="reported" in has,
        overruled=typed.get("overrule", "") == "yes" and bool(has),
    )


def reasons(typed: QueryDict) -> Reasons:
    """Why exceptions are made; empty for none."""
    rare, small, marked = (
        typed.get(f"reason_{kind}", "").strip()[:500] for kind in ("rare", "small", "marked")
    )
    return Reasons(rare=rare, small=small, marked=marked)


def rungs(typed: QueryDict) -> int:
    """How far up its ladder a fact is to be told. Raises: BadInput."""
    return _whole(typed.get("rungs", ""))


def _choice(value: str) -> Choice:
    try:
        return Choice(value)
    except ValueError:
        raise BadInput("Choose one of the decisions.") from None


def _rows(typed: QueryDict) -> int:
    rows = typed.get("rows", "")
    return min(int(rows), 50) if rows.isascii() and rows.isdigit() and len(rows) < 10 else 0


def _whole(value: str) -> int:
    if not (value.isascii() and value.isdigit() and len(value) < 10):
        raise BadInput("That form is broken. Reload the page.")
    return int(value)
