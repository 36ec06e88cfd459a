"""The coding page: numbered sentences on one side, one facet at a time on the other."""

from typing import TypeVar

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from closecall.errors import BadInput, Gone
from closecall.public.library.rules.report import Lesson, Pause
from closecall.public.taxonomy.rules.pack import UNKNOWN, Facet
from closecall.sealed.accounts.guard import desk_of, signed_in
from closecall.sealed.workbench import actions, forms, queries
from closecall.sealed.workbench.queries import CaseHead, CodingState, suggesting
from closecall.sealed.workbench.rules import coding as rules
from closecall.sealed.workbench.rules import release
from closecall.sealed.workbench.rules.filling import CodeRow, PartTab, facet_to_code, grouped
from closecall.sealed.workbench.views.page import case_page, gone, head_of
from closecall.site.http.acting import answer

_T = TypeVar("_T")

PARTS = (
    ("lessons", "Lessons"),
    ("pauses", "Pauses"),
    ("wording", "Title and synopsis"),
    ("propose", "Propose"),
)


@require_http_methods(["GET", "POST"])
@signed_in("code")
def code(request: HttpRequest, public_id: str) -> HttpResponse:
    """Code a facet, write lessons, place pauses, word the report, propose it."""
    desk = desk_of(request)
    typed = forms.accepting(request.POST)

    def draw(fault: str = "", status: int = 200) -> HttpResponse:
        case = head_of(public_id)
        try:
            state = queries.coding_of(case, desk)
            rarity = queries.generalising_of(case, desk)
            marked = queries.readings_of(case, desk).marked
        except Gone as refused:
            return case_page(request, "workbench/code.html", case, desk, {"gone": gone(refused)})
        context = {**_context(request, typed, case, state), "rarity": rarity, "marked": marked}
        return case_page(request, "workbench/code.html", case, desk, context, fault=fault, status=status)

    if request.method != "POST":
        return draw()
    part = typed.get("part", "")

    def coded() -> None:
        over = forms.version(typed)
        match typed.get("act", ""):
            case "facet":
                state = queries.coding_of(head_of(public_id), desk)
                chosen = forms.facet_codes(typed, facet_to_code(state.pack, part), state.sentences)
                actions.code_facet(public_id, part, chosen, over=over, by=desk)
            case "lessons":
                actions.write_lessons(public_id, forms.lessons(typed), over=over, by=desk)
            case "pauses":
                actions.place_pauses(public_id, forms.pauses(typed), over=over, by=desk)
            case "word":
                actions.word(
                    public_id,
                    title=typed.get("title", ""),
                    synopsis=typed.get("synopsis", ""),
                    content_note=typed.get("content_note", ""),
                    quarter=typed.get("quarter", "").strip(),
                    over=over,
                    by=desk,
                )
            case "keep":
                actions.keep_words(
                    public_id,
                    typed.get("words", ""),
                    typed.get("reason", ""),
                    over=forms.redaction_version(typed),
                    by=desk,
                )
            case "generalise":
                facet, rare = typed.get("facet", ""), typed.get("code", "")
                actions.generalise(public_id, facet, rare, forms.rungs(typed), over=over, by=desk)
            case "propose":
                actions.propose(public_id, reasons=forms.reasons(typed), over=over, by=desk)
            case _:
                raise BadInput("That form is broken. Reload the page.")

    to = reverse("workbench-code", args=[public_id])
    to = f"{to}?{urlencode({'part': _next_part(typed.get('next', ''), part)})}" if part else to
    if typed.get("act") == "propose":
        to = reverse("workbench-publish", args=[public_id])
    return answer(request, coded, draw, to=to)


