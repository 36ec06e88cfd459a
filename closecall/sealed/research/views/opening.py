"""The list of studies, a new one, its cohort and who sits at it."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from closecall.errors import BadInput, Conflict
from closecall.public.library import queries as library
from closecall.public.studies import queries as published
from closecall.public.taxonomy import queries as taxonomy
from closecall.sealed.accounts import queries as accounts
from closecall.sealed.accounts.guard import desk_of, signed_in
from closecall.sealed.research import actions, queries
from closecall.sealed.research.forms import OpenForm
from closecall.sealed.research.rules.stages import Seat
from closecall.sealed.research.views.page import private, revision, study_page
from closecall.site.http.acting import answer

_SAMPLES = 5


@require_GET
@signed_in("study")
def studies(request: HttpRequest) -> HttpResponse:
    """Every study on the desk, and those published that aren't."""
    return _list(request)


@require_http_methods(["GET", "POST"])
@signed_in("study")
def new(request: HttpRequest) -> HttpResponse:
    """Ask a question, see how many reports a search finds, freeze them."""
    status = 200
    if request.method == "POST":
        form = OpenForm(request.POST)
        if form.is_valid():
            given = form.cleaned_data
            try:
                slug = actions.open_study(
                    title=given["title"],
                    question=given["question"],
                    query=given["query"],
                    address=given["address"],
                    by=desk_of(request),
                )
            except (BadInput, Conflict) as refused:
                form.add_error(None, refused.sentence)
                status = refused.status
            else:
                return HttpResponseRedirect(reverse("research-cohort", args=[slug]))
        else:
            status = BadInput.status
    else:
        form = OpenForm(initial={name: request.GET.get(name, "") for name in OpenForm.base_fields})
    typed = (request.POST if request.method == "POST" else request.GET).get("query", "")
    context = {"form": form, "counted": _counted(typed) if typed.strip() else None}
    return private(render(request, "research/new.html", context, status=status))


@require_GET
@signed_in("study")
def count(request: HttpRequest) -> HttpResponse:
    """How many reports a search finds, while somebody types it."""
    typed = request.GET.get("query", "")
    return private(JsonResponse({"reports": len(_found(typed)) if typed.strip() else 0}))


@require_POST
@signed_in("study")
def adopt(request: HttpRequest) -> HttpResponse:
    """Take a published study to the desk, to correct it."""
    slug = request.POST.get("study", "")
    return answer(
        request,
        lambda: actions.adopt(slug, reason=request.POST.get("reason", ""), by=desk_of(request)),
        lambda sentence, status: _list(request, fault=sentence, status=status),
        to=reverse("research-cohort", args=[slug]) if slug else "",
    )


@require_GET
@signed_in("study")
def study(request: HttpRequest, slug: str) -> HttpResponse:
    """Go where this person's next work on it is done."""
    return HttpResponseRedirect(reverse(f"research-{queries.head(slug, desk_of(request)).page}", args=[slug]))


@require_POST
@signed_in("study")
def seat(request: HttpRequest, slug: str) -> HttpResponse:
    """Sit down at the board, or as its second coder."""
    kind = Seat.SECOND if request.POST.get("seat") == Seat.SECOND else Seat.FIRST
    page = "code" if kind is Seat.SECOND else "themes"
    return answer(
        request,
        lambda: actions.take_seat(slug, kind, by=desk_of(request)),
        lambda sentence, status: _cohort(request, slug, fault=sentence, status=status),
        to=reverse(f"research-{page}", args=[slug]),
    )


@require_http_methods(["GET", "POST"])
@signed_in("study")
def cohort(request: HttpRequest, slug: str) -> HttpResponse:
    """What was asked of which reports, how far the machine has read, freezing again."""
    if request.method == "GET":
        return _cohort(request, slug)
    return answer(
        request,
        lambda: actions.freeze_again(slug, over=revision(request), by=desk_of(request)),
        lambda sentence, status: _cohort(request, slug, fault=sentence, status=status),
    )


def _cohort(request: HttpRequest, slug: str, *, fault: str = "", status: int = 200) -> HttpResponse:
    desk = desk_of(request)
    head = queries.head(slug, desk)
    context = {"found": len(_found(head.query)), "asked": _in_words(head.query)}
    return study_page(request, "cohort", head, desk, context, fault=fault, status=status)


def _list(request: HttpRequest, *, fault: str = "", status: int = 200) -> HttpResponse:
    context = {
        "heads": queries.heads(desk_of(request)),
        "elsewhere": queries.elsewhere(),
        "names": accounts.names(),
        "public": settings.PUBLIC_URL,
        "fault": fault,
    }
    return private(render(request, "research/studies.html", context, status=status))


def _found(typed: str) -> list[str]:
    return library.matching_ids(published.read_query(typed).on_page(1))


def _in_words(query: str) -> list[tuple[str, list[str]]]:
    """A search's words and filters, as people call them."""
    request = published.read_query(query)
    typed = [("Words", [request.typed])] if request.typed else []
    pack = taxonomy.pack()
    labels = {facet.key: facet.label for facet in pack.facets}
    return typed + [
        (labels.get(facet, facet), [library.label_of(facet, code) for code in codes])
        for facet, codes in request.filters
    ]


def _counted(typed: str) -> dict[str, object]:
    ids = _found(typed)
    return {"reports": len(ids), "titles": [one.text.title for one in library.reports(ids[:_SAMPLES])]}
