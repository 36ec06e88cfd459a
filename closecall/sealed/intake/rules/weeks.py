"""ISO weeks: the finest time that the reporter's side of the house ever keeps."""

from datetime import date, timedelta
from typing import Final

WEEK_PATTERN: Final = r"[0-9]{4}-W[0-9]{2}"


def week_of(day: date) -> str:
    """Name a day's ISO week.

    >>> week_of(date(2026, 11, 24))
    '2026-W48'
    """
    year, week, _weekday = day.isocalendar()
    return f"{year:04d}-W{week:02d}"


def monday_of(week: str) -> date:
    """The first day of a week such as "2026-W48". Raises ValueError for anything else."""
    year, _mark, number = week.partition("-W")
    return date.fromisocalendar(int(year), int(number), 1)


def number_of(week: str) -> int:
    """The week's number, for people: "2026-W48" is week 48."""
    return int(week.partition("-W")[2])


def last_day_of_window(opened_week: str, days: int) -> date:
    """The last day on which somebody who was asked in `opened_week` may still object.

    The day of asking isn't kept, so the window counts from the end of that week: never shorter than promised.
    """
    if days == 0:
        return monday_of(opened_week)
    return monday_of(opened_week) + timedelta(days=6 + days)


def days_left(opened_week: str, days: int, today: date) -> int:
    """Whole days that remain of a window of `days`, at most `days`; 0 when it has passed."""
    left = (last_day_of_window(opened_week, days) - today).days
    return max(0, min(left, days))
