"""The style sheets keep their limits, their contrast and the policy."""

import gzip
import re
from itertools import pairwise
from pathlib import Path

import pytest

import closecall.site.ui

ROOM = Path(closecall.site.ui.__file__).parent
SHEETS = ROOM / "static" / "ui"
TEMPLATES = sorted((ROOM / "templates").rglob("*.html"))
SITE = (SHEETS / "site.css").read_text()


def tokens(opening: str) -> dict[str, str]:
    block = SITE.split(opening, 1)[1].split("}", 1)[0]
    return dict(re.findall(r"--([a-z0-9-]+): ([^;]+);", block))


DAY = tokens(":root {")
THEMES = {
    "day": DAY,
    "night": DAY | tokens(':root[data-theme="night"] {'),
    "red": DAY | tokens(':root[data-theme="red"] {'),
}


def luminance(colour: str) -> float:
    digits = colour.removeprefix("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(theme: str, front: str, back: str) -> float:
    values = THEMES[theme]
    pair = []
    for name in (front, back):
        value = values[name]
        while value.startswith("var("):
            value = values[value[6:-1]]
        pair.append(luminance(value))
    return (max(pair) + 0.05) / (min(pair) + 0.05)


@pytest.mark.parametrize(
    ("name", "limit"), [("site.css", 9), ("desk.css", 5), ("chart.css", 1), ("print.css", 2), ("site.js", 3)]
)
def test_a_sheet_stays_under_its_limit(name: str, limit: int) -> None:
    assert len(gzip.compress((SHEETS / name).read_bytes(), 9)) <= limit * 1024


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(
    ("front", "back", "least"),
    [
        ("ink", "page", 4.5), ("ink", "card", 4.5), ("ink", "row", 4.5), ("ink", "hit", 4.5),
        ("muted", "page", 4.5), ("muted", "row", 4.5), ("accent", "page", 4.5), ("accent", "row", 4.5),
        ("on-primary", "primary", 4.5), ("on-reveal", "reveal", 4.5), ("on-stop", "stop", 4.5),
        ("stop-muted", "stop", 4.5), ("done", "done-ground", 4.5), ("wait", "wait-ground", 4.5),
        ("bad", "bad-ground", 4.5), ("bad", "page", 4.5), ("edge", "card", 3), ("edge", "page", 3),
        ("button-edge", "page", 3), ("c1", "page", 3), ("c2", "page", 3), ("c3", "page", 3),
        ("c4", "page", 3),
    ],
)  # fmt: skip
def test_every_colour_can_be_read_in_every_theme(theme: str, front: str, back: str, least: float) -> None:
    assert contrast(theme, front, back) >= least


def test_a_dark_device_gets_exactly_the_night_theme() -> None:
    assert tokens(":root:not([data-theme]) {") == tokens(':root[data-theme="night"] {')


def test_no_sheet_loads_anything() -> None:
    for sheet in SHEETS.glob("*.css"):
        text = sheet.read_text()
        assert "url(" not in text
        assert "@import" not in text


def test_no_template_carries_a_script_or_a_style_of_its_own() -> None:
    for template in TEMPLATES:
        text = template.read_text()
        assert not re.search(r"\sstyle=|\son[a-z]+=|<style|javascript:|data:|<script(?![^>]*\ssrc=)", text), (
            template.name
        )


def test_headings_of_the_kit_never_skip_a_level() -> None:
    kit = (ROOM / "templates" / "ui" / "kit.html").read_text()
    levels = [int(level) for level in re.findall(r"<h([1-6])", kit)]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
