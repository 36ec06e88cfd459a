"""The demonstration's library: a pack's invented reports, published as invented and as nothing else."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from closecall.errors import BadInput
from closecall.public.exchange.rules import invented
from closecall.public.exchange.rules.invented import InventedReport
from closecall.public.library import actions as library
from closecall.public.library.actions import Published
from closecall.public.taxonomy.queries import pack as pack_named
from closecall.public.taxonomy.rules import reading

PACKS = Path(__file__).resolve().parents[3] / "packs"


def publish_invented(pack: str, most: int | None = None) -> Published:
    """Publish the invented reports of `pack`, at `most` the first so many; run again, it changes nothing.

    Raises: BadInput naming the file that can't be used.
    """
    version = pack_named(pack).version
    try:
        texts = [
            invented.release(one, pack=pack, version=version) for one in islice(read_invented(pack), most)
        ]
    except (reading.PackError, ValueError) as wrong:
        raise BadInput(f"The invented reports can't be used. {wrong}") from None
    if not texts:
        return Published()
    return library.publish_as_instance(texts, origin="invented", source_label=invented.SOURCE_LABEL)


def read_invented(pack: str) -> Iterator[InventedReport]:
    """Read the invented reports of `pack`, in the order of their numbers; none when it brings none."""
    for file in sorted((PACKS / pack / "demo").glob("*.yaml")):
        yield reading.read(file, InventedReport)
