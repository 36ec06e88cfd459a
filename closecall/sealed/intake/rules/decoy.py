"""What is opened where a wrong code would otherwise open nothing, so that the clock tells nobody."""

from closecall.sealed.vault import reports
from closecall.sealed.vault.reporters import ReporterKeys
from closecall.sealed.vault.slots import MemorySlots
from closecall.site.crypto import aead, boxes, padding


class Decoy:
    """A report of nobody's: opened where a miss would otherwise open nothing."""

    def __init__(self) -> None:
        self._slots = MemorySlots()
        pair = boxes.generate()
        self._keys = ReporterKeys(bytes(16), pair)
        opened, self._sealed = reports.create(
            report_id=1,
            generation_number=1,
            generation_public=pair.public,
            reporter_public=pair.public,
            slots=self._slots,
        )
        self._dialogue = opened.dialogue
        plain = padding.pad(b"nothing", padding.MESSAGE_BUCKETS)
        self._message = aead.seal(self._dialogue, plain, purpose="message", object_id=1)

    def open_key(self) -> None:
        """Cost what opening a mailbox's key costs."""
        reports.open_for_reporter(self._sealed, self._keys, self._slots, report_id=1)

    def open_messages(self, number: int) -> None:
        """Cost what opening `number` messages costs."""
        for _ in range(number):
            padding.unpad(aead.open_sealed(self._dialogue, self._message, purpose="message", object_id=1))
