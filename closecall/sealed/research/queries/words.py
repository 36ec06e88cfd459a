"""The words of lessons, as the library has them now: what left it, or reads otherwise, isn't there."""

from collections.abc import Iterable, Mapping

from closecall.public.library import queries as library
from closecall.public.studies.rules.results import digest


def words_of(lesson_ids: Iterable[str], digests: Mapping[str, str]) -> dict[str, str]:
    """Each lesson's words while its report is listed and the lesson reads as when the cohort was frozen."""
    ids = list(dict.fromkeys(lesson_ids))
    there = {one.public_id: one for one in library.reports(sorted({one.partition("/")[0] for one in ids}))}
    found = {}
    for one in ids:
        public_id, _, number = one.partition("/")
        report, at = there.get(public_id), int(number) - 1
        if report is not None and at < len(report.text.lessons):
            text = report.text.lessons[at].text
            if digest(text) == digests.get(one):
                found[one] = text
    return found
