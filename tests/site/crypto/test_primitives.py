"""Every envelope opens for its own key, purpose and object, and for nothing else."""

import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from closecall.errors import TooBusy
from closecall.site.crypto import aead, boxes, canonical, hashing, padding, signing, stretching
from closecall.site.crypto.errors import BadSignature, CannotOpen

KEY = bytes(range(32))
PAIR = boxes.from_secret(bytes(range(1, 33)))
OTHER = boxes.from_secret(bytes(range(2, 34)))
SIGNER = signing.from_seed(bytes(range(3, 35)))

places = st.tuples(
    st.text(min_size=1, max_size=20).filter(lambda text: text.isprintable() and text.isascii()),
    st.one_of(st.integers(min_value=-(2**63), max_value=2**63), st.text(max_size=12)),
)


@given(st.binary(max_size=200), places)
def test_an_envelope_opens_where_it_was_sealed(plaintext, place):
    purpose, object_id = place
    envelope = aead.seal(KEY, plaintext, purpose=purpose, object_id=object_id)
    assert aead.open_sealed(KEY, envelope, purpose=purpose, object_id=object_id) == plaintext
    assert len(envelope) == len(plaintext) + aead.OVERHEAD_BYTES


@given(places, places)
def test_an_envelope_moved_to_another_row_or_purpose_does_not_open(place, elsewhere):
    if place == elsewhere:
        return
    envelope = aead.seal(KEY, b"secret", purpose=place[0], object_id=place[1])
    box = boxes.seal(PAIR.public, b"secret", purpose=place[0], object_id=place[1])
    with pytest.raises(CannotOpen):
        aead.open_sealed(KEY, envelope, purpose=elsewhere[0], object_id=elsewhere[1])
    with pytest.raises(CannotOpen):
        boxes.open_sealed(PAIR, box, purpose=elsewhere[0], object_id=elsewhere[1])


def test_the_number_one_and_the_word_one_are_different_objects():
    envelope = aead.seal(KEY, b"secret", purpose="p", object_id=1)
    with pytest.raises(CannotOpen):
        aead.open_sealed(KEY, envelope, purpose="p", object_id="1")


@given(st.data())
def test_no_flipped_bit_survives(data):
    envelope = aead.seal(KEY, b"what happened", purpose="p", object_id=7)
    box = boxes.seal(PAIR.public, b"what happened", purpose="p", object_id=7)
    bit = data.draw(st.integers(0, len(envelope) * 8 - 1))
    with pytest.raises(CannotOpen):
        aead.open_sealed(KEY, _flip(envelope, bit), purpose="p", object_id=7)
    bit = data.draw(st.integers(0, len(box) * 8 - 1))
    with pytest.raises(CannotOpen):
        boxes.open_sealed(PAIR, _flip(box, bit), purpose="p", object_id=7)


@given(st.binary(max_size=120))
def test_rubbish_is_refused_and_never_breaks(rubbish):
    with pytest.raises(CannotOpen):
        aead.open_sealed(KEY, rubbish, purpose="p", object_id=1)
    with pytest.raises(CannotOpen):
        boxes.open_sealed(PAIR, boxes.HEADER + rubbish, purpose="p", object_id=1)
    with pytest.raises(CannotOpen):
        aead.open_sealed(rubbish[:31], aead.HEADER + rubbish + bytes(60), purpose="p", object_id=1)
    with pytest.raises(BadSignature):
        signing.verify(SIGNER.verify_key, b"message", rubbish)
    with pytest.raises(BadSignature):
        signing.verify(rubbish, b"message", signing.sign(SIGNER.seed, b"message"))


def test_a_box_opens_for_its_recipient_alone():
    box = boxes.seal(PAIR.public, b"secret", purpose="p", object_id=1)
    assert boxes.open_sealed(PAIR, box, purpose="p", object_id=1) == b"secret"
    with pytest.raises(CannotOpen):
        boxes.open_sealed(OTHER, box, purpose="p", object_id=1)


