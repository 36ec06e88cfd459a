"""Does search by meaning find what analysts coded alike, and one event told twice? And what does it cost?

    python bench/meaning.py --asrs FOLDER [--cache FILE.npz]         FOLDER: NASA ASRS exports; or set CLOSECALL_DATA

Overlap: for each report, the Jaccard overlap of the analysts' anomaly codes with those of its ten nearest, averaged.
Words, vectors, dialect and their fusion are the ones that the library runs (`Index.similar`, the vectors of
`rules.meaning`, `dialect.learn`, `near_in_all`, `with_codes`, `fuse`). The share of words is chosen with one half of
the reports as queries, for three ways of halving them; the figures are of the other half, with a 95 % bootstrap
interval. Last, the nearest are ranked with the codes of causes and ends, as the pack marks them (`likeness.rows`).
Those are other facets than the judged one, so nothing is judged by itself; but the same analysts set both, and one
may say much of the other: the figure without codes is the one that holds for texts alone. Same event: a record's
first narrative asks for its second among all narratives of its month and state (`text.meaning.duplicates`). Both
narratives carry their record's month and state: an upper bound.
"""

import argparse
import math
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

import closecall
from closecall.public.exchange.rules import asrs, imported, releasing
from closecall.public.exchange.rules.imported import ImportedReport
from closecall.public.library.rules import likeness
from closecall.public.library.rules.indexing import document_of
from closecall.public.library.rules.meaning import STORY_CHUNKS, meant, passages
from closecall.public.library.rules.report import ReleasedText
from closecall.public.taxonomy.rules.loading import load
from closecall.text.meaning import (
    CODES_SHARE,
    DIRECTIONS,
    EXPECTED_SHARE,
    LEAST_ALIKE,
    MODEL,
    WORDS_SHARE_BESIDE_DIALECT,
    Placed,
    Vectors,
    dialect,
    fuse,
    near_in_all,
    unit,
    with_codes,
)
from closecall.text.meaning.duplicates import Telling, candidates
from closecall.text.searching import Entry, Index

# With 7 everything about likeness was chosen, on its first half; docs/measurements.md says for which of the variants
# that were left out the second halves were looked at, too.
SEEDS = (7, 8, 9)
CODE_SHARES = (
    (0.3, 0.0),
    (0.2, 0.2),
    (0.2, 0.3),
    (0.2, 0.4),
    (0.1, 0.4),
)  # of codes, of codes to be expected
RUNS = (CODES_SHARE, EXPECTED_SHARE)
SHARES = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6)
NEAREST, DEPTH, CHECKED = 10, 100, 60
NOTHING_TOLD = re.compile(r"\[[^\]]*\]")  # "[Report narrative contained no additional information.]"
START = (
    "import time; a = time.perf_counter()\n"
    "from closecall.text.meaning import MODEL\n"
    "MODEL.load(); b = time.perf_counter(); MODEL.vector('a gun missed in the first search')\n"
    "import resource\n"
    "print(b - a, time.perf_counter() - b, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)"
)


def reports(folder: Path) -> list[ImportedReport]:
    """Every distinct report of the exports."""
    rows = []
    for file in sorted(folder.glob("*.csv")):
        rows += asrs.read(file.read_text("utf-8", errors="replace"), file.name).rows
    pack = load(Path(closecall.__file__).parent / "packs/aviation")
    return asrs.compose_all(imported.merge_all(rows).values(), pack)


def released(one: ImportedReport, number: int) -> ReleasedText:
    """The text as the library would hold it."""
    key = releasing.public_id(one.kind, one.foreign_id)
    return releasing.release(one, public_id=key, pack_version=1, number=str(number))


def vectors(texts: Sequence[ReleasedText], cache: Path | None) -> np.ndarray:
    """One vector a report, as the library makes them."""
    mark = "".join(meant(text).digest for text in texts)
    if cache is not None and cache.exists():
        kept = np.load(cache)
        if str(kept["mark"]) == mark:
            return kept["vectors"]
    began = time.process_time()
    made = []
    for text in texts:
        told = meant(text)
        made.append(unit(MODEL.vector(told.head) + MODEL.vector(told.story, most_chunks=STORY_CHUNKS)))
    print(f"vectors made: {len(texts) / (time.process_time() - began):.1f} a CPU second")
    if cache is not None:
        np.savez(cache, mark=np.array(mark), vectors=np.stack(made))
    return np.stack(made)


