"""Studies, codebooks and insights in the API. `api` brings them in beside reports and search."""

from typing import Annotated

from django.http import HttpRequest
from django.utils import timezone
from ninja import Path, Query, Router

from closecall.public.exchange import render_studies as render
from closecall.public.exchange.forms import First, Last, Words, asked, only
from closecall.public.library.actions import ask_index
from closecall.public.studies import queries as studies
from closecall.public.studies.queries import Insights
from closecall.public.taxonomy import queries as taxonomy

router = Router()

Slug = Annotated[str, Path(max_length=60, description="A study's name in its address.")]
Version = Annotated[
    int | None, Query(ge=1, le=99_999, description="An older version; without it, the newest.")
]
Limit = Annotated[int, Query(ge=1, le=100)]


@router.get("/studies", response=render.Studies, summary="Published studies, newest first")
def list_studies(
    request: HttpRequest,
    cursor: Annotated[int | None, Query(ge=1, le=2**62, description="`next` of the last answer.")] = None,
    limit: Limit = 20,
) -> dict[str, object]:
    """Each in its newest version, page by page. Pages never shift: a new version keeps its study's place."""
    only(request, ("cursor", "limit"))
    found, after = studies.studies_page(before=cursor, n=limit)
    return {"studies": [render.head(one) for one in found], "next": after}


@router.get("/studies/{slug}", response=render.StudyOut, summary="One study")
def one_study(request: HttpRequest, slug: Slug, version: Version = None) -> dict[str, object]:
    """The record exactly, and its findings as they can be told today. What was withdrawn since is quoted nowhere."""
    only(request, ("version",))
    one = studies.study(slug, version)
    return render.whole(one, studies.standing(one.content))


@router.get("/studies/{slug}/lessons", response=render.StudyLessons, summary="The lessons of a study")
def study_lessons(
    request: HttpRequest,
    slug: Slug,
    version: Version = None,
    cursor: Annotated[int, Query(ge=0, le=2**31, description="`next` of the last answer.")] = 0,
    limit: Limit = 100,
) -> dict[str, object]:
    """Every lesson with its theme, page by page, in the order of the record."""
    only(request, ("version", "cursor", "limit"))
    one = studies.study(slug, version)
    return render.lessons(one, studies.standing(one.content), cursor, limit)


@router.get("/packs/{name}/codebook", response=render.CodebookOut, summary="The codebook of a pack")
def codebook(request: HttpRequest, name: str) -> dict[str, object]:
    """The families of lessons: what each theme means, and by which examples it is known."""
    only(request, ())
    return render.codebook(taxonomy.pack(name).codebook, taxonomy.codebook_hash(name))


@router.get("/insights", response=render.InsightsOut, summary="Every figure of the insights page")
def insights(request: HttpRequest, q: Words = "", first: First = "", last: Last = "") -> dict[str, object]:
    """Counts of reports, never rates, for any search: what goes wrong, with what, when, and what helped."""
    return render.insights(_counted(request))


@router.get("/insights/signals", response=render.SignalsOut, summary="What is told more often lately")
def signals(request: HttpRequest, q: Words = "", first: First = "", last: Last = "") -> dict[str, object]:
    """The last quarter against the four before. A signal says that it is told more often, not that it happens more."""
    return render.signals(_counted(request))


def _counted(request: HttpRequest) -> Insights:
    wanted = asked(request, paged=False)
    return ask_index(lambda: studies.insights(wanted, timezone.localdate()))
