"""The same questions to stock SQLite FTS5 and to PostgreSQL: each set up as its manual says, in its own best way."""

import itertools
import re
import sqlite3
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import psycopg
from search_corpus import Asked, Corpus, Made

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests import postgres

ROWS = 20
CHUNK = 5_000


class Answer(NamedTuple):
    """What a page needs: how many, which first, why, counts by code (its own facet's filter left out), quarters."""

    total: int
    keys: list[str]
    snippets: list[str]
    counts: dict[str, int]
    quarters: dict[int, int]


class Peer(Protocol):
    """Somebody who answers."""

    def ask(self, asked: Asked) -> Answer:
        """Answer."""

    def cpu(self) -> float:
        """Seconds of processor time used so far."""


def sqlite_terms(words: Sequence[str]) -> dict[str, str]:
    """What SQLite's porter tokenizer makes of each word."""
    there = sqlite3.connect(":memory:")
    there.execute("CREATE VIRTUAL TABLE f USING fts5(w, tokenize='porter unicode61')")
    there.execute("CREATE VIRTUAL TABLE v USING fts5vocab(f, 'instance')")
    there.executemany("INSERT INTO f(rowid, w) VALUES (?, ?)", enumerate(words))
    return {words[doc]: term for term, doc in there.execute("SELECT term, doc FROM v")}


class Sqlite:
    """FTS5 with its text in a table beside it, codes in a table by report, everything indexed and analysed.

    `CROSS JOIN` and the plus signs keep the planner on the quick way, from the few hits to their codes.
    """

    def __init__(self, path: Path, corpus: Corpus) -> None:
        """Fill it, unless it is there."""
        filled = path.exists()
        self.there = sqlite3.connect(path)
        self.corpus = corpus
        run = self.there.execute
        run("PRAGMA journal_mode=OFF")
        run("PRAGMA synchronous=OFF")
        run("PRAGMA cache_size=-1000000")
        run("PRAGMA mmap_size=8000000000")
        run("PRAGMA temp_store=MEMORY")
        if not filled:
            self._fill(corpus)
        run("CREATE TEMP TABLE hit(id INTEGER PRIMARY KEY)")
        self.number = {code: at for at, (_, code) in enumerate(corpus.codes)}
        self.carried = dict(run("SELECT code, count(*) FROM codes GROUP BY code").fetchall())

    def _fill(self, corpus: Corpus) -> None:
        run = self.there.execute
        run(
            # The short columns first: else every look at a quarter walks through a story.
            "CREATE TABLE docs(id INTEGER PRIMARY KEY, key TEXT, quarter INT, title TEXT, lesson TEXT, body TEXT)"
        )
        run("CREATE TABLE codes(doc INT, code INT, PRIMARY KEY(doc, code)) WITHOUT ROWID")
        run(
            "CREATE VIRTUAL TABLE fts USING fts5(title, body, lesson, content='docs', content_rowid='id',"
            " tokenize='porter unicode61')"
        )
        for batch in _chunks(corpus):
            self.there.executemany(
                "INSERT INTO docs VALUES (?,?,?,?,?,?)",
                [(one.number, one.key, one.quarter, one.title, one.lesson, one.text) for one in batch],
            )
            self.there.executemany(
                "INSERT INTO codes VALUES (?,?)", [(one.number, code) for one in batch for code in one.codes]
            )
        run("INSERT INTO fts(fts) VALUES ('rebuild')")
        run("INSERT INTO fts(fts) VALUES ('optimize')")
        run("CREATE INDEX by_code ON codes(code, doc)")
        run("CREATE INDEX by_quarter ON docs(quarter)")
        run("ANALYZE")
        self.there.commit()

    def cpu(self) -> float:
        """This process's, since SQLite works in it."""
        return time.process_time()

    def ask(self, asked: Asked) -> Answer:
        """One list of the hits, kept aside, from which everything else is read."""
        run = self.there.execute
        if not asked.words and not asked.filters:
            keys = [key for (key,) in run("SELECT key FROM docs ORDER BY id DESC LIMIT ?", (ROWS,))]
            counts = dict(run("SELECT code, count(*) FROM codes GROUP BY code").fetchall())
            quarters = dict(run("SELECT quarter, count(*) FROM docs GROUP BY quarter").fetchall())
            total = run("SELECT count(*) FROM docs").fetchone()[0]
            return Answer(total, keys, [], self._named(counts), quarters)
        match = _match(asked)
        total = self._hits(asked, match)
        # With the plus sign: else FTS5 is asked again for every single row.
        within = " AND +fts.rowid IN (SELECT id FROM hit)" if asked.filters else ""
        if match:
            found = run(
                "SELECT key, snippet(fts, 1, '<mark>', '</mark>', '…', 30) FROM fts JOIN docs ON id = fts.rowid"
                f" WHERE fts MATCH ?{within} ORDER BY fts.rank LIMIT ?",
                (match, ROWS),
            ).fetchall()
        else:
            found = run(
                "SELECT key, '' FROM hit CROSS JOIN docs ON docs.id = hit.id ORDER BY hit.id DESC LIMIT ?",
                (ROWS,),
            ).fetchall()
        quarters = dict(
            run(
                "SELECT quarter, count(*) FROM hit CROSS JOIN docs ON docs.id = hit.id GROUP BY +quarter"
            ).fetchall()
        )
        counts = self._named(self._codes())
        for facet, _ in asked.filters:
            self._hits(asked, match, skipping=facet)
            alone = self._named(self._codes(facet))
            counts = {code: n for code, n in counts.items() if not code.startswith(f"{facet}_")}
            counts |= {code: n for code, n in alone.items() if code.startswith(f"{facet}_")}
        return Answer(total, [key for key, _ in found], [cut for _, cut in found], counts, quarters)

    def _hits(self, asked: Asked, match: str, *, skipping: str = "") -> int:
        """Keep the hits aside, starting from the words, else from the rarest filter; the others are looked up."""
        filters = [
            [self.number[code] for code in codes] for facet, codes in asked.filters if facet != skipping
        ]
        filters.sort(key=lambda numbers: sum(self.carried.get(at, 0) for at in numbers))
        if match:
            source, values = "SELECT rowid AS id FROM fts WHERE fts MATCH ?", [match]
        else:
            source = f"SELECT DISTINCT doc AS id FROM codes WHERE code IN ({_listed(filters.pop(0))})"
            values = []
        wanted = [
            f"EXISTS (SELECT 1 FROM codes WHERE doc = id AND code IN ({_listed(numbers)}))"
            for numbers in filters
        ]
        if wanted:
            source = f"SELECT id FROM ({source}) WHERE {' AND '.join(wanted)}"
        self.there.execute("DELETE FROM hit")
        self.there.execute(f"INSERT INTO hit {source}", values)
        count: int = self.there.execute("SELECT count(*) FROM hit").fetchone()[0]
        return count

    def _codes(self, facet: str = "") -> dict[int, int]:
        low, high = facet_bounds(self.corpus, facet)
        return dict(
            self.there.execute(
                "SELECT code, count(*) FROM hit CROSS JOIN codes ON doc = id AND +code BETWEEN ? AND ?"
                " GROUP BY code",
                (low, high),
            ).fetchall()
        )

    def _named(self, counts: dict[int, int]) -> dict[str, int]:
        return {self.corpus.codes[at][1]: count for at, count in counts.items()}


