"""What binds a ciphertext to its place: purpose and object, written so that no two pairs look alike."""

ObjectId = int | str


def bind(header: bytes, purpose: str, object_id: ObjectId) -> bytes:
    """Write header, purpose and object id as bytes.

    Shape:  each part is preceded by its length, and an id by its type, so 1 and "1" differ.
    Raises: ValueError for an empty purpose.
    """
    if not purpose:
        raise ValueError("A ciphertext needs a purpose.")
    kind = b"i" if isinstance(object_id, int) else b"s"
    parts = (header, purpose.encode(), kind + str(object_id).encode())
    return b"".join(len(part).to_bytes(2, "big") + part for part in parts)
