"""A burnt cell is gone for ever and looks like one that was never used."""

import multiprocessing
import secrets

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from closecall.sealed.vault import slots as room
from closecall.sealed.vault.slots import FileSlots, MemorySlots, SlotBurnt


@pytest.fixture(params=["file", "memory"])
def slots(request, tmp_path):
    return FileSlots(tmp_path / "slots") if request.param == "file" else MemorySlots()


def test_a_secret_comes_back_until_it_is_burnt(slots):
    secret = secrets.token_bytes(32)
    handle = slots.put(secret)
    assert 0 < handle < 2**63
    assert slots.get(handle) == secret
    slots.burn(handle)
    slots.burn(handle)
    with pytest.raises(SlotBurnt):
        slots.get(handle)


@pytest.mark.parametrize("handle", [0, 1, 2**62, 2**63 - 1])
def test_a_handle_that_was_never_given_finds_nothing(slots, handle):
    slots.put(secrets.token_bytes(32))
    slots.burn(handle)
    with pytest.raises(SlotBurnt):
        slots.get(handle)


def test_only_32_bytes_fit(slots):
    with pytest.raises(ValueError, match="32 bytes"):
        slots.put(b"short")


def test_no_byte_of_a_burnt_secret_is_left_in_the_file(tmp_path):
    slots = FileSlots(tmp_path / "slots")
    kept, burnt = secrets.token_bytes(32), secrets.token_bytes(32)
    kept_handle, burnt_handle = slots.put(kept), slots.put(burnt)
    slots.burn(burnt_handle)
    content = slots.path.read_bytes()
    assert kept in content and burnt not in content
    assert burnt[:16] not in content and burnt[16:] not in content
    assert slots.get(kept_handle) == kept


def test_the_file_after_burning_tells_nothing_about_what_was_there(tmp_path):
    slots = FileSlots(tmp_path / "slots")
    slots.burn(slots.put(secrets.token_bytes(32)))
    content = slots.path.read_bytes()
    assert content[: room._MAP_BYTES] == bytes(room._MAP_BYTES)
    assert len(content) == room._STEP_BYTES
    cells = content[room._MAP_BYTES :]
    assert all(cells[at : at + 32] != bytes(32) for at in range(0, len(cells), 32))


def test_an_old_handle_cannot_burn_the_cells_new_secret(tmp_path, monkeypatch):
    monkeypatch.setattr(room, "CELLS", 8)
    monkeypatch.setattr(room, "_MAP_BYTES", 1)
    monkeypatch.setattr(room, "_STEP_BYTES", 1 + 8 * 32)
    monkeypatch.setattr(room, "_FULL_ABOVE", 1.0)
    slots = FileSlots(tmp_path / "slots")
    old = [slots.put(secrets.token_bytes(32)) for _ in range(8)]
    for handle in old:
        slots.burn(handle)
    new = {slots.put(secret): secret for secret in (secrets.token_bytes(32) for _ in range(8))}
    for handle in old:
        slots.burn(handle)
        with pytest.raises(SlotBurnt):
            slots.get(handle)
    assert {handle: slots.get(handle) for handle in new} == new


def test_the_file_grows_and_keeps_what_it_holds(tmp_path, monkeypatch):
    monkeypatch.setattr(room, "CELLS", 8)
    monkeypatch.setattr(room, "_MAP_BYTES", 1)
    monkeypatch.setattr(room, "_STEP_BYTES", 1 + 8 * 32)
    slots = FileSlots(tmp_path / "slots")
    kept = {slots.put(secret): secret for secret in (secrets.token_bytes(32) for _ in range(30))}
    assert {handle: slots.get(handle) for handle in kept} == kept
    assert slots.path.stat().st_size % room._STEP_BYTES == 0
    assert slots.used() == frozenset(kept)


def test_a_growth_that_a_crash_cut_short_is_repaired(tmp_path):
    slots = FileSlots(tmp_path / "slots")
    slots.path.write_bytes(b"\xff" * 1000)
    secret = secrets.token_bytes(32)
    assert slots.get(slots.put(secret)) == secret
    assert slots.path.stat().st_size == room._STEP_BYTES


def test_positions_do_not_follow_arrival(tmp_path):
    slots = FileSlots(tmp_path / "slots")
    positions = [slots.put(secrets.token_bytes(32)) >> 32 for _ in range(40)]
    assert positions != sorted(positions)


def test_sweeping_burns_orphans_and_nothing_younger(tmp_path):
    slots = FileSlots(tmp_path / "slots")
    live, orphan = slots.put(secrets.token_bytes(32)), slots.put(secrets.token_bytes(32))
    before = slots.used()
    in_flight = slots.put(secrets.token_bytes(32))
    assert slots.sweep([live], among=before) == 1
    with pytest.raises(SlotBurnt):
        slots.get(orphan)
    assert slots.get(live) and slots.get(in_flight)
    assert slots.sweep([live]) == 1
    assert slots.used() == {live}


def test_nobody_else_may_read_the_file(tmp_path):
    slots = FileSlots(tmp_path / "slots")
    slots.put(secrets.token_bytes(32))
    assert slots.path.stat().st_mode & 0o077 == 0


def _work(path, start, results):
    slots = FileSlots(path)
    start.wait()
    mine = {}
    for turn in range(40):
        secret = secrets.token_bytes(32)
        mine[slots.put(secret)] = secret
        if turn % 3 == 0:
            handle = next(iter(mine))
            slots.burn(handle)
            del mine[handle]
    results.put(mine)


def test_several_processes_never_overwrite_each_other(tmp_path):
    context = multiprocessing.get_context("spawn")
    start, results = context.Event(), context.Queue()
    workers = [context.Process(target=_work, args=(tmp_path / "slots", start, results)) for _ in range(3)]
    for worker in workers:
        worker.start()
    start.set()
    found = [results.get(timeout=60) for _ in workers]
    for worker in workers:
        worker.join()
    everything = {handle: secret for part in found for handle, secret in part.items()}
    slots = FileSlots(tmp_path / "slots")
    assert len(everything) == sum(len(part) for part in found)
    assert {handle: slots.get(handle) for handle in everything} == everything
    assert slots.used() == frozenset(everything)


@settings(max_examples=25)
@given(st.lists(st.booleans(), max_size=60))
def test_whatever_the_order_the_living_are_read_and_the_burnt_are_not(tmp_path_factory, moves):
    slots = FileSlots(tmp_path_factory.mktemp("slots") / "slots")
    living, burnt = {}, []
    for put in moves:
        if put or not living:
            secret = secrets.token_bytes(32)
            living[slots.put(secret)] = secret
        else:
            handle, _secret = living.popitem()
            slots.burn(handle)
            burnt.append(handle)
    assert {handle: slots.get(handle) for handle in living} == living
    for handle in burnt:
        with pytest.raises(SlotBurnt):
            slots.get(handle)