def centred(rows: np.ndarray) -> np.ndarray:
    """Vectors as the store compares whole texts: less their average, of length one."""
    apart = rows - rows.mean(axis=0)
    return (apart / np.maximum(np.linalg.norm(apart, axis=1, keepdims=True), 1e-9)).astype(np.float32)


def nearest(
    stores: Sequence[np.ndarray],
    at: int,
    keys: Sequence[str],
    *,
    beside: np.ndarray | None = None,
    shares: tuple[float, float] = RUNS,
) -> list[str]:
    """What `near_in_all` answers, from all rows of each store, already centred."""
    found: set[int] = set()
    for rows in stores:
        found.update(int(one) for one in np.argpartition(-(rows @ rows[at]), DEPTH + 1)[: DEPTH + 1])
    told = sorted(found - {at}, key=lambda one: keys[one])
    texts = np.hstack([rows[[at, *told]] for rows in stores]) / math.sqrt(len(stores))
    texts, scores = texts.astype(np.float32), texts[1:] @ texts[0]
    passing = np.flatnonzero(scores >= LEAST_ALIKE)
    kept, scores = [told[one] for one in passing], scores[passing]
    if beside is not None:
        share, expected_share = shares
        scores = with_codes(
            texts[[0, *(passing + 1)]], beside[[at, *kept]], share=share, expected_share=expected_share
        )
    ranked = sorted(
        zip(np.round(scores, 5).tolist(), kept, strict=True), key=lambda pair: (-pair[0], keys[pair[1]])
    )
    return [keys[one] for _, one in ranked[:DEPTH]]


def overlap(codes: frozenset[str], found: Iterable[frozenset[str]]) -> float:
    """Mean Jaccard overlap with the nearest."""
    return statistics.fmean([len(codes & other) / len(codes | other) for other in found] or [0.0])


def interval(values: Sequence[float]) -> str:
    """Mean and 95 % bootstrap interval."""
    drawn = np.random.default_rng(0)
    rows = np.array(values)
    means = [rows[drawn.integers(0, len(rows), len(rows))].mean() for _ in range(2000)]
    low, high = np.quantile(means, [0.025, 0.975])
    return f"{rows.mean():.3f} ({low:.3f} to {high:.3f})"


