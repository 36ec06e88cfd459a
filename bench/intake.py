"""How many reports a served instance takes in, sealed and durable, and how long a reporter waits.

    python bench/intake.py compare [--against plain] [--reports 200] [--workers 2] [--clients 8] [--json]

Ours is the public process as `closecall serve` starts it, on a fresh demonstration: form token, proof of work,
stretching of the claim code (Argon2id, 64 MiB), padding, sealing, three erasure slots, one durable transaction. An
answer with six words counts, and afterwards the table must hold as many reports as were acknowledged (`hits_equal`).
"plain" stores the same form as it was typed, by Django's shortest way (`bench/intake_peer.py`), under the same server
with the same workers and the same SQLite settings. Forms are opened and proofs are worked out before the clock runs:
that time is the browser's. Each report is a new story of some 900 characters.

    as many as go    `--clients` at once: how many a second; ours_ms, peer_ms: the server's processor time for each
    five a second    one every 200 ms, whether or not the last was answered; ours_ms, peer_ms: the median wait
"""

import argparse
import contextlib
import html
import http.client
import json
import os
import re
import secrets
import signal
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).parents[1]))
from closecall.sealed.intake.rules import proof

ROOT = Path(__file__).resolve().parents[1]
TICK = os.sysconf("SC_CLK_TCK")
STORY = (
    "Report {number}. I was on a stop on a dark road and the driver kept looking at his mirror. My partner called "
    "out and I stepped back from the window. He had reached under the seat, and what he had there was a wrench. "
)


@dataclass
class Site:
    """A served form: where it listens, whose processor time counts, and the table that must hold what it took."""

    address: str
    server: int
    database: Path
    table: str

    def stored(self) -> int:
        """How many reports lie in the table."""
        with contextlib.closing(sqlite3.connect(self.database, timeout=20)) as there:
            return int(there.execute(f"SELECT count(*) FROM {self.table}").fetchone()[0])  # noqa: S608 - our own name

    def spent(self) -> float:
        """Processor seconds of the processes that answer the public; the desk and housekeeping stand beside them."""
        family = _family(self.server)
        return sum(_seconds(pid) for pid in family if not _says(pid, b"desk_wsgi") and pid != self.server)


@dataclass
class Took:
    """What one run came to: waits in seconds, and how often another answer came than six words."""

    waits: list[float] = field(default_factory=list)
    refused: int = 0
    seconds: float = 0.0
    processor: float = 0.0
    complete: bool = False

    @property
    def each(self) -> float:
        """Processor milliseconds for one report."""
        return 1000 * self.processor / max(1, len(self.waits))

    @property
    def a_second(self) -> float:
        """Reports a second."""
        return len(self.waits) / self.seconds if self.seconds else 0.0

    def wait(self, share: float) -> float:
        """A quantile of the waits, in milliseconds."""
        if len(self.waits) < 2:
            return 0.0
        return 1000 * statistics.quantiles(self.waits, n=100, method="inclusive")[round(share * 100) - 1]


def ask(address: str, form: dict[str, str] | None = None) -> tuple[int, str]:
    """Open the form, or send it; its status and page."""
    connection = http.client.HTTPConnection(address, timeout=60)
    body = urlencode(form) if form else None
    headers = {"Origin": f"http://{address}", "Sec-Fetch-Site": "same-origin"}
    if body:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    connection.request("POST" if form else "GET", "/share/", body, headers)
    answer = connection.getresponse()
    page = answer.read().decode()
    connection.close()
    return answer.status, page


def prepare(site: Site, count: int) -> list[dict[str, str]]:
    """Open forms, as browsers do, and do their work beforehand."""
    forms = []
    for number in range(count):
        _status, page = ask(site.address)
        form = {
            "narrative": STORY.format(number=number) * 5,
            "step": "send",
            "token": _value(page, r'name="token" value="([^"]*)"'),
        }
        if "data-challenge" in page:
            told = [
                _value(page, rf'data-{name}="([^"]*)"') for name in ("challenge", "salt", "signature", "most")
            ]
            form["proof"] = proof.solve(proof.Challenge(told[0], told[1], told[2], int(told[3])))
        forms.append(form)
    return forms