class Postgres:
    """A column of words under GIN, codes as an array under GIN; no parallel workers, so that all work is counted."""

    def __init__(self, address: str, corpus: Corpus) -> None:
        """Fill it."""
        self.there = psycopg.connect(address, autocommit=True)
        self.corpus = corpus
        run = self.there.execute
        run("CREATE TEXT SEARCH DICTIONARY all_words (TEMPLATE = snowball, Language = english)")
        run("CREATE TEXT SEARCH CONFIGURATION plain_english (COPY = pg_catalog.english)")
        run("ALTER TEXT SEARCH CONFIGURATION plain_english ALTER MAPPING REPLACE english_stem WITH all_words")
        run(
            "CREATE TABLE docs(id int PRIMARY KEY, key text, title text, body text, lesson text, quarter int, codes int[],"
            " words tsvector)"
        )
        with self.there.cursor() as cursor:
            for batch in _chunks(corpus):
                with cursor.copy("COPY docs(id,key,title,body,lesson,quarter,codes) FROM STDIN") as copy:
                    for one in batch:
                        copy.write_row(
                            (
                                one.number,
                                one.key,
                                one.title,
                                one.text,
                                one.lesson,
                                one.quarter,
                                list(one.codes),
                            )
                        )
        run("SET maintenance_work_mem = '1GB'")
        run("SET max_parallel_workers_per_gather = 0")
        run("SET max_parallel_maintenance_workers = 0")
        run("SET jit = off")
        run("SET work_mem = '256MB'")
        # One rewrite, not an update of every row: the table stays as compact as a loaded one.
        run(
            "CREATE TABLE full_docs AS SELECT id, key, title, body, lesson, quarter, codes,"
            " setweight(to_tsvector('plain_english', title || ' qqq'), 'A')"  # no phrase may reach from one field to the next
            " || to_tsvector('plain_english', body || ' qqq')"
            " || setweight(to_tsvector('plain_english', lesson), 'B') AS words FROM docs"
        )
        run("DROP TABLE docs")
        run("ALTER TABLE full_docs RENAME TO docs")
        run("ALTER TABLE docs ADD PRIMARY KEY (id)")
        run("CREATE INDEX ON docs USING gin(words) WITH (fastupdate = off)")
        run("CREATE INDEX ON docs USING gin(codes) WITH (fastupdate = off)")
        run("CREATE INDEX ON docs(quarter)")
        run("VACUUM ANALYZE docs")
        row = run("SELECT pg_backend_pid()").fetchone()
        self.process = Path(f"/proc/{row[0] if row else 0}/schedstat")
        self.number = {code: at for at, (_, code) in enumerate(corpus.codes)}

    def cpu(self) -> float:
        """The server process's own; what our side of the socket spends isn't held against it."""
        return int(self.process.read_text().split()[0]) / 1e9

    def ask(self, asked: Asked) -> Answer:
        """One list of the hits, materialised, from which everything else is read."""
        query = _tsquery(asked)
        where, values = self._where(asked, query)
        hits = f"WITH hit AS MATERIALIZED (SELECT id, codes, quarter FROM docs{where})"
        rows = self.there.execute(
            f"{hits} SELECT 0, 0, count(*) FROM hit UNION ALL"
            " SELECT 1, quarter, count(*) FROM hit GROUP BY quarter UNION ALL"
            " SELECT 2, code, count(*) FROM hit, unnest(codes) AS code GROUP BY code",
            values,
        ).fetchall()
        total = next(count for kind, _, count in rows if kind == 0)
        quarters = {at: count for kind, at, count in rows if kind == 1}
        counts = self._named({at: count for kind, at, count in rows if kind == 2})
        for facet, _ in asked.filters:
            wider, more = self._where(asked, query, skipping=facet)
            low, high = facet_bounds(self.corpus, facet)
            alone = self._named(
                dict(
                    self.there.execute(
                        f"SELECT code, count(*) FROM docs, unnest(codes) AS code{wider}"
                        f" AND code BETWEEN {low} AND {high} GROUP BY code",
                        more,
                    ).fetchall()
                )
            )
            counts = {code: n for code, n in counts.items() if not code.startswith(f"{facet}_")}
            counts |= {code: n for code, n in alone.items() if code.startswith(f"{facet}_")}
        if query:
            top = f"SELECT key, body FROM docs{where} ORDER BY ts_rank(words, {query}) DESC, id DESC LIMIT {ROWS}"
            found = self.there.execute(
                f"SELECT key, ts_headline('plain_english', body, {query}, 'MaxWords=30, MinWords=15') FROM ({top}) AS t",
                values,
            ).fetchall()
        else:
            found = self.there.execute(
                f"SELECT key, '' FROM docs{where} ORDER BY id DESC LIMIT {ROWS}", values
            ).fetchall()
        return Answer(total, [key for key, _ in found], [cut for _, cut in found], counts, quarters)

    def _where(self, asked: Asked, query: str, *, skipping: str = "") -> tuple[str, list[Any]]:
        wanted = [f"words @@ {query}"] if query else []
        values: list[Any] = []
        for facet, codes in asked.filters:
            if facet != skipping:
                wanted.append("codes && %s::int[]")
                values.append([self.number[code] for code in codes])
        return (f" WHERE {' AND '.join(wanted)}" if wanted else ""), values

    def _named(self, counts: dict[int, int]) -> dict[str, int]:
        return {self.corpus.codes[at][1]: count for at, count in counts.items()}


