"""An imported report as a text that the library can publish."""

import functools
import hashlib

from closecall.public.exchange.rules.imported import ImportedReport
from closecall.public.library.rules.report import AppliedCode, ReleasedText

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH = 8  # own reports have six: an import can never take one of theirs


def public_id(kind: str, foreign_id: str, attempt: int = 0) -> str:
    """Draw an id from the source's own number, so that the same import gives the same address everywhere.

    Shape: eight characters; `attempt` counts up when an id is taken.

    >>> public_id("asrs", "1235311") == public_id("asrs", "1235311")
    True
    """
    drawn = hashlib.blake2b(f"{kind}:{foreign_id}:{attempt}".encode(), digest_size=_LENGTH).digest()
    return "".join(_ALPHABET[byte % 32] for byte in drawn)


def release(report: ImportedReport, *, public_id: str, pack_version: int, number: str) -> ReleasedText:
    """Say what readers see: the whole story, the codes, and the number that it has at its source.

    Shape: `number` is what the source calls its numbers, "ACN".
    """
    return ReleasedText(
        public_id=public_id,
        pack=report.pack,
        pack_version=pack_version,
        title=report.title,
        synopsis=report.synopsis,
        narrative=report.story,
        codes=tuple(_applied(facet, code) for facet, code in report.codes),
        period=report.period,
        source=f"{number} {report.foreign_id}",
    )


@functools.cache
def _applied(facet: str, code: str) -> AppliedCode:
    """One value for all reports that carry it; there are only as many as the packs have codes."""
    return AppliedCode(facet=facet, code=code)
