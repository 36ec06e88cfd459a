"""Draw the sheets from which writers invent raw narratives: what each must hold, decided by a seed and not by taste.

    python bench/identifier_sheets.py --set test --writer T1 --count 50 --names FOLDER > sheet.txt

A sheet says for each narrative: who speaks, what happens, how long, in which letter case, which kinds of identifiers in
which order, and which surnames. Shares are those of the writing rules: hard kinds (marked *) are 45 % of spans, 60 % in the
test set. FOLDER holds the Census lists `surnames.csv` and `first_names.csv` (name, count).
"""

import argparse
import csv
import random
from functools import cache
from pathlib import Path

# kind: (share of spans in percent, hard?)
KINDS = {
    "officer_surname": (6, False), "rank_full_name": (3, False), "first_name": (4, False), "nickname": (3, True),
    "initials": (1, True), "civilian_name": (4, False), "relative_name": (2, True), "lower_name": (3, True),
    "word_surname": (3, True), "agency": (3, False), "agency_short": (3, True), "unit_force": (2, False),
    "town": (4, False), "county": (2, False), "neighborhood": (2, True), "address": (2, False),
    "half_address": (4, True), "intersection": (3, False), "route": (3, False), "business": (3, False),
    "landmark": (2, True), "full_date": (2, False), "partial_date": (3, True), "time": (3, False), "age": (2, False),
    "badge": (2, False), "call_sign": (3, True), "case": (2, False), "plate": (2, False), "vehicle": (2, True),
    "phone": (1, False), "contact": (1, False), "serial": (1, False), "tattoo": (1, True), "rare_job": (3, True),
    "tenure": (1, True), "animal": (2, True), "event": (3, True), "town_fact": (3, True), "family_fact": (1, True),
}  # fmt: skip
SCENES = """traffic stop at night; domestic call; felony warrant at a door; foot chase; welfare check; shoplifter; prisoner
transport; booking; alarm at a warehouse; crash on a highway; vehicle pursuit; fight outside a bar; mental-health call; search
of a car; burglary in progress; school visit; court security; game check; boat patrol; off-duty job; training at the range;
defensive-tactics practice; K9 track; motorcycle patrol; bicycle patrol; parade or festival; protest; bank alarm; overdose;
house fire found on patrol; flood; ice rescue; barricaded man; undercover buy; surveillance; stolen car; repossession standby;
eviction; child custody exchange; jail cell check; hospital watch; airport; train derailment; hazardous spill; animal complaint;
missing person; street interview; ambush on a parked cruiser; ladder climb; radio failure; wrong address from dispatch; tow-lot
inventory; probation visit; gun grab; knife in a kitchen; needle in a pocket; accidental discharge at the clearing barrel; tired
drive home; friendly fire nearly; rookie's first night; inspection of a rifle; drone use; horse patrol; campus patrol; transit
police on a train; tribal land call; border-road stop; night-club closing; gas-station robbery; fireworks complaint""".replace(
    "\n", " "
).split("; ")
VOICES = """clipped deputy who drops "I"; balanced old sergeant; run-on young officer; report-ese trooper full of passives; unhurried
tribal officer; ex-dispatcher who hedges; salty jail deputy; ironic detective; game warden who begins with the weather; wisecracking
motor officer; K9 handler; bilingual city officer; nervous rookie; burnt-out night watch; field-training officer who teaches; retired
officer looking back; county constable; transit officer; female lieutenant, precise; reserve officer with a day job; crisis negotiator;
SWAT medic; school resource officer; crash investigator; harbor officer; rural chief of a two-man town; evidence technician; federal task-force
member; parole agent; dispatcher""".replace("\n", " ").split("; ")
LENGTHS = ((60, 110, 20), (111, 180, 35), (181, 280, 30), (281, 400, 15))


@cache
def census(file: Path) -> list[tuple[str, int]]:
    """Read the Census surnames with their counts, most common first."""
    with file.open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.reader(stream) if row and row[1].isdigit()]
    return [(row[0].title(), int(row[1])) for row in rows]


def surnames(file: Path, rng: random.Random, many: int, *, rare: bool) -> list[str]:
    """Draw names: common ones by their count among the first thousand, rare ones evenly from the long tail."""
    names = census(file)
    if rare:
        return rng.sample([name for name, _count in names[8000:60000]], many)
    first = names[:1000]
    return rng.choices([name for name, _ in first], [count for _, count in first], k=many)


def main() -> None:
    """Draw and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--set", choices=("train", "dev", "test"), required=True)
    parser.add_argument("--writer", required=True)
    parser.add_argument("--count", type=int, required=True)
    parser.add_argument("--names", type=Path, required=True)
    asked = parser.parse_args()
    rng = random.Random(f"close call, {asked.set}, {asked.writer}")
    hard = sum(share for share, is_hard in KINDS.values() if is_hard)
    easy = sum(share for share, is_hard in KINDS.values() if not is_hard)
    aim = 60 if asked.set == "test" else 45
    weights = [share * (aim / hard if is_hard else (100 - aim) / easy) for share, is_hard in KINDS.values()]
    voices = rng.sample(VOICES, 6)
    scenes = rng.sample(SCENES, len(SCENES))
    bag: list[str] = []
    for number in range(1, asked.count + 1):
        low, high, _ = rng.choices(LENGTHS, [share for *_, share in LENGTHS])[0]
        words = rng.randint(low, high)
        draw = rng.random()
        spans = (
            0
            if draw < 0.05
            else rng.randint(1, 2)
            if draw < 0.15
            else min(30, max(6, round(rng.gauss(words / 17, 3))))
        )
        while len(bag) < spans:  # every kind comes as often as its share says, in an order of chance
            lot = [
                kind for kind, weight in zip(KINDS, weights, strict=True) for _ in range(round(weight * 2))
            ]
            rng.shuffle(lot)
            bag += lot
        kinds, bag = bag[:spans], bag[spans:]
        draw = rng.random()
        style = (
            "all lower case" if draw < 0.10 else "ALL CAPITALS" if draw < 0.15
            else "dictated: no punctuation, no paragraphs, ordinary capitals" if draw < 0.23 else "ordinary"
        )  # fmt: skip
        if rng.random() < 0.25:
            style += ", with typing errors"
        names = surnames(asked.names / "surnames.csv", rng, 4, rare=False)
        names += surnames(asked.names / "surnames.csv", rng, 2, rare=True)
        print(
            f"{asked.writer}-{number:02} | {voices[number % 6]} | {scenes[number % len(scenes)]} | about {words} words | {style}"
        )
        print(f"    kinds: {', '.join(kinds) or 'none (a narrative without any identifier, rich in decoys)'}")
        print(f"    surnames to draw on: {', '.join(names)}")


if __name__ == "__main__":
    main()
