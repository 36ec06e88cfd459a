"""Do reporting signals find what is there, and leave alone what isn't? A simulation with known truth.

    python bench/signals.py [--tables 20] [--seed 11] [--rates 0.01 0.10] [--json]

Each table holds 3,000 invented reports: one of 12 events (shares drawn from a flat Dirichlet distribution, none below
2 %) and any of 40 factors (each on 1 % to 10 % of reports: about
two a report). For about ten pairs, drawn at random, the factor is three
times as likely when the event is there (at most 90 %). Every one of the 480 pairs is judged by the rules that the
insights page runs, and by the older rules beside them. Power: the share of true pairs that signal, over all tables.
False discovery: the share of signals that aren't true, averaged over tables. A pair whose factor grows rarer elsewhere
because a true pair swells it counts as false, as it should.
"""

import argparse
import json
import math
from collections.abc import Callable

import numpy as np

from closecall.public.studies.rules.intervals import share
from closecall.public.studies.rules.signals import Judged, TwoByTwo, adjusted, judge, yates_p

EVENTS, FACTORS, REPORTS, TRUE, TIMES = 12, 40, 3_000, 10, 3.0


def table(draw: np.random.Generator, least: float, most: float) -> tuple[list[TwoByTwo], list[bool]]:
    """One table of 12 × 40 pairs, and which of them are true."""
    shares = draw.dirichlet(np.ones(EVENTS))
    shares = 0.02 + (1 - 0.02 * EVENTS) * shares
    rates = draw.uniform(least, most, FACTORS)
    truth = np.zeros((EVENTS, FACTORS), dtype=bool)
    truth.flat[draw.choice(EVENTS * FACTORS, draw.poisson(TRUE), replace=False)] = True
    chances = np.minimum(0.9, np.where(truth, TIMES, 1.0) * rates)
    event = draw.choice(EVENTS, REPORTS, p=shares)
    factor = draw.random((REPORTS, FACTORS)) < chances[event]
    both = np.array([factor[event == at].sum(axis=0) for at in range(EVENTS)])
    per_event = np.bincount(event, minlength=EVENTS)
    per_factor = factor.sum(axis=0)
    tables = []
    for i in range(EVENTS):
        for j in range(FACTORS):
            a = int(both[i, j])
            b, c = int(per_event[i]) - a, int(per_factor[j]) - a
            tables.append(TwoByTwo(a, b, c, REPORTS - a - b - c))
    return tables, [bool(one) for one in truth.flat]


def yates_alone(tables: list[TwoByTwo]) -> list[bool]:
    """The gate without the exact tail."""
    qs = adjusted([yates_p(one) for one in tables])
    return [q < 0.05 and one.both >= 3 and one.both > one.expected for q, one in zip(qs, tables, strict=True)]


def prr(one: TwoByTwo) -> bool:
    """The older rule: proportional reporting ratio of 2 or more, chi-square of 4 or more, 3 reports."""
    a, b, c, d = one.both, one.first, one.second, one.neither
    if a < 3 or not c or not (b + a):
        return False
    margins = (a + b) * (c + d) * (a + c) * (b + d)
    chi = one.total * max(0.0, abs(a * d - b * c) - one.total / 2) ** 2 / margins if margins else 0.0
    return (a / (a + b)) / (c / (c + d)) >= 2 and chi >= 4


def ror(one: TwoByTwo) -> bool:
    """The older rule: the lower bound of the reporting odds ratio above 1, 3 reports."""
    a, b, c, d = (cell + 0.5 for cell in (one.both, one.first, one.second, one.neither))
    return one.both >= 3 and math.log(a * d / (b * c)) - 1.96 * math.sqrt(1 / a + 1 / b + 1 / c + 1 / d) > 0


def gate(one: Judged) -> bool:
    """What the insights page does."""
    return one.signal


RULES: dict[str, Callable[[Judged], bool] | None] = {
    "the gate: Yates, exact tail, BH, q < .05": gate,
    "chi-square (Yates) + BH, q < .05": None,
    "IC lower bound > 0": lambda one: one.ic.low > 0,
    "PRR >= 2, chi-square >= 4, n >= 3": lambda one: prr(one.table),
    "ROR lower bound > 1, n >= 3": lambda one: ror(one.table),
}


def main() -> None:
    """Simulate and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tables", type=int, default=20)
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--rates", type=float, nargs=2, default=(0.01, 0.10), metavar="P")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    draw = np.random.default_rng(asked.seed)
    found = {name: [0, 0] for name in RULES}
    false_shares: dict[str, list[float]] = {name: [] for name in RULES}
    true = 0
    for _ in range(asked.tables):
        tables, truth = table(draw, *asked.rates)
        judged = judge(tables)
        true += sum(truth)
        for name, rule in RULES.items():
            said = yates_alone(tables) if rule is None else [rule(one) for one in judged]
            right = sum(s and t for s, t in zip(said, truth, strict=True))
            wrong = sum(said) - right
            found[name][0] += right
            found[name][1] += wrong
            false_shares[name].append(wrong / max(1, right + wrong))
    rows = []
    for name, (right, wrong) in found.items():
        power = share(right, true)
        rows.append(
            {
                "rule": name,
                "power": round(power.value, 3),
                "power_low": round(power.low, 3),
                "power_high": round(power.high, 3),
                "fdr": round(float(np.mean(false_shares[name])), 3),
                "fdr_error": round(float(np.std(false_shares[name], ddof=1) / math.sqrt(asked.tables)), 3),
                "false_per_table": round(wrong / asked.tables, 2),
            }
        )
    if asked.json:
        print(json.dumps({"tables": asked.tables, "true": true, "rules": rows}, indent=1))
        return
    print(f"{asked.tables} tables, {true} true pairs")
    for row in rows:
        print(
            f"{row['rule']:40} power {row['power']:.3f} ({row['power_low']:.3f} to {row['power_high']:.3f})  "
            f"FDR {row['fdr']:.3f} ± {row['fdr_error']:.3f}  false per table {row['false_per_table']}"
        )


if __name__ == "__main__":
    main()