def measure_overlap(told: Sequence[ImportedReport], cache: Path | None, scratch: Path) -> None:
    """Words, vectors, fusion."""
    texts = [released(one, at) for at, one in enumerate(told)]
    keys = [text.public_id for text in texts]
    codes = {
        text.public_id: frozenset(code for facet, code in one.codes if facet == "anomaly")
        for text, one in zip(texts, told, strict=True)
    }
    made = vectors(texts, cache)
    index = Index.rebuild(
        scratch / "index",
        (Entry(0, text.public_id, document_of(text, "import", at)) for at, text in enumerate(texts)),
        applied=1,
    )
    store = Vectors.create(scratch / "vectors", history="bench")
    store.apply([Placed(key, vector) for key, vector in zip(keys, made, strict=True)], applied=1)
    own = Vectors.create(scratch / "dialect", history="bench", model="dialect", width=DIRECTIONS)
    began = time.process_time()
    learned = dialect.learn(passages(text) for text in texts)
    if learned is None:
        raise SystemExit("Too few reports to learn a dialect from.")
    print(f"dialect of {len(texts)} reports learned: {time.process_time() - began:.1f} CPU s")
    began = time.process_time()
    placed = [Placed(text.public_id, learned.vector(passages(text))) for text in texts]
    print(f"placed in it: {1000 * (time.process_time() - began) / len(texts):.2f} ms a report")
    own.apply(placed, applied=1)
    by_codes = {shares: dict[str, list[str]]() for shares in CODE_SHARES}
    facets = load(Path(closecall.__file__).parent / "packs/aviation").likeness
    judged = "anomaly"
    if judged in facets:
        raise SystemExit("What is judged must not be ranked by.")
    causes = {
        text.public_id: likeness.telling([(one.facet, one.code) for one in text.codes], facets)
        for text in texts
    }
    held = Counter(one for mine in causes.values() for one in mine)
    rarity = {one: math.log(1 + len(texts) / n) for one, n in held.items()}
    coded_alike = likeness.rows([causes[key] for key in keys], rarity)
    row_of = {key: row for row, key in enumerate(keys)}
    print(
        f"ranked by {', '.join(facets)}; {sum(map(bool, causes.values()))} reports bear such codes; judged: {judged}"
    )
    same: list[float] = []
    by_dialect: dict[str, list[str]] = {}
    by_both: dict[str, list[str]] = {}
    by_words: dict[str, list[str]] = {}
    by_meaning: dict[str, list[str]] = {}
    alike = [centred(made), centred(np.stack([one.vector for one in placed if one.vector is not None]))]
    checked = frozenset(np.random.default_rng(4).choice(len(keys), CHECKED, replace=False).tolist())
    for at, key in enumerate(keys):
        if not codes[key]:
            continue
        mine = frozenset({key})
        by_words[key] = index.similar(passages(texts[at]), without=mine, limit=DEPTH)
        by_meaning[key] = nearest(alike[:1], at, keys)
        by_dialect[key] = nearest(alike[1:], at, keys)
        by_both[key] = nearest(alike, at, keys)
        for shares, lists in by_codes.items():
            # As on a report's page: one without such codes is compared by texts alone.
            lists[key] = (
                nearest(alike, at, keys, beside=coded_alike, shares=shares) if causes[key] else by_both[key]
            )
        if at in checked:  # the same as the library's own functions, that compare one by one

            def beside(asked: Sequence[str]) -> np.ndarray:
                return coded_alike[[row_of[one] for one in asked]]

            there = near_in_all(
                [store, own],
                key,
                without=mine,
                limit=DEPTH,
                least=LEAST_ALIKE,
                beside=beside if causes[key] else None,
            )
            agree = statistics.fmean(
                [x == y for x, y in zip(there[:NEAREST], by_codes[RUNS][key][:NEAREST], strict=True)]
            )
            same.append(agree)
    print(
        f"ranked at once as by the library one by one: {statistics.fmean(same):.3f} of {CHECKED} queries' places"
    )
    coded = np.flatnonzero([bool(codes[key]) for key in keys])

    def mean_overlaps(queries: Sequence[str], near: dict[str, list[str]], share: float) -> list[float]:
        return [
            overlap(
                codes[key], [codes[one.key] for one in fuse(by_words[key], near[key], share=share)[:NEAREST]]
            )
            for key in queries
        ]

    for seed in SEEDS:
        order = np.random.default_rng(seed).permutation(coded)
        asked = [keys[at] for at in order]
        tuning, rest = asked[: len(asked) // 2], asked[len(asked) // 2 :]
        print(f"seed {seed}: queries to choose on {len(tuning)}, queries to measure on {len(rest)}")
        for name, lists in (
            ("words", by_words), ("vectors", by_meaning), ("dialect", by_dialect), ("vectors and dialect", by_both)
        ):  # fmt: skip
            found = [overlap(codes[key], [codes[one] for one in lists[key][:NEAREST]]) for key in rest]
            print(f"  code overlap of the 10 nearest, {name}: {interval(found)}")
        for name, near in (("vectors", by_meaning), ("vectors and dialect", by_both)):
            tried = {share: statistics.fmean(mean_overlaps(tuning, near, share)) for share in SHARES}
            best = max(tried, key=lambda share: tried[share])
            print(f"  {name}, words' share on the first half:", {one: round(tried[one], 4) for one in tried})
            print(f"  words (share {best}) with {name}: {interval(mean_overlaps(rest, near, best))}")
        pairs = {
            (shares, words): statistics.fmean(mean_overlaps(tuning, by_codes[shares], words))
            for shares in CODE_SHARES
            for words in SHARES[:3]
        }
        shares, words = max(pairs, key=lambda one: pairs[one])
        print("  codes' share on the first half:", {one: round(pairs[one, words], 4) for one in CODE_SHARES})
        found = mean_overlaps(rest, by_codes[shares], words)
        print(f"  the same with codes of causes and ends (shares {shares}, words {words}): {interval(found)}")
        runs = mean_overlaps(rest, by_codes[RUNS], WORDS_SHARE_BESIDE_DIALECT)
        print(f"  as the library runs it ({RUNS}, {WORDS_SHARE_BESIDE_DIALECT}): {interval(runs)}")
        before = mean_overlaps(rest, by_codes[CODE_SHARES[0]], WORDS_SHARE_BESIDE_DIALECT)
        more = [one - other for one, other in zip(runs, before, strict=True)]
        print(f"  more than without codes to be expected: {interval(more)}")
    chance = np.random.default_rng(1)
    drawn = [overlap(codes[key], [codes[one] for one in chance.choice(keys, NEAREST)]) for key in rest]
    print(f"code overlap of 10 drawn by chance: {interval(drawn)}")


def measure_same_event(told: Sequence[ImportedReport]) -> None:
    """A record's second narrative among all narratives."""
    tellings: list[Telling] = []
    for one in told:
        cells = one.merged.row.cells
        month, state = cells.get("Time/Date", ""), cells.get("Place/State Reference", "")
        for number in (1, 2):
            text = cells.get(f"Report {number}/Narrative", "").strip()
            if text and not NOTHING_TOLD.fullmatch(text):
                tellings.append(Telling(f"{one.foreign_id}/{number}", text, month, state))
    keys = {one.key for one in tellings}
    wanted = [one.key for one in tellings if one.key.endswith("/1") and f"{one.key[:-1]}2" in keys]
    pairs = len(wanted)
    words = {one.key: len(one.text.split()) for one in tellings}
    long = {key for key in wanted if min(words[key], words[f"{key[:-1]}2"]) >= 20}
    for name, pool in (
        ("same month and state", tellings),
        ("no window", [Telling(one.key, one.text) for one in tellings]),
    ):
        began = time.process_time()
        found = candidates(pool)
        seconds = time.process_time() - began
        ranked = {key: [one.key for one in found[key]] for key in wanted}
        first = sum(ranked[key][:1] == [f"{key[:-1]}2"] for key in wanted)
        fifth = sum(f"{key[:-1]}2" in ranked[key] for key in wanted)
        print(
            f"same event, {name}: {pairs} pairs among {len(pool)} narratives, recall@1 {first / pairs:.3f}, "
            f"recall@5 {fifth / pairs:.3f} (Wilson 95 %: {wilson(fifth, pairs)}), {seconds:.0f} CPU s"
        )
        hits = sum(f"{key[:-1]}2" in ranked[key] for key in long)
        print(
            f"  of these, both with at least 20 words: {len(long)} pairs, recall@5 {hits / len(long):.3f} "
            f"({wilson(hits, len(long))})"
        )


def wilson(hits: int, of: int) -> str:
    """The 95 % interval of a share."""
    z, p = 1.96, hits / of
    middle, spread = p + z * z / (2 * of), z * (p * (1 - p) / of + z * z / (4 * of * of)) ** 0.5
    return f"{(middle - spread) / (1 + z * z / of):.3f} to {(middle + spread) / (1 + z * z / of):.3f}"


def measure_cost(scratch: Path) -> None:
    """Loading, a query's vector, exact search among 100,000."""
    starts = []
    for _ in range(7):
        done = subprocess.run([sys.executable, "-c", START], capture_output=True, check=True, text=True)
        starts.append([float(part) for part in done.stdout.split()])
    load_s, first_s, memory = (sorted(column)[3] for column in zip(*starts, strict=True))
    print(
        f"model: import and load {load_s:.3f} s, first vector {first_s * 1000:.1f} ms, {memory:.0f} MB (medians of 7)"
    )
    rows = np.random.default_rng(3).normal(size=(100_000, 384)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    store = Vectors.create(scratch / "many", history="bench")
    began = time.perf_counter()
    store.apply([Placed(f"K{at}", row) for at, row in enumerate(rows)], applied=1)
    print(f"100,000 vectors written in one commit: {time.perf_counter() - began:.1f} s")
    opened = time.perf_counter()
    store = Vectors.open(scratch / "many")
    print(f"opened in {1000 * (time.perf_counter() - opened):.0f} ms")
    times = []
    for at in range(50):
        wall = time.perf_counter()
        store.nearest(rows[at], limit=100)
        times.append(1000 * (time.perf_counter() - wall))
    times.sort()
    print(f"100 nearest of 100,000: median {times[25]:.1f} ms, 95th of 100 {times[47]:.1f} ms (wall)")
    began = time.perf_counter()
    store.apply([Placed("K5", None)])
    print(f"one dropped of 100,000: {1000 * (time.perf_counter() - began):.0f} ms")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    home = os.environ.get("CLOSECALL_DATA")
    parser.add_argument("--asrs", type=Path, default=Path(home) / "asrs" if home else None)
    parser.add_argument("--overlap", action="store_true", help="measure the overlap only")
    parser.add_argument("--cache", type=Path, help="keep the vectors here between runs")
    asked = parser.parse_args()
    if asked.asrs is None:
        parser.error("name a folder of ASRS exports with --asrs, or set CLOSECALL_DATA")
    with tempfile.TemporaryDirectory() as scratch:
        told = reports(asked.asrs)
        if not asked.overlap:
            measure_cost(Path(scratch))
            measure_same_event(told)
        measure_overlap(told, asked.cache, Path(scratch))


if __name__ == "__main__":
    main()
