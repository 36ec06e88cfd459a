"""Published studies: the list, one study, its versions, its files."""

from itertools import pairwise
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render as page

from closecall.errors import BadInput, NotFound
from closecall.public.studies import queries, render
from closecall.public.studies.forms import counted_page
from closecall.public.studies.queries import Published
from closecall.public.studies.render import paper as printed
from closecall.public.studies.render import study as told
from closecall.public.studies.render.files import FILES, Written
from closecall.public.studies.rules import citing, standing
from closecall.public.studies.rules.agreement import FLAG, RELY
from closecall.public.studies.rules.changes import changes
from closecall.public.studies.rules.citing import Cited
from closecall.public.studies.rules.standing import Standing
from closecall.public.taxonomy.queries import codebook_file

_CODEBOOK: Final = "codebook.yaml"
_PAPER: Final = "study.pdf"


@counted_page
def studies(request: HttpRequest) -> HttpResponse:
    """Every published study."""
    rows = []
    for one in queries.studies():
        stands = queries.standing(one.content)
        families, _ = standing.findings(one.content, stands)
        rows.append({"study": one, "findings": families[:5], "origin": told.origin_words(stands)})
    return page(request, "studies/studies.html", {"rows": rows})


@counted_page
def study(request: HttpRequest, slug: str, version: int | None = None) -> HttpResponse:
    """One study: findings, quotes, how it was made, its data, its versions."""
    one = _asked(request, slug, version)
    content = one.content
    stands = queries.standing(content)
    families, others = standing.findings(content, stands)
    here = f"/studies/{one.slug}/"
    whole = told.whole(content)
    return page(
        request,
        "studies/study.html",
        {
            "study": one,
            "content": content,
            "reports": len(content["cohort"]["ids"]),
            "whole": whole,
            "unit": told.unit(content),
            "lessons": len(content["lessons"]),
            "origin": told.origin_words(stands),
            "gone": told.gone_words(stands) if stands.gone else "",
            "finding": told.finding(families, whole),
            "chart": render.strips_of(families),
            "findings": [
                {
                    "it": found,
                    "support": told.support_words(found),
                    "first": found.quotes[:3],
                    "more": found.quotes[3:],
                    "themes": [(theme, render.share_words(theme.share)) for theme in found.themes]
                    if len(found.themes) > 1
                    else [],
                }
                for found in families
            ],
            "shares": [(found, render.share_words(found.share)) for found in families],
            "others": [(theme, render.share_words(theme.share)) for theme in others],
            "other_quotes": [theme for theme in others if theme.quotes],
            "curve": told.curve(content["saturation"]),
            "curve_rows": told.curve_rows(content["saturation"]),
            "curve_finding": told.curve_finding(content),
            "agreed": told.agreed(content),
            "thresholds": [f"{one * 100:.1f}" for one in (FLAG, RELY)],
            "agreement": told.agreement_words(content),
            "decided": told.decided(content),
            "method": told.method(content),
            "caveats": told.caveats(content, stands),
            "cohort": f"/reports/{content['cohort']['query']}",
            "insights": f"/insights/{content['cohort']['query']}",
            "here": here,
            "data": f"{here}{one.version}/",
            "files": [(name, file.label) for name, file in FILES.items() if not name.startswith("cite")],
            "codebook": codebook_file(content["codebook"]["sha256"]) is not None,
            "cite": citing.plain(_cited(one, stands)),
            "versions": _versions(one),
        },
    )


@counted_page
def study_file(request: HttpRequest, slug: str, name: str, version: int | None = None) -> HttpResponse:
    """One of a study's files; without a version, the newest's. Raises: NotFound."""
    one = _asked(request, slug, version)
    if name == _CODEBOOK:
        return _codebook(one)
    stands = queries.standing(one.content)
    if name == _PAPER:
        return _paper(one, stands, request.GET.get("paper", "letter"))
    if name not in FILES:
        raise NotFound("This study has no file of that name.")
    written = Written(one.record, stands, _cited(one, stands), queries.descriptions(one.content))
    file = FILES[name]
    return _named(file.write(written), file.kind, one, name)


def _codebook(one: Published) -> HttpResponse:
    """The very file that the study was made with, while it is installed."""
    data = codebook_file(one.content["codebook"]["sha256"])
    if data is None:
        raise NotFound(
            "This study’s codebook isn’t installed here any more. Its hash is on the study’s page."
        )
    return _named(data, "application/yaml; charset=utf-8", one, _CODEBOOK)


def _paper(one: Published, stands: Standing, paper: str) -> HttpResponse:
    """The study on paper."""
    sheet = next((known for known in printed.PAPERS if known == paper), None)
    if sheet is None:
        raise BadInput("Paper is letter or a4.")
    cited = _cited(one, stands)
    response = HttpResponse(printed.pdf(one.content, stands, cited, sheet), content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="close-call-{one.slug}-{one.version}.pdf"'
    return response


def _named(data: str | bytes, kind: str, one: Published, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type=kind)
    response.headers["Content-Disposition"] = (
        f'attachment; filename="close-call-{one.slug}-{one.version}-{name}"'
    )
    return response


def _cited(one: Published, stands: Standing) -> Cited:
    return Cited(
        slug=one.slug,
        title=str(one.content["title"]),
        version=one.version,
        on=one.published_on,
        address=f"{settings.PUBLIC_URL}/studies/{one.slug}/{one.version}/",
        sha256=one.content_hash,
        origin=told.origin_words(stands),
    )


def _versions(one: Published) -> list[dict[str, object]]:
    """Every version with what it changed, the newest first."""
    every = queries.history(one.slug)
    rows: list[dict[str, object]] = [
        {"study": new, "changed": changes(old.content, new.content), "this": new.version == one.version}
        for old, new in pairwise(every)
    ]
    rows.insert(
        0, {"study": every[0], "changed": ["The first version."], "this": every[0].version == one.version}
    )
    return rows[::-1]


def _asked(request: HttpRequest, slug: str, version: int | None) -> Published:
    """The version that the address names, in its path or as `?version=`; else the newest."""
    asked = request.GET.get("version", "")
    if version is None and asked.isascii() and asked.isdigit() and len(asked) < 6:
        version = int(asked)
    return queries.study(slug, version)
