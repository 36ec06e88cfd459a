"""Stories that the tests print."""

from closecall.public.library.rules.report import AppliedCode, Lesson, Pause, ReleasedText

LEAD = (
    "I took over a prisoner from [another agency] so their officer could go home. "
    "He told me the man was calm.\n\n"
    "I pulled a chair to the door. While I had his wrist I noticed he kept his knee turned away from me. "
    "He hadn't been limping. It was [late]. My radio had one bar.\n\n"
)
REST = (
    "I put the wrist back on the rail. [Officer B] came up. Inside the left sock was a small pistol, loaded."
)


def story(lead: str = LEAD, rest: str = REST, title: str = "“Already searched,” he said") -> ReleasedText:
    return ReleasedText(
        public_id="M7K2QF",
        pack="law_enforcement",
        pack_version=1,
        title=title,
        synopsis="A quiet prisoner, and a knee that kept turning away.",
        narrative=lead + rest,
        pauses=(
            Pause(
                at=len(lead),
                situation="You hold one wrist. His other hand is free.",
                questions=("What do you do with the next ten seconds?", "What would change your mind?"),
            ),
        ),
        lessons=(
            Lesson("Search him yourself when you take over.", "search_people", "officer"),
            Lesson("A leg that turns away is telling you something.", "act_on_cues", "officer"),
        ),
        codes=(
            AppliedCode("event", "missed_firearm", sentence="Inside the left sock was a small pistol."),
            AppliedCode("officers", "alone", sentence="My radio had one bar."),
        ),
        period="2026-Q2",
    )
