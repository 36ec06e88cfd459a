"""The command line: a new instance, and sentences instead of crashes."""

import json
import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SAFENET = ROOT / "tests/fixtures/safenet/safenet_2010.csv"
ASRS = ROOT / "tests/fixtures/asrs/two_header_rows_126.csv"
pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def run(tmp_path: Path):
    """Runs a command in a home of its own."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("CLOSECALL_") and name not in {"DATABASE_URL", "SEALED_DATABASE_URL"}
    }
    environment |= {
        "CLOSECALL_HOME": str(tmp_path / "home"),
        "CLOSECALL_RUNTIME_DIR": str(tmp_path / "runtime"),
    }

    def ran(*words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "closecall", *words],
            env=environment, cwd=ROOT, input=typed, capture_output=True, text=True, check=False,
        )  # fmt: skip

    return ran


def init_with_shares(run, choose) -> subprocess.CompletedProcess[str]:
    """Run `init` as a person does: read the shares from the screen, type two back."""
    environment_run = run("--help")
    assert environment_run.returncode == 0
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "closecall", "init", "--analyst", "Orla"],
        env=choose.environment, cwd=ROOT, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None and process.stdin is not None
    shown = ""
    while "type two of the three shares" not in shown:
        line = process.stdout.readline()
        assert line, process.stderr.read() if process.stderr else ""
        shown += line
    shares = re.findall(r"^  \d\.  (.+)$", shown, re.MULTILINE)
    assert len(shares) == 3
    out, err = process.communicate("\n".join(choose(shares)) + "\n", timeout=120)
    return subprocess.CompletedProcess([], process.returncode, shown + out, err)


class Choose:
    """Which shares are typed back, in which home."""

    def __init__(self, home: Path, pick) -> None:
        self.pick = pick
        kept = {name: value for name, value in os.environ.items() if not name.startswith("CLOSECALL_")}
        self.environment = {
            **kept,
            "CLOSECALL_HOME": str(home),
            "CLOSECALL_RUNTIME_DIR": str(home.parent / "runtime"),
        }

    def __call__(self, shares: list[str]) -> list[str]:
        return self.pick(shares)


def test_an_instance_is_made_once_two_shares_were_typed_back(run, tmp_path: Path) -> None:
    made = init_with_shares(run, Choose(tmp_path / "home", lambda shares: [shares[2], shares[0]]))
    assert made.returncode == 0, made.stderr
    assert "Both shares fit." in made.stdout
    assert run("doctor").stdout.count("!!") <= 1
    assert "search by meaning" in run("doctor").stdout
    assert "themes of lessons" in run("doctor").stdout
    again = run("init")
    assert again.returncode == 1
    assert "already holds an instance with people" in again.stderr
    assert run("audit", "verify").returncode == 0


def test_without_the_shares_nothing_is_kept_and_init_starts_again(run, tmp_path: Path) -> None:
    wrong = init_with_shares(run, Choose(tmp_path / "home", lambda shares: [shares[0], shares[0]] * 3))
    assert wrong.returncode == 1
    assert "nothing was kept" in wrong.stderr
    again = init_with_shares(run, Choose(tmp_path / "home", lambda shares: shares[:2]))
    assert again.returncode == 0, again.stderr


def test_a_real_instance_is_never_turned_into_a_demonstration(run, tmp_path: Path) -> None:
    init_with_shares(run, Choose(tmp_path / "home", lambda shares: shares[:2]))
    refused = run("demo")
    assert refused.returncode == 1
    assert "stays untouched" in refused.stderr


def test_commands_without_an_instance_say_how_to_make_one(run) -> None:
    for words in (["serve"], ["search", "dog"], ["audit", "verify"], ["reindex"]):
        refused = run(*words)
        assert refused.returncode == 1
        assert "closecall init" in refused.stderr
        assert "Traceback" not in refused.stderr
    assert run("doctor").returncode == 1


def test_a_demonstration_imports_searches_prints_and_exports(run, tmp_path: Path) -> None:
    people = json.loads(run("demo", "--json", "--reports", "20").stdout)
    assert people["invented"] is True
    assert [person["role"] for person in people["people"]] == ["administrator", "approver", "approver"]
    found = json.loads(run("search", "dog", "--json").stdout)
    assert found["total"] > 0
    assert found["results"][0].keys() == {"id", "title", "lesson"}
    imported = json.loads(run("import", "safenet", str(SAFENET), "--json").stdout)
    assert imported["imported"] == 10
    again = json.loads(run("import", "safenet", str(SAFENET), "--json").stdout)
    assert (again["imported"], again["unchanged"]) == (0, 10)
    assert json.loads(run("import", "asrs", str(ASRS), "--json").stdout)["imported"] == 6
    paper = tmp_path / "one.pdf"
    assert run("brief", found["results"][0]["id"], "--out", str(paper)).returncode == 0
    assert paper.read_bytes().startswith(b"%PDF")
    out = tmp_path / "all.jsonl"
    assert run("export", "reports", "--format", "jsonl", "--out", str(out)).returncode == 0
    assert len(out.read_text().splitlines()) == 36
    assert run("reindex").stdout.strip() == "The index holds 36 reports."
    assert run("search", "dog", "--facet", "nonsense=1").returncode == 1
    assert run("brief", "ZZZZZZ", "--out", str(paper)).returncode == 1


def test_a_port_in_use_and_a_second_start_are_told_in_a_sentence(run) -> None:
    run("demo", "--json", "--reports", "3")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        refused = run("serve", "--public", f"127.0.0.1:{taken.getsockname()[1]}", "--desk", "127.0.0.1:1")
    assert refused.returncode == 1
    assert "is in use" in refused.stderr
    assert run("serve", "--public", "nowhere").returncode == 1


def test_finding_identifiers_needs_no_instance_and_writes_nothing(run, tmp_path: Path) -> None:
    told = run("deid", "--jsonl", typed='{"id": 1, "text": "Sgt. Tuttle of Varnell PD"}\n')
    assert told.returncode == 0
    assert json.loads(told.stdout)["redacted"] == "[Officer A] of [an agency]"
    assert run("deid", typed="Sgt. Tuttle").stdout == "[Officer A]"
    wrong = run("deid", "--jsonl", typed="Tuttle\n")
    assert wrong.returncode == 1
    assert "Line 1" in wrong.stderr and "Tuttle" not in wrong.stderr
    assert not (tmp_path / "home").exists()


def test_duplicates_need_no_instance(run, tmp_path: Path) -> None:
    tales = [
        "A shotgun light lit the hall. He held a machete.",
        "The machete man saw our shotgun light.",
        "Ice.",
    ]
    rows = [json.dumps({"id": str(at), "text": text, "month": "202601"}) for at, text in enumerate(tales)]
    (tmp_path / "told.jsonl").write_text("\n".join(rows))
    done = run("duplicates", str(tmp_path / "told.jsonl"), "--jsonl")
    assert done.returncode == 0, done.stderr
    answers = {row["id"]: row["candidates"] for row in map(json.loads, done.stdout.splitlines())}
    assert [one["id"] for one in answers["0"]] == ["1"] and answers["2"] == []
    assert run("duplicates", "-", typed="{").returncode == 1
    assert not (tmp_path / "home").exists()
