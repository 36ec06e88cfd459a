"""The plain-language question of the lane without JavaScript."""

import re
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class PlainQuestion:
    """A question that everybody can answer, and the answers that count."""

    text: str
    answers: frozenset[str]


QUESTIONS: Final = (
    PlainQuestion("Which day comes after Tuesday?", frozenset({"wednesday", "wed"})),
    PlainQuestion("How many wheels does a bicycle have?", frozenset({"two", "2"})),
    PlainQuestion("Which month comes after March?", frozenset({"april", "apr"})),
    PlainQuestion("How many days are in a week?", frozenset({"seven", "7"})),
    PlainQuestion("Which is colder, ice or steam?", frozenset({"ice"})),
    PlainQuestion("What is the opposite of left?", frozenset({"right"})),
)


def pick(entropy: bytes) -> PlainQuestion:
    """Pick a form's question by its random bits, so that a form asks the same one each time."""
    return QUESTIONS[entropy[-1] % len(QUESTIONS)]


def is_right(question: PlainQuestion, typed: str) -> bool:
    """Tell whether one of the words typed is the answer."""
    return not question.answers.isdisjoint(re.findall(r"[a-z0-9]+", typed[:200].lower()))
