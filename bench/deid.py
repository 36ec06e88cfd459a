"""How fast the recogniser is, and how often it cries wolf on texts that identify nobody.

    python bench/deid.py --asrs FOLDER

ASRS narratives were de-identified by NASA: what is flagged there is over-redaction, or a name that NASA left in (places
of airports, mostly). Recall needs narratives by people who never saw the rules; this script doesn't claim any.
"""

import argparse
import csv
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from closecall.text.identifiers import find

START = (
    "import time; a = time.perf_counter()\n"
    "from closecall.text.identifiers import find\n"
    "find('Sgt. Tuttle of Varnell County'); print(time.perf_counter() - a)"
)


def narratives(folder: Path) -> list[str]:
    """Mixed-case narratives of ASRS exports."""
    csv.field_size_limit(sys.maxsize)
    found: dict[str, None] = {}
    for file in sorted(folder.glob("*.csv")):
        with file.open(encoding="utf-8", errors="replace", newline="") as stream:
            for row in csv.reader(stream):
                for cell in row:
                    if len(cell) > 400 and sum(map(str.isupper, cell)) < len(cell) / 5:
                        found[cell] = None
    return list(found)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--asrs", type=Path, required=True)
    asked = parser.parse_args()
    texts = narratives(asked.asrs)[:1000]
    find(texts[0])
    began = time.process_time()
    found = [find(text) for text in texts]
    seconds = time.process_time() - began
    characters = sum(map(len, texts))
    flags = Counter(span.type.value for one in found for span in one.spans)
    starts = sorted(
        float(subprocess.run([sys.executable, "-c", START], capture_output=True, check=True).stdout)
        for _ in range(7)
    )
    print(f"narratives {len(texts)}, characters {characters}")
    print(f"characters a second (CPU, one core): {characters / seconds:,.0f}")
    print(f"first answer after start, seconds: median {starts[3]:.3f}, worst of 7 {starts[-1]:.3f}")
    print(f"tier-1 flags per 1,000 characters: {1000 * sum(flags.values()) / characters:.2f} {dict(flags)}")


if __name__ == "__main__":
    main()
