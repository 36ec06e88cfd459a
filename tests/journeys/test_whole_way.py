"""A real narrative goes the whole way, over HTTP and without JavaScript; nothing of it stays behind."""

import base64
import csv
import gzip
import os
import secrets
import sys
import time
import urllib.parse
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests import postgres
from tests.journeys import desk_work, serving, visiting
from tests.journeys.serving import Instance
from tests.journeys.visiting import Visitor

pytestmark = [pytest.mark.timeout(400)]
STORIES = os.environ.get("CLOSECALL_STORIES", "::")
FIXTURE = Path(__file__).resolve().parents[1] / "fixtures/safenet/safenet_2010.csv"


def narratives(file: Path) -> list[str]:
    """The narratives of a SAFENET file, at most 16 KiB each."""
    with file.open(encoding="utf-8", errors="replace", newline="") as stream:
        rows = list(csv.reader(stream, skipinitialspace=True))
    column = rows[0].index("Narrative")
    return [row[column] for row in rows[1:] if len(row) > column and 200 < len(row[column]) < 12_000]


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def instance(request: pytest.FixtureRequest) -> Iterator[Instance]:
    if request.param == "sqlite":
        with serving.served() as made:
            yield made
        return
    if not postgres.is_installed():
        pytest.skip("PostgreSQL isn't installed on this machine")
    with postgres.server() as addresses:
        socket = addresses["DATABASE_URL"].partition("host=")[2]
        with psycopg.connect(f"host={socket} user=postgres dbname=postgres", autocommit=True) as connection:
            connection.execute("CREATE DATABASE closecall_public")
            connection.execute("CREATE DATABASE closecall_sealed")
        with serving.served(addresses) as made:
            yield made


def forms_of(secret: str) -> dict[str, bytes]:
    """A secret in every dress that it might be kept in."""
    plain = secret.encode()
    return {
        "utf-8": plain,
        "utf-16": secret.encode("utf-16-le"),
        "base64": base64.b64encode(plain)[:-4],
        "url": urllib.parse.quote(secret).encode(),
        "hex": plain.hex().encode(),
    }


def places_of(secrets_: dict[str, str], *roots: Path) -> list[str]:
    """Where any secret stands, in any dress, in any file under `roots`, inside gzip too.

    A journal may be folded into its database meanwhile: then everything is searched again, so that nothing slips by.
    """
    for _again in range(20):
        try:
            return _places(secrets_, *roots)
        except FileNotFoundError:
            time.sleep(0.2)
    return _places(secrets_, *roots)


def _places(secrets_: dict[str, str], *roots: Path) -> list[str]:
    found = []
    for root in roots:
        for file in [root] if root.is_file() else [one for one in root.rglob("*") if one.is_file()]:
            raw = file.read_bytes()
            if raw[:2] == b"\x1f\x8b":
                raw += gzip.decompress(raw)
            for name, secret in secrets_.items():
                found += [
                    f"{name} as {dress} in {file.name}"
                    for dress, form in forms_of(secret).items()
                    if form in raw
                ]
    return found


def everything_of(instance: Instance) -> list[Path]:
    """Every byte that an instance keeps: its folder, logs, temporary files; its tables when they're elsewhere."""
    roots = [instance.home.parent]
    if "DATABASE_URL" in instance.environment:
        socket = instance.environment["DATABASE_URL"].partition("host=")[2]
        with psycopg.connect(f"host={socket} user=postgres dbname=postgres", autocommit=True) as connection:
            connection.execute("CHECKPOINT")
        roots.append(Path(socket))
    return roots


