"""Write the data of the reporter's hint from the rules and their word lists: `make hint`.

    python bench/hint_build.py

Reads closecall/text/identifiers; writes closecall/sealed/intake/static/intake/hint-data.js and says how much goes over
the wire. Run it after every change of rules.yaml or of the hint's lists; the suite compares.
"""

import gzip
from pathlib import Path

from closecall.text.identifiers import hint_build

FOLDER = Path(__file__).resolve().parents[1] / "closecall/sealed/intake/static/intake"


def main() -> None:
    """Compile and write."""
    (FOLDER / "hint-data.js").write_text(hint_build.module(), "utf-8")
    sizes = {
        name: len(gzip.compress((FOLDER / name).read_bytes(), 9, mtime=0))
        for name in ("hint.js", "hint-data.js")
    }
    print(sizes, "together", sum(sizes.values()), "bytes with gzip")


if __name__ == "__main__":
    main()
