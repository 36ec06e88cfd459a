"""How fast the library's search is, beside stock SQLite FTS5 and PostgreSQL, on the same questions in one run.

    python bench/search.py compare --reports N --against sqlite,postgres [--queries 20] [--seconds 60] [--keep F]

What `--keep` left in a folder, ours and SQLite's, is asked again without filling it anew.

Every answer holds what a page needs: twenty results, snippets, the exact total, counts of fifteen facets (each without
its own filter, so that an OR can be widened) and counts by quarter. Milliseconds are processor time (ours and SQLite's:
this process's; PostgreSQL's: its server process's), medians over the questions of a class after one unmeasured round of
two. A peer that is slow does only the first questions that fit into `--seconds` a class; the ratio is over those.

`hits_equal`: every question of the class found the same number in both, and every facet and quarter count was the same.
Words are such as all three stem alike (the engines' stemmers differ: Porter's in SQLite, its successor in the others).
"everything, kept" is our second and every later look at the whole library, beside the peer's, which keeps nothing.
"""

import argparse
import json
import os
import resource
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from search_corpus import Asked, Corpus, by_frequency, questions
from search_peers import CHUNK, ROWS, Answer, Peer, peer, sqlite_terms

sys.path.insert(0, str(Path(__file__).parents[1]))
from closecall.text.searching import Clause, Document, Entry, Group, Index, IndexDamaged, Query, Request
from closecall.text.searching.schema import STEMMER

KEPT = "everything, kept"


@dataclass
class Timed:
    """What one engine did in one class: milliseconds and answers, question by question."""

    took: list[float] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)


class Ours:
    """Our index, with the texts in a database beside it, as the library keeps them."""

    def __init__(self, folder: Path, corpus: Corpus) -> None:
        """Fill both, unless they are there."""
        self.texts = sqlite3.connect(folder / "texts.sqlite")
        self.corpus = corpus
        self.keeps = False
        try:
            self.index = Index.open(folder / "index")
        except IndexDamaged:
            self.texts.execute("DROP TABLE IF EXISTS docs")
            # As a database has it that keeps reports by number and finds them by their public id.
            self.texts.execute("CREATE TABLE docs(id INTEGER PRIMARY KEY, key TEXT UNIQUE, body TEXT)")
            self.index = Index.rebuild(folder / "index", self._entries(corpus), applied=corpus.size)
            self.texts.commit()
        self.index.keep_common_words()
        if self.index.size != corpus.size:
            raise SystemExit("What this folder keeps is of another size.")

    def _entries(self, corpus: Corpus) -> Iterator[Entry]:
        rows: list[tuple[str, str]] = []
        for one in corpus:
            rows.append((one.key, one.text))
            if len(rows) == CHUNK:
                self.texts.executemany("INSERT INTO docs (key, body) VALUES (?,?)", rows)
                rows.clear()
            codes = tuple(corpus.codes[code] for code in one.codes)
            quarters = (one.quarter, one.quarter)
            document = Document(one.number, one.title, one.text, (one.lesson,), codes, quarters)
            yield Entry(one.number, one.key, document)
        self.texts.executemany("INSERT INTO docs (key, body) VALUES (?,?)", rows)

    def cpu(self) -> float:
        """This process's."""
        return time.process_time()

    def ask(self, asked: Asked) -> Answer:
        """As the library's page asks."""
        if not self.keeps:
            self.index.forget_counts()
        query = _query(asked)
        found = self.index.search(Request(query=query, filters=dict(asked.filters), limit=ROWS))
        keys = [hit.key for hit in found.hits]
        marks = ",".join("?" * len(keys))
        texts = dict(self.texts.execute(f"SELECT key, body FROM docs WHERE key IN ({marks})", keys))  # noqa: S608 - question marks only
        snippets = self.index.snippets(query, [texts[key] for key in keys]) if asked.words else []
        counts = {code: n for codes in found.counts.values() for code, n in codes.items()}
        return Answer(found.total, keys, snippets, counts, dict(found.quarters))


def measure(who: Peer, asked: list[Asked], seconds: float) -> Timed:
    """Ask one after the other until the time is up; at least one."""
    for one in asked[:2]:
        who.ask(one)
    timed = Timed()
    until = time.monotonic() + seconds
    for one in asked:
        before = who.cpu()
        answer = who.ask(one)
        timed.took.append((who.cpu() - before) * 1000)
        timed.answers.append(answer)
        if time.monotonic() > until:
            break
    return timed


def exact(corpus: Corpus, asked: list[Asked]) -> list[Answer]:
    """Count without any engine, one report at a time: for questions without words."""
    totals = [0] * len(asked)
    counts: list[dict[str, int]] = [{} for _ in asked]
    quarters: list[dict[int, int]] = [{} for _ in asked]
    facet_of = {code: facet for facet, code in corpus.codes}
    wanted = [[(facet, frozenset(codes)) for facet, codes in one.filters] for one in asked]
    for made in corpus:
        codes = [corpus.codes[code][1] for code in made.codes]
        held = set(codes)
        for at, filters in enumerate(wanted):
            failed = [facet for facet, any_of in filters if not any_of & held]
            if not failed:
                totals[at] += 1
                quarters[at][made.quarter] = quarters[at].get(made.quarter, 0) + 1
            for code in codes:
                if not failed or failed == [facet_of[code]]:
                    counts[at][code] = counts[at].get(code, 0) + 1
    return [Answer(totals[at], [], [], counts[at], quarters[at]) for at in range(len(asked))]