def test_a_real_story_goes_in_and_a_lesson_comes_out_and_nothing_else_stays(instance: Instance) -> None:
    name = "Qu" + secrets.token_hex(4).translate(str.maketrans("0123456789", "aeioulmnrs")) + "berg"
    story = f"{narratives(FIXTURE)[0]}\n\nMy partner {name} told me so."
    reporter = Visitor(instance.public)
    sent, form = visiting.share(reporter, story)
    code = visiting.words_of(sent)
    assert sent.headers["cache-control"] == "no-store"
    again = reporter.post("/share/", form)
    assert visiting.words_of(again) == code, "the same form shows the same words"

    marked = {"name": name, "agent": visiting.AGENT, "address": visiting.ADDRESS, "code": code}
    assert places_of(marked, *everything_of(instance)) == []

    # A form that is refused, one that is too large, one that isn't ours: nothing of them stays either.
    assert reporter.post("/share/", {"narrative": name, "step": "send", "token": "x"}).status == 403
    assert reporter.post("/share/", {"narrative": name * 80_000}).status == 413

    one, two = (visiting.sign_in(instance, person) for person in instance.people[1:3])
    public_id = desk_work.waiting(one)
    assert len(public_id) == 1, "one report, however often it was sent"
    case = f"/cases/{public_id[0]}/"
    assert name in one.get(f"{case}triage/").text
    desk_work.screen(case, one, two)
    desk_work.redact(case, one)
    desk_work.code(case, one)
    alone = one.get(f"{case}publish/")
    assert visiting.submit(one, f"{case}publish/", {"act": "approve"}).status != 200, alone.text[:500]
    assert reporter.get(f"/reports/{public_id[0]}/").status == 404
    desk_work.second_read_and_release(case, two)

    shown = reporter.get(f"/reports/{public_id[0]}/")
    assert shown.status == 200
    assert "A hazard that nobody had seen" in shown.text
    assert name not in shown.text
    assert public_id[0] in reporter.get("/reports/?q=overlooked").text
    assert public_id[0] in reporter.get("/feeds/reports.atom").text
    paper = reporter.get(f"/reports/{public_id[0]}/brief.pdf")
    assert paper.status == 200 and paper.body.startswith(b"%PDF")

    mailbox = visiting.return_with(Visitor(instance.public), code)
    assert name not in mailbox.text, "the code never opens the original"
    assert places_of(marked, *everything_of(instance)) == []

    warned = reporter.post(f"/reports/{public_id[0]}/could-identify/", {})
    assert warned.status == 200

    gone = visiting.mailbox_step(Visitor(instance.public), mailbox, "withdraw", sure="yes")
    assert gone.status == 200, gone.text[:2000]
    assert reporter.get(f"/reports/{public_id[0]}/").status == 410
    assert public_id[0] not in reporter.get("/reports/?q=overlooked").text
    assert public_id[0] not in reporter.get("/feeds/reports.atom").text
    assert reporter.get(f"/reports/{public_id[0]}.json").status == 410

    log = instance.log.read_text()
    assert name not in log and code not in log
    verified = instance.run("audit", "verify", "--json")
    assert verified.returncode == 0, verified.stdout
    assert places_of(marked, *everything_of(instance)) == []


def test_the_scanner_sees_a_canary_in_every_dress(tmp_path: Path) -> None:
    secret = "Quillfeather told the dispatcher twice"
    for dress, form in forms_of(secret).items():
        (tmp_path / dress).write_bytes(b"\x00" * 999 + form + b"\x00")
    (tmp_path / "packed").write_bytes(gzip.compress(secret.encode()))
    found = places_of({"canary": secret}, tmp_path)
    assert {place.split(" in ")[1] for place in found} == {*forms_of(secret), "packed"}


@pytest.mark.skipif(
    "CLOSECALL_DATA" not in os.environ, reason="needs the whole SAFENET under $CLOSECALL_DATA"
)
@pytest.mark.proof
@pytest.mark.timeout(6 * 3600)
def test_every_real_narrative_goes_the_whole_way(instance: Instance) -> None:
    files = sorted(Path(os.environ["CLOSECALL_DATA"]).glob("safenet/*.csv"))
    stories = [story for file in files for story in narratives(file)]
    assert len(stories) > 1000
    # It takes hours: a night may do "0:900", the next "900:", a short one "::10".
    stories = stories[slice(*(int(one) if one else None for one in STORIES.split(":")))]
    for at in range(0, len(stories), 20):  # a form is good for an hour, and a seat for a shift
        one, two = (visiting.sign_in(instance, person) for person in instance.people[1:3])
        reporter = Visitor(instance.public)
        forms = [reporter.get("/share/") for _story in stories[at : at + 20]]
        time.sleep(6.2)
        for story, ready in zip(stories[at : at + 20], forms, strict=True):
            sent, _form = visiting.share(reporter, story, ready=ready)
            while (
                "data-words" not in sent.body.decode()
            ):  # the door for unproven reports lets few in at a time
                assert sent.status in {429, 503}, sent.text[:2000]
                time.sleep(5)
                sent, _form = visiting.share(reporter, story, ready=ready)
            case = f"/cases/{desk_work.waiting(one)[0]}/"
            desk_work.screen(case, one, two)
            desk_work.redact(case, one)
            desk_work.code(case, one)
            desk_work.second_read_and_release(case, two)
            assert reporter.get(case.replace("cases", "reports")).status == 200
        sys.stdout.write(f"{min(at + 20, len(stories))} of {len(stories)} narratives went the whole way\n")
        sys.stdout.flush()
