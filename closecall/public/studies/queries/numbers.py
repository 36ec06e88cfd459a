"""Issued sheets of reports that are counted and never told, as they stand for good."""

from closecall.public.studies.models import MonthlyCell, MonthlySheet
from closecall.public.studies.rules.numbers import Cell, Issued, Sheet


def sheets() -> tuple[Issued, ...]:
    """Every sheet, the newest month first."""
    rows = MonthlySheet.objects.order_by("-month").prefetch_related("cells")
    return tuple(Issued(Sheet(row.month, row.pack, _cells(row)), row.issued_on) for row in rows)


def sheet_of(month: str) -> Issued | None:
    """One month's sheet; None while none is issued."""
    row = MonthlySheet.objects.prefetch_related("cells").filter(month=month).first()
    return Issued(Sheet(row.month, row.pack, _cells(row)), row.issued_on) if row else None


def numbers_mark() -> str:
    """Changes whenever a month is issued."""
    return MonthlySheet.objects.order_by("-month").values_list("month", flat=True).first() or ""


def _cells(row: MonthlySheet) -> tuple[Cell, ...]:
    cells: list[MonthlyCell] = sorted(row.cells.all(), key=lambda cell: cell.place)
    return tuple(
        Cell("group" if cell.table == "group" else "class", cell.code, cell.label, cell.reports)
        for cell in cells
    )
