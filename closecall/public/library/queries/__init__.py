"""Reading the library.

report("M7K2QF")                 one report, its signatures checked again
reports(ids)                     several, in that order; what may not be shown is left out
search(request)                  a page of results with exact totals and counts
shelf_page(before=…)             the shelf, newest first, page by page
latest(5) · similar(id) · counted(request) · report_of_the_week(today) · newest_day() · total()
told_events() · other_accounts(id) · event_keys(ids)   which reports tell of one event
support(…) · coded_reports(…)    for the release gate and the rarity meter
coded_here()                     what analysts coded: what a reliability sample is drawn from
open_warnings()                  what readers said could identify someone
"""

from closecall.public.library.queries.counting import Accounts, Counted, accounts, counted
from closecall.public.library.queries.events import event_keys, other_accounts, told_events
from closecall.public.library.queries.meaning import (
    dialect_path,
    dialect_vectors,
    forget_vectors,
    meaning_lag,
    meaning_mark,
    vectors,
    vectors_path,
)
from closecall.public.library.queries.reading import (
    OpenWarning,
    Report,
    database,
    every_public_id,
    latest,
    log_mark,
    must_be_listed,
    newest_day,
    open_warnings,
    removed_since,
    report,
    report_of_the_week,
    reports,
    shelf_days,
    shelf_page,
    staff_keys,
    taken_back,
    taken_ids,
    total,
)
from closecall.public.library.queries.searching import (
    FacetChoice,
    FacetPanel,
    Hint,
    Result,
    SearchPage,
    behind,
    facet_keys,
    forget_index,
    index,
    label_of,
    matching_ids,
    search,
    topic_counts,
)
from closecall.public.library.queries.similar import Similar, similar
from closecall.public.library.queries.support import coded_here, coded_reports, support
from closecall.public.library.queries.topics import (
    SameTheme,
    Topic,
    TopicLesson,
    TopicLink,
    front_topics,
    same_theme,
    topic,
    topics,
)

__all__ = [
    "Accounts",
    "Counted",
    "FacetChoice",
    "FacetPanel",
    "Hint",
    "OpenWarning",
    "Report",
    "Result",
    "SameTheme",
    "SearchPage",
    "Similar",
    "Topic",
    "TopicLesson",
    "TopicLink",
    "accounts",
    "behind",
    "coded_here",
    "coded_reports",
    "counted",
    "database",
    "dialect_path",
    "dialect_vectors",
    "event_keys",
    "every_public_id",
    "facet_keys",
    "forget_index",
    "forget_vectors",
    "front_topics",
    "index",
    "label_of",
    "latest",
    "log_mark",
    "matching_ids",
    "meaning_lag",
    "meaning_mark",
    "must_be_listed",
    "newest_day",
    "open_warnings",
    "other_accounts",
    "removed_since",
    "report",
    "report_of_the_week",
    "reports",
    "same_theme",
    "search",
    "shelf_days",
    "shelf_page",
    "similar",
    "staff_keys",
    "support",
    "taken_back",
    "taken_ids",
    "told_events",
    "topic",
    "topic_counts",
    "topics",
    "total",
    "vectors",
    "vectors_path",
]
