"""Take the README's pictures: serve a demonstration of its own, walk the tour, photograph it.

python bench/tour.py docs/images            the README's pictures
python bench/tour.py --all FOLDER           every page at 390, 768 and 1280 pixels in Day, Night and Red
"""

import argparse
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.journeys import browsing, desk_work, serving, visiting  # noqa: E402 - the checkout must be found first
from tests.journeys.visiting import Visitor  # noqa: E402

STORY = (
    "I was on a stop on Larkmoor Road with Officer Tuttle. It was raining and dark. A truck came over the line and "
    "my partner Quentin pulled me back by the belt. We found the mirror in the grass at 02:14. I had parked where "
    "I always park. The sergeant in Varnell County asked why nobody had put out a flare, and I had no answer."
)
README = {("/", 1280, "day"): "home-day", ("/reports/?q=dog", 1280, "day"): "search-day",
          ("/", 390, "night"): "home-night",
          ("/share/", 390, "night"): "share-night", ("REPORT", 768, "red"): "report-red",
          ("REPORT", 1280, "day"): "report-day"}  # fmt: skip
PUBLIC = (
    "/",
    "/reports/?q=dog",
    "REPORT",
    "REPORT?part=2",
    "/share/",
    "/return/",
    "/safety/",
    "/topics/",
    "/method/",
    "/help/",
)


def main() -> None:
    """Serve, walk, photograph."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("out", type=Path)
    asked = parser.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    with serving.served(reports=serving.ALL) as instance, browsing.chromium() as browser:
        reader = Visitor(instance.public)
        report = "/reports/" + _first_report(reader) + "/"
        visiting.share(Visitor(instance.public), STORY)
        one, two = (visiting.sign_in(instance.desk, person) for person in instance.people[1:3])
        case = f"/cases/{desk_work.waiting(one)[0]}/"
        desk_work.screen(case, one, two)
        visiting.submit(one, f"{case}take/", {}, at=f"{case}deidentify/")
        shots = [
            (path, width, theme) for path in PUBLIC for width in (390, 768, 1280) for theme in browsing.THEMES
        ]
        for path, width, theme in shots if asked.all else README:
            seen = browsing.watched(browser, f"http://{instance.public}", theme=theme, width=width)
            page = seen.page()
            page.goto(path.replace("REPORT", report))
            name = (
                README.get((path, width, theme))
                or f"{path.strip('/').replace('/', '-') or 'home'}-{theme}-{width}"
            )
            page.screenshot(path=asked.out / f"{name.replace('?', '-')}.png", full_page=asked.all)
            seen.context.close()
        for width, theme in ((1280, "day"), (1280, "night"), (390, "day")) if asked.all else ((1280, "day"),):
            seen = browsing.watched(browser, f"http://{instance.desk}", theme=theme, width=width)
            page = seen.page()
            browsing.sign_in(page, instance.people[1])
            pages = ["queue", "deidentify"]
            pages += (
                ["triage", "code", "publish", "dialogue", "people", "keys", "audit", "pack"]
                if asked.all
                else []
            )
            for name in pages:
                inside = name in {"deidentify", "triage", "code", "publish", "dialogue"}
                page.goto(f"{case}{name}/" if inside else f"/{name}/")
                end = f"-{theme}-{width}" if asked.all else ""
                page.screenshot(path=asked.out / f"desk-{name}{end}.png", full_page=asked.all)
            seen.context.close()
        paper = asked.out / "brief.pdf"
        paper.write_bytes(reader.get(f"{report}brief.pdf").body)
    drawn = ["pdftoppm", "-r", "70", "-png", "-singlefile", str(paper), str(asked.out / "brief")]
    subprocess.run(drawn, check=True)
    paper.unlink()


def _first_report(reader: Visitor) -> str:
    page = reader.get("/reports/?q=trailhead").body.decode()
    return next(
        part[:7] for part in page.split('href="/reports/')[1:] if part[7:8] == "/" and part[:7].isalnum()
    )


if __name__ == "__main__":
    main()
