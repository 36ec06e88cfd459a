"""A study on paper: Typst draws it from a constant template; titles, labels and quotes go in as data only."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Literal

from closecall.public.studies.render import share_words
from closecall.public.studies.render import study as told
from closecall.public.studies.rules.agreement import FLAG, RELY
from closecall.public.studies.rules.citing import Cited, plain
from closecall.public.studies.rules.standing import Quoted, Standing, Supported, findings
from closecall.site.paper import press
from closecall.site.paper.glyphs import drawable

Paper = Literal["letter", "a4"]

PAPERS: Final[tuple[Paper, ...]] = ("letter", "a4")
_TYPST_PAPER: Final = {"letter": "us-letter", "a4": "a4"}
# The folder is Typst's whole world: it holds templates and nothing else.
_TEMPLATE: Final = Path(__file__).parents[1] / "paper" / "study.typ"
_BRACKET: Final = re.compile(r"(\[[^\[\]]{1,200}\])")
_QUOTES: Final = 3


def pdf(content: Mapping[str, Any], standing: Standing, cited: Cited, paper: Paper) -> bytes:
    """Draw a study as an accessible PDF without a date of its own: the same content and shelf make the same bytes.

    Raises: TooBusy, CannotDraw.
    """
    return press.pdf(_TEMPLATE, _data(content, standing, cited, paper))


def _data(content: Mapping[str, Any], standing: Standing, cited: Cited, paper: Paper) -> Mapping[str, object]:
    families, others = findings(content, standing)
    whole = told.whole(content)
    most = max((one.share.high for one in (*families, *others)), default=1.0) or 1.0
    saturation = content["saturation"]
    return {
        "paper": _TYPST_PAPER[paper],
        "title": drawable(cited.title),
        "question": drawable(str(content["question"])),
        "facts": [
            ["Reports", str(len(content["cohort"]["ids"]))],
            *([["Events", str(whole)]] if content["cohort"].get("events") else []),
            ["Lessons", str(len(content["lessons"]))],
            ["Version", str(cited.version)],
            ["Published", f"{cited.on.day} {cited.on:%B %Y}"],
        ],
        "origin": drawable(cited.origin),
        "gone": told.gone_words(standing) if standing.gone else "",
        "finding": drawable(told.finding(families, whole)),
        "findings": [_finding(one, most) for one in families],
        "others": [_row(one, most) for one in others],
        "whole": f"{whole} {told.unit(content)}",
        "curve": [value / (saturation[-1] or 1.0) for value in saturation] if len(saturation) > 1 else [],
        "curve_finding": told.curve_finding(content),
        "curve_ends": [str(len(saturation)), f"{saturation[-1]:.0f}" if saturation else ""],
        "agreed": [
            {
                "label": f"{one.of}, {one.measure}",
                "words": one.words,
                "places": [float(place) / 100 for place in one.places],
            }
            for one in told.agreed(content)
        ],
        "thresholds": [FLAG, RELY],
        "agreement": told.agreement_words(content),
        "method": [drawable(one) for one in told.method(content)],
        "decided": [[str(n), what] for n, what in told.decided(content)],
        "caveats": [drawable(one) for one in told.caveats(content, standing)],
        "cite": drawable(plain(cited)),
        "hash": cited.sha256,
        "fingerprint": content["cohort"]["fingerprint"],
        "query": drawable(f"/reports/{content['cohort']['query']}"),
        "codebook": drawable(f"{content['codebook']['key']}, version {content['codebook']['version']}"),
        "codebook_hash": content["codebook"]["sha256"],
        "address": drawable(cited.address.removeprefix("https://").removeprefix("http://")),
        "qr": press.qr(cited.address),
    }


def _finding(one: Supported, most: float) -> dict[str, object]:
    themes = [_row(theme, most) for theme in one.themes] if len(one.themes) > 1 else []
    return {**_row(one, most), "quotes": [_quote(two) for two in one.quotes[:_QUOTES]], "themes": themes}


def _row(one: Supported, most: float) -> dict[str, object]:
    share = one.share
    return {
        "label": drawable(one.label),
        "reports": str(one.reports),
        "support": told.support_words(one),
        "share": share_words(share),
        "gone": one.gone,
        "places": [part / most for part in (share.value, share.low, share.high)],
    }


def _quote(one: Quoted) -> dict[str, object]:
    return {"runs": _runs(one.text), "id": one.public_id, "title": drawable(one.title)}


def _runs(text: str) -> Sequence[Sequence[object]]:
    """Text in runs, each with whether it is a [bracket]."""
    pieces = _BRACKET.split(drawable(text))
    return [[piece, at % 2 == 1] for at, piece in enumerate(pieces) if piece]
