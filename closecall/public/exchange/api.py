"""The API: read-only, under /api/v1/. `docs/exchange.md` explains it, `/api/v1/docs` shows it."""

from functools import cache
from http import HTTPStatus
from typing import Annotated, Any, Literal

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render as page
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe
from ninja import NinjaAPI, Path, Query
from ninja.errors import HttpError, ValidationError
from ninja.renderers import JSONRenderer

from closecall.errors import NotFound
from closecall.public.exchange import api_studies, manual, render
from closecall.public.exchange.forms import PROBLEM, First, Last, Words, only, problem, refuse
from closecall.public.exchange.forms import asked as asked_of
from closecall.public.exchange.rules.passing_on import SCHEMA
from closecall.public.library import queries as library
from closecall.public.library.actions import ask_index
from closecall.public.library.rules.query import MOST_PAGES
from closecall.public.library.rules.report import is_public_id
from closecall.public.library.rules.tables import CAVEAT
from closecall.public.taxonomy import queries as taxonomy

PREFIX = "/api/v1/"
_REFUSALS = {
    422: "A parameter needs a change; `parameters` names it.",
    429: "Too many requests from everybody together; `Retry-After` says how many seconds to wait.",
    500: "Something broke on our side.",
    503: "Storage is out of reach for the moment.",
}
_OF_ONE = {404: "There is nothing of this name.", 410: "Withdrawn or taken down. It must not be kept."}


class _Exact(JSONRenderer):
    """Text as it is, not as escapes."""

    json_dumps_params = {"ensure_ascii": False}  # noqa: RUF012 - as ninja declares it


api = NinjaAPI(
    title="Close Call",
    version="1",
    description="Published near misses. Read-only, without keys or cookies. " + CAVEAT,
    openapi_url=None,
    docs_url=None,
    renderer=_Exact(),
    urls_namespace="api-1",
)

api.add_router("", api_studies.router)

PublicId = Annotated[str, Path(description="A report's id: M7K2QF")]


@api.get("/reports", response=render.Reports, summary="The shelf, newest publication first")
def list_reports(
    request: HttpRequest,
    cursor: Annotated[int | None, Query(ge=1, le=2**62, description="`next` of the last answer.")] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    pack: Annotated[str, Query(max_length=64, description="Only this pack's.")] = "",
    origin: Annotated[Literal["", "own", "import", "feed", "invented"], Query()] = "",
) -> dict[str, object]:
    """Whole reports, page by page. Pages never shift: what is corrected keeps its place."""
    only(request, ("cursor", "limit", "pack", "origin"))
    found, after = library.shelf_page(before=cursor, n=limit, pack=pack or None, origin=origin or None)
    events = library.told_events([one.public_id for one in found])
    return {"reports": [render.whole(one, events.get(one.public_id, "")) for one in found], "next": after}


@api.get("/reports/{public_id}", response=render.ReportOut, summary="One report")
def one_report(request: HttpRequest, public_id: PublicId) -> dict[str, object]:
    """One report whole. 410 means that it was withdrawn or taken down: delete your copy."""
    only(request, ())
    one = library.report(_known(public_id))
    return render.whole(one, library.told_events([one.public_id]).get(one.public_id, ""))


@api.get("/reports/{public_id}/similar", response=render.Similar, summary="The reports nearest to one")
def similar_reports(
    request: HttpRequest, public_id: PublicId, n: Annotated[int, Query(ge=1, le=20)] = 5
) -> dict[str, object]:
    """What the report's own page offers as similar, as far as `n`."""
    only(request, ("n",))
    known = _known(public_id)
    found = ask_index(lambda: library.similar(known, n=n))
    return {"id": known, "similar": [render.summary(one.report) for one in found]}


@api.get("/search", response=render.SearchOut, summary="Search, as the library's page does")
def search(
    request: HttpRequest,
    q: Words = "",
    first: First = "",
    last: Last = "",
    sort: Annotated[Literal["", "best", "new", "old"], Query()] = "",
    page: Annotated[int, Query(ge=1, le=MOST_PAGES)] = 1,
) -> dict[str, object]:
    """Every facet is a parameter of its own; repeated values widen, several facets narrow."""
    asked = asked_of(request)
    found = ask_index(lambda: library.search(asked))
    if asked.page > found.pages:
        asked = asked.on_page(found.pages)
        found = ask_index(lambda: library.search(asked))
    return {
        "total": found.total,
        "page": asked.page,
        "pages": found.pages,
        "results": [{"report": render.summary(one.report), "snippet": one.snippet} for one in found.results],
        "spelling": found.spelling,
    }


@api.get("/facets", response=render.Facets, summary="Exact counts for a search")
def facets(request: HttpRequest, q: Words = "", first: First = "", last: Last = "") -> dict[str, object]:
    """Counts of every facet among what a search finds; without parameters, of the whole library."""
    asked = asked_of(request)
    found = ask_index(lambda: library.search(asked))
    return {
        "total": found.total,
        "facets": [render.panel(one) for one in found.panels],
        "quarters": {library_quarter(at): count for at, count in found.quarters},
    }


