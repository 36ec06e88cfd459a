"""How good the suggestions of codes are, now: code by code, and whether p kept its promise."""

from dataclasses import dataclass
from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from closecall.sealed.accounts.guard import signed_in
from closecall.sealed.workbench.queries import suggesting
from closecall.sealed.workbench.queries.suggesting import CodeRow, HowGood
from closecall.text.suggesting.measuring import Bin
from closecall.text.suggesting.plotting import Dot, dots


@dataclass(frozen=True)
class Plot:
    """One calibration plot with its table. `points`: the line, as SVG has it."""

    title: str
    about: str
    dots: tuple[Dot, ...]
    bins: tuple[Bin, ...]

    @property
    def points(self) -> str:
        """Where the line goes."""
        return " ".join(f"{dot.x},{dot.y}" for dot in self.dots)


@require_GET
@signed_in("code")
def suggestions(request: HttpRequest) -> HttpResponse:
    """Show what was measured at the last training, and what the desk made of the suggestions since."""
    good = suggesting.how_good()
    response = render(
        request,
        "workbench/suggestions.html",
        {"good": good, "finding": _finding(good), "facets": _by_facet(good.rows), "plots": _plots(good)},
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def _finding(good: HowGood) -> str:
    if good.suggested:
        return f"Suggestions judged: {good.suggested}; analysts took {good.accepted}"
    if good.reports:
        return f"Learned from {good.reports} reports; the desk has judged none yet"
    return "Nothing has been learned yet"


def _by_facet(rows: tuple[CodeRow, ...]) -> list[tuple[str, list[CodeRow]]]:
    return [(facet, list(mine)) for facet, mine in groupby(rows, key=lambda row: row.facet)]


def _plots(good: HowGood) -> list[Plot]:
    told = (
        ("At the last training", "On reports that were set aside.", good.promised),
        ("At the desk", "In cases that were coded with suggestions.", good.desk),
        ("In the unaided tenth", "In cases that were coded without seeing any.", good.alone),
    )
    return [Plot(title, about, dots(bins), bins) for title, about, bins in told if bins]
