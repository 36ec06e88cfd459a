"""What the second coder sees: lessons and the codebook, and nothing that the machine or a colleague said of them."""

import hashlib
from dataclasses import dataclass

from closecall.errors import NotFound
from closecall.public.taxonomy.rules.codebook import Codebook
from closecall.sealed.research.models import Lesson, SecondChoice, Study
from closecall.sealed.research.queries.state import codebook_of
from closecall.sealed.research.queries.words import words_of

PAGE: int = 12


@dataclass(frozen=True)
class Row:
    """A lesson to code. `chosen`: None while nothing was chosen, "" for none of the codebook."""

    lesson: str
    words: str
    chosen: str | None


@dataclass(frozen=True)
class Coding:
    """A page of lessons to code. `left`: those nothing was chosen for, in the whole study."""

    book: Codebook
    rows: tuple[Row, ...]
    number: int
    count: int
    done: int
    left: int


def coding(slug: str, number: int = 0) -> Coding:
    """One page; number 0 is the first with something left. Raises: NotFound.

    The order is a digest's: neither reports nor themes stand together, and it is the same at every visit.
    """
    study = Study.objects.filter(slug=slug).first()
    if study is None:
        raise NotFound("There is no study of this name on the desk.")
    digests = dict(Lesson.objects.filter(study=study, round=study.round).values_list("lesson_id", "digest"))
    words = words_of(digests, digests)
    chosen = dict(SecondChoice.objects.filter(study=study).values_list("lesson_id", "theme"))
    order = sorted(words, key=lambda one: hashlib.sha256(f"{slug}/{one}".encode()).digest())
    left = [at for at, one in enumerate(order) if one not in chosen]
    count = max(1, -(-len(order) // PAGE))
    if not 1 <= number <= count:
        number = left[0] // PAGE + 1 if left else 1
    here = order[(number - 1) * PAGE : number * PAGE]
    return Coding(
        book=codebook_of(study),
        rows=tuple(Row(one, words[one], chosen.get(one)) for one in here),
        number=number,
        count=count,
        done=len(order) - len(left),
        left=len(left),
    )
