"""What was worked out of a text a moment ago, so that the next page doesn't wait for it again."""

import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable
from hashlib import blake2b
from typing import Final, Generic, TypeVar

_T = TypeVar("_T")
_KEY: Final = secrets.token_bytes(32)


class Remembered(Generic[_T]):
    """Works something out of a text, once for the `most` last texts of this process.

    The text itself isn't kept: what stands for it is a hash under a key that the process makes and never tells.
    What is kept must hold no words of a text either.
    """

    def __init__(self, work: Callable[[str], _T], most: int) -> None:
        self._work = work
        self._most = most
        self._guard = threading.Lock()
        self._kept: OrderedDict[bytes, _T] = OrderedDict()

    def __call__(self, text: str) -> _T:
        """What `work` makes of a text. Raises: what `work` raises; nothing is kept then."""
        key = blake2b(text.encode("utf-8", "surrogatepass"), key=_KEY, digest_size=32).digest()
        with self._guard:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        made = self._work(text)
        with self._guard:
            self._kept[key] = made
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return made
