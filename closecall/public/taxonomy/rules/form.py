"""The form that a pack asks: three questions, the kinds, and the quick details."""

from typing import Literal

from closecall.public.taxonomy.rules.entries import Entry, Key, Labelled, Words


class Proposal(Entry):
    """What an answer proposes to the analyst: a code, a whole group to pick from, or a state."""

    facet: Key
    code: str = ""
    group: str = ""
    state: str = ""


class Choice(Labelled):
    """One answer to tick or tap. The label is what the officer reads."""

    proposes: tuple[Proposal, ...] = ()


class Question(Entry):
    """One of the form's questions.

    `kind`: "text" (a field), "many" (tick what fits), "one" (one tap), "item" (an item, then its state).
    `then` holds the second tap of an "item" question; its proposals carry states only.
    `after` names a question and the choices that open this one (D8 only after a weapon).
    """

    key: Words
    text: Words
    hint: str = ""
    kind: Literal["text", "many", "one", "item"]
    choices: tuple[Choice, ...] = ()
    then: tuple[Choice, ...] = ()
    after: str = ""
    after_any: tuple[str, ...] = ()

    def choice(self, key: str) -> Choice:
        """Find an answer by key. Raises KeyError."""
        for choice in self.choices:
            if choice.key == key:
                return choice
        raise KeyError(key)


class Form(Entry):
    """`main` are the questions of the one page (Q1 to Q3); `details` the optional ones (D1 to D12)."""

    main: tuple[Question, ...]
    details: tuple[Question, ...] = ()
    details_intro: str = ""
    not_sure: str = "I'm not sure"

    @property
    def kinds(self) -> tuple[Choice, ...]:
        """The answers of the main page's ticking question."""
        return next((question.choices for question in self.main if question.kind == "many"), ())

    def question(self, key: str) -> Question:
        """Find a question by key. Raises KeyError."""
        for question in self.main + self.details:
            if question.key == key:
                return question
        raise KeyError(key)
