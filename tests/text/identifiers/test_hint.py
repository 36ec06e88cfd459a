"""The reporter's hint: what it finds, and that Python and the browser find the same."""

import gzip
import json
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from closecall.text.identifiers import hint, hint_build, rules
from closecall.text.identifiers.hint_build import Untranslatable

ROOT = Path(__file__).resolve().parents[3]
STATIC = ROOT / "closecall/sealed/intake/static/intake"
ENGINE = Path(__file__).parent / "hint_engine.mjs"
FIXTURES: list[dict[str, Any]] = [
    each
    for file in sorted((ROOT / "tests/fixtures/hint").glob("*.json"))
    for each in json.loads(file.read_text("utf-8"))
]
EXAMPLES = [
    example.replace("[", "").replace("]", "")
    for rule in rules.load()
    for example in (*rule.finds, *rule.leaves)
]
Spans = list[list[int | str]]
Browser = Callable[[str], Spans]


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """The same finder, as the browser runs it: in Node, or in Chromium where there is no Node."""
    node = shutil.which("node")
    if node is None:
        yield from _chromium()
        return
    folder = tmp_path_factory.mktemp("hint")
    for name in ("hint", "hint-data"):  # only so named does every Node take them for modules
        shutil.copy(STATIC / f"{name}.js", folder / f"{name}.mjs")
    with subprocess.Popen(
        [node, str(ENGINE), str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as engine:
        asked, answered = engine.stdin, engine.stdout
        assert asked is not None and answered is not None

        def find(text: str) -> Spans:
            asked.write(json.dumps(text) + "\n")
            asked.flush()
            found: Spans = json.loads(answered.readline())
            return found

        yield find
        asked.close()


def _chromium() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    if not Path("/usr/bin/chromium").exists():
        pytest.skip("neither Node nor Chromium is installed on this machine")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = launched.new_page()
        sources = [(STATIC / name).read_text("utf-8") for name in ("hint.js", "hint-data.js")]
        page.evaluate(
            """async ([code, data]) => {
                const load = (text) => import(URL.createObjectURL(new Blob([text], {type: "text/javascript"})));
                const hinter = new (await load(code)).Hinter((await load(data)).default);
                window.found = (text) => {
                    const points = (units) => [...text.slice(0, units)].length;
                    return hinter.find(text).map(({start, end, type}) => [points(start), points(end), type]);
                };
            }""",
            sources,
        )
        yield lambda text: page.evaluate("(text) => window.found(text)", text)
        launched.close()


def ours(text: str) -> Spans:
    """What Python finds."""
    return [[one.start, one.end, one.type] for one in hint.find(text)]


@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda each: each["text"][:30])
def test_invented_stories_are_marked_alike(browser: Browser, fixture: dict[str, Any]) -> None:
    text = fixture["text"]
    marked = [text[one.start : one.end] for one in hint.find(text)]
    for words in fixture["finds"]:
        assert any(words in each for each in marked), (words, marked)
    for words in fixture["leaves"]:
        assert not any(each == words for each in marked), (words, marked)
    assert browser(text) == ours(text)


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_examples_of_every_rule_are_marked_alike(browser: Browser, example: str) -> None:
    assert browser(example) == ours(example)


PIECES = st.one_of(
    st.sampled_from(EXAMPLES),
    st.sampled_from(sorted(hint.hinter().data["titles"].split())).map(str.capitalize),
    st.sampled_from(hint.hinter().data["names"].split()).map(str.title),
    st.sampled_from(["", "Mr.", "’s", "'s", "City of", "[", "]", "\n", ". ", "-", "—", "İ", "ı", "K", "ſ", "ß", "Ⅷ",
                     "😀", "\u2028", "\u00a0", "\u001c", "\u0085", "\u200b", "\u0301", "٣", "𝟜", "Ø", "Þ", "ÿ", "ǆ"]),
    st.text(max_size=6),
    st.from_regex(r"[A-Z]?[a-z0-9@#/:.-]{1,6}", fullmatch=True),
)  # fmt: skip


@settings(max_examples=400)
@given(st.lists(PIECES, max_size=12), st.sampled_from([" ", "", ". ", "\n"]))
def test_any_text_is_marked_alike(browser: Browser, pieces: list[str], between: str) -> None:
    text = between.join(pieces)
    assert browser(text) == ours(text)


def test_what_the_rules_find_the_hint_finds() -> None:
    for rule in rules.load():
        if not hint_build.hinted(rule):
            continue
        for example in rule.finds:
            marked = re.search(r"\[(.*?)\]", example)
            assert marked is not None
            text = example.replace("[", "", 1).replace("]", "", 1)
            start, end = marked.start(), marked.end() - 2
            found = hint.find(text)
            assert any(one.start <= start + 1 and one.end >= end - 1 for one in found), (rule.name, example)


def test_the_static_file_is_up_to_date() -> None:
    written = (STATIC / "hint-data.js").read_text("utf-8")
    assert written == hint_build.module(), "run `make hint`"


def test_the_hint_is_light() -> None:
    files = [(STATIC / name).read_bytes() for name in ("hint.js", "hint-data.js")]
    assert sum(len(gzip.compress(each, 9, mtime=0)) for each in files) <= 14_000


def test_a_pattern_that_the_two_languages_read_differently_is_refused() -> None:
    for pattern in (r"(?P<name>a)", r"a\Z", r"(?>a)", r"\Aa", r"[\W]", r"(?s:.)"):
        with pytest.raises(Untranslatable):
            hint_build.translated(pattern, folds=False)


def test_spans_are_in_order_and_apart() -> None:
    for text in EXAMPLES:
        found = hint.find(text + ". " + text)
        assert all(one.end <= other.start for one, other in pairwise(found))
        assert all(one.start < one.end for one in found)