def _context(request: HttpRequest, typed: QueryDict, case: CaseHead, state: CodingState) -> dict[str, object]:
    keys = [facet.key for facet in rules.coded_by_analysts(state.pack) if _shown(facet, state)]
    keys += [key for key, _label in PARTS]
    part = typed.get("part") or request.GET.get("part") or keys[0]
    if part not in keys:
        part = keys[0]
    place = keys.index(part)
    context: dict[str, object] = {
        "state": state,
        "part": part,
        "next_part": keys[min(place + 1, len(keys) - 1)],
        "parts": _part_tabs(state, keys, part),
        "applied": _applied(state),
        "editable": case.stage.value == "coding",
        "typed": typed,
        "missing_here": [miss.sentence for miss in state.missing if miss.place == part],
    }
    if part == "lessons":
        saving = typed.get("act") == "lessons"
        lessons = forms.lessons(typed) if saving else state.coding.lessons
        context["lessons"] = _padded(lessons, Lesson("", written_by="reporter"), forms.BLANK_LESSONS)
        context["writers"] = rules.WRITERS
    elif part == "pauses":
        saving = typed.get("act") == "pauses"
        pauses = forms.pauses(typed) if saving else state.coding.pauses
        context["pauses"] = _padded(pauses, Pause(0, "", ()), forms.BLANK_PAUSES)
        context["places"] = state.sentences[1:]
    elif part == "propose":
        preview = queries.preview(case, state)
        context["preview"] = preview
        context["rare"] = [
            state.pack.code(applied.facet, applied.code).label
            for applied in release.rare_codes(state.pack, state.coding.codes)
        ]
    elif part != "wording":
        facet = facet_to_code(state.pack, part)
        context["facet"] = facet
        context["rows"] = _rows(typed, facet, state)
        context["grouped"] = grouped(facet, context["rows"])  # type: ignore[arg-type] # built one line above
        if context["editable"]:
            context["suggestions"] = suggesting.suggestions_of(case.public_id, state, facet)
            context["taken"] = {row.code.key for row in context["rows"] if row.rests}  # type: ignore[attr-defined] # as above
    return context


def _part_tabs(state: CodingState, keys: list[str], part: str) -> list[PartTab]:
    labels = {facet.key: facet.label for facet in state.pack.facets} | dict(PARTS)
    required = {facet.key for facet in state.pack.facets if facet.required} | {"lessons", "wording"}
    missing = {miss.place: miss.sentence for miss in reversed(state.missing)}
    counts = {"lessons": len(state.coding.lessons), "pauses": len(state.coding.pauses)}
    return [
        PartTab(
            key=key,
            label=labels[key],
            current=key == part,
            count=counts.get(key, len(state.coding.of(key))),
            required=key in required,
            missing=missing.get(key, ""),
        )
        for key in keys
    ]


def _rows(posted: QueryDict, facet: Facet, state: CodingState) -> list[CodeRow]:
    typed = posted if posted.get("act") == "facet" else None
    numbers = {sentence.text: str(sentence.number) for sentence in state.sentences}
    applied = {each.code: each for each in state.coding.of(facet.key)}
    first = next(iter(applied), "")
    rows = []
    for code in facet.choices:
        there = applied.get(code.key)
        saved = "" if there is None else numbers.get(there.sentence, "told")
        rows.append(
            CodeRow(
                code=code,
                rests=typed.get(f"rests-{code.key}", "") if typed is not None else saved,
                state=(
                    typed.get(f"state-{code.key}", "")
                    if typed is not None
                    else (there.state if there else "")
                ),
                main=(typed.get("main", "") if typed is not None else first) == code.key,
                unknown=code.key == UNKNOWN,
            )
        )
    return rows


def _applied(state: CodingState) -> dict[int, list[str]]:
    """Labels of the codes that rest on each sentence, by its number."""
    numbers = {sentence.text: sentence.number for sentence in state.sentences}
    found: dict[int, list[str]] = {}
    for each in state.coding.codes:
        number = numbers.get(each.sentence)
        if number is not None:
            label = state.pack.code(each.facet, each.code).label
            found.setdefault(number, []).append(f"{state.pack.facet(each.facet).label}: {label}")
    return found


def _shown(facet: Facet, state: CodingState) -> bool:
    return rules.is_open(facet, state.coding) or bool(state.coding.of(facet.key))


def _next_part(wanted: str, part: str) -> str:
    return wanted if wanted.replace("_", "").isalnum() else part


def _padded(rows: tuple[_T, ...], blank: _T, number: int) -> list[_T]:
    return [*rows, *([blank] * number)]
