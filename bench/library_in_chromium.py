"""The library as a reader meets it, at any size: in Chromium, in three themes, by keyboard, and without JavaScript.

    python bench/library_in_chromium.py [--reports 100000] [--keep FOLDER] [--shots FOLDER] [--quick] [--json]

Uses the instance of `bench/search_pages.py` (or makes it), puts four odd reports into it (200 KB long; a title of a
thousand words; right to left; words of 300 letters), serves its public site, and walks: every page × theme × width:
nothing sideways, nothing that axe finds; every page cold: at most 6 requests and 60,000 bytes; every page by Tab: each
stop can be seen and is marked; every page with and without JavaScript: the same words. `--shots` keeps a picture of
each. Ends with 1 when anything is amiss.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Browser  # noqa: E402 # the script's own folder comes first

from tests.journeys import browsing  # noqa: E402
from tests.journeys.browsing import Watched  # noqa: E402
from tests.journeys.serving import free_port  # noqa: E402
from tests.journeys.visiting import Visitor  # noqa: E402

WIDTHS = (320, 390, 768, 1280)
PATIENCE_MS = 240_000  # a busy machine is no fault of a page
MOST_BYTES, MOST_REQUESTS = 60_000, 6
MOST_TABS = 150
LONG, TITLED, RIGHT_TO_LEFT, WORDY = "0DD0NG", "0DDT1T", "0DDRTX", "0DDW0R"
FOCUSED = """async () => {
  await Promise.all(document.getAnimations().map((each) => each.finished.catch(() => null)));
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const style = getComputedStyle(one), box = one.getBoundingClientRect();
  const marked = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0 || style.boxShadow !== 'none';
  const seen = box.width > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  return {what: one.outerHTML.slice(0, 90), marked, seen};
}"""


def odd_reports() -> list[object]:
    """What no page may break on."""
    from closecall.public.library.rules.report import AppliedCode, Lesson, ReleasedText

    def told(public_id: str, title: str, narrative: str, lesson: str = "Look twice.") -> ReleasedText:
        return ReleasedText(
            public_id, "law_enforcement", 1, title, "Oddly told.", narrative,
            lessons=(Lesson(lesson, "search_people", "officer"),), codes=(AppliedCode("event", "missed_firearm"),),
        )  # fmt: skip

    sentence = "I looked at the door and waited for the second car before I went in. "
    paragraphs = "\n\n".join([sentence * 20] * (199_000 // (len(sentence) * 20)))
    arabic = "توقفت السيارة عند الجسر وكان الطريق مظلماً. انتظرت وصول الدعم ثم اقتربت."
    return [
        told(LONG, "A very long story", paragraphs),
        told(TITLED, " ".join(["unreasonable"] * 1000), "It was short."),
        told(RIGHT_TO_LEFT, "توقف عند الجسر", f"{arabic}\n\n{arabic}", "انتظر الدعم."),
        told(WORDY, "W" * 300, f"He said {'a' * 300} and then {'b' * 300}.", "c" * 300),
    ]


def prepare(folder: Path) -> None:
    """Run in the instance's own settings: bring its tables up to date, put the odd reports in, index."""
    import django

    django.setup()
    from django.core.management import call_command

    from closecall.public.library import actions

    for database in ("default", "sealed"):
        call_command("migrate", database=database, verbosity=0, interactive=False)
    actions.publish_as_instance(odd_reports(), origin="invented", source_label="Made up to measure")  # type: ignore[arg-type] # a script
    actions.index_pending()
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)


