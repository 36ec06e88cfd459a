"""Three keys a report, each sealed to who may read and then locked behind an erasure slot.

    K_original, K_draft   box to the intake generation, under slot "original"
    K_dialogue            box to the intake generation, under slot "analysts"
                          box to the reporter,          under slot "reporter"

Burning a slot makes what lies behind it noise for everybody, in every copy of the database.
"""

from dataclasses import dataclass, field

from closecall.sealed.vault.generations import Generation
from closecall.sealed.vault.reporters import ReporterKeys
from closecall.sealed.vault.slots import SlotBurnt, Slots
from closecall.site.crypto import aead, boxes


@dataclass(frozen=True)
class ReportKeys:
    """A new report's keys, in the clear for as long as one request."""

    original: bytes = field(repr=False)
    dialogue: bytes = field(repr=False)
    draft: bytes = field(repr=False)


@dataclass(frozen=True)
class OpenedKeys:
    """What an analyst can still open; None is burnt."""

    original: bytes | None = field(repr=False)
    draft: bytes | None = field(repr=False)
    dialogue: bytes | None = field(repr=False)


@dataclass(frozen=True)
class SealedKeys:
    """What a report's row keeps of its keys: four envelopes and three handles."""

    generation: int
    original: bytes
    draft: bytes
    dialogue: bytes
    dialogue_reporter: bytes
    slot_original: int
    slot_analysts: int
    slot_reporter: int


def create(
    *, report_id: int, generation_number: int, generation_public: bytes, reporter_public: bytes, slots: Slots
) -> tuple[ReportKeys, SealedKeys]:
    """Draw a report's keys and seal them."""
    keys = ReportKeys(aead.new_key(), aead.new_key(), aead.new_key())
    originals, analysts, reporter = aead.new_key(), aead.new_key(), aead.new_key()
    handles: list[int] = []
    try:
        for secret in (originals, analysts, reporter):
            handles.append(slots.put(secret))
    except BaseException:
        for handle in handles:
            slots.burn(handle)
        raise
    sealed = SealedKeys(
        generation=generation_number,
        original=_lock(keys.original, generation_public, originals, "original-key", report_id),
        draft=_lock(keys.draft, generation_public, originals, "draft-key", report_id),
        dialogue=_lock(keys.dialogue, generation_public, analysts, "dialogue-key", report_id),
        dialogue_reporter=_lock(keys.dialogue, reporter_public, reporter, "dialogue-key-r", report_id),
        slot_original=handles[0],
        slot_analysts=handles[1],
        slot_reporter=handles[2],
    )
    return keys, sealed


def open_for_analyst(
    sealed: SealedKeys, generation: Generation, slots: Slots, *, report_id: int
) -> OpenedKeys:
    """Open what isn't burnt.

    Raises: CannotOpen when the generation, the report or a byte is another.
    """
    pair = generation.pair
    originals = _secret_or_none(slots, sealed.slot_original)
    analysts = _secret_or_none(slots, sealed.slot_analysts)
    return OpenedKeys(
        original=_unlock(sealed.original, pair, originals, "original-key", report_id),
        draft=_unlock(sealed.draft, pair, originals, "draft-key", report_id),
        dialogue=_unlock(sealed.dialogue, pair, analysts, "dialogue-key", report_id),
    )


def open_for_reporter(sealed: SealedKeys, reporter: ReporterKeys, slots: Slots, *, report_id: int) -> bytes:
    """Open the dialogue's key with the claim code's pair.

    Raises: SlotBurnt after withdrawal; CannotOpen for another report's code.
    """
    secret = slots.get(sealed.slot_reporter)
    boxed = aead.open_sealed(secret, sealed.dialogue_reporter, purpose="dialogue-key-r", object_id=report_id)
    return boxes.open_sealed(reporter.pair, boxed, purpose="dialogue-key-r", object_id=report_id)


def regrant(
    sealed: SealedKeys, old: Generation, new: Generation, slots: Slots, *, report_id: int
) -> SealedKeys:
    """Seal what the old generation still opens to the new one; slots and burnt envelopes stay as they are."""
    opened = open_for_analyst(sealed, old, slots, report_id=report_id)
    originals = _secret_or_none(slots, sealed.slot_original)
    analysts = _secret_or_none(slots, sealed.slot_analysts)

    def again(key: bytes | None, secret: bytes | None, before: bytes, purpose: str) -> bytes:
        if key is None or secret is None:
            return before
        return _lock(key, new.pair.public, secret, purpose, report_id)

    return SealedKeys(
        generation=new.number,
        original=again(opened.original, originals, sealed.original, "original-key"),
        draft=again(opened.draft, originals, sealed.draft, "draft-key"),
        dialogue=again(opened.dialogue, analysts, sealed.dialogue, "dialogue-key"),
        dialogue_reporter=sealed.dialogue_reporter,
        slot_original=sealed.slot_original,
        slot_analysts=sealed.slot_analysts,
        slot_reporter=sealed.slot_reporter,
    )


def burn_original(sealed: SealedKeys, slots: Slots) -> None:
    """Make the original and the draft unreadable for ever."""
    slots.burn(sealed.slot_original)


def burn_analyst_dialogue(sealed: SealedKeys, slots: Slots) -> None:
    """Close the dialogue to analysts; the reporter still reads it."""
    slots.burn(sealed.slot_analysts)


def burn_all(sealed: SealedKeys, slots: Slots) -> None:
    """Make everything of a report unreadable, for the reporter too."""
    for handle in (sealed.slot_original, sealed.slot_analysts, sealed.slot_reporter):
        slots.burn(handle)


def _lock(key: bytes, public: bytes, secret: bytes, purpose: str, report_id: int) -> bytes:
    boxed = boxes.seal(public, key, purpose=purpose, object_id=report_id)
    return aead.seal(secret, boxed, purpose=purpose, object_id=report_id)


def _unlock(
    envelope: bytes, pair: boxes.KeyPair, secret: bytes | None, purpose: str, report_id: int
) -> bytes | None:
    if secret is None:
        return None
    boxed = aead.open_sealed(secret, envelope, purpose=purpose, object_id=report_id)
    return boxes.open_sealed(pair, boxed, purpose=purpose, object_id=report_id)


def _secret_or_none(slots: Slots, handle: int) -> bytes | None:
    try:
        return slots.get(handle)
    except SlotBurnt:
        return None
