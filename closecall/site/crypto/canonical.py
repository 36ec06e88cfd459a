"""One way to write a value as bytes, so that the same content always has the same hash.

JSON with sorted keys, no spaces, UTF-8 as it is; no floats, because two languages print them differently.
"""

import json
from collections.abc import Mapping
from typing import Any


def dumps(value: Any) -> bytes:
    """Write `value` (None, bool, int, str, lists and string-keyed mappings of them).

    Raises: TypeError for anything else, floats included; ValueError for a lone surrogate.

    >>> dumps({"b": [1, "ü"], "a": None})
    b'{"a":null,"b":[1,"\\xc3\\xbc"]}'
    """
    text = json.dumps(
        _plain(value), ensure_ascii=False, separators=(",", ":"), sort_keys=True, allow_nan=False
    )
    return text.encode("utf-8")


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, Mapping):
        if not all(isinstance(key, str) for key in value):
            raise TypeError("Keys are strings.")
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    raise TypeError(f"{type(value).__name__} has no canonical form.")
