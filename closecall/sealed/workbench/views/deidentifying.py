"""The de-identification page: a table, one row a span; the text beside it as it would be read."""

import contextlib
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from closecall.errors import BadInput, Gone
from closecall.sealed.accounts.guard import desk_of, signed_in
from closecall.sealed.workbench import actions, forms, queries
from closecall.sealed.workbench.queries import RedactionState
from closecall.sealed.workbench.rules import redaction as rules
from closecall.sealed.workbench.rules.redaction import MARKED, Choice, Span
from closecall.sealed.workbench.views.page import case_page, gone, head_of
from closecall.site.http.acting import answer
from closecall.text.identifiers import core

CONTEXT_CHARACTERS = 40
RECENT_MOST = 10
VIEWS = (("decide", "Decide"), ("raw", "Raw"), ("preview", "Preview"), ("changes", "Changes"))


@dataclass(frozen=True)
class Row:
    """One span with what was typed or saved about it."""

    span: Span
    number: int
    words: str
    before: str
    after: str
    same: int
    choice: str
    replacement: str
    own: str
    reason: str
    group: int

    @property
    def marked(self) -> bool:
        """Whether an analyst marked it on the page, and it isn't saved yet."""
        return self.span.type == MARKED and not self.span.decided

    @property
    def shown(self) -> str:
        """What stands for the words, as chosen so far."""
        if self.choice == Choice.REPLACE:
            return self.own or self.replacement
        return "[…]" if self.choice == Choice.REMOVE else self.words


@dataclass(frozen=True)
class Part:
    """A stretch of the story as it is drawn: untouched words, or a span's row. `start` counts code points."""

    start: int
    text: str
    row: Row | None = None


@require_http_methods(["GET", "POST"])
@signed_in("redact")
def deidentify(request: HttpRequest, public_id: str) -> HttpResponse:
    """Decide every span; mark words that no machine found; hand the text on."""
    desk = desk_of(request)

    def draw(fault: str = "", status: int = 200) -> HttpResponse:
        case = head_of(public_id)
        try:
            state = queries.redaction_of(case, desk)
            attempts = queries.readings_of(case, desk).attempts
            rarity = queries.generalising_of(case, desk)
        except Gone as refused:
            return case_page(request, "workbench/deidentify.html", case, desk, {"gone": gone(refused)})
        shown = request.GET.get("show", "")
        rows = _rows(request, state)
        undecided = [row for row in rows if row.choice == Choice.UNDECIDED]
        context = {
            "state": state,
            "rows": sorted(rows, key=lambda row: (row.span.choice is not Choice.UNDECIDED, row.number)),
            "parts": _parts(state.redaction.story, rows),
            "changes": [row for row in rows if row.choice != Choice.UNDECIDED],
            "recent": _recent(state, rows),
            "next": undecided[0] if undecided else None,
            "decided": len(rows) - len(undecided),
            "total": len(rows),
            "views": VIEWS,
            "show": shown if shown in dict(VIEWS) else "decide",
            "attempts": attempts,
            "rarity": rarity,
            "editable": case.stage.value == "redacting",
            "typed": request.POST,
        }
        return case_page(
            request, "workbench/deidentify.html", case, desk, context, fault=fault, status=status
        )

    if request.method != "POST":
        return draw()
    typed = request.POST

    def decided() -> None:
        match typed.get("act", ""):
            case "decide":
                keys = [name.removeprefix("choice-") for name in typed if name.startswith("choice-")]
                actions.decide_spans(
                    public_id, forms.decisions(typed, keys), over=forms.version(typed), by=desk
                )
            case "mark":
                actions.mark_words(
                    public_id,
                    typed.get("words", ""),
                    choice=forms.mark_choice(typed),
                    replacement=typed.get("replacement", ""),
                    over=forms.version(typed),
                    by=desk,
                )
            case "undo":
                actions.undo(public_id, over=forms.version(typed), by=desk)
            case "keep":
                actions.keep_words(
                    public_id,
                    typed.get("words", ""),
                    typed.get("reason", ""),
                    over=forms.version(typed),
                    by=desk,
                )
            case "finish":
                actions.finish_redaction(public_id, over=forms.version(typed), by=desk)
            case "reopen":
                actions.reopen(public_id, by=desk)
            case _:
                raise BadInput("That form is broken. Reload the page.")

    done = typed.get("act") == "finish"
    to = reverse("workbench-code" if done else "workbench-deidentify", args=[public_id])
    return answer(request, decided, draw, to=to)


def _rows(request: HttpRequest, state: RedactionState) -> list[Row]:
    """A row a span in the order of the story: what was typed, or what is saved."""
    typed, redaction = request.POST, state.redaction
    # After a refusal, marks that came with the form are drawn again; a broken one is left out.
    with contextlib.suppress(BadInput):
        redaction = rules.mark_places(redaction, forms.marked_keys(typed))
    story = redaction.story
    folded = [core(story[span.start : span.end]).casefold() for span in redaction.spans]
    rows = []
    for number, span in enumerate(redaction.spans, start=1):
        offered = span.replacement in span.options or not span.replacement
        rows.append(
            Row(
                span=span,
                number=number,
                words=story[span.start : span.end],
                before=story[max(0, span.start - CONTEXT_CHARACTERS) : span.start],
                after=story[span.end : span.end + CONTEXT_CHARACTERS],
                same=folded.count(folded[number - 1]),
                group=folded.index(folded[number - 1]),
                choice=typed.get(f"choice-{span.key}", span.choice.value),
                replacement=typed.get(f"replacement-{span.key}", span.replacement),
                own=typed.get(f"own-{span.key}", "" if offered else span.replacement),
                reason=typed.get(f"reason-{span.key}", span.reason),
            )
        )
    return rows


def _parts(story: str, rows: list[Row]) -> list[Part]:
    parts: list[Part] = []
    at = 0
    for row in rows:
        parts += [Part(at, story[at : row.span.start]), Part(row.span.start, row.words, row)]
        at = row.span.end
    return [part for part in (*parts, Part(at, story[at:])) if part.text]


def _recent(state: RedactionState, rows: list[Row]) -> list[Row]:
    """The rows that were decided last, latest first."""
    latest = dict.fromkeys(span.key for step in reversed(state.redaction.steps) for span in step.after)
    found = {row.span.key: row for row in rows}
    return [found[key] for key in latest if key in found][:RECENT_MOST]
