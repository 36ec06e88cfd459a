"""What stands on a bulletin of a reporting signal: the figure, what it can't say, and what its reports teach."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from closecall.public.library.rules.report import ReleasedText
from closecall.public.studies.rules.figures import Told

CAVEAT: Final = (
    "People choose to report. A rise can mean more danger, more trust, a story in the news or a new coding rule. "
    "This counts reports; it isn't a rate."
)
MOST_LESSONS: Final = 6
_LONGEST: Final = 240


@dataclass(frozen=True)
class Share:
    """One of the figure's two bars: `part` of `whole` reports."""

    label: str
    part: int
    whole: int

    @property
    def per_cent(self) -> float:
        """The share in per cent, 0 without a report."""
        return 100 * self.part / self.whole if self.whole else 0.0


@dataclass(frozen=True)
class Taught:
    """One lesson, and the report that it comes from."""

    text: str
    public_id: str


@dataclass(frozen=True)
class BulletinContent:
    """What stands on the page."""

    title: str
    facet: str
    now: Share
    before: Share
    times: str
    caveat: str
    lessons: tuple[Taught, ...]
    ids: tuple[str, ...]


def bulletin(told: Told, period: str, texts: Sequence[ReleasedText]) -> BulletinContent:
    """Arrange one signal: its two shares, how many times what was expected, one lesson a theme first.

    Shape: `period` is the last quarter, in words; `texts` are the reports behind the signal.
    """
    table = told.judged.table
    ic = told.judged.ic
    return BulletinContent(
        title=f"“{told.what}” is reported more often",
        facet=told.where,
        now=Share(period, table.both, table.both + table.first),
        before=Share("the four quarters before", table.second, table.second + table.neither),
        times=f"{2**ic.value:.1f} times what was expected (95 %: {2**ic.low:.1f} to {2**ic.high:.1f})",
        caveat=CAVEAT,
        lessons=lessons(texts),
        ids=tuple(text.public_id for text in texts),
    )


def lessons(texts: Iterable[ReleasedText], most: int = MOST_LESSONS) -> tuple[Taught, ...]:
    """Lessons to show: of each theme one before any second, and never the same words twice."""
    there = [(lesson, text.public_id) for text in texts for lesson in text.lessons]
    seen: dict[str, int] = {}
    ranked = []
    for at, (lesson, public_id) in enumerate(there):
        turn = seen.get(lesson.theme, 0)
        seen[lesson.theme] = turn + 1
        ranked.append((turn, at, Taught(_short(lesson.text), public_id)))
    found: dict[str, Taught] = {}
    for _turn, _at, taught in sorted(ranked, key=lambda one: one[:2]):
        found.setdefault(taught.text.casefold(), taught)
    return tuple(found.values())[:most]


def _short(text: str) -> str:
    flat = " ".join(text.split())
    if len(flat) <= _LONGEST:
        return flat
    return flat[: flat.rfind(" ", 0, _LONGEST)].rstrip(" ,;:") + " …"
