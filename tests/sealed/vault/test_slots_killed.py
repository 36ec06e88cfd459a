"""kill -9 at any moment: what was acknowledged stands, what was burnt stays burnt, nothing else is harmed."""

import os
import random
import signal
import subprocess
import sys
import time

import pytest

from closecall.sealed.vault.slots import FileSlots, SlotBurnt

WORKER = """
import secrets, sys
from pathlib import Path
from closecall.sealed.vault.slots import FileSlots
slots = FileSlots(Path(sys.argv[1]))
mine = []
while True:
    secret = secrets.token_bytes(32)
    handle = slots.put(secret)
    print("put", handle, secret.hex(), flush=True)
    mine.append(handle)
    if len(mine) > 3:
        handle = mine.pop(0)
        print("burning", handle, flush=True)
        slots.burn(handle)
        print("burnt", handle, flush=True)
"""


@pytest.mark.parametrize("seed", range(6))
def test_a_killed_writer_leaves_a_sound_file(tmp_path, seed):
    path = tmp_path / "slots"
    kept = FileSlots(path)
    before = {kept.put(secret): secret for secret in (os.urandom(32) for _ in range(5))}
    worker = subprocess.Popen([sys.executable, "-c", WORKER, str(path)], stdout=subprocess.PIPE, text=True)
    assert worker.stdout is not None
    lines = [worker.stdout.readline()]
    time.sleep(random.Random(seed).uniform(0, 0.15))
    worker.send_signal(signal.SIGKILL)
    lines += worker.stdout.readlines()
    worker.stdout.close()
    worker.wait()

    put, touched, burnt = {}, set(), set()
    for line in lines:
        if not line.endswith("\n"):
            continue  # cut short by the kill: what it announces hadn't begun
        word, handle, *secret = line.split()
        if word == "put" and secret and len(secret[0]) == 64:
            put[int(handle)] = bytes.fromhex(secret[0])
        elif word == "burning":
            touched.add(int(handle))
        elif word == "burnt":
            burnt.add(int(handle))
    slots = FileSlots(path)
    for handle, secret in {**before, **put}.items():
        if handle not in touched:
            assert slots.get(handle) == secret
    content = path.read_bytes()
    for handle in burnt & put.keys():
        assert put[handle] not in content
        with pytest.raises(SlotBurnt):
            slots.get(handle)
    living = set(before) | (put.keys() - touched)
    slots.sweep(living)
    assert slots.used() == living
    assert slots.get(slots.put(b"k" * 32)) == b"k" * 32
