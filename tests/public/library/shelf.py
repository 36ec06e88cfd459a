"""A small shelf for tests: people who sign, and reports that they sign."""

from collections.abc import Sequence
from dataclasses import replace

from django.conf import settings

from closecall.public.library import actions
from closecall.public.library.rules.report import (
    AppliedCode,
    Lesson,
    Origin,
    Pause,
    ReleasedText,
    Signature,
    canonical_bytes,
)
from closecall.site.crypto import signing

FIRST = (
    "I took over a prisoner at [a hospital]. The officer said he was searched.\n\nHis knee was turned away. "
)
SECOND = "Inside the left sock was a small pistol.\n\nI keep thinking about the vending machine."


def told(public_id: str = "M7K2QF", **more: object) -> ReleasedText:
    """An invented report that stops once."""
    text = ReleasedText(
        public_id=public_id,
        pack="law_enforcement",
        pack_version=1,
        title="“Already searched,” he said",
        synopsis="A quiet prisoner, a hospital room, and a knee that kept turning away.",
        narrative=FIRST + SECOND,
        pauses=(Pause(len(FIRST), "You hold one wrist.", ("What do you do?", "What else?")),),
        lessons=(Lesson("Search him yourself when you take over.", "search_people", "officer"),),
        codes=(
            AppliedCode("event", "missed_firearm"),
            AppliedCode("activity", "custody"),
            AppliedCode("setting", "hospital"),
            AppliedCode("officers", "alone"),
            AppliedCode("outcome", "none"),
            AppliedCode("barriers", "acted_on_cue", "", "His knee was turned away."),
            AppliedCode("factors", "hand_over_gap", "", "The officer said he was searched."),
            AppliedCode("source", "self"),
        ),
        period="2026-Q2",
        content_note="Contains a weapon. Nobody hurt.",
    )
    return replace(text, **more)  # type: ignore[arg-type] # a test's shorthand


def plain(public_id: str, **more: object) -> ReleasedText:
    """An invented report without a stop."""
    fields: dict[str, object] = {
        "title": "The belt I nearly left off",
        "synopsis": "",
        "narrative": "It was dark and the road was icy. My belt held when the car left the road.",
        "pauses": (),
        "lessons": (Lesson("Buckle before you touch the shifter.", "wear_belt", "officer"),),
        "codes": (
            AppliedCode("event", "own_collision"),
            AppliedCode("activity", "driving_to_call"),
            AppliedCode("light", "dark_unlit"),
        ),
        "content_note": "",
    }
    return told(public_id, **(fields | more))


class Staff:
    """One certified member of staff."""

    def __init__(self, pseudonym: str) -> None:
        self.pair = signing.generate()
        self.pseudonym = pseudonym

    def registered(self) -> "Staff":
        """Certify and register the key."""
        actions.certify_staff_key(self.pseudonym, self.pair.verify_key)
        return self

    def sign(self, text: ReleasedText, origin: Origin = "own") -> Signature:
        """Sign a text as it stands."""
        return Signature(self.pair.verify_key, signing.sign(self.pair.seed, canonical_bytes(text, origin)))


def two() -> tuple[Staff, Staff]:
    """An author and an approver."""
    return Staff("heron").registered(), Staff("otter").registered()


def publish_own(text: ReleasedText, people: Sequence[Staff] | None = None) -> None:
    """Publish as two people do."""
    author, approver = people or two()
    actions.publish(text, origin="own", signatures=(author.sign(text), approver.sign(text)))


def publish_invented(*texts: ReleasedText) -> None:
    """Publish as a demonstration does."""
    actions.publish_as_instance(texts, origin="invented", source_label="Demonstration")


def by_instance(text: ReleasedText, origin: Origin, label: str = "") -> Signature:
    """The instance's signature."""
    message = canonical_bytes(text, origin, label)
    return Signature(settings.INSTANCE_VERIFY_KEY, signing.sign(settings.INSTANCE_SIGNING_SEED, message))
