"""Read NASA ASRS Database Online exports.

Two header forms: two rows (entity above attribute, then a blank row; the last column is empty), or one row
of attributes in which names repeat (Aircraft 1 and 2, Person 1 and 2, Report 1 and 2). Both give the same
columns here, named "Entity/Attribute".
"""

import re
from collections.abc import Iterable, Mapping

from closecall.public.exchange.rules import table
from closecall.public.exchange.rules.coding import Coder, legible
from closecall.public.exchange.rules.imported import (
    Account,
    ImportedReport,
    Merged,
    ReadFile,
    RefusedRow,
    Row,
    is_id,
    shorten,
)
from closecall.public.taxonomy.rules.pack import Pack

SOURCE_LABEL = "NASA Aviation Safety Reporting System (ASRS), voluntary and unverified"

_ENTITIES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("", ("ACN",)),
    ("Time", ("Date", "Local Time Of Day")),
    (
        "Place",
        (
            "Locale Reference",
            "State Reference",
            "Relative Position.Angle.Radial",
            "Relative Position.Distance.Nautical Miles",
            "Altitude.AGL.Single Value",
            "Altitude.MSL.Single Value",
            "Latitude / Longitude (UAS)",
        ),
    ),
    (
        "Environment",
        (
            "Flight Conditions",
            "Weather Elements / Visibility",
            "Work Environment Factor",
            "Light",
            "Ceiling",
            "RVR.Single Value",
        ),
    ),
    ("Component", ("Aircraft Component", "Manufacturer", "Aircraft Reference", "Problem")),
    (
        "Events",
        (
            "Anomaly",
            "Miss Distance",
            "Were Passengers Involved In Event",
            "Detector",
            "When Detected",
            "Result",
        ),
    ),
    ("Assessments", ("Contributing Factors / Situations", "Primary Problem")),
    ("Report 1", ("Synopsis",)),
)
_PERSON = (
    "Location Of Person",
    "Location In Aircraft",
    "Reporter Organization",
    "Function",
    "Qualification",
    "Experience",
    "Cabin Activity",
    "Human Factors",
    "Communication Breakdown",
    "UAS Communication Breakdown",
    "ASRS Report Number.Accession Number",
)
_ENTITY_OF = {attribute: entity for entity, attributes in _ENTITIES for attribute in attributes}
_REPEATED = {**dict.fromkeys(_PERSON, "Person"), **dict.fromkeys(("Narrative", "Callback"), "Report")}

_BEGIN = re.compile(r"[0-9]+,[12][0-9]{5},")
_DATE = re.compile(r"([12][0-9]{3})(0[1-9]|1[0-2])")


def read(text: str, file: str) -> ReadFile:
    """Read one export.

    Shape: CSV text -> rows with canonical columns. A row that can't be taken is refused, no other.
    """
    rows: list[Row] = []
    refused: list[RefusedRow] = []
    above: list[str] | None = None
    columns: list[str] | None = None
    named = 0
    for line, cells in table.lines(text, begin=_BEGIN):
        if cells is None:
            refused.append(RefusedRow(file, line, "This row isn't CSV: check its quotes."))
        elif columns is None and above is None and cells[0].strip() == "":
            above = cells
        elif columns is None:
            if cells[0].strip().lstrip("\ufeff") != "ACN":
                refused.append(RefusedRow(file, line, "Not an ASRS export: the first column isn't ACN."))
                return ReadFile((), tuple(refused))
            columns = table.columns(_columns(above, cells))
            named = sum(bool(cell.strip()) for cell in cells)
        else:
            kept = table.filled(columns, cells)
            reason = table.unfit(columns, cells) or _reason(kept)
            if reason:
                refused.append(RefusedRow(file, line, reason))
            else:
                rows.append(Row(kept["ACN"].strip(), named, kept, file, line))
    if columns is None and not refused:
        refused.append(RefusedRow(file, 1, "The file is empty."))
    return ReadFile(tuple(rows), tuple(refused))


def _columns(above: list[str] | None, names: list[str]) -> list[str]:
    """Canonical column names; "" for the empty last column. `table.columns` numbers what is met again."""
    found: list[str] = []
    for at, name in enumerate(cell.strip().lstrip("\ufeff") for cell in names):
        entity = above[at].strip() if above is not None and at < len(above) else ""
        column = f"{entity}/{name}" if entity and name else name
        if above is None:
            column = _entitled(name, found)
        found.append(column)
    return found


def _entitled(name: str, before: list[str]) -> str:
    """Give a name of the one-row form its entity: by what it is, and by how often it came before."""
    if not name:
        return ""
    if name in _ENTITY_OF:
        entity = _ENTITY_OF[name]
        return f"{entity}/{name}" if entity else name
    kind = _REPEATED.get(name, "Aircraft")
    number = 1 + sum(column.startswith(kind) and column.split("/", 1)[1] == name for column in before)
    return f"{kind} {number}/{name}"


def _reason(kept: Mapping[str, str]) -> str:
    number = kept.get("ACN", "").strip()
    if not (number.isascii() and number.isdigit() and is_id(number)):
        return "This row has no ACN, ASRS's number of the report."
    if not any(f"Report {number}/Narrative" in kept for number in (1, 2)):
        return "This row has no narrative."
    return ""


def compose_all(reports: Iterable[Merged], pack: Pack) -> list[ImportedReport]:
    """Say in the pack's terms what the reports tell."""
    coder = Coder(pack, READ)
    return [_compose(merged, coder) for merged in reports]


def _compose(merged: Merged, coder: Coder) -> ImportedReport:
    cells = merged.row.cells
    codes, extra = coder.code(merged)
    narrative, accounts = _told(cells)
    synopsis = legible(cells.get("Report 1/Synopsis", ""))
    return ImportedReport(
        kind="asrs",
        foreign_id=merged.row.foreign_id,
        pack=coder.pack.key,
        title=shorten(synopsis or narrative),
        synopsis=synopsis,
        narrative=narrative,
        accounts=accounts,
        period=quarter(cells.get("Time/Date", "")),
        codes=codes,
        extra=extra,
        merged=merged,
    )


READ = frozenset(
    {"ACN", "Time/Date", "Report 1/Synopsis"}
    | {f"Report {number}/{name}" for number in (1, 2) for name in ("Narrative", "Callback")}
)


def _told(cells: Mapping[str, str]) -> tuple[str, tuple[Account, ...]]:
    """The first narrative there is, and whatever else was told; letters and semicolons stay as they are."""
    told = {
        column: legible(cells.get(column, ""))
        for column in ("Report 1/Narrative", "Report 1/Callback", "Report 2/Narrative", "Report 2/Callback")
    }
    first = "Report 1/Narrative" if told["Report 1/Narrative"] else "Report 2/Narrative"
    labels = {
        "Report 1/Callback": "Callback",
        "Report 2/Narrative": "Second narrative",
        "Report 2/Callback": "Second callback",
    }
    further = (Account(label, told[column]) for column, label in labels.items() if column != first)
    return told[first], tuple(account for account in further if account.text)


def quarter(date: str) -> str:
    """The quarter of a "YYYYMM"; "" when there is none.

    >>> quarter("201911")
    '2019-Q4'
    """
    found = _DATE.fullmatch(date.strip())
    return f"{found[1]}-Q{(int(found[2]) + 2) // 3}" if found else ""
