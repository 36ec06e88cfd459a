"""How long the server works on the library's pages, with a library of any size.

    python bench/search_pages.py [--reports 100000] [--rounds 5] [--keep FOLDER] [--json]

Makes a demonstration in a folder of its own (or uses what `--keep` left), fills it with made-up reports whose codes
are the law-enforcement pack's, and asks for pages as the public process answers them: middleware, database, signatures,
index, template, compression. One process, one request at a time; milliseconds of wall and of processor time.
Only the demonstration has vectors, so this is mostly search by words. To look at it in a browser:
CLOSECALL_HOME=FOLDER/home closecall serve
"""

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from search_corpus import Corpus

ROOT = Path(__file__).resolve().parents[1]
LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
PAGES = {
    "first page of the library": ("/reports/",),
    "one word": ("/reports/?q={0}", "/reports/?q={1}&sort=new"),
    "two words": ("/reports/?q={0}+{1}", "/reports/?q={1}+{2}&page=2"),
    "phrase": ("/reports/?q=%22{3}%22",),
    "words and filters": ("/reports/?q={0}+{1}&light={light}&activity={activity}&outcome={outcome}",),
    "filters": ("/reports/?event={event}&light={light}", "/reports/?activity={activity}&from=2015&to=2020"),
    "nothing found": ("/reports/?q={0}+zzzz",),
    "report": ("/reports/{id}/",),
    "topics": ("/topics/", "/topics/{event}/"),
    "home": ("/",),
}


def reports(many: int) -> Iterator[Any]:
    """Made-up reports: a made-up library's words, a pack's codes, the later years fuller."""
    from closecall.public.library import render
    from closecall.public.library.rules.report import AppliedCode, Lesson, ReleasedText
    from closecall.public.taxonomy.queries import pack

    field = pack("law_enforcement")
    facets = [(facet.key, [code.key for code in facet.choices]) for facet in render.shown_facets(field)]
    themes = [theme.key for theme in field.codebook.themes]
    dice = random.Random(7)
    for made in Corpus(many):
        situation = random.Random(int(40 * dice.random() ** 2))
        codes = []
        for key, keys in facets:
            usual = keys[int(len(keys) * situation.random() ** 1.6)]
            code = usual if dice.random() < 0.65 else keys[int(len(keys) * dice.random() ** 1.6)]
            codes.append(AppliedCode(key, code))
        number, spelled = made.number * 7_919_317 % 30**6, ""  # ids don't tell the order
        for _ in range(6):
            number, at = divmod(number, 30)
            spelled += LETTERS[at]
        theme = themes[int(len(themes) * dice.random() ** 1.6)]
        yield ReleasedText(
            public_id=spelled,
            pack="law_enforcement",
            pack_version=field.version,
            title=made.title.capitalize(),
            synopsis=made.lesson.capitalize() + ".",
            narrative=_sentences(made.text),
            lessons=(Lesson(made.lesson.capitalize() + ".", theme, "officer"),),
            codes=tuple(codes),
            period=f"{made.quarter // 4}-Q{made.quarter % 4 + 1}",
        )


def fill(folder: Path, many: int) -> None:
    """Make the instance and publish into it."""
    environment = {name: value for name, value in os.environ.items() if name != "CLOSECALL_ROLE"}
    words = ["demo", "--json"]
    subprocess.run(
        [sys.executable, "-m", "closecall", *words],
        check=True, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    _wake()
    from closecall.public.library import actions

    before = time.monotonic()
    actions.publish_as_instance(reports(many), origin="invented", source_label="Made up to measure")
    actions.index_pending()
    print(f"{many} reports in after {time.monotonic() - before:.0f} s", file=sys.stderr)


def measure(rounds: int) -> list[dict[str, object]]:
    """Ask for every page, each time with other words and filters."""
    from django.test import Client

    from closecall.public.library import queries

    client = Client(HTTP_HOST="127.0.0.1", HTTP_ACCEPT_ENCODING="gzip")
    counts = queries.topic_counts()
    ids = queries.every_public_id()
    pool = [word for word in Corpus(1).pool[:200_000] if len(word) > 3]
    dice = random.Random(11)
    rows = []
    for name, addresses in PAGES.items():
        wall, cpu, size = [], [], 0
        for turn in range(rounds * 10 + 1):
            at = dice.randrange(len(pool) - 2)
            words = [*dice.sample(pool[:4_000], 3), f"{pool[at]}+{pool[at + 1]}"]
            picked = {
                facet: dice.choice(sorted(set(codes) - {"other", "unknown"}))
                for facet, codes in counts.items()
            }
            address = addresses[turn % len(addresses)].format(*words, id=dice.choice(ids), **picked)
            began, worked = time.perf_counter(), time.process_time()
            response = client.get(address)
            if turn:  # the first only warms
                wall.append((time.perf_counter() - began) * 1000)
                cpu.append((time.process_time() - worked) * 1000)
            if response.status_code != 200:
                raise SystemExit(f"{address}: {response.status_code}")
            size = max(size, len(response.content))
        rows.append(
            {"page": name, "n": len(wall), **_spread("wall", wall), **_spread("cpu", cpu), "bytes": size}
        )
    return rows


def run(asked: argparse.Namespace) -> int:
    """Fill if need be, measure, print."""
    with tempfile.TemporaryDirectory(prefix="closecall-pages-") as made:
        folder = Path(asked.keep or made)
        os.environ.update(
            CLOSECALL_HOME=str(folder / "home"),
            CLOSECALL_RUNTIME_DIR=str(folder / "runtime"),
            CLOSECALL_HOSTS="127.0.0.1",
            DJANGO_SETTINGS_MODULE="closecall.config.settings",
            PYTHONPATH=str(ROOT),
        )
        sys.path.insert(0, str(ROOT))
        if not (folder / "home").exists():
            subprocess.run(
                [sys.executable, __file__, "--fill", str(folder), "--reports", str(asked.reports)], check=True
            )
        os.environ["CLOSECALL_ROLE"] = "public"
        _wake()
        from closecall.public.library import actions

        actions.index_pending()
        actions.keep_common_words()  # as the housekeeper of a serving library does
        rows = measure(asked.rounds)
    print(json.dumps(rows, indent=1) if asked.json else "\n".join(map(str, rows)))
    return 0


def _wake() -> None:
    import django

    django.setup()


def _sentences(text: str) -> str:
    words = text.split()
    parts = [" ".join(words[at : at + 14]).capitalize() + "." for at in range(0, len(words), 14)]
    return "\n\n".join(" ".join(parts[at : at + 5]) for at in range(0, len(parts), 5))


def _spread(name: str, times: list[float]) -> dict[str, float]:
    high = sorted(times)[int(len(times) * 0.95)]
    return {f"{name}_p50_ms": round(statistics.median(times), 1), f"{name}_p95_ms": round(high, 1)}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--reports", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--keep", default="")
    parser.add_argument("--fill", default="", help=argparse.SUPPRESS)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    if given.fill:
        fill(Path(given.fill), given.reports)
    else:
        sys.exit(run(given))
