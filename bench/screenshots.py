"""Take the README's pictures from a served demonstration.

    python bench/screenshots.py --public http://127.0.0.1:8000 --out docs/images PATH=NAME …

Each PATH is drawn at 390, 768 and 1280 pixels in Day, Night and Red; `--only 1280-day,390-night` takes fewer.
"""

import argparse
from pathlib import Path

from playwright.sync_api import sync_playwright


def main() -> None:
    """Open Chromium and take pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--public", required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--only", default="")
    parser.add_argument("--full", action="store_true", help="the whole page, not the first screen")
    parser.add_argument("--cookie", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("pages", nargs="+", metavar="PATH=NAME")
    asked = parser.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    wanted = set(filter(None, asked.only.split(",")))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for width in (390, 768, 1280):
            for theme in ("day", "night", "red"):
                if wanted and f"{width}-{theme}" not in wanted:
                    continue
                context = browser.new_context(
                    viewport={"width": width, "height": 844 if width == 390 else 900}
                )
                pairs = [("theme", theme), *(cookie.split("=", 1) for cookie in asked.cookie)]
                context.add_cookies(
                    [{"name": name, "value": value, "url": asked.public} for name, value in pairs]
                )
                page = context.new_page()
                for pair in asked.pages:
                    path, _, name = pair.rpartition("=")
                    page.goto(asked.public + path)
                    page.screenshot(path=asked.out / f"{name}-{theme}-{width}.png", full_page=asked.full)
                context.close()
        browser.close()


if __name__ == "__main__":
    main()