def run(site: Site, forms: list[dict[str, str]], *, clients: int, every: float = 0.0) -> Took:
    """Send every form: as fast as `clients` get their answers, or one each `every` seconds."""
    took, lock = Took(), threading.Lock()
    before, processor, began = site.stored(), site.spent(), time.perf_counter()

    def send(at: int) -> None:
        if every:
            time.sleep(max(0.0, began + at * every - time.perf_counter()))
        asked = began + at * every if every else time.perf_counter()
        status, page = ask(site.address, forms[at])
        wait = time.perf_counter() - asked
        with lock:
            if status == 200 and "data-words=" in page:
                took.waits.append(wait)
            else:
                took.refused += 1

    with ThreadPoolExecutor(clients) as pool:
        list(pool.map(send, range(len(forms))))
    took.seconds = time.perf_counter() - began
    took.processor = site.spent() - processor
    took.complete = site.stored() - before == len(took.waits)
    return took


@contextlib.contextmanager
def ours(folder: Path, workers: int) -> Iterator[Site]:
    """A demonstration, served as people serve it."""
    home = folder / "home"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CLOSECALL_")}
    for name in ("DATABASE_URL", "SEALED_DATABASE_URL", "DJANGO_SETTINGS_MODULE"):
        kept.pop(name, None)
    environment = {
        **kept,
        "CLOSECALL_HOME": str(home),
        "CLOSECALL_RUNTIME_DIR": str(folder / "runtime"),
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, "-m", "closecall"]
    subprocess.run(
        [*command, "demo", "--json", "--reports", "3"], env=environment, check=True, capture_output=True
    )
    public, desk = (f"127.0.0.1:{_free_port()}" for _ in range(2))
    words = ["serve", "--public", public, "--desk", desk, "--workers", str(workers)]
    with _served([*command, *words], environment, public) as server:
        yield Site(public, server, home / "sealed.sqlite3", "intake_sealedreport")


@contextlib.contextmanager
def plain(folder: Path, workers: int) -> Iterator[Site]:
    """The peer, under the same server with the same settings."""
    address = f"127.0.0.1:{_free_port()}"
    database = folder / "plain.sqlite3"
    words = [
        "--interface", "wsgi", "--host", "127.0.0.1", "--port", address.rpartition(":")[2], "--workers", str(workers),
        "--blocking-threads", "4", "--http", "1", "--no-ws", "--log-level", "error", "intake_peer:application",
    ]  # fmt: skip
    environment = {
        **os.environ,
        "INTAKE_PEER_DATABASE": str(database),
        "INTAKE_PEER_KEY": secrets.token_urlsafe(32),
        "PYTHONPATH": os.pathsep.join((str(ROOT / "bench"), str(ROOT))),
    }
    with _served([sys.executable, "-m", "granian", *words], environment, address) as server:
        yield Site(address, server, database, "intake_peer_report")


PEERS = {"plain": plain}


def compare(asked: argparse.Namespace) -> int:
    """Measure ours and each peer, turn by turn, and print."""
    count = asked.reports or 200
    names = [name for name in asked.against.split(",") if name]
    for name in names:
        if name not in PEERS:
            sys.exit(f"There is no peer called {name}. Choose from: {', '.join(PEERS)}.")
    with tempfile.TemporaryDirectory(prefix="closecall-intake-") as folder:
        mine = measured(ours, Path(folder), count, asked)
        others = {name: measured(PEERS[name], Path(folder), count, asked) for name in names}
    rows = [row for name in names for row in table(mine, others[name], name)] or table(mine, None, "")
    if asked.json:
        print(json.dumps(rows))
        return 0
    print(
        "| class | peer | ours, ms | p95 | a second | peer, ms | p95 | a second | ratio | refused | all there |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|---|")
    for row in rows:
        cells = ("class", "peer", "ours_ms", "ours_p95_ms", "ours_per_second", "peer_ms", "peer_p95_ms",
                 "peer_per_second", "ratio", "refused", "hits_equal")  # fmt: skip
        print("| " + " | ".join("" if row[cell] is None else str(row[cell]) for cell in cells) + " |")
    return 0


