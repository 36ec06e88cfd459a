"""Write the demonstration's study anew: decisions, the second coder's themes and content, as the pack ships them.

    CLOSECALL_HOME=/tmp/demo closecall demo
    CLOSECALL_HOME=/tmp/demo python bench/demonstration_study.py

The decisions are the first coder's of `lesson_codings.csv` wherever they differ from the machine's proposal, then the
merges into the known study's five lessons; the second coder's themes are that file's. Run it after a change of the
invented reports, the codebook or the engine; `tests/public/exchange/test_demonstration_study.py` says when that is due.
"""

import csv
import hashlib
import json
import os
from pathlib import Path

import yaml

from closecall.cli.output import wake

ROOT = Path(__file__).parents[1]
PACK = ROOT / "closecall/packs/law_enforcement"
FOLDER = PACK / "demo/studies/five-common-lessons"
WHO = "heron, a language model"
HEADS = ("time_distance_cover", "act_on_cues", "wear_armor", "keep_scanning", "search_people")
"""The theme of each family that the others are merged into: the one with most lessons."""
NAMES = (
    "Slow down, use proper tactics, ask for resources, plan",
    "Heed pre-assault indicators and signs of a concealed weapon",
    "Wear body armor",
    "Scan continuously and report your location",
    "Search thoroughly, even after somebody else has",
)


def main() -> None:
    """Write the three files."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "closecall.config.settings")
    wake()
    from closecall.public.exchange.rules.invented import public_id
    from closecall.public.studies import actions, queries
    from closecall.public.studies.rules.results import read_decisions
    from closecall.public.taxonomy.rules.loading import read_codebook

    book = read_codebook(PACK / "codebook.yaml")
    study = yaml.safe_load((FOLDER / "study.yaml").read_text("utf-8"))
    cohort = actions.freeze_cohort(queries.read_query(study["query"]))
    grouped = actions.group_lessons(cohort, book)
    first, second = {}, {}
    with (ROOT / "bench/lesson_codings.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            number, _, at = row["lesson"].partition(".")
            lesson = f"{public_id('law_enforcement', number)}/{at}"
            first[lesson], second[lesson] = row["first"], row["second"]
    decisions = []
    for theme in book.themes:
        moved = [
            one.id
            for one in cohort.lessons
            if first[one.id] == theme.key and grouped.first.placed[one.id] != theme.key
        ]
        if moved:
            decisions.append({"verb": "move", "by": WHO, "into": theme.key, "lessons": moved})
    for head, name in zip(HEADS, NAMES, strict=True):
        family = book.theme(head).parent
        decisions += [
            {"verb": "merge", "by": WHO, "theme": theme.key, "into": head}
            for theme in book.children(family)
            if theme.key != head
        ]
        decisions.append({"verb": "name", "by": WHO, "theme": head, "label": name})
    here = {one.id: second[one.id] for one in cohort.lessons}
    content = actions.compose(
        cohort,
        grouped,
        book,
        book_hash=hashlib.sha256((PACK / "codebook.yaml").read_bytes()).hexdigest(),
        title=study["title"],
        question=study["question"],
        decisions=read_decisions(decisions),
        second=here,
        notes=study["notes"],
    )
    head = "# {} Written by bench/demonstration_study.py; takes the place of a file given to `closecall study run`.\n"
    for name, says, rows in (
        ("decisions", "What the analyst decided, in order.", decisions),
        ("second", "What the second coder chose, lesson by lesson.", here),
    ):
        written = yaml.safe_dump(
            rows, sort_keys=False, allow_unicode=True, width=118, default_flow_style=None
        )
        (FOLDER / f"{name}.yaml").write_text(head.format(says) + written, "utf-8")
    cohort_without_seq = {key: value for key, value in content["cohort"].items() if key != "seq"}
    (FOLDER / "content.json").write_text(
        json.dumps({**content, "cohort": cohort_without_seq}, ensure_ascii=False, sort_keys=True) + "\n",
        "utf-8",
    )
    print(len(cohort.frozen.ids), "reports,", len(cohort.lessons), "lessons,", len(decisions), "decisions")


if __name__ == "__main__":
    main()
