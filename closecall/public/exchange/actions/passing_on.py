"""A library passed on to another: `closecall export exchange --out FILE`, `closecall import exchange FILE`.

What another library passes on stands here as `feed`, which nothing can turn into an own report, and only it
can be taken back from outside: a file never touches what was shared, imported or invented here.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from django.conf import settings
from django.db import transaction

from closecall.errors import BadInput, Unavailable
from closecall.public.exchange import queries
from closecall.public.exchange.actions.exporting import ExportOutcome, write_beside
from closecall.public.exchange.models import FeedRecord
from closecall.public.exchange.rules import passing_on, releasing
from closecall.public.exchange.rules.imported import RefusedRow
from closecall.public.exchange.rules.passing_on import Event, Home, Passed, Why
from closecall.public.library import actions as library_actions
from closecall.public.library import queries as library
from closecall.public.library.rules.report import ReleasedText, check
from closecall.public.taxonomy.queries import names
from closecall.site.crypto import signing

_BATCH = 500


@dataclass(frozen=True)
class ExchangeOutcome:
    """What taking in another library did, in reports.

    Shape: `withdrawn` were taken back or may not come; `joined` are told as accounts of another event than before.
    """

    imported: int = 0
    unchanged: int = 0
    withdrawn: int = 0
    joined: int = 0
    refused: tuple[RefusedRow, ...] = field(default=())

    def data(self) -> dict[str, object]:
        """For `--json`."""
        refused = [{"file": row.file, "line": row.line, "reason": row.reason} for row in self.refused]
        return {
            "imported": self.imported,
            "unchanged": self.unchanged,
            "withdrawn": self.withdrawn,
            "joined": self.joined,
            "refused": refused,
        }

    def with_more(self, other: "ExchangeOutcome") -> "ExchangeOutcome":
        """Both together."""
        return ExchangeOutcome(
            self.imported + other.imported,
            self.unchanged + other.unchanged,
            self.withdrawn + other.withdrawn,
            self.joined + other.joined,
            (*self.refused, *other.refused),
        )


def export_exchange(out: Path) -> ExportOutcome:
    """Write the whole library for another one: every listed report, and what was taken back.

    Raises: BadInput when the file can't be written; Unavailable where the instance's signing key isn't.
    """
    if not settings.INSTANCE_SIGNING_SEED:
        raise Unavailable("This machine doesn't hold the instance's signing key. Export at the desk's.")
    counts = {"report": 0, "withdrawn": 0, "event": 0}
    try:
        rows = write_beside(out, _lines(counts))
    except OSError:
        raise BadInput("The file can't be written. Check the folder and the space on the disk.") from None
    return ExportOutcome(reports=counts["report"], rows=rows, files=(out,))


def _lines(counts: dict[str, int]) -> Iterator[str]:
    own = settings.INSTANCE_VERIFY_KEY.hex()
    sign = signing.signer(settings.INSTANCE_SIGNING_SEED)
    yield passing_on.spell(passing_on.head(own, settings.PUBLIC_URL))
    for line in _removals(own):
        counts["withdrawn"] += 1
        yield passing_on.spell(passing_on.signed(line, sign))
    ids = library.every_public_id()
    for start in range(0, len(ids), _BATCH):
        for one in _passed(ids[start : start + _BATCH], own):
            counts["report"] += 1
            yield passing_on.spell(passing_on.signed(passing_on.report_line(one), sign))
    for event in _events(own):
        counts["event"] += 1
        yield passing_on.spell(passing_on.signed(passing_on.event_line(event), sign))
    yield passing_on.spell(passing_on.end(counts["report"], counts["withdrawn"], counts["event"]))


def _passed(ids: Sequence[str], own: str) -> Iterator[Passed]:
    homes = queries.homes(ids)
    for one in library.reports(ids):
        text = one.text
        feed = homes.get(one.public_id)
        if feed is None:
            yield Passed(Home(own, one.public_id), one.version, one.origin, one.source_label, text)
        else:
            text = replace(text, public_id=feed.foreign_id)
            yield Passed(Home(feed.home, feed.foreign_id), feed.version, feed.origin, one.source_label, text)


def _removals(own: str) -> Iterator[passing_on.Line]:
    withdrawn, down = library.taken_back()
    home = _homes([*withdrawn, *down], own)
    yield from (passing_on.removal_line(home[one], "withdrawn") for one in withdrawn)
    yield from (passing_on.removal_line(one, "withdrawn") for one in queries.withdrawn_elsewhere())
    yield from (passing_on.removal_line(home[one], "down") for one in down)


def _events(own: str) -> Iterator[Event]:
    accounts: dict[str, list[str]] = {}
    for public_id, event in sorted(library.told_events().items()):
        accounts.setdefault(event, []).append(public_id)
    for event, ids in sorted(accounts.items()):
        home = _homes(ids, own)
        yield Event(event, tuple(home[one] for one in ids))


def _homes(public_ids: Sequence[str], own: str) -> dict[str, Home]:
    """Where each of these was first shared: here, unless another library passed it on."""
    feeds = queries.homes(public_ids)
    return {
        one: Home(feeds[one].home, feeds[one].foreign_id) if one in feeds else Home(own, one)
        for one in public_ids
    }


def import_exchange(path: Path, *, dry_run: bool = False) -> ExchangeOutcome:
    """Take in another library's file. Run again, or after a newer one, it changes nothing.

    Raises: BadInput when the file can't be opened or isn't an exchange.
    """
    try:
        raw = path.read_bytes()
    except OSError:
        raise BadInput("This file can't be opened.") from None
    found = passing_on.read(raw, path.name)
    own = settings.INSTANCE_VERIFY_KEY.hex()
    done = ExchangeOutcome(refused=found.refused)
    removed = {home: why for home, why in found.removed if home.instance != own}
    if not dry_run:
        done = replace(done, withdrawn=_take_back(removed))
    waiting = [(at, one) for at, one in found.reports]
    for start in range(0, len(waiting), _BATCH):
        batch = waiting[start : start + _BATCH]
        one = _take_in(batch, found, path.name, own, removed, dry_run=dry_run)
        done = done.with_more(one)
    return done if dry_run else replace(done, joined=_tell_events(found, own))


def _take_back(removed: Mapping[Home, Why]) -> int:
    """Withdraw what its home withdrew, and remember it for whatever comes later. Returns how many fell."""
    known = queries.feed_records(removed)
    fallen = 0
    for home, why in removed.items():
        row = known.get(home)
        if why == "down":
            if row is not None and row.public_id and not row.withdrawn:
                fallen += library_actions.unpublish(row.public_id)
            continue
        with transaction.atomic(using=queries.database()):
            FeedRecord.objects.update_or_create(
                home=home.instance, foreign_id=home.id, defaults={"withdrawn": True}
            )
            if row is not None and row.public_id:
                fallen += library_actions.retract(row.public_id)
    return fallen


def _take_in(
    batch: Sequence[tuple[int, Passed]],
    found: passing_on.ReadExchange,
    file: str,
    own: str,
    removed: Mapping[Home, Why],
    *,
    dry_run: bool,
) -> ExchangeOutcome:
    """One transaction: the texts in the library and where they come from beside them, or neither."""
    known = queries.feed_records(one.home for _, one in batch)
    shelf = _Shelf([*(one.home.id for _, one in batch), *(row.public_id for row in known.values())])
    fresh: dict[Home, tuple[Passed, ReleasedText]] = {}
    refused: list[RefusedRow] = []
    gone = 0
    for at, one in batch:
        row = known.get(one.home)
        if one.home.instance == own or one.home in fresh:
            continue
        if (row is not None and row.withdrawn) or removed.get(one.home) == "withdrawn":
            gone += 1
        elif row is None or row.version < one.version:
            text = shelf.place(one, row)
            reason = _unfit(text or one.text)
            if reason:
                refused.append(RefusedRow(file, at, reason))
            elif text is not None:
                fresh[one.home] = (one, text)
    unchanged = len(batch) - len(fresh) - len(refused) - gone
    if fresh and not dry_run:
        _publish(fresh, found.address)
    return ExchangeOutcome(len(fresh), unchanged, gone, refused=tuple(refused))


def _tell_events(found: passing_on.ReadExchange, own: str) -> int:
    """Join and part what other libraries passed on; a report's home has the last word. Returns how many changed."""
    mine = {one.home for _, one in found.reports if one.home.instance == found.instance}
    known = queries.feed_records(mine.union(*(event.homes for event in found.events)))
    here = {home: row.public_id for home, row in known.items() if row.public_id and home.instance != own}
    stands, _gone = library.taken_ids(sorted(here.values()))
    here = {home: public_id for home, public_id in here.items() if public_id in stands}
    before = library.event_keys(stands)
    told: dict[str, str] = {}
    for event in found.events:
        key = releasing.public_id(f"event:{found.instance}", event.key)  # nobody can name an event of ours
        for home in event.homes:
            public_id = here.get(home)
            if public_id is not None and (home.instance == found.instance or public_id not in before):
                told.setdefault(public_id, key)
    fresh: dict[str, list[str]] = {}
    for public_id, key in told.items():
        if before.get(public_id) != key:
            fresh.setdefault(key, []).append(public_id)
    for key, ids in sorted(fresh.items()):
        library_actions.join_event(key, ids)
    # A file that was cut doesn't say what it left out.
    parted = (
        {here[home] for home in mine if home in here} & set(before) - set(told) if found.is_whole else set()
    )
    return sum(map(len, fresh.values())) + sum(map(library_actions.part_event, sorted(parted)))


