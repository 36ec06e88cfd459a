"""Pages for coders: what every code means, how to choose, and what other lists call it.

Nothing here is secret, but the desk shows nothing to strangers.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from closecall.errors import NotFound
from closecall.public.taxonomy import queries
from closecall.public.taxonomy.rules import lookup
from closecall.public.taxonomy.rules.pack import Facet, Pack

_QUERY_CHARACTERS = 200
_P = ParamSpec("_P")
_View = Callable[Concatenate[HttpRequest, _P], HttpResponseBase]


def _for_staff(view: _View[_P]) -> _View[_P]:
    """Send strangers to the sign-in page. (This wing can't reach the guard of the desk's accounts.)"""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: _P.args, **kwargs: _P.kwargs) -> HttpResponseBase:
        if getattr(request, "desk", None) is None:
            return HttpResponseRedirect("/sign-in/?" + urlencode({"next": request.get_full_path()}))
        return view(request, *args, **kwargs)

    return guarded


@dataclass(frozen=True)
class Tab:
    """One link of the row that leads through the pack, and to the other packs."""

    label: str
    href: str
    current: bool


@require_safe
@_for_staff
def pack_page(request: HttpRequest) -> HttpResponse:
    """Every facet; with `?q=`, the codes and themes that hold these words."""
    pack = _asked(request)
    query = request.GET.get("q", "")[:_QUERY_CHARACTERS].strip()
    context = {"query": query, "hits": lookup.find(pack, query)}
    return render(request, "taxonomy/pack.html", _page(request, pack, **context))


@require_safe
@_for_staff
def facet_page(request: HttpRequest, key: str) -> HttpResponse:
    """One facet with all its codes, by group."""
    pack = _asked(request)
    try:
        facet = pack.facet(key)
    except KeyError:
        raise NotFound("The pack has no facet of that name.") from None
    context = {
        "facet": facet,
        "parts": _parts(pack, facet),
        "elsewhere": lookup.facet_elsewhere(pack, facet),
        "opened_by": _opened_by(pack, facet),
    }
    return render(request, "taxonomy/facet.html", _page(request, pack, **context))


@require_safe
@_for_staff
def lessons_page(request: HttpRequest) -> HttpResponse:
    """The codebook: every theme, its rule, exemplars and discussion questions."""
    pack = _asked(request)
    labels = {theme.key: theme.label for theme in pack.codebook.themes}
    parents = {parent.key: parent.label for parent in pack.codebook.parents}
    themes = [
        {
            "theme": theme,
            "parent": parents.get(theme.parent, ""),
            "nearest": labels.get(theme.nearest, ""),
            "questions": pack.questions.get(theme.key, ()),
            "elsewhere": lookup.theme_elsewhere(pack, theme),
        }
        for theme in pack.codebook.themes
    ]
    return render(request, "taxonomy/lessons.html", _page(request, pack, themes=themes))


@require_safe
@_for_staff
def rules_page(request: HttpRequest) -> HttpResponse:
    """How to code: the rules in order, the matrix, and how well two coders should agree."""
    pack = _asked(request)
    matrix: list[dict[str, object]] = []
    margins: tuple[str, ...] = ()
    if pack.risk is not None:
        margins = tuple(code.label for code in pack.facet(pack.risk.margin_facet).codes)
        matrix = [
            {"harm": pack.code(pack.risk.harm_facet, row.harm), "classes": row.classes}
            for row in pack.risk.rows
        ]
    return render(request, "taxonomy/rules.html", _page(request, pack, matrix=matrix, margins=margins))


@require_safe
@_for_staff
def crosswalks_page(request: HttpRequest) -> HttpResponse:
    """Every known list, entry by entry."""
    return render(request, "taxonomy/crosswalks.html", _page(request, _asked(request)))


def _asked(request: HttpRequest) -> Pack:
    return queries.pack(request.GET.get("pack") or None)


def _page(request: HttpRequest, pack: Pack, **context: object) -> dict[str, object]:
    """What every page of the pack shows: which pack, and the way to the others.

    `carried` goes behind every link, so that a reader of another field's pack stays in it.
    """
    own = queries.pack().key
    carried = "" if pack.key == own else f"?pack={pack.key}"
    inside = [
        ("Codes", "taxonomy:pack", True),
        ("Lessons", "taxonomy:lessons", bool(pack.codebook.themes)),
        ("Coding rules", "taxonomy:rules", bool(pack.coding_rules)),
        ("Crosswalks", "taxonomy:crosswalks", bool(pack.crosswalks)),
    ]
    tabs = [
        Tab(label, reverse(name) + carried, request.path == reverse(name))
        for label, name, stands in inside
        if stands
    ]
    for other in (queries.pack(name) for name in queries.names() if name != pack.key):
        tail = "" if other.key == own else f"?pack={other.key}"
        tabs.append(Tab(other.label, reverse("taxonomy:pack") + tail, current=False))
    return {"pack": pack, "tabs": tabs, "carried": carried, **context}


def _parts(pack: Pack, facet: Facet) -> list[dict[str, object]]:
    """A facet's codes under their groups, in the pack's order; what has no group comes last."""
    groups = [(group, facet.in_group(group.key)) for group in facet.groups]
    loose = tuple(code for code in facet.codes if not code.group) + facet.extras
    return [
        {
            "group": group,
            "codes": [
                {
                    "code": code,
                    "elsewhere": lookup.elsewhere(pack, facet.key, code),
                    "coarser": _coarser(facet, code.key),
                }
                for code in codes
            ],
        }
        for group, codes in [*groups, (None, loose)]
        if codes
    ]


def _coarser(facet: Facet, code_key: str) -> str:
    """What a code climbs to when it would point at somebody; "" for a facet without coarser codes."""
    if facet.ladder != "coarser":
        return ""
    climbed = facet.climb(code_key)
    return facet.code(climbed).label if climbed else ""


def _opened_by(pack: Pack, facet: Facet) -> str:
    """When a facet opens, in words."""
    when = facet.opens_when
    if when is None:
        return ""
    opener = pack.facet(when.facet)
    codes = ", ".join(opener.code(key).label for key in when.any_of) or "any code"
    return f"{opener.label}: {codes}"
