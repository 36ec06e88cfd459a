"""`closecall deid`: a line for a line, by every voter, and nothing of it on a disk."""

import json
import os
import subprocess
import sys

WATCHED = """
import os, sys
opened = []
def watch(event, arguments):
    if event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
        opened.append(str(arguments[0]))
    if event in {"os.mkdir", "os.rename", "os.link", "os.symlink", "shutil.copyfile", "tempfile.mkstemp"}:
        opened.append(event)
sys.addaudithook(watch)
from closecall.cli.main import main
status = main(["deid", "--jsonl", *sys.argv[1:], "-"])
print(status, [name for name in opened if name != os.devnull], file=sys.stderr)
"""


def run(lines: list[str], *arguments: str) -> tuple[list[dict[str, object]], str]:
    done = subprocess.run(
        [sys.executable, "-c", WATCHED, *arguments],
        input="\n".join(lines) + "\n",
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )
    return [json.loads(line) for line in done.stdout.splitlines()], done.stderr.strip().splitlines()[-1]


def test_every_line_is_answered_and_nothing_is_written_to_disk() -> None:
    lines = [json.dumps({"id": at, "text": f"Deputy Oster met Ray at {at} Elm Street."}) for at in range(300)]
    answers, told = run(lines)
    assert [answer["id"] for answer in answers] == list(range(300))
    assert all("Oster" not in str(answer["redacted"]) for answer in answers)
    assert {"spans", "look", "redacted", "id"} == set(answers[0])
    assert told == "0 []"


def test_rules_alone_answer_when_asked() -> None:
    answers, _told = run([json.dumps({"id": "a", "text": "Deputy Oster ran."})], "--only", "rules")
    spans = answers[0]["spans"]
    assert isinstance(spans, list)
    assert all("trained" not in span["sources"] for span in spans)
