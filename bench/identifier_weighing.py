"""Fit how much each voter's word counts, on the development narratives, and write `closecall/text/identifiers/data/weights.json`.

    python bench/identifier_weighing.py --field FILE --reading FOLDER

Needs scikit-learn (the desk has it). Prints what share of proposals identified, by tenth of probability: calibration.
"""

import argparse
import json
from pathlib import Path

import numpy as np
from deid import CASES
from identifier_texts import read
from sklearn.linear_model import LogisticRegression

from closecall.text.identifiers import contextual, trained, weighing
from closecall.text.identifiers.recogniser import ALL, TRAINED, recogniser


def main() -> None:
    """Gather, fit, write, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--field", type=Path, default=trained.FILE, help="a random field that learned from train alone"
    )
    parser.add_argument(
        "--reading", type=Path, default=contextual.FOLDER, help="a reading model that did, too"
    )
    asked = parser.parse_args()
    trained.FILE, contextual.FOLDER = asked.field, asked.reading
    weighing.FILE.write_text(
        json.dumps({voters: fitted(voters) for voters in (TRAINED, ALL)}) + "\n", "utf-8"
    )


def fitted(voters: str) -> dict[str, object]:
    """The weights of one set of voters; prints how well they are calibrated."""
    rows, told = [], []
    machine = recogniser(voters)
    for story in read("dev"):
        for case in ("as-is", "lower"):
            for span, said in weighing.evidence(machine.proposals(CASES[case](story.text))):
                rows.append(said.features())
                told.append(any(span.start < gold.end and gold.start < span.end for gold in story.gold))
    features, truth = np.array(rows), np.array(told)
    model = LogisticRegression(C=10).fit(features, truth)
    kept: dict[str, object] = {
        "intercept": round(float(model.intercept_[0]), 4),
        "weights": [round(float(weight), 4) for weight in model.coef_[0]],
    }
    print(voters, kept, f"from {len(truth)} proposals")
    p = model.predict_proba(features)[:, 1]
    for low in np.arange(0, 1, 0.1):
        here = (p >= low) & (p < low + 0.1)
        if here.any():
            print(
                f"{low:.1f}-{low + 0.1:.1f}: {here.sum()} proposals, said {p[here].mean():.2f}, were {truth[here].mean():.2f}"
            )
    return kept


if __name__ == "__main__":
    main()
