"""How soon every process sees a publication, and stops seeing a withdrawn report.

    python bench/search_visible.py [--trials 40] [--readers 2] [--json]

Makes a demonstration instance in a folder of its own and starts reader processes, which ask the public pages over and
over: the search for a word that only the new report has, the report's own page, the feed. Publishing and withdrawing
happen in this process. Milliseconds from just before the call to the first answer that is right everywhere; `looks` is
how many times the slowest reader had to ask after the call had returned (1: right at the first).
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WAIT_SECONDS = 20.0


@contextmanager
def reader(environment: dict[str, str]) -> Iterator["subprocess.Popen[str]"]:
    """Start a process that looks when told; ends with the block."""
    started = subprocess.Popen(
        [sys.executable, __file__, "read"],
        env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1,
    )  # fmt: skip
    try:
        if started.stdout.readline() != "ready\n":
            raise SystemExit("A reader did not start.")
        yield started
    finally:
        started.terminate()
        started.wait(10)


def read() -> None:
    """Look, as a reader: each line is a word, an id and whether both should be there."""
    import django

    django.setup()
    from django.test import Client

    client = Client(HTTP_HOST="127.0.0.1")
    client.get("/reports/?q=warm")
    print("ready", flush=True)
    for line in sys.stdin:
        word, public_id, wanted = line.split()
        looks = 0
        until = time.monotonic() + WAIT_SECONDS
        while True:
            looks += 1
            here = public_id.encode()
            seen = {
                here in client.get(f"/reports/?q={word}").content,
                here in client.get("/feeds/reports.atom").content,
                here in client.get("/reports/.json", {"q": word}).content,
                client.get(f"/reports/{public_id}/").status_code == 200,
            }
            if seen == {wanted == "there"} or time.monotonic() > until:
                break
            time.sleep(0.01)
        print(json.dumps([time.monotonic(), looks, seen == {wanted == "there"}]), flush=True)


def run(asked: argparse.Namespace) -> int:
    """Publish and withdraw, again and again."""
    with tempfile.TemporaryDirectory(prefix="closecall-visible-") as folder:
        os.environ.update(
            CLOSECALL_HOME=f"{folder}/home",
            CLOSECALL_RUNTIME_DIR=f"{folder}/runtime",
            CLOSECALL_ROLE="desk",
            CLOSECALL_HOSTS="127.0.0.1",
            DJANGO_SETTINGS_MODULE="closecall.config.settings",
            PYTHONPATH=str(ROOT),
        )
        sys.path.insert(0, str(ROOT))
        subprocess.run(
            [sys.executable, "-m", "closecall", "demo", "--json"],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=ROOT,
        )
        import django

        django.setup()
        from closecall.public.library import actions
        from closecall.public.library.rules.report import Lesson, ReleasedText

        took: dict[str, list[float]] = {"published": [], "withdrawn": []}
        looks = {"published": 0, "withdrawn": 0}
        right = True
        with ExitStack() as stack:
            readers = [
                stack.enter_context(reader({**os.environ, "CLOSECALL_ROLE": "public"}))
                for _ in range(asked.readers)
            ]
            for trial in range(asked.trials):
                word, public_id = f"zq{trial:05}x", f"ZQ{trial:05}"
                text = ReleasedText(
                    public_id, "law_enforcement", 1, f"A made-up {word}", "", f"It went {word}, and held.",
                    lessons=(Lesson("Look twice."),),
                )  # fmt: skip
                for what in ("published", "withdrawn"):
                    before = time.monotonic()
                    if what == "published":
                        actions.publish_as_instance([text], origin="invented", source_label="Made up")
                    else:
                        actions.retract(public_id)
                    for one in readers:
                        one.stdin.write(f"{word} {public_id} {'there' if what == 'published' else 'gone'}\n")
                        one.stdin.flush()
                    for one in readers:
                        at, many, good = json.loads(one.stdout.readline())
                        took[what].append((at - before) * 1000)
                        looks[what] = max(looks[what], many)
                        right = right and good
        rows = [
            {
                "what": what,
                "n": len(times),
                "p50_ms": round(statistics.median(times)),
                "p95_ms": round(sorted(times)[int(len(times) * 0.95)]),
                "looks": looks[what],
            }
            for what, times in took.items()
        ]
        print(json.dumps(rows, indent=1) if asked.json else "\n".join(map(str, rows)))
        return 0 if right else 1


if __name__ == "__main__":
    if sys.argv[1:] == ["read"]:
        sys.exit(read())
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--trials", type=int, default=40)
    parser.add_argument("--readers", type=int, default=2)
    parser.add_argument("--json", action="store_true")
    sys.exit(run(parser.parse_args()))
