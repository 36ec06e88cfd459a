"""What search engines and browsers read: sitemaps, robots.txt, and how to search here from an address bar."""

from collections.abc import Iterable, Iterator
from typing import Final
from xml.sax.saxutils import escape

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from closecall.errors import NotFound
from closecall.public.library import queries
from closecall.public.library.forms import public_page, searching

_MAP_ROWS: Final = 10_000  # the format allows 50,000; this many are quickly written
_XML: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'
_SPACE: Final = "http://www.sitemaps.org/schemas/sitemap/0.9"
_PAGES: Final = ("/", "/reports/", "/topics/", "/method/", "/help/")


@public_page
def sitemap(request: HttpRequest) -> HttpResponse:
    """The map of maps: one of pages and topics, and as many of reports as it takes."""
    many = -(-queries.total() // _MAP_ROWS)
    places = ["/sitemaps/pages.xml", *(f"/sitemaps/reports-{n}.xml" for n in range(1, many + 1))]
    rows = (f"<sitemap><loc>{_address(place)}</loc></sitemap>" for place in places)
    return _xml(f'<sitemapindex xmlns="{_SPACE}">', rows, "</sitemapindex>")


@public_page
def sitemap_pages(request: HttpRequest) -> HttpResponse:
    """Pages that are always there, and every topic that some report speaks of."""
    topics = [f"/topics/{link.key}/" for _, links in searching(queries.topics) for link in links]
    return _urls((place, "") for place in (*_PAGES, *topics))


@public_page
def sitemap_reports(request: HttpRequest, number: str) -> HttpResponse:
    """One stretch of the shelf, oldest first; so a publication changes the last map only."""
    rows = queries.shelf_days((int(number) - 1) * _MAP_ROWS, _MAP_ROWS)
    if not rows:
        raise NotFound("There is no such map.")
    return _urls((f"/reports/{public_id}/", day.isoformat()) for public_id, day in rows)


@public_page
def robots(request: HttpRequest) -> HttpResponse:
    """Everything may be read by machines, except where people write and what only repeats."""
    kept = ("/share/", "/return/", "/reports/*?", "/reports/.", "/theme/")
    lines = [
        "User-agent: *",
        *(f"Disallow: {place}" for place in kept),
        f"Sitemap: {_address('/sitemap.xml')}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@public_page
def opensearch(request: HttpRequest) -> HttpResponse:
    """How a browser searches the library from its address bar."""
    rows = (
        "<ShortName>Close Call</ShortName>",
        "<Description>Near misses, de-identified, each with its lesson.</Description>",
        "<InputEncoding>UTF-8</InputEncoding>",
        f'<Image width="16" height="16" type="image/svg+xml">{_address(settings.STATIC_URL)}ui/favicon.svg</Image>',
        f'<Url type="text/html" template="{_address("/reports/")}?q={{searchTerms}}"/>',
        f'<Url type="application/atom+xml" template="{_address("/reports/.atom")}?q={{searchTerms}}"/>',
        f'<Url type="application/json" template="{_address("/reports/.json")}?q={{searchTerms}}"/>',
    )
    response = _xml(
        '<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">',
        rows,
        "</OpenSearchDescription>",
    )
    response.headers["Content-Type"] = "application/opensearchdescription+xml; charset=utf-8"
    return response


def _urls(rows: Iterable[tuple[str, str]]) -> HttpResponse:
    def lines() -> Iterator[str]:
        for place, day in rows:
            changed = f"<lastmod>{day}</lastmod>" if day else ""
            yield f"<url><loc>{_address(place)}</loc>{changed}</url>"

    return _xml(f'<urlset xmlns="{_SPACE}">', lines(), "</urlset>")


def _xml(start: str, rows: Iterable[str], end: str) -> HttpResponse:
    body = "\n".join([start, *rows, end])
    return HttpResponse(f"{_XML}{body}\n", content_type="application/xml; charset=utf-8")


def _address(place: str) -> str:
    return escape(f"{settings.PUBLIC_URL}{place}")
