"""What the kit shows: invented words in every part and state."""

from django import forms

from closecall.site.ui import charts
from closecall.site.ui.parts import Cell, Choice, FacetGroup, Fault, Link, Step

_STRIP = (
    Cell("Report", "M7K2QF", "id"),
    Cell("What", "after the stop", "quiet"),
    Cell("Doing", "Guarding a prisoner"),
    Cell("Where", "Hospital"),
    Cell("Officers", "Alone"),
    Cell("Outcome", "Nobody hurt"),
    Cell("Quarter", "2026 Q2"),
    Cell("Read", "2 min"),
)
_STORY = (
    "I took over a prisoner from [another agency] at [a regional hospital] so their officer could go home. "
    "He told me the man was searched and calm. The man was calm.\n\n"
    "It was [late]. I was alone on the floor. My radio had one bar."
)
_LESSONS = (
    ("Search him yourself when you take over. Every time, and say so out loud.", "Search people", "officers"),
    ("A leg that turns away without a limp is telling you something.", "Act on cues", "officers"),
)
_FACETS = (
    FacetGroup(
        "light",
        "Light",
        (
            Choice("dark_lit", "Dark, lamps", 22, chosen=True),
            Choice("dark_unlit", "Dark, no lamps", 16, chosen=True),
            Choice("daylight", "Daylight", 41),
        ),
        open=True,
    ),
    FacetGroup(
        "event", "What happened", (Choice("ambush", "Ambush", 4), Choice("struck_by", "Struck by", 9))
    ),
    FacetGroup("barrier", "What kept it from being worse", (Choice("searched_again", "Searched again", 12),)),
)
_QUARTERS = (
    ("2024-Q1", 1), ("2024-Q2", 2), ("2024-Q3", 2), ("2024-Q4", 4), ("2025-Q1", 3),
    ("2025-Q2", 5), ("2025-Q3", 4), ("2025-Q4", 6), ("2026-Q1", 5), ("2026-Q2", 6),
)  # fmt: skip
_STEPS = (
    Step("Received", "in week 18", "done"),
    Step("Read", "by two analysts", "done"),
    Step("Your OK", "17 days left; silence is no objection", "now"),
    Step("Second reader", "tries to identify you"),
    Step("Published", "in a batch"),
)


class KitForm(forms.Form):
    """One field of every sort, so that errors and hints can be seen."""

    story = forms.CharField(
        label="What happened?",
        help_text="Leave out names, dates, streets, plates, unit and case numbers",
        widget=forms.Textarea({"rows": 4}),
        error_messages={"required": "Tell us what happened, in a sentence or more."},
    )
    kinds = forms.MultipleChoiceField(
        label="What kind was it?",
        help_text="Tick what fits",
        required=False,
        choices=[
            ("weapon", "We found a weapon late, or just in time"),
            ("unsure", "Something else; I’m not sure"),
        ],
        widget=forms.CheckboxSelectMultiple,
    )
    use = forms.ChoiceField(
        label="How we may use it",
        choices=[("publish", "Publish"), ("numbers_only", "Numbers only")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose one: publish, or numbers only."},
    )
    light = forms.ChoiceField(
        label="Light", choices=[("", "I’m not sure"), ("dark", "Dark, lamps")], required=False
    )


def kit() -> dict[str, object]:
    """The kit page's context."""
    return {
        "strip": _STRIP,
        "story_text": _STORY,
        "lessons": _LESSONS,
        "questions": ("What do you do with the next ten seconds?", "What would change your mind?"),
        "facets": _FACETS,
        "dropped": (Link("Dark, lamps", "#facets"), Link("Dark, no lamps", "#facets")),
        "page_links": (Link("CSV", "#facets"), Link("Feed", "#facets")),
        "quarters": charts.columns(_QUARTERS),
        "steps": _STEPS,
        "words": ("canoe", "velvet", "hammer", "orbit", "pickle", "tundra"),
        "facts": ("Unseen weapon", "Two officers", "Nobody hurt", "2 min"),
        "origins": (("own", ""), ("import", "NASA ASRS"), ("invented", "")),
        "statuses": (
            ("On time", ""),
            ("Published", "done"),
            ("Second screen", "wait"),
            ("Past target", "bad"),
        ),
        "faults": (Fault("id_story", "Tell us what happened, in a sentence or more."),),
        "form": KitForm({"story": "", "kinds": ["weapon"]}),
        "colours": (
            "page",
            "card",
            "row",
            "ink",
            "muted",
            "accent",
            "primary",
            "edge",
            "hair",
            "stop",
            "done",
            "wait",
            "bad",
            "c1",
            "c2",
            "c3",
            "c4",
        ),
    }
