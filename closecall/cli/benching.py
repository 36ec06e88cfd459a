"""`closecall bench`: how fast, beside a peer, in one run. The benchmarks live in the checkout, not in the package."""

import argparse
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import closecall
from closecall.errors import BadInput

_FOLDER: Final = Path(closecall.__file__).resolve().parents[1] / "bench"
_PEERS: Final = {"search": "sqlite,postgres", "intake": "plain", "deid": "presidio", "themes": ""}


def add(parts: Any) -> None:
    """Add the command's parser."""
    bench = parts.add_parser("bench", help="measure speed beside a peer, in one run")
    bench.add_argument("what", choices=sorted(_PEERS))
    bench.add_argument("--reports", type=int, default=0, metavar="N", help="how large a library (search)")
    bench.add_argument("--against", default=None, metavar="PEER,…", help="which peers")
    bench.add_argument(
        "--json", action="store_true", help="rows of class, peer, ours_ms, peer_ms, ratio, hits_equal"
    )
    bench.set_defaults(run=_bench)


def _bench(asked: argparse.Namespace) -> int:
    """Run `bench/<what>.py compare`."""
    script = _FOLDER / f"{asked.what}.py"
    if not script.exists():
        raise BadInput(
            "The benchmarks are part of the checkout, and this isn't one. Clone the project and run them there."
        )
    words = ["compare", "--against", _PEERS[asked.what] if asked.against is None else asked.against]
    if asked.reports:
        words += ["--reports", str(asked.reports)]
    if asked.json:
        words.append("--json")
    return subprocess.run([sys.executable, str(script), *words], check=False).returncode  # noqa: S603 - our own script