@contextmanager
def peer(name: str, corpus: Corpus, folder: Path) -> Iterator[Peer]:
    """Start and fill a peer; ends when the block does. Raises: ValueError on an unknown name."""
    if name == "sqlite":
        there = Sqlite(folder / "peer.sqlite", corpus)
        try:
            yield there
        finally:
            there.there.close()
    elif name == "postgres":
        with _server() as address, psycopg.connect(address, autocommit=True) as first:
            first.execute("CREATE DATABASE bench")
            found = Postgres(re.sub(r"/[^/?]*\?", "/bench?", address), corpus)
            try:
                yield found
            finally:
                found.there.close()
    else:
        raise ValueError("The peers are sqlite and postgres.")


@contextmanager
def _server() -> Iterator[str]:
    started: AbstractContextManager[dict[str, str]] = postgres.server()
    with started as addresses:
        yield re.sub(r"/[^/?]*\?", "/postgres?", addresses["DATABASE_URL"])


def facet_bounds(corpus: Corpus, facet: str) -> tuple[int, int]:
    """The first and the last number of a facet's codes; of all, if it is ""."""
    numbers = [at for at, (name, _) in enumerate(corpus.codes) if facet in ("", name)]
    return numbers[0], numbers[-1]


def _listed(numbers: Sequence[int]) -> str:
    return ",".join(map(str, numbers))


def _match(asked: Asked) -> str:
    if asked.is_phrase:
        return '"' + " ".join(asked.words) + '"'
    return " AND ".join(f'"{word}"' for word in asked.words)


def _tsquery(asked: Asked) -> str:
    """Spelled into the statement: the words are letters only, and a constant is what the planner estimates best."""
    if not asked.words:
        return ""
    function = "phraseto_tsquery" if asked.is_phrase else "plainto_tsquery"
    return f"{function}('plain_english', '{' '.join(asked.words)}')"


def _chunks(corpus: Corpus) -> Iterator[Sequence[Made]]:
    walk = iter(corpus)
    while batch := tuple(itertools.islice(walk, CHUNK)):
        yield batch