@contextmanager
def served(folder: Path, reports: int) -> Iterator[str]:
    """Make the instance if need be, and serve it; gives the public site's address."""
    environment = {name: value for name, value in os.environ.items() if name != "CLOSECALL_ROLE"}
    port = free_port()
    environment |= {
        "CLOSECALL_HOME": str(folder / "home"),
        "CLOSECALL_RUNTIME_DIR": str(folder / "runtime"),
        "CLOSECALL_HOSTS": "127.0.0.1",
        "CLOSECALL_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "DJANGO_SETTINGS_MODULE": "closecall.config.settings",
        "PYTHONPATH": str(ROOT),
    }
    if not (folder / "home").exists():
        fill = ["bench/search_pages.py", "--fill", str(folder), "--reports", str(reports)]
        subprocess.run([sys.executable, *fill], check=True, env=environment, cwd=ROOT)
    preparing = [sys.executable, __file__, "--prepare", str(folder)]
    subprocess.run(preparing, check=True, env=environment | {"CLOSECALL_COLLECT": "1"}, cwd=ROOT)
    environment["CLOSECALL_ROLE"] = "public"
    place = [
        "--interface",
        "wsgi",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--blocking-threads",
        "4",
        "--no-ws",
    ]
    command_line = [sys.executable, "-m", "granian", *place, "closecall.config.public_wsgi:application"]
    server = subprocess.Popen(command_line, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 300
        while not _answers(port):
            if server.poll() is not None or time.monotonic() > until:
                raise SystemExit("The server didn't start.")
            time.sleep(0.5)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(30)


def _answers(port: int) -> bool:
    try:
        return Visitor(f"127.0.0.1:{port}").get("/healthz").status == 200
    except OSError:
        return False


def pages(site: str) -> dict[str, str]:
    """What is looked at: names and addresses, with words and filters that this library holds."""
    reader = Visitor(site.removeprefix("http://"))
    report = re.search(
        r'href="/reports/([0-9A-Z]{6,12})/"', reader.get("/reports/?sort=old&page=30").body.decode()
    )
    if report is None:
        raise SystemExit("The library is too small to be walked.")
    told = json.loads(reader.get(f"/reports/{report[1]}.json").body)["report"]
    words = sorted(set(re.findall("[a-z]{5,}", told["narrative"].lower())), key=len)
    rare, common = words[-1], words[0]
    codes = {one["facet"]: one["code"] for one in told["codes"] if one["code"] not in ("other", "unknown")}
    narrow = "&".join(f"{facet}={codes[facet]}" for facet in ("event", "activity", "light") if facet in codes)
    return {
        "home": "/",
        "library": "/reports/",
        "word": f"/reports/?q={common}",
        "words and filters": f"/reports/?q={common}&{narrow}",
        "far page": "/reports/?page=400",
        "nothing": f"/reports/?q={common}+zebraflute&{narrow}",
        "misspelled": f"/reports/?q={rare[:-2]}{rare[-1]}{rare[-2]}",
        "report": f"/reports/{report[1]}/",
        "topics": "/topics/",
        "topic": "/topics/search_people/",
        "code": f"/topics/{codes['event']}/" if "event" in codes else "/topics/missed_firearm/",
        "long story": f"/reports/{LONG}/",
        "long title": f"/reports/{TITLED}/",
        "right to left": f"/reports/{RIGHT_TO_LEFT}/",
        "long words": f"/reports/{WORDY}/",
        "odd rows": "/topics/missed_firearm/",
    }


def _watched(
    browser: Browser, site: str, *, theme: str = "", width: int = 1280, javascript: bool = True
) -> Watched:
    seen = browsing.watched(browser, site, theme=theme, width=width, javascript=javascript)
    seen.context.set_default_timeout(PATIENCE_MS)
    return seen


def walk(browser: Browser, site: str, asked: argparse.Namespace) -> tuple[list[dict[str, object]], list[str]]:
    """Look at everything; gives weights by page, and what is amiss."""
    places = pages(site)
    amiss: list[str] = []
    rows: list[dict[str, object]] = []
    for theme in browsing.THEMES[:1] if asked.quick else browsing.THEMES:
        for width in WIDTHS[1::2] if asked.quick else WIDTHS:
            seen = _watched(browser, site, theme=theme, width=width)
            page = seen.page()
            for name, address in places.items():
                page.goto(address)
                if (over := browsing.sideways(page)) > 0:
                    amiss.append(f"{name}, {theme}, {width}: {over} px sideways")
                if width in (390, 1280):
                    amiss += [f"{name}, {theme}, {width}: {one}" for one in browsing.violations(page)]
                if asked.shots:
                    Path(asked.shots).mkdir(parents=True, exist_ok=True)
                    shot = Path(asked.shots) / f"{name.replace(' ', '-')}-{theme}-{width}.png"
                    page.screenshot(
                        path=shot, clip={"x": 0, "y": 0, "width": width, "height": 2400}, full_page=True
                    )
            amiss += [fault for fault in seen.faults if "404" not in fault]
            seen.context.close()
            print(f"{theme}, {width} px: {len(amiss)} amiss so far", file=sys.stderr)
    for name, address in places.items():
        count, size = weigh(browser, site, address)
        stops, unseen = keyboard(browser, site, address)
        amiss += [f"{name}, by keyboard: {one}" for one in unseen]
        if not same_without_javascript(browser, site, address):
            amiss.append(f"{name}: other words without JavaScript")
        too_heavy = name != "long story" and (count > MOST_REQUESTS or size > MOST_BYTES)
        if too_heavy:
            amiss.append(f"{name}: {count} requests, {size} bytes")
        rows.append({"page": name, "requests": count, "bytes": size, "stops": stops})
        print(f"{name}: {count} requests, {size} bytes, {stops} stops", file=sys.stderr)
    amiss += task(browser, site)
    return rows, amiss


def weigh(browser: Browser, site: str, address: str) -> tuple[int, int]:
    """Requests and bytes on the wire of one cold visit."""
    seen = _watched(browser, site, width=390)
    page = seen.page()
    session = seen.context.new_cdp_session(page)
    session.send("Network.enable")
    sizes: list[float] = []
    session.on("Network.loadingFinished", lambda done: sizes.append(done["encodedDataLength"]))
    page.goto(address, wait_until="networkidle")
    seen.context.close()
    return len(sizes), int(sum(sizes))


def keyboard(browser: Browser, site: str, address: str) -> tuple[int, list[str]]:
    """Press Tab through a page: how many stops there are (up to a limit), and which can't be seen or aren't marked."""
    seen = _watched(browser, site, width=390)
    page = seen.page()
    page.goto(address)
    stops, unseen = 0, []
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        there = page.evaluate(FOCUSED)
        if there is None:
            break
        stops += 1
        if not there["seen"]:
            unseen.append(f"not in view: {there['what']}")
        elif not there["marked"]:
            unseen.append(f"not marked: {there['what']}")
    seen.context.close()
    return stops, unseen


def same_without_javascript(browser: Browser, site: str, address: str) -> bool:
    """Tell whether a page says the same with and without JavaScript."""
    told = []
    for javascript in (True, False):
        seen = _watched(browser, site, width=390, javascript=javascript)
        page = seen.page()
        page.goto(address)
        told.append(" ".join(page.locator("main").inner_text().split()))
        seen.context.close()
    return told[0] == told[1]


def task(browser: Browser, site: str) -> list[str]:
    """Find and open a report by keyboard alone, without JavaScript; see a way out of what finds nothing."""
    seen = _watched(browser, site, width=390, javascript=False)
    page = seen.page()
    page.goto("/reports/")
    amiss = []
    page.get_by_role("searchbox").focus()
    page.keyboard.type("unreasonable")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    if TITLED not in page.content():
        amiss.append("task: the report isn't found")
    page.locator(f"a[href='/reports/{TITLED}/']").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/reports/{TITLED}/")
    page.goto("/reports/?q=unreasonable+zqzqzq&light=daylight")  # the second word stands in no report
    way_out = page.locator(".nothing a, .hints a").first
    if not way_out.count():
        amiss.append("task: nothing found, and no way out is offered")
    seen.context.close()
    return amiss


def main() -> int:
    """Walk, print, end with 1 when anything is amiss."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--reports", type=int, default=100_000)
    parser.add_argument("--keep", default="")
    parser.add_argument("--shots", default="")
    parser.add_argument("--quick", action="store_true", help="one theme, two widths")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--prepare", default="", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.prepare:
        prepare(Path(asked.prepare))
        return 0
    with tempfile.TemporaryDirectory(prefix="closecall-chromium-") as made:
        folder = Path(asked.keep or made)
        with served(folder, asked.reports) as site, browsing.chromium() as browser:
            rows, amiss = walk(browser, site, asked)
    if asked.json:
        print(json.dumps({"pages": rows, "amiss": amiss}, indent=1))
    else:
        print("\n".join([*map(str, rows), *amiss]))
    return 1 if amiss else 0


if __name__ == "__main__":
    sys.exit(main())
