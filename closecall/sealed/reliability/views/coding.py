"""The page on which one coder codes one story: numbered sentences, one facet at a time, nobody else's codes."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from closecall.public.taxonomy.rules.pack import UNKNOWN, Facet
from closecall.sealed.accounts.guard import desk_of, signed_in
from closecall.sealed.reliability import actions, forms, queries
from closecall.sealed.reliability.queries import StoryState
from closecall.sealed.reliability.rules.sheets import is_open
from closecall.sealed.reliability.views.page import answer, drawn
from closecall.sealed.workbench.rules.coding import coded_by_analysts
from closecall.sealed.workbench.rules.filling import CodeRow, PartTab, facet_to_code, grouped


@require_http_methods(["GET", "POST"])
@signed_in("code")
def story(request: HttpRequest, number: int, place: int) -> HttpResponse:
    """Code one story of one's own sample."""
    desk = desk_of(request)
    typed = request.POST

    def draw(fault: str = "", status: int = 200) -> HttpResponse:
        state = queries.story(number, place, desk)
        return drawn(request, "story.html", _context(request, state), fault=fault, status=status)

    if request.method != "POST":
        return draw()

    def coded() -> str:
        state = queries.story(number, place, desk)
        chosen = facet_to_code(state.pack, typed.get("part", ""))
        marks = forms.marks(typed, chosen)
        over = forms.whole(typed.get("version", ""))
        actions.code_facet(number, place, chosen.key, marks, over=over, by=desk)
        wanted = typed.get("next", "")
        part = wanted if wanted.replace("_", "").isalnum() else chosen.key
        if part == "done":
            return reverse("reliability-sample", args=[number])
        there = reverse("reliability-story", args=[number, place])
        return f"{there}?{urlencode({'part': part})}"

    return answer(coded, draw)


def _context(request: HttpRequest, state: StoryState) -> dict[str, object]:
    shown = [
        facet
        for facet in coded_by_analysts(state.pack)
        if is_open(facet, state.sheet) or any(mark.facet == facet.key for mark in state.sheet)
    ]
    keys = [facet.key for facet in shown]
    part = request.POST.get("part") or request.GET.get("part") or keys[0]
    if part not in keys:
        part = keys[0]
    facet = facet_to_code(state.pack, part)
    place = keys.index(part)
    rows = _rows(request, facet, state)
    return {
        "state": state,
        "facet": facet,
        "part": part,
        "next_part": keys[place + 1] if place + 1 < len(keys) else "done",
        "tabs": [_tab(each, state, part) for each in shown],
        "grouped": grouped(facet, rows),
        "applied": _applied(state),
        "missing_here": state.missing.get(part, ""),
        "complete": not state.missing,
    }


def _tab(facet: Facet, state: StoryState, part: str) -> PartTab:
    count = sum(mark.facet == facet.key for mark in state.sheet)
    missing = state.missing.get(facet.key, "")
    return PartTab(facet.key, facet.label, facet.key == part, count, facet.required, missing)


def _rows(request: HttpRequest, facet: Facet, state: StoryState) -> list[CodeRow]:
    typed = request.POST if request.method == "POST" and request.POST.get("part") == facet.key else None
    marks = [mark for mark in state.sheet if mark.facet == facet.key]
    saved = {mark.code: mark for mark in marks}
    first = marks[0].code if marks else ""
    rows = []
    for code in facet.choices:
        mark = saved.get(code.key)
        unknown = code.key == UNKNOWN
        rests = "" if mark is None else "told" if unknown else str(mark.sentence)
        state_now = mark.state if mark else ""
        main = first == code.key
        if typed is not None:
            rests, state_now = typed.get(f"rests-{code.key}", ""), typed.get(f"state-{code.key}", "")
            main = typed.get("main", "") == code.key
        rows.append(CodeRow(code, rests, state_now, main, unknown))
    return rows


def _applied(state: StoryState) -> list[tuple[int, str, list[str]]]:
    """The story's sentences, each with the labels of this coder's codes that rest on it."""
    return [
        (
            sentence.number,
            sentence.text,
            [
                f"{state.pack.facet(mark.facet).label}: {state.pack.code(mark.facet, mark.code).label}"
                for mark in state.sheet
                if mark.sentence == sentence.number
            ],
        )
        for sentence in state.sentences
    ]
