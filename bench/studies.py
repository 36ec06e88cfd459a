"""How long a study takes at the desk, from the question to everything that would be published.

    python bench/studies.py [--json]

In a throwaway demonstration: the study of the 93, then one of 2,000 lessons, for which the invented reports are
shelved again under other ids, each lesson with a word more, so that no vector is known already. Steps: the cohort is
frozen; the job reads every lesson (the model is loaded in the first), ranks and groups; the board is drawn up; every
number of the publication is worked out. One thread; seconds of processor time, and of the clock.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

QUERY = "?event=felonious_assault&event=ambush&event=unprovoked_attack&event=missed_firearm"
GOALS = {"93 reports": 5.0, "2,000 lessons": 30.0}
LESSONS = 2_000


class Stopwatch:
    """Seconds of processor time and of the clock, step by step."""

    def __init__(self) -> None:
        self.steps: dict[str, tuple[float, float]] = {}

    def run(self, name: str, act: Callable[[], object]) -> object:
        """Run one step."""
        cpu, wall = time.process_time(), time.perf_counter()
        done = act()
        self.steps[name] = (time.process_time() - cpu, time.perf_counter() - wall)
        return done

    @property
    def whole(self) -> tuple[float, float]:
        """All steps together."""
        return sum(cpu for cpu, _ in self.steps.values()), sum(wall for _, wall in self.steps.values())


def demonstration(home: Path) -> dict[str, str]:
    """Make one; gives somebody who may sign in."""
    os.environ |= {
        "CLOSECALL_HOME": str(home),
        "CLOSECALL_RUNTIME_DIR": str(home / "run"),
        "OMP_NUM_THREADS": "1",
    }
    words = [sys.executable, "-m", "closecall", "demo", "--json"]
    made = subprocess.run(words, capture_output=True, text=True, check=True)
    os.environ |= {"CLOSECALL_ROLE": "desk", "DJANGO_SETTINGS_MODULE": "closecall.config.settings"}
    people: list[dict[str, str]] = json.loads(made.stdout)["people"]
    return next(one for one in people if one["role"] == "approver")


def shelve_more() -> str:
    """Shelve the invented reports again until 2,000 lessons are new; gives the search that finds those."""
    from closecall.public.exchange.actions import demonstration as invented
    from closecall.public.exchange.rules.invented import public_id, release
    from closecall.public.library import actions as library
    from closecall.public.taxonomy.queries import pack

    told = [
        release(one, pack="law_enforcement", version=pack("law_enforcement").version)
        for one in invented.read_invented("law_enforcement")
    ]
    texts, lessons, copy = [], 0, 0
    while lessons < LESSONS:
        for at, one in enumerate(told):
            if lessons >= LESSONS:
                break
            more = tuple(replace(lesson, text=f"{lesson.text} Copy {copy}.") for lesson in one.lessons)
            more = more[: LESSONS - lessons]
            lessons += len(more)
            number = public_id("bench", f"{copy}-{at}")
            texts.append(replace(one, public_id=number, title=f"Benchmark {one.title}"[:120], lessons=more))
        copy += 1
    library.publish_as_instance(texts, origin="invented", source_label="Benchmark")
    library.catch_up()
    return "title:benchmark"


def measured(title: str, query: str, by: object) -> tuple[Stopwatch, int, int]:
    """One study from its question to its content."""
    from closecall.sealed.research import actions, queries
    from closecall.sealed.research.actions.publishing import content_of
    from closecall.sealed.research.models import Study

    watch = Stopwatch()
    slug = watch.run(
        "freeze", lambda: actions.open_study(title=title, question="How long?", query=query, by=by)
    )
    watch.run("read, rank, group", lambda: actions.work(seconds=600))
    pages = queries.Pages(queries.state(str(slug)), {})
    watch.run("board", lambda: (queries.Pages(queries.state(str(slug)), {}).columns, pages.saturation))
    watch.run("every number", lambda: content_of(Study.objects.get(slug=slug)))
    return watch, len(pages.state.cohort.frozen.ids), len(pages.state.cohort.lessons)


def main() -> None:
    """Print a row for each study."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="closecall-bench-") as folder:
        person = demonstration(Path(folder) / "home")
        import django

        django.setup()
        import pyotp

        from closecall.sealed.accounts.actions import open_desk

        code = pyotp.TOTP(person["totp_secret"]).now()
        desk = open_desk(person["name"], person["passphrase"], code).desk
        rows = []
        for name, query in (("93 reports", lambda: QUERY), ("2,000 lessons", shelve_more)):
            watch, reports, lessons = measured(name, query(), desk)
            cpu, wall = watch.whole
            steps = {step: round(seconds, 2) for step, (seconds, _) in watch.steps.items()}
            rows.append({"study": name, "reports": reports, "lessons": lessons, "cpu_s": round(cpu, 2),
                         "wall_s": round(wall, 2), "goal_s": GOALS[name], "steps_cpu_s": steps})  # fmt: skip
    if asked.json:
        print(json.dumps(rows, indent=1))
        return
    for row in rows:
        print(", ".join(f"{key} {value}" for key, value in row.items()))


if __name__ == "__main__":
    main()
