"""How often a codebook's themes are ranked right, on lessons that nothing was tuned on.

    python bench/themes.py measure
    python bench/themes.py compare [--json]       (what `closecall bench themes` runs)

The lessons are those of the invented library: on the forty first reports one looked while the engine's
weights were chosen, all others were written later by others (`lesson_reading.py` measures on lessons by other writers again).
Right is what two coders agreed on or a third settled (`lesson_codings.csv` has both). "five": one of the
known study's five common lessons. Intervals are Wilson's, 95 %.
"""

import argparse
import csv
import json
import time
from math import sqrt
from pathlib import Path

import numpy as np
import yaml

from closecall.public.taxonomy.rules.loading import read_codebook
from closecall.text.meaning import MODEL
from closecall.text.meaning.themes import Described, Ranked, Ranker

PACK = Path(__file__).parents[1] / "closecall/packs/law_enforcement"
FIRST = frozenset(
    [
        "001",
        "008",
        "010",
        "015",
        "016",
        "022",
        "026",
        "034",
        "035",
        "044",
        "054",
        "061",
        "062",
        "065",
        "068",
        "078",
        "082",
        "083",
        "085",
        "100",
        "101",
        "102",
        "108",
        "110",
        "121",
        "128",
        "131",
        "134",
        "139",
        "142",
        "146",
        "155",
        "158",
        "165",
        "169",
        "171",
        "178",
        "184",
        "187",
        "190",
    ]
)
"""The reports whose lessons were looked at while weights were chosen."""
STUDY = frozenset({"MF", "FA", "UA", "AM"})
OFF = (
    "The cafeteria should serve better coffee.", "My truck payment is due on Friday.", "The union meeting moved to the annex.",
    "Please add dark mode to the records system.", "I like my hot dogs with mustard.", "The quarterly budget needs another signature.",
    "Somebody left the break room a mess again.", "Parking passes are renewed every spring.", "My daughter starts college soon.",
    "The copier is out of toner.", "Overtime slips go in the blue tray.", "The new carpet smells of glue.",
)  # fmt: skip


def wilson(hits: int, of: int) -> str:
    """A share with its interval."""
    z, p = 1.96, hits / of
    middle, half = (
        (p + z * z / (2 * of)) / (1 + z * z / of),
        z * sqrt(p * (1 - p) / of + z * z / (4 * of * of)) / (1 + z * z / of),
    )
    return f"{p:.3f} [{middle - half:.3f}-{middle + half:.3f}]"


def lessons() -> list[tuple[str, str, str, str]]:
    """Every lesson: report, category, words, theme."""
    found = []
    for file in sorted((PACK / "demo").glob("*.yaml")):
        report = yaml.safe_load(file.read_text("utf-8"))
        found += [(file.stem, report["category"], one["text"], one["theme"]) for one in report["lessons"]]
    return found


def ranker() -> tuple[Ranker, dict[str, str]]:
    """The law-enforcement codebook's ranker, and each theme's parent."""
    book = read_codebook(PACK / "codebook.yaml")
    described = [Described(one.key, one.label, one.description, one.exemplars) for one in book.themes]
    return Ranker(described, MODEL), {one.key: one.parent for one in book.themes}


def auc(inside: list[float], outside: list[float]) -> float:
    """How often a lesson is nearer to its best theme than a sentence that is no lesson."""
    return float(np.mean([(one > other) + 0.5 * (one == other) for one in inside for other in outside]))


def kappa(pairs: list[tuple[str, str]]) -> tuple[float, float, float]:
    """Cohen's kappa with a bootstrap interval."""

    def one(rows: list[tuple[str, str]]) -> float:
        agree = sum(left == right for left, right in rows) / len(rows)
        left, right = [row[0] for row in rows], [row[1] for row in rows]
        chance = sum(left.count(key) * right.count(key) for key in set(left)) / len(rows) ** 2
        return (agree - chance) / (1 - chance)

    rng = np.random.default_rng(7)
    draws = sorted(one([pairs[at] for at in rng.integers(0, len(pairs), len(pairs))]) for _ in range(400))
    return one(pairs), draws[10], draws[389]


def measure() -> None:
    """Print the tables."""
    rank, parents = ranker()
    told = lessons()
    ranked = dict(zip(told, rank.rank([words for _r, _c, words, _t in told]), strict=True))
    print(
        "| lessons | n | first right | among first three | fits-AUC | five right (study lessons) |\n|---|---|---|---|---|---|"
    )
    far = [one.nearness for one in rank.rank(list(OFF))]
    for name, chosen in (
        ("first forty reports (looked at while choosing)", True),
        ("the other 150 reports", False),
    ):
        rows = [(one, ranked[one]) for one in told if (one[0] in FIRST) is chosen]
        first = sum(found.themes[0][0] == one[3] for one, found in rows)
        three = sum(one[3] in [key for key, _p in found.themes[:3]] for one, found in rows)
        five = [(one, found) for one, found in rows if one[1] in STUDY and parents[one[3]]]
        right = sum(parents[found.themes[0][0]] == parents[one[3]] for one, found in five)
        near = auc([found.nearness for _one, found in rows], far)
        print(
            f"| {name} | {len(rows)} | {wilson(first, len(rows))} | {wilson(three, len(rows))} | {near:.3f} | {wilson(right, len(five))} |"
        )
    study = [(one, ranked[one]) for one in told if one[1] in STUDY]
    print(
        f"\nTop five of the cohort of 93, coded: {top([one[3] for one, _f in study])}\nproposed: {top([f.themes[0][0] for _o, f in study])}"
    )
    with (Path(__file__).parent / "lesson_codings.csv").open(encoding="utf-8", newline="") as stream:
        codings = [(row["first"], row["second"]) for row in csv.DictReader(stream)]
    print("\nTwo coders, all lessons: kappa %.3f [%.3f-%.3f], n %d" % (*kappa(codings), len(codings)))


def top(keys: list[str]) -> list[str]:
    """The five commonest."""
    return sorted(set(keys), key=lambda key: (-keys.count(key), key))[:5]


def compare(as_json: bool) -> None:
    """Time 2,000 lessons, and the cohort's."""
    rank, _parents = ranker()
    told = [words for _r, _c, words, _t in lessons()]
    rows = []
    for name, texts in (("93 reports", told[:250]), ("2,000 lessons", (told * 5)[:2000])):
        began = time.process_time()
        answers: list[Ranked] = rank.rank(texts)
        rows.append({"class": name, "peer": None, "ours_ms": round(1000 * (time.process_time() - began)), "peer_ms": None,
                     "ratio": None, "hits_equal": len(answers) == len(texts)})  # fmt: skip
    print(
        json.dumps(rows)
        if as_json
        else "\n".join(f"{row['class']}: {row['ours_ms']} ms of CPU" for row in rows)
    )


def main() -> None:
    """Measure or compare."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parts = parser.add_subparsers(required=True, dest="what")
    parts.add_parser("measure")
    other = parts.add_parser("compare")
    other.add_argument("--against", default="")
    other.add_argument("--reports", type=int, default=0)
    other.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    if asked.what == "measure":
        measure()
    else:
        compare(asked.json)


if __name__ == "__main__":
    main()