def _publish(fresh: Mapping[Home, tuple[Passed, ReleasedText]], address: str) -> None:
    labelled: dict[str, list[ReleasedText]] = {}
    for one, text in fresh.values():
        labelled.setdefault(passing_on.label(one, address), []).append(text)
    with transaction.atomic(using=queries.database()):
        for label, texts in labelled.items():
            library_actions.publish_as_instance(texts, origin="feed", source_label=label)
        FeedRecord.objects.bulk_create(
            [
                FeedRecord(
                    home=home.instance,
                    foreign_id=home.id,
                    public_id=text.public_id,
                    origin=one.origin,
                    version=one.version,
                )
                for home, (one, text) in fresh.items()
            ],
            update_conflicts=True,
            unique_fields=["home", "foreign_id"],
            update_fields=["public_id", "origin", "version"],
        )


def _unfit(text: ReleasedText) -> str:
    if text.pack not in names():
        return "This report's pack isn't installed here."
    try:
        check(text, "feed")
    except BadInput as refusal:
        return refusal.sentence
    return ""


class _Shelf:
    """Which ids are free: a report keeps the id that it has at home, unless somebody here has it."""

    def __init__(self, public_ids: Sequence[str]) -> None:
        self._there, self._gone = library.taken_ids(public_ids)
        self._texts = {one.public_id: one.text for one in library.reports(sorted(self._there))}

    def place(self, one: Passed, row: FeedRecord | None) -> ReleasedText | None:
        """The text under its id here; None when it stands here already, or stood here and was withdrawn."""
        if row is not None and row.public_id:
            return None if row.public_id in self._gone else replace(one.text, public_id=row.public_id)
        mine = one.home.id
        if mine in self._gone:
            return None
        if mine not in self._there:
            return one.text
        same = self._texts.get(mine)
        if same is not None and (
            same.narrative == one.text.narrative or same.source == one.text.source != ""
        ):
            return None
        attempt = 0
        while True:
            drawn = releasing.public_id(f"feed:{one.home.instance}", mine, attempt)
            there, gone = library.taken_ids([drawn])
            if not there and not gone:
                return replace(one.text, public_id=drawn)
            attempt += 1
