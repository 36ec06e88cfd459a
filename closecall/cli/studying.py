"""`closecall study run`: a study from its question to its numbers, and the comparison with the published ones."""

import argparse
import csv
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from closecall.cli.output import as_json, aside, command, wake
from closecall.errors import BadInput


def add(parts: object) -> None:
    """Add the command."""
    study = command(
        parts, "study", _study, says="Run a study, and compare every number with the published one."
    )
    study.add_argument("what", choices=["run"])
    study.add_argument("--query", required=True, help="as in a search's address, or plain words")
    study.add_argument("--codebook", required=True, type=Path, metavar="FILE")
    study.add_argument("--out", required=True, type=Path, metavar="DIR")
    study.add_argument("--decisions", type=Path, metavar="FILE", help="what people decided, as YAML or JSON")
    study.add_argument(
        "--second", type=Path, metavar="FILE", help="a second coder's themes: lesson id to theme"
    )
    study.add_argument("--title", default="", help="the study's title, its finding")
    study.add_argument("--question", default="", help="what was asked")
    study.add_argument("--publish", default="", metavar="SLUG", help="publish it at /studies/SLUG/")
    study.add_argument("--json", action="store_true")


def _study(asked: argparse.Namespace) -> int:
    """Run it; 1 when the published numbers can't be repeated."""
    wake()
    from django.utils import timezone

    from closecall.public.studies import actions, queries
    from closecall.public.studies.rules import results
    from closecall.public.taxonomy.rules.loading import read_codebook

    request = queries.read_query(asked.query)
    book = read_codebook(asked.codebook)
    book_hash = hashlib.sha256(asked.codebook.read_bytes()).hexdigest()
    cohort = actions.freeze_cohort(request)
    aside(f"{len(cohort.frozen.ids)} reports, {len(cohort.lessons)} lessons.")
    grouped = actions.group_lessons(cohort, book)
    published = queries.published_of(cohort.frozen.query)
    there: Mapping[str, object] = published.content if published is not None and not asked.publish else {}
    decisions = results.read_decisions(_file(asked.decisions, there.get("decisions", [])))
    second = _file(asked.second, there.get("second", {}))
    notes = there.get("notes", [])
    if not isinstance(second, dict):
        raise BadInput("A second coder's file maps lesson ids to themes.")
    content = actions.compose(
        cohort,
        grouped,
        book,
        book_hash=book_hash,
        title=asked.title or str(there.get("title", "")) or "Untitled study",
        question=asked.question or str(there.get("question", "")),
        decisions=decisions,
        second=second,
        notes=[str(one) for one in notes] if isinstance(notes, list) else [],
    )
    _write(asked.out, content, {one.id: one.text for one in cohort.lessons})
    said: dict[str, object] = {
        "reports": len(cohort.frozen.ids),
        "lessons": len(cohort.lessons),
        "hash": results.content_hash(content),
        "out": str(asked.out),
    }
    status = 0
    if asked.publish:
        version = actions.publish_study(asked.publish, content, on=timezone.localdate())
        said |= {"published": f"/studies/{version.slug}/", "version": version.version}
    elif published is not None:
        differ = [one for one in results.differences(there, content) if one != "cohort/seq"]
        said |= {"compared_with": published.slug, "version": published.version, "differences": differ}
        status = 1 if differ else 0
    if asked.json:
        as_json(said)
    else:
        for key, value in said.items():
            print(f"{key}: {value if value != [] else 'none'}")
    return status


def _file(path: Path | None, otherwise: object) -> object:
    """What a YAML or JSON file holds."""
    if path is None:
        return otherwise
    import yaml

    try:
        return yaml.safe_load(path.read_text("utf-8"))
    except (OSError, ValueError, yaml.YAMLError):
        raise BadInput("That file can't be read as YAML or JSON.") from None


def _write(folder: Path, content: Mapping[str, object], words: Mapping[str, str]) -> None:
    """study.json as published, lessons.csv with the lessons' words beside their themes."""
    from closecall.public.library.rules.tables import safe_cell

    folder.mkdir(parents=True, exist_ok=True)
    (folder / "study.json").write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", "utf-8")
    lessons = content["lessons"]
    with (folder / "lessons.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "theme", "first", "score", "lesson"])
        for one in lessons if isinstance(lessons, list) else ():
            key, score = one["proposed"][0] if one["proposed"] else ("", "")
            writer.writerow([one["id"], one["theme"], key, score, safe_cell(words[one["id"]])])
