"""The instance's own files under `$CLOSECALL_HOME`: its secrets, and what kind of instance it is.

`instance.json`  what both processes need: form-token key, claim-code salt, the instance's public key, the pack
`desk.json`      what only the desk may read: the seed of the instance's signing key

None of them opens a report: settings decrypt nothing (docs/adr/0003-keys.md).
"""

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from closecall.config.env import BadSetting
from closecall.site.crypto import signing


@dataclass(frozen=True)
class Instance:
    """What an instance is, read once at the start."""

    secret_key: str
    claim_salt: bytes
    verify_key: bytes
    signing_seed: bytes
    pack: str
    demo: bool
    initialised: bool


def create(home: Path, *, pack: str, demo: bool) -> Instance:
    """Write a new instance's files; refuses to touch a folder that already holds one."""
    if (home / "instance.json").exists():
        raise BadSetting(f"{home} already holds an instance. Choose another CLOSECALL_HOME.")
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    home.chmod(0o700)
    pair = signing.generate()
    shared = {
        "secret_key": secrets.token_urlsafe(48),
        "claim_salt": secrets.token_bytes(16).hex(),
        "verify_key": pair.verify_key.hex(),
        "pack": pack,
        "demo": demo,
    }
    # desk.json first: instance.json is what makes the folder an instance.
    _write(home / "desk.json", {"signing_seed": pair.seed.hex()})
    _write(home / "instance.json", shared)
    return load(home, role="desk")


def load(home: Path, *, role: str) -> Instance:
    """Read the instance of `home` as `role` may see it.

    Without one, secrets are random and die with the process: commands that need no instance run, and
    whatever does need one refuses by `initialised`.
    """
    path = home / "instance.json"
    if not path.exists():
        pair = signing.generate()
        return Instance(
            secret_key=secrets.token_urlsafe(48),
            claim_salt=secrets.token_bytes(16),
            verify_key=pair.verify_key,
            signing_seed=pair.seed,
            pack="law_enforcement",
            demo=False,
            initialised=False,
        )
    try:
        shared = json.loads(path.read_text("utf-8"))
        seed = ""
        if role == "desk":
            seed = json.loads((home / "desk.json").read_text("utf-8"))["signing_seed"]
        return Instance(
            secret_key=str(shared["secret_key"]),
            claim_salt=bytes.fromhex(shared["claim_salt"]),
            verify_key=bytes.fromhex(shared["verify_key"]),
            signing_seed=bytes.fromhex(seed),
            pack=str(shared["pack"]),
            demo=bool(shared["demo"]),
            initialised=True,
        )
    except (OSError, ValueError, KeyError, TypeError) as unreadable:
        raise BadSetting(
            f"The instance's settings in {home} can't be read. Restore instance.json and desk.json from a backup."
        ) from unreadable


def _write(path: Path, value: dict[str, object]) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(value, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
