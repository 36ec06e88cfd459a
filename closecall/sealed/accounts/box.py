"""The intake box, as far as accounts need to know it.

Accounts stand below intake and can't import it. Who knows both rooms connects them once, at the start:

    box.connect(
        keys_in_use=intake.queries.generation_keys,
        open_generation=intake.actions.open_generation,
        move_to_generation=intake.actions.move_to_generation,
        close=intake.actions.close_intake,
    )

Then each sign-in compares the keys that reports are sealed to with those that were pinned, and the Keys
page can open a new generation.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from closecall.errors import Unavailable
from closecall.sealed.accounts.rules.pins import KeySwapped, require_same
from closecall.sealed.vault.generations import Generation


@dataclass(frozen=True)
class _Box:
    keys_in_use: Callable[[], Mapping[int, bytes]]
    open_generation: Callable[[int, bytes], object]
    move_to_generation: Callable[[Generation, Generation], int]
    close: Callable[[], object]


_connected: list[_Box] = []


def connect(
    *,
    keys_in_use: Callable[[], Mapping[int, bytes]],
    open_generation: Callable[[int, bytes], object],
    move_to_generation: Callable[[Generation, Generation], int],
    close: Callable[[], object],
) -> None:
    """Say how the box is read, re-keyed and closed."""
    _connected[:] = [_Box(keys_in_use, open_generation, move_to_generation, close)]


def disconnect() -> None:
    """Forget the box."""
    _connected.clear()


def connected() -> bool:
    """Tell whether there is a box."""
    return bool(_connected)


def compare(generations: Sequence[Generation]) -> None:
    """Compare what an analyst holds with what reports are sealed to. Raises: KeySwapped, after closing."""
    try:
        for box in _connected:
            require_same(generations, box.keys_in_use())
    except KeySwapped:
        close()
        raise


def close() -> None:
    """Take no further reports."""
    for box in _connected:
        box.close()


def next_number() -> int:
    """Give the number of the generation after the newest. Raises: Unavailable without a box."""
    return max(_the_box().keys_in_use(), default=0) + 1


def open_generation(generation: Generation) -> None:
    """Seal new reports to this generation, inside the caller's transaction."""
    _the_box().open_generation(generation.number, generation.pair.public)


def move(old: Generation, new: Generation) -> int:
    """Seal what lives under `old` to `new`; returns how many reports moved. Repeatable."""
    return _the_box().move_to_generation(old, new)


def _the_box() -> _Box:
    if not _connected:
        raise Unavailable("The intake box isn't connected in this process.")
    return _connected[0]