@api.get("/pack", response=render.PackOut, summary="This library's own pack: facets, codes, themes")
def own_pack(request: HttpRequest) -> dict[str, object]:
    """What the keys in reports mean."""
    only(request, ())
    return render.taxonomy(taxonomy.pack())


@api.get("/packs", response=render.Packs, summary="The packs that are installed")
def packs(request: HttpRequest) -> dict[str, object]:
    """Their keys, this library's own first."""
    only(request, ())
    return {"packs": list(dict.fromkeys([settings.PACK, *taxonomy.names()]))}


@api.get("/packs/{name}", response=render.PackOut, summary="A pack by its key")
def named_pack(request: HttpRequest, name: str) -> dict[str, object]:
    """What the keys in reports of that pack mean."""
    only(request, ())
    return render.taxonomy(taxonomy.pack(name))


@api.exception_handler(ValidationError)
def _unfit(request: HttpRequest, fault: ValidationError) -> HttpResponse:
    """Name the parameters; say nothing of what was in them."""
    named = sorted({str(error["loc"][-1]) for error in fault.errors if error.get("loc")})
    return problem(422, "A parameter needs a change. /api/v1/docs says what each may be.", parameters=named)


@api.exception_handler(HttpError)
def _ninja_refused(request: HttpRequest, fault: HttpError) -> HttpResponse:
    return problem(fault.status_code, HTTPStatus(fault.status_code).description or "That can't be done.")


@api.exception_handler(Exception)
def _refused(request: HttpRequest, fault: Exception) -> HttpResponse:
    return refuse(fault)


@gzip_page
@require_safe
def documentation(request: HttpRequest) -> HttpResponse:
    """The same description as a page of ours: no script, nothing from anybody else."""
    address = settings.PUBLIC_URL + PREFIX
    told = {**manual.contents(description()), "address": address, "a_second": settings.API_RATE}
    response = page(request, "exchange/api.html", told)
    response.headers["Cache-Control"] = "public, no-cache"
    return response


def nothing(request: HttpRequest, rest: str = "") -> HttpResponse:
    """Answer an address of the API that leads nowhere."""
    return problem(404, "There is nothing at this address. /api/v1/docs lists what there is.")


def exchange_schema(request: HttpRequest) -> HttpResponse:
    """The JSON Schema of the near-miss exchange."""
    return HttpResponse(SCHEMA.read_text("utf-8"), content_type="application/schema+json")


def openapi(request: HttpRequest) -> HttpResponse:
    """The API's own description, OpenAPI 3.1."""
    return JsonResponse(description())


@cache
def description() -> dict[str, Any]:
    """OpenAPI 3.1, with every facet as a parameter and every refusal as a problem."""
    schema: dict[str, Any] = dict(api.get_openapi_schema(path_prefix=PREFIX))
    schema.setdefault("components", {}).setdefault("schemas", {})["Problem"] = render.Problem.json_schema()
    for path, item in schema["paths"].items():
        for operation in item.values():
            _complete(path, operation)
    return schema


def _complete(path: str, operation: dict[str, Any]) -> None:
    refusals = {**_REFUSALS, **(_OF_ONE if "{public_id}" in path else {})}
    if "{name}" in path or "{slug}" in path:
        refusals[404] = _OF_ONE[404]
    body = {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    answers: dict[Any, Any] = operation["responses"]
    answers[200]["description"] = "The answer."
    answers[200]["headers"] = {"ETag": {"schema": {"type": "string"}}}
    answers[304] = {"description": "Nothing changed since the `ETag` that came as `If-None-Match`."}
    for status, words in sorted(refusals.items()):
        answers[status] = {"description": words, "content": body}
    answers[429]["headers"] = {"Retry-After": {"schema": {"type": "integer"}}}
    operation["responses"] = {str(status): answers[status] for status in sorted(answers)}
    if path.endswith(("/search", "/facets", "/insights", "/insights/signals")):
        operation["parameters"] += [_facet_parameter(key) for key in sorted(library.facet_keys())]


def _facet_parameter(key: str) -> dict[str, Any]:
    return {
        "in": "query",
        "name": key,
        "required": False,
        "style": "form",
        "explode": True,
        "description": f"Codes of the facet `{key}`.",
        "schema": {"type": "array", "items": {"type": "string"}},
    }


def library_quarter(at: int) -> str:
    """A quarter's ordinal as people write it."""
    return f"{at // 4}-Q{at % 4 + 1}"


def _known(public_id: str) -> str:
    if not is_public_id(public_id.upper()):
        raise NotFound("There is no report with this id. Check the characters.")
    return public_id.upper()