def test_secrets_stay_out_of_a_repr():
    assert PAIR.secret.hex() not in repr(PAIR) and repr(PAIR.secret) not in repr(PAIR)
    assert repr(SIGNER.seed) not in repr(SIGNER)


@given(st.binary(max_size=70_000))
def test_padded_sizes_come_only_from_the_buckets(plaintext):
    if len(plaintext) > padding.capacity(padding.REPORT_BUCKETS):
        with pytest.raises(ValueError, match="at most 65535 bytes"):
            padding.pad(plaintext, padding.REPORT_BUCKETS)
        return
    padded = padding.pad(plaintext, padding.REPORT_BUCKETS)
    assert len(padded) in padding.REPORT_BUCKETS
    assert padding.unpad(padded) == plaintext


@pytest.mark.parametrize("size", [4095, 4096, 16383, 16384, 65535])
def test_the_edges_of_the_buckets_hold(size):
    padded = padding.pad(b"x" * size, padding.REPORT_BUCKETS)
    assert len(padded) == next(bucket for bucket in padding.REPORT_BUCKETS if size < bucket)
    assert padding.unpad(padded) == b"x" * size


def test_what_was_never_padded_is_refused():
    for broken in (b"", bytes(64), b"abc"):
        with pytest.raises(CannotOpen):
            padding.unpad(broken)


plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text("abü", max_size=3), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.text("abcdü", max_size=4), plain, max_size=6))
def test_the_order_of_keys_does_not_change_the_bytes(value):
    backwards = dict(reversed(list(value.items())))
    assert canonical.dumps(value) == canonical.dumps(backwards)


@pytest.mark.parametrize("value", [1.5, b"x", {1: "a"}, {"a": {2}}, object()])
def test_what_has_no_one_form_is_refused(value):
    with pytest.raises(TypeError):
        canonical.dumps(value)


def test_purposes_part_hashes():
    assert hashing.digest(b"x", purpose="one") != hashing.digest(b"x", purpose="two")
    assert hashing.digest(b"x", purpose="one", key=b"k") != hashing.digest(b"x", purpose="one")


def test_argon2id_matches_the_known_answer():
    # Computed once with libsodium 1.0.20; a change here makes every stored key unreadable.
    known = "223ce15201e47cc728c7075538980460164d0fa9e382a33c210f4ce3611df74a"
    assert stretching.stretch(b"a", salt=b"0" * 16, mebibytes=1, passes=1, length=32).hex() == known


def test_at_most_two_derivations_run_at_a_time(monkeypatch):
    running, most, lock = [0], [0], threading.Lock()

    def slow(*_, **__):
        with lock:
            running[0] += 1
            most[0] = max(most[0], running[0])
        time.sleep(0.02)
        with lock:
            running[0] -= 1
        return bytes(32)

    monkeypatch.setattr(stretching.argon2id, "kdf", slow)
    threads = [threading.Thread(target=cheap_stretch) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most[0] == 2


def test_a_derivation_whose_turn_never_comes_gives_up(monkeypatch):
    monkeypatch.setattr(stretching, "PATIENCE_SECONDS", 0.01)
    monkeypatch.setattr(stretching, "_pool", threading.BoundedSemaphore(1))
    stretching._pool.acquire()
    with pytest.raises(TooBusy):
        cheap_stretch()


def cheap_stretch():
    return stretching.stretch(b"a", salt=b"0" * 16, mebibytes=1, passes=1, length=32)


def test_the_real_costs_are_the_documented_ones():
    assert (stretching.PASSPHRASE.mebibytes, stretching.PASSPHRASE.passes) == (256, 3)
    assert (stretching.CLAIM_CODE.mebibytes, stretching.CLAIM_CODE.passes) == (64, 2)


def _flip(envelope: bytes, bit: int) -> bytes:
    changed = bytearray(envelope)
    changed[bit // 8] ^= 1 << (bit % 8)
    return bytes(changed)
