"""Reading this room.

insights(request, today)     every figure of the insights page; lately(today, pack=…) its reporting signals alone
studies() · study(slug)      published studies, the newest version of each; `study(slug, version)` an older one
sheets() · sheet_of(month)   issued months of reports that are counted and never told
history(slug)                every version; standing(content) what of it still stands in the library
published_of(query)          the study of a cohort; read_query(words) a search as a command is given it
"""

from closecall.public.studies.queries.insights import PACK, Compared, Insights, Lately, insights, lately
from closecall.public.studies.queries.numbers import numbers_mark, sheet_of, sheets
from closecall.public.studies.queries.published import (
    NotAsPublished,
    Published,
    descriptions,
    history,
    mark,
    published_of,
    read_query,
    standing,
    studies,
    studies_page,
    study,
)

__all__ = [
    "PACK",
    "Compared",
    "Insights",
    "Lately",
    "NotAsPublished",
    "Published",
    "descriptions",
    "history",
    "insights",
    "lately",
    "mark",
    "numbers_mark",
    "published_of",
    "read_query",
    "sheet_of",
    "sheets",
    "standing",
    "studies",
    "studies_page",
    "study",
]
