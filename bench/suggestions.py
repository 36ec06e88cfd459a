"""How good suggestions of codes are on the invented library: hints by description, models, and their sentences.

python bench/suggestions.py

Hints: the threshold was chosen on every second report; the others are measured. Models: learned on four fifths,
measured on the rest, five times; the sentence that carries a right suggestion is compared with the coder's own.
"""

import os
import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "closecall.config.settings")

import django  # noqa: E402 - the checkout must be found first

django.setup()

from closecall.public.exchange.actions.demonstration import read_invented  # noqa: E402 - after Django's settings
from closecall.public.taxonomy.queries import pack  # noqa: E402
from closecall.sealed.workbench.queries.suggesting import described_texts  # noqa: E402
from closecall.sealed.workbench.rules import sentences  # noqa: E402
from closecall.sealed.workbench.rules.suggesting import key_of, shown_of, suggestible  # noqa: E402
from closecall.text.meaning import MODEL  # noqa: E402
from closecall.text.suggesting import learn  # noqa: E402
from closecall.text.suggesting.cold import Described, near  # noqa: E402
from closecall.text.suggesting.evaluating import evaluate  # noqa: E402
from closecall.text.suggesting.keeping import MOST_CHUNKS  # noqa: E402
from closecall.text.suggesting.measuring import interval  # noqa: E402

PACK = "law_enforcement"


def main() -> None:
    """Measure, and print rows."""
    field = pack(PACK)
    facets = suggestible(field)
    known = {key_of(facet.key, code.key) for facet in facets for code in facet.codes}
    reports = list(read_invented(PACK))
    spoken = [[one.text for one in sentences.split(report.narrative)] for report in reports]
    told = [np.vstack([MODEL.vector(text) for text in each]) for each in spoken]
    coded = [
        {
            key_of(one.facet, one.code): one.sentence
            for one in report.codes
            if key_of(one.facet, one.code) in known
        }
        for report in reports
    ]
    rows = {
        key: np.vstack([MODEL.vector(text) for text in texts])
        for key, texts in described_texts(field).items()
    }
    middle = np.vstack(list(rows.values())).mean(axis=0)
    for name, half in (("chosen on", range(0, len(reports), 2)), ("measured on", range(1, len(reports), 2))):
        verdicts = []
        for at in half:
            mine = []
            for facet in facets:
                codes = [
                    Described(key, vectors, middle)
                    for key, vectors in rows.items()
                    if key.startswith(f"{facet.key}/")
                ]
                mine += [
                    (one.code in coded[at], coded[at].get(one.code) == spoken[at][one.sentence])
                    for one in near(codes, told[at])
                ]
            verdicts.append(mine)
        _say(f"hints, {name} {len(half)} reports", verdicts)
    whole = np.vstack([MODEL.vector(report.narrative, most_chunks=MOST_CHUNKS) for report in reports])
    texts = [report.narrative for report in reports]
    sets = [frozenset(codes) for codes in coded]
    found = evaluate(texts, whole, sets, split="random", seeds=5)
    print(
        f"models of {len(found.codes)} codes of all facets, {found.taught} taught, {found.measured} measured, 5 splits"
    )
    for name, one in found.figures.items():
        print(f"  {name:9} {one.mean:.3f} [{one.low:.3f}-{one.high:.3f}]")
    print(f"  recall of the five commonest {found.prior:.3f}")
    verdicts = []
    for seed in range(5):
        order = np.random.default_rng(seed).permutation(len(reports))
        cut = len(reports) * 4 // 5
        taught = np.sort(order[:cut])
        machine = learn([texts[at] for at in taught], whole[taught], [sets[at] for at in taught])
        for at in order[cut:]:
            suggested = machine.suggest(texts[at], whole[at], spoken[at], told[at], among=machine.codes)
            shown = {key for key, _p in shown_of([(one.code, one.p) for one in suggested])}
            verdicts.append(
                [
                    (one.code in coded[at], coded[at].get(one.code) == spoken[at][one.sentence])
                    for one in suggested
                    if one.code in shown
                ]
            )
    _say("shown by models, 5 splits", verdicts)
    chance = np.mean([1 / len(each) for each in spoken])
    print(f"a sentence drawn by chance is the coder's own: {chance:.2f}")


def _say(name: str, verdicts: list[list[tuple[bool, bool]]]) -> None:
    def right(rows: "np.typing.NDArray[np.int64]") -> float:
        judged = [verdict for at in rows for verdict in verdicts[at]]
        return sum(true for true, _same in judged) / max(len(judged), 1)

    low, high = interval(right, len(verdicts))
    every = [verdict for mine in verdicts for verdict in mine]
    true = sum(one for one, _same in every)
    same = sum(both for one, both in every if one)
    print(
        f"{name}: {len(every) / len(verdicts):.1f} a report, "
        f"right {true / max(len(every), 1):.3f} [{low:.3f}-{high:.3f}], "
        f"of the right ones {same / max(true, 1):.2f} rest on the coder's own sentence"
    )


if __name__ == "__main__":
    main()
