"""The calibration plot as SVG: what p promised against what happened. Numbers only, no script, no style."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from closecall.text.suggesting.measuring import Bin

SIDE: Final = 300
_MARGIN: Final = 44


@dataclass(frozen=True)
class Dot:
    """One tenth of p: where it lies, in pixels, and what it says."""

    x: int
    y: int
    n: int
    p: float
    true: float


def dots(found: Sequence[Bin]) -> tuple[Dot, ...]:
    """Lay bins out in a square of `SIDE` pixels, p to the right, what happened upwards."""
    return tuple(
        Dot(round(one.p * SIDE), round((1.0 - one.true) * SIDE), one.n, one.p, one.true) for one in found
    )


def calibration_svg(found: Sequence[Bin], title: str) -> str:
    """A whole SVG file in black on white, for documents."""
    whole = SIDE + 2 * _MARGIN
    marks = "".join(f'<circle cx="{_MARGIN + dot.x}" cy="{_MARGIN + dot.y}" r="4"/>' for dot in dots(found))
    points = " ".join(f"{_MARGIN + dot.x},{_MARGIN + dot.y}" for dot in dots(found))
    low, high = _MARGIN, _MARGIN + SIDE
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {whole} {whole}" width="{whole}" height="{whole}" '
        f'role="img" font-family="sans-serif" font-size="13"><title>{title}</title>'
        f'<rect width="{whole}" height="{whole}" fill="#fff"/>'
        f'<path d="M{low} {low}V{high}H{high}" fill="none" stroke="#16202B"/>'
        f'<path d="M{low} {high}L{high} {low}" stroke="#778DB1" stroke-dasharray="4 4"/>'
        f'<polyline points="{points}" fill="none" stroke="#07506B" stroke-width="2"/>'
        f'<g fill="#07506B">{marks}</g>'
        f'<text x="{low}" y="{low - 14}">how often it was so</text>'
        f'<text x="{high}" y="{high + 32}" text-anchor="end">p, as suggested</text>'
        f'<text x="{low}" y="{high + 16}" text-anchor="middle">0</text>'
        f'<text x="{high}" y="{high + 16}" text-anchor="middle">1</text>'
        f'<text x="{low - 6}" y="{low + 5}" text-anchor="end">1</text></svg>\n'
    )
