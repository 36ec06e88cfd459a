"""Reads what a form sent: every field optional, nothing raises, what isn't in the pack is left out."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from django.http import QueryDict

from closecall.public.taxonomy.rules.form import Form, Question
from closecall.sealed.intake.rules import submission
from closecall.sealed.intake.rules.submission import Submission, clean

NOT_SURE: Final = "not_sure"
KEPT_MOST: Final = 60
# What a page carries of one field. Beyond it nothing is read: a request is at most 1 MiB anyway.
FIELD_CHARACTERS: Final = 1_000_000


@dataclass(frozen=True)
class ShareFields:
    """A share form as it came. `kept`: words that somebody said aren't a name."""

    submission: Submission
    token: str = field(default="", repr=False)
    proof: str = field(default="", repr=False)
    honeypot: str = field(default="", repr=False)
    answer: str = field(default="", repr=False)
    kept: tuple[str, ...] = field(default=(), repr=False)
    step: str = "check"
    ask: bool = False

    def with_narrative(self, narrative: str) -> "ShareFields":
        """The same form with other words."""
        return replace(self, submission=replace(self.submission, narrative=narrative))


def read_share(post: QueryDict, form: Form | None) -> ShareFields:
    """Read a share form. The narrative and the lesson are cleaned; unknown kinds and details are dropped."""
    kinds = {choice.key for choice in form.kinds} if form else set()
    use = post.get("use", "publish")
    return ShareFields(
        submission=Submission(
            narrative=clean(post.get("narrative", "")[:FIELD_CHARACTERS]),
            kinds=submission.keys(
                [kind for kind in post.getlist("kind") if kind in kinds], submission.KINDS_MOST
            ),
            worked=clean(post.get("worked", "")[:FIELD_CHARACTERS]),
            details=_details(post, form) if form else {},
            use="numbers_only" if use == "numbers_only" else "publish",
        ),
        token=post.get("token", "")[:200],
        proof=post.get("proof", "")[:4000],
        honeypot=post.get("website", "")[:200],
        answer=post.get("answer", "")[:200],
        kept=tuple(dict.fromkeys(clean(word)[:200] for word in post.getlist("kept")))[:KEPT_MOST],
        step=post.get("step", "check"),
        ask=post.get("ask", "") == "1",
    )


def _details(post: QueryDict, form: Form) -> dict[str, str]:
    found: dict[str, str] = {}
    for question in form.details[: submission.DETAILS_MOST]:
        if question.after and found.get(question.after) not in question.after_any:
            continue
        answer = post.get(f"detail-{question.key}", "")
        if answer == NOT_SURE or _knows(question, answer):
            found[question.key] = answer + _state(post, question, answer)
    return found


def _state(post: QueryDict, question: Question, answer: str) -> str:
    state = post.get(f"detail-{question.key}-then", "")
    known = (
        question.kind == "item" and answer != NOT_SURE and state in {choice.key for choice in question.then}
    )
    return f"/{state}" if known else ""


def _knows(question: Question, answer: str) -> bool:
    return any(choice.key == answer for choice in question.choices)


def labels(details: Mapping[str, str], form: Form) -> list[tuple[str, str]]:
    """Write answered details as the officer reads them: question, answer."""
    told = []
    for question in form.details:
        if question.key not in details:
            continue
        answer, _slash, state = details[question.key].partition("/")
        words = [choice.label for choice in question.choices if choice.key == answer]
        words += [choice.label for choice in question.then if choice.key == state]
        told.append((question.text, ": ".join(words) or form.not_sure))
    return told


def carried(details: Mapping[str, str]) -> list[tuple[str, str]]:
    """Write answered details as the hidden fields that carry them from page to page."""
    pairs = []
    for key, value in details.items():
        answer, _slash, state = value.partition("/")
        pairs.append((f"detail-{key}", answer))
        if state:
            pairs.append((f"detail-{key}-then", state))
    return pairs
