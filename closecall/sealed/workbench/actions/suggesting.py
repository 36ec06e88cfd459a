"""Train the suggestions from what is published, and count what became of them. No text is kept of either."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Final

import numpy as np
from django.db.models import F

from closecall.public.library import queries as library
from closecall.public.taxonomy import queries as taxonomy
from closecall.sealed.workbench.actions.work import new_id
from closecall.sealed.workbench.models import SuggestionCount, SuggestionTenth
from closecall.sealed.workbench.queries import suggesting as reading
from closecall.sealed.workbench.rules import suggesting as rules
from closecall.sealed.workbench.rules.suggesting import Judged, key_of
from closecall.text.meaning import MODEL, NAME
from closecall.text.suggesting import learn
from closecall.text.suggesting.evaluating import Evaluation, evaluate
from closecall.text.suggesting.keeping import MOST_CHUNKS, vectors_of

_SEEDS: Final = 3
_BATCH: Final = 200


@dataclass(frozen=True)
class Trained:
    """What training came to. `codes` 0: too few reports or codings, and descriptions suggest."""

    reports: int
    codes: int

    @property
    def sentence(self) -> str:
        """It, as people read it."""
        if self.codes:
            return f"{self.codes} codes learned from {self.reports} published reports."
        return (
            f"{self.reports} reports are published: too few to learn from. Descriptions and examples of codes suggest "
            f"until there are {rules.ENOUGH}, and enough of them with the same code."
        )

    def data(self) -> dict[str, int]:
        """For `--json`."""
        return asdict(self)


def train(*, progress: Callable[[str], None] = lambda _words: None) -> Trained:
    """Learn from this instance's published codings, and keep models, their measured quality and descriptions.

    Raises: NoModel when the sentence model can't be loaded.
    """
    pack = taxonomy.pack()
    folder = reading.suggestions_path()
    folder.mkdir(parents=True, exist_ok=True)
    _describe()
    known = {key_of(facet.key, code.key) for facet in rules.suggestible(pack) for code in facet.codes}
    texts, coded = _published(pack.key, known)
    if len(texts) >= rules.ENOUGH:
        vectors = vectors_of(
            texts,
            lambda text: MODEL.vector(text, most_chunks=MOST_CHUNKS),
            kept=folder / "vectors.npz",
            model=NAME,
            progress=progress,
        )
        try:
            found = evaluate(texts, vectors, coded, split="random", seeds=_SEEDS, progress=progress)
            machine = learn(texts, vectors, coded)
        except ValueError:  # no code has been applied often enough
            pass
        else:
            _keep_quality(found, len(texts))
            machine.save(folder)
            return Trained(len(texts), len(machine.codes))
    # What was learned from reports that are gone must not outlive them.
    for stale in ("model.npz", reading.QUALITY, "vectors.npz"):
        (folder / stale).unlink(missing_ok=True)
    return Trained(len(texts), 0)


def count(judged: Judged) -> None:
    """Add one case's verdicts to the counts. For a caller who holds a sealed transaction."""
    for key, fate in judged.fates:
        row, _made = SuggestionCount.objects.get_or_create(
            code=key, unaided=judged.unaided, defaults={"id": new_id()}
        )
        SuggestionCount.objects.filter(pk=row.pk).update(**{fate.value: F(fate.value) + 1})
    for tenth in sorted({tenth for tenth, _applied in judged.tenths}):
        mine = [applied for one, applied in judged.tenths if one == tenth]
        row_of_tenth, _made = SuggestionTenth.objects.get_or_create(
            tenth=tenth, unaided=judged.unaided, defaults={"id": new_id()}
        )
        SuggestionTenth.objects.filter(pk=row_of_tenth.pk).update(
            n=F("n") + len(mine), applied=F("applied") + sum(mine)
        )


def _published(pack: str, known: set[str]) -> tuple[list[str], list[frozenset[str]]]:
    """Narratives and codes of every listed report, oldest first."""
    ids = library.every_public_id(pack=pack)
    found = []
    for start in range(0, len(ids), _BATCH):
        for one in library.reports(ids[start : start + _BATCH]):
            codes = frozenset(key_of(each.facet, each.code) for each in one.text.codes) & known
            if codes and one.text.narrative.strip():
                found.append((one.position, one.text.narrative, codes))
    found.sort(key=lambda row: row[0])
    return [text for _position, text, _codes in found], [codes for _position, _text, codes in found]


def _describe() -> None:
    """Keep the vectors of what the pack says of each code."""
    told = reading.described_texts(taxonomy.pack())
    owners = [key for key, texts in told.items() for _text in texts]
    texts = [text for each in told.values() for text in each]
    folder = reading.suggestions_path()
    rows = vectors_of(texts, MODEL.vector, kept=folder / "described-vectors.npz", model=NAME)
    waiting = folder / f"{reading.DESCRIBED}.new"
    with waiting.open("wb") as file:
        np.savez(file, owners=np.array(owners), rows=rows, model=np.array(NAME))
    waiting.replace(folder / reading.DESCRIBED)


def _keep_quality(found: Evaluation, reports: int) -> None:
    told = {
        "reports": reports,
        "figures": {name: round(one.mean, 4) for name, one in found.figures.items()},
        "by_code": [{"code": one.code, "taught": one.taught, "f1": round(one.f1, 4)} for one in found.codes],
        "bins": [(one.n, round(one.p, 4), round(one.true, 4)) for one in found.bins],
    }
    waiting = reading.suggestions_path() / f"{reading.QUALITY}.new"
    waiting.write_text(json.dumps(told), "utf-8")
    waiting.replace(waiting.with_suffix(""))