def measured(site: object, folder: Path, count: int, asked: argparse.Namespace) -> tuple[Took, Took]:
    """Both classes on one freshly served site."""
    with site(folder, asked.workers) as there:  # type: ignore[operator] # one of the two above
        print(f"serving {there.table}", file=sys.stderr)
        run(there, prepare(there, 8), clients=4)  # the first ones load what a new process hasn't loaded yet
        most = run(there, prepare(there, count), clients=asked.clients)
        time.sleep(5)  # the bucket for everybody fills again
        five = run(there, prepare(there, max(50, count // 2)), clients=32, every=0.2)
    return most, five


def table(mine: tuple[Took, Took], other: tuple[Took, Took] | None, peer: str) -> list[dict[str, object]]:
    """The two rows of one comparison."""
    rows: list[dict[str, object]] = []
    for at, name in enumerate(("as many as go", "five a second")):
        one, two = mine[at], other[at] if other else None
        told = (
            (one.each, two.each if two else 0.0) if not at else (one.wait(0.5), two.wait(0.5) if two else 0.0)
        )
        rows.append(
            {
                "class": name,
                "peer": peer,
                "ours_ms": round(told[0], 1),
                "peer_ms": round(told[1], 1) if two else None,
                "ratio": round(told[1] / told[0], 3) if two and told[0] else None,
                "hits_equal": one.complete and (two is None or two.complete),
                "ours_p95_ms": round(one.wait(0.95), 1),
                "peer_p95_ms": round(two.wait(0.95), 1) if two else None,
                "ours_per_second": round(one.a_second, 1),
                "peer_per_second": round(two.a_second, 1) if two else None,
                "ours_processor_ms": round(one.each, 1),
                "refused": one.refused + (two.refused if two else 0),
            }
        )
    return rows


@contextlib.contextmanager
def _served(command: list[str], environment: dict[str, str], address: str) -> Iterator[int]:
    server = subprocess.Popen(
        command, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    try:
        until = time.monotonic() + 180
        while True:
            with contextlib.suppress(OSError, http.client.HTTPException):
                if ask(address)[0] == 200:
                    break
            if server.poll() is not None or time.monotonic() > until:
                sys.exit("The server didn't start.")
            time.sleep(0.2)
        yield server.pid
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(60)


def _value(page: str, pattern: str) -> str:
    found = re.search(pattern, page)
    if found is None:
        sys.exit("The form isn't what this benchmark expects.")
    return html.unescape(found[1])


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _family(pid: int) -> list[int]:
    """A process and everything that it started."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            with contextlib.suppress(OSError, IndexError, ValueError):
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                children.setdefault(parent, []).append(int(entry.name))
    found, waiting = [], [pid]
    while waiting:
        found.append(waiting.pop())
        waiting += children.get(found[-1], [])
    return found


def _says(pid: int, word: bytes) -> bool:
    try:
        return word in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def _seconds(pid: int) -> float:
    try:
        parts = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(parts[11]) + int(parts[12])) / TICK


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parts = parser.add_subparsers(required=True)
    one = parts.add_parser("compare")
    one.add_argument("--against", default="")
    one.add_argument("--reports", type=int, default=0, help="how many to send (default 200)")
    one.add_argument("--workers", type=int, default=2, help="public processes (default 2)")
    one.add_argument("--clients", type=int, default=8, help="how many send at once (default 8)")
    one.add_argument("--json", action="store_true")
    one.set_defaults(run=compare)
    asked = parser.parse_args()
    return int(asked.run(asked))


if __name__ == "__main__":
    sys.exit(main())
