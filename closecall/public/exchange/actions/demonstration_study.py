"""The demonstration's studies: published as a pack ships them, when the library is the one they were made from."""

import json
from datetime import date
from pathlib import Path

from closecall.errors import BadInput, NotFound
from closecall.public.exchange.actions.demonstration import PACKS
from closecall.public.exchange.rules.invented import InventedStudy
from closecall.public.studies import actions as studies
from closecall.public.studies import queries as published
from closecall.public.taxonomy.rules import reading


def publish_studies(pack: str, *, on: date) -> tuple[str, ...]:
    """Publish each study that `pack` brings; gives the addresses of those that stand, however often it runs.

    A study whose cohort doesn't read as it did is left out: its numbers would be another library's.
    Raises: BadInput for a file that can't be used.
    """
    folder = PACKS / pack / "demo/studies"
    here = sorted(one for one in folder.iterdir() if one.is_dir()) if folder.is_dir() else []
    try:
        return tuple(slug for one in here if (slug := _publish(one, on)))
    except (reading.PackError, ValueError, KeyError) as wrong:
        raise BadInput("A study of the demonstration can't be used. Reinstall Close Call.") from wrong


def _publish(folder: Path, on: date) -> str:
    told = reading.read(folder / "study.yaml", InventedStudy)
    try:
        return published.study(told.slug).slug
    except NotFound:
        pass
    content = json.loads((folder / "content.json").read_text("utf-8"))
    try:
        frozen = studies.freeze_cohort(published.read_query(told.query)).frozen
    except BadInput:  # nobody is in the cohort
        return ""
    if frozen.fingerprint != content["cohort"]["fingerprint"]:
        return ""
    content["cohort"]["seq"] = frozen.seq
    return studies.publish_study(told.slug, content, on=on).slug
