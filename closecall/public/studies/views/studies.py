"""Published studies: the list, one study, its data."""

import csv
import io

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render as page

from closecall.public.library import queries as library
from closecall.public.library.rules.tables import safe_cell
from closecall.public.studies import queries, render
from closecall.public.studies.forms import counted_page
from closecall.public.studies.queries import Published
from closecall.public.studies.rules import results


@counted_page
def studies(request: HttpRequest) -> HttpResponse:
    """Every published study."""
    rows = [(one, render.families(one.content)[:5]) for one in queries.studies()]
    return page(request, "studies/studies.html", {"rows": rows})


@counted_page
def study(request: HttpRequest, slug: str) -> HttpResponse:
    """One study: findings, quotes, how it was made, its data."""
    one = _asked(request, slug)
    content = one.content
    themes = render.themes(content)
    words = queries.words_of((quote for theme in themes for quote in theme.quotes), render.digests(content))
    ids = content["cohort"]["ids"]
    listed = len(library.reports(ids))
    return page(
        request,
        "studies/study.html",
        {
            "study": one,
            "content": content,
            "reports": len(ids),
            "lessons": len(content["lessons"]),
            "gone": len(ids) - listed,
            "families": render.families(content),
            "finding": render.finding(render.families(content) or themes, len(ids)),
            "chart": render.strips_of(render.families(content) or themes),
            "themes": [
                (theme, [words[quote] for quote in theme.quotes if quote in words]) for theme in themes
            ],
            "curve": render.curve(content["saturation"]),
            "curve_rows": render.curve_rows(content["saturation"]),
            "method": render.method(content),
            "agreement": render.agreement_words(content),
            "decided": render.decisions(content),
            "cohort": f"/reports/{content['cohort']['query']}",
            "here": f"/studies/{one.slug}/",
            "cite": f"{settings.PUBLIC_URL}/studies/{one.slug}/?version={one.version}",
            "older": range(1, one.versions + 1) if one.versions > 1 else (),
        },
    )


@counted_page
def study_json(request: HttpRequest, slug: str) -> HttpResponse:
    """The published content exactly, with its hash: what `closecall study run` compares with."""
    one = _asked(request, slug)
    return JsonResponse(
        {
            "slug": one.slug,
            "version": one.version,
            "published_on": one.published_on.isoformat(),
            "sha256": one.content_hash,
            "content": one.content,
        },
        json_dumps_params={"ensure_ascii": False},
    )


@counted_page
def study_csv(request: HttpRequest, slug: str) -> HttpResponse:
    """A line a lesson: its report, its theme, what the machine proposed, its words while their report is listed."""
    one = _asked(request, slug)
    lessons = one.content["lessons"]
    words = queries.words_of((row["id"] for row in lessons), render.digests(one.content))
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(["lesson", "report", "theme", "proposed", "score", "second", "words"])
    for row in lessons:
        key, score = row["proposed"][0] if row["proposed"] else ("", "")
        told = safe_cell(words[row["id"]].text) if row["id"] in words else ""
        writer.writerow(
            [
                row["id"],
                row["id"].partition("/")[0],
                row["theme"],
                key,
                score,
                one.content["second"].get(row["id"], ""),
                told,
            ]
        )
    response = HttpResponse(written.getvalue(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="close-call-study-{one.slug}.csv"'
    return response


def _asked(request: HttpRequest, slug: str) -> Published:
    version = request.GET.get("version", "")
    one = queries.study(
        slug, int(version) if version.isascii() and version.isdigit() and len(version) < 6 else None
    )
    if results.content_hash(one.content) != one.content_hash:
        raise render.NotAsPublished
    return one