def same(left: list[Answer], right: list[Answer]) -> bool:
    """Tell whether totals and every count agree."""
    return all(
        one.total == other.total and one.counts == other.counts and one.quarters == other.quarters
        for one, other in zip(left, right, strict=False)
    )


def compare(asked: argparse.Namespace) -> int:
    """Fill ours and each peer with the same library, ask, compare, print."""
    corpus = Corpus(asked.reports)
    by_class = questions(corpus, alike(corpus), asked.queries)
    rows: list[dict[str, object]] = []
    ours: dict[str, Timed] = {}
    with ExitStack() as stack:
        folder = Path(
            asked.keep or stack.enter_context(tempfile.TemporaryDirectory(prefix="closecall-bench-"))
        )
        started, before = time.process_time(), _resident()
        mine = Ours(folder, corpus)
        size = sum(file.stat().st_size for file in (folder / "index").rglob("*") if file.is_file())
        _say(
            f"{corpus.size} reports, {'real' if corpus.is_of_real_words else 'drawn'} words;"
            f" our index: {time.process_time() - started:.0f} s of processor time, {size / 1e6:.0f} MB"
        )
        for name, all_asked in by_class.items():
            ours[name] = measure(mine, all_asked, asked.seconds)
            _say(_line(name, "ours", ours[name]))
        mine.keeps = True
        ours[KEPT] = measure(mine, by_class["everything"], asked.seconds)
        _say(_line(KEPT, "ours", ours[KEPT]))
        _say(
            f"memory, ours: {(_resident() - before) / 1e6:.0f} MB more than before it was opened or filled,"
            f" {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3:.0f} MB at most"
        )
        for name in ("filters only", "everything"):
            checked = by_class[name][:5]
            if not same(ours[name].answers[:5], exact(corpus, checked)):
                raise SystemExit(f"Our counts are wrong in the class {name!r}.")
        _say("facet, quarter and total counts without words: as counted one by one, error 0")
        for peer_name in filter(None, asked.against.split(",")):
            with peer(peer_name, corpus, folder) as other:
                for name, all_asked in by_class.items():
                    theirs = measure(other, all_asked, asked.seconds)
                    _say(_line(name, peer_name, theirs))
                    rows.append(_row(name, peer_name, ours[name], theirs))
                    if name == "everything":
                        rows.append(_row(KEPT, peer_name, ours[KEPT], theirs))
    print(json.dumps(rows, indent=1) if asked.json else _table(rows))
    return 0


def alike(corpus: Corpus) -> list[str]:
    """The commonest words that every engine stems into the same families, commonest first."""
    words = by_frequency(corpus.pool)
    porter = sqlite_terms(words)
    ours = {word: " ".join(STEMMER.analyze(word)) for word in words}
    families: tuple[dict[str, set[str]], dict[str, set[str]]] = ({}, {})
    for word in words:
        families[0].setdefault(porter[word], set()).add(word)
        families[1].setdefault(ours[word], set()).add(word)
    return [word for word in words[:8_000] if families[0][porter[word]] == families[1][ours[word]]]


def _query(asked: Asked) -> Query:
    if asked.is_phrase:
        return Query((Group((Clause(" ".join(asked.words), "phrase"),)),))
    return Query(tuple(Group((Clause(word),)) for word in asked.words))


def _row(name: str, peer_name: str, ours: Timed, theirs: Timed) -> dict[str, object]:
    mine = statistics.median(ours.took[: len(theirs.took)])
    other = statistics.median(theirs.took)
    return {
        "class": name,
        "peer": peer_name,
        "ours_ms": round(mine, 2),
        "peer_ms": round(other, 2),
        "ratio": round(other / mine, 1),
        "hits_equal": same(ours.answers, theirs.answers),
    }


def _line(name: str, who: str, timed: Timed) -> str:
    took = sorted(timed.took)
    high = took[min(len(took) - 1, int(len(took) * 0.95))]
    hits = statistics.median(answer.total for answer in timed.answers)
    return f"{who:9} {name:18} p50 {statistics.median(took):8.2f} ms  p95 {high:8.2f}  n={len(took)}  hits {hits:.0f}"


def _table(rows: list[dict[str, Any]]) -> str:
    return "\n".join(
        f"{row['class']:18} {row['peer']:9} ours {row['ours_ms']:8} ms  peer {row['peer_ms']:9} ms"
        f"  {row['ratio']:6}x  equal {row['hits_equal']}"
        for row in rows
    )


def _resident() -> int:
    """Bytes of this process in memory, what is mapped from files included."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


def _say(text: str) -> None:
    print(f"{text}  [load {os.getloadavg()[0]:.1f}]", file=sys.stderr, flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    commands = parser.add_subparsers(required=True)
    one = commands.add_parser("compare")
    one.add_argument("--reports", type=int, default=100_000)
    one.add_argument("--against", default="sqlite,postgres")
    one.add_argument("--queries", type=int, default=20)
    one.add_argument("--seconds", type=float, default=60.0)
    one.add_argument("--keep", default="")
    one.add_argument("--json", action="store_true")
    one.set_defaults(run=compare)
    given = parser.parse_args()
    sys.exit(given.run(given))
