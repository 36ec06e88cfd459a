"""What to do when somebody's pinned intake key isn't the one in use.

Accounts stand below intake and can't ask it. Whoever knows both says once, at the start, how to read the
keys that reports are sealed to and how to close the box:

    alarm.watch(keys_in_use=intake.queries.generation_keys, close=intake.actions.close_intake)
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from closecall.sealed.accounts.rules.pins import KeySwapped, require_same
from closecall.sealed.vault.generations import Generation


@dataclass(frozen=True)
class _Watch:
    keys_in_use: Callable[[], Mapping[int, bytes]]
    close: Callable[[], None]


_watches: list[_Watch] = []


def watch(*, keys_in_use: Callable[[], Mapping[int, bytes]], close: Callable[[], None]) -> None:
    """Have these keys compared at each sign-in, and `close` called when one was swapped."""
    _watches[:] = [_Watch(keys_in_use, close)]


def compare(generations: Sequence[Generation]) -> None:
    """Compare what an analyst holds with what is in use. Raises: KeySwapped, after closing."""
    try:
        for one in _watches:
            require_same(generations, one.keys_in_use())
    except KeySwapped:
        ring()
        raise


def ring() -> None:
    """Close the box."""
    for one in _watches:
        one.close()
