"""Build the gazetteers of `closecall/text/identifiers/data` from public lists.

    python bench/gazetteer_build.py --gazetteers FOLDER --narratives FILE.csv … --words FILE …

FOLDER holds surnames.csv, first_names.csv (US Census, public domain), places.csv, counties.csv (GeoNames, CC BY 4.0)
and agencies.csv (FBI, US Government). Narratives (ASRS, SAFENET: US Government works) only lend single words that
people write in lower case, so that "Hunter" or "Banks" isn't taken for a name; no sentence of theirs is kept.
"""

import argparse
import csv
import gzip
import re
import sys
from collections import Counter
from pathlib import Path

from closecall.text.identifiers import gazetteers

OUT = Path(__file__).resolve().parents[1] / "closecall/text/identifiers/data"
WORD = re.compile(r"[A-Za-z][a-z]+|[a-z]+")
COMMON_COUNT = 200
HINT_NAMES = 800


def rows(file: Path) -> list[dict[str, str]]:
    """Read a CSV with a header."""
    with file.open(encoding="utf-8-sig", errors="replace", newline="") as stream:
        return list(csv.DictReader(stream))


def write(name: str, *groups: list[str]) -> None:
    """Write sorted groups, parted by an empty line, without a time stamp: the same input gives the same bytes."""
    text = "\n\n".join("\n".join(sorted(set(group))) for group in groups)
    packed = gzip.compress(text.encode(), compresslevel=9, mtime=0)
    (OUT / name).write_bytes(packed)
    print(name, [len(set(group)) for group in groups], len(packed), "bytes")


def ordinary(narratives: list[Path], words: list[Path], names: set[str]) -> list[str]:
    """Words that people write small: often enough, and not mostly with a capital when they are also names."""
    small: Counter[str] = Counter()
    large: Counter[str] = Counter()
    csv.field_size_limit(sys.maxsize)
    for file in narratives:
        with file.open(encoding="utf-8", errors="replace", newline="") as stream:
            for row in csv.reader(stream, skipinitialspace=True):
                for cell in row:
                    letters = sum(map(str.isalpha, cell))
                    if len(cell) < 200 or sum(map(str.isupper, cell)) > letters / 5:
                        continue
                    for found in re.finditer(r"(?<![.!?\"]\s)(?<!^)\b[A-Za-z][a-z]+\b", cell):
                        word = found[0]
                        (small if word.islower() else large)[word.lower()] += 1
    kept = {
        word
        for word, count in small.items()
        if (word not in names and count >= 2) or (count >= 3 and count / (count + large[word]) >= 0.3)
    }
    for file in words:
        for found in WORD.finditer(file.read_text("utf-8")):
            if found[0].islower() and len(found[0]) > 2:
                kept.add(found[0])
    return sorted(kept)


def bodies(agencies: list[dict[str, str]]) -> list[str]:
    """Agencies that aren't called after a place alone: those are told by the place."""
    found = set()
    for row in agencies:
        name = row["name"].lower().split(":")[0].strip().rstrip(",")
        plain = name.removesuffix(" police department").removesuffix(" sheriff's office")
        if (
            plain == name
            and len(name.split()) > 1
            and not name.endswith(" county")
            and re.fullmatch(r"[a-z' .-]+", name)
        ):
            found.add(name)
    plain_word = gazetteers.load().ordinary_word
    return sorted(name for name in found if not all(plain_word(word) for word in name.split()))


def main() -> None:
    """Read the lists, write the gazetteers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gazetteers", type=Path, required=True)
    parser.add_argument("--narratives", type=Path, nargs="+", required=True)
    parser.add_argument("--words", type=Path, nargs="*", default=[])
    asked = parser.parse_args()
    folder = asked.gazetteers
    surnames = {row["name"].lower(): int(row["count"]) for row in rows(folder / "surnames.csv")}
    first = {row["name"].lower(): int(row["count"]) for row in rows(folder / "first_names.csv")}
    write(
        "surnames.txt.gz",
        [name for name, count in surnames.items() if count >= COMMON_COUNT],
        [name for name, count in surnames.items() if count < COMMON_COUNT],
    )
    write(
        "first_names.txt.gz",
        [name for name, count in first.items() if count >= COMMON_COUNT * 5],
        [name for name, count in first.items() if COMMON_COUNT * 5 > count >= 100],
    )
    places = {row["name"].lower() for row in rows(folder / "places.csv")}
    counties = {row["name"].lower() for row in rows(folder / "counties.csv")}
    agencies = set()
    for row in rows(folder / "agencies.csv"):
        name = row["name"].lower().removesuffix(" police department").strip()
        if name and name != row["name"].lower() and len(name) > 3:
            agencies.add(name)
    write("agencies.txt.gz", bodies(rows(folder / "agencies.csv")))
    write("places.txt.gz", sorted(places | agencies), sorted(counties))
    names = set(surnames) | set(first)
    plain = ordinary(asked.narratives, asked.words, names)
    write("ordinary.txt.gz", plain)
    # The hint takes the first of these: the most common first names that nobody writes small.
    gazetteers.load.cache_clear()
    lists = gazetteers.load()
    never = gazetteers.words("never") | gazetteers.words("after_rank") | gazetteers.words("generic_words")
    common = sorted(
        (name for name in first if len(name) > 2 and name.isalpha() and not lists.ordinary_word(name)),
        key=lambda name: -first[name],
    )
    kept = [name for name in common if name not in never][:HINT_NAMES]
    (OUT / "hint_names.txt").write_text("\n".join(kept) + "\n", "utf-8")


if __name__ == "__main__":
    main()
