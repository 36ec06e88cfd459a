"""What a report's vector is made of, and which searches ask for meaning."""

import hashlib
from dataclasses import dataclass

from closecall.public.library.rules.report import ReleasedText
from closecall.text.meaning import NAME
from closecall.text.searching import Query

STORY_CHUNKS = 4
"""How much of a narrative is read: so many times 254 word pieces, about 700 words."""


@dataclass(frozen=True)
class Meant:
    """The two halves that count alike: what it is about in short, and the story."""

    head: str
    story: str

    @property
    def digest(self) -> str:
        """Names these texts and the model: while it is the same, so is the vector."""
        told = "\x00".join((NAME, str(STORY_CHUNKS), self.head, self.story))
        return hashlib.blake2b(told.encode(), digest_size=12).hexdigest()


def meant(text: ReleasedText) -> Meant:
    """Take a released text apart. A title that only repeats the synopsis is said once."""
    title = text.title.rstrip(" …")
    head = [text.synopsis] if text.synopsis.startswith(title) else [text.title, text.synopsis]
    head += [lesson.text for lesson in text.lessons]
    return Meant("\n".join(one for one in head if one), text.narrative)


def passages(text: ReleasedText) -> tuple[str, ...]:
    """What a report's likes are asked for by words: the short form three times, for it says more in fewer words."""
    told = meant(text)
    return (told.head, told.head, told.head, told.story)


def by_meaning(query: Query) -> str:
    """The typed words, when meaning has something to add; "" for precise questions.

    Phrases, exclusions, OR, prefixes and fields say exactly what is wanted.

    >>> from closecall.public.library.rules.query import parse
    >>> by_meaning(parse("missed gun")), by_meaning(parse("missed -gun"))
    ('missed gun', '')
    """
    plain = all(
        len(group.any_of) == 1
        and not group.excluded
        and (group.any_of[0].kind, group.any_of[0].field) == ("words", "")
        for group in query.groups
    )
    return " ".join(group.any_of[0].text for group in query.groups) if plain else ""


def words_alone(query: Query) -> str:
    """The same plain words, each in quotes: found as before, and nothing beside them.

    >>> from closecall.public.library.rules.query import parse
    >>> words_alone(parse("missed gun"))
    '"missed" "gun"'
    """
    return " ".join(f'"{group.any_of[0].text}"' for group in query.groups) if by_meaning(query) else ""
