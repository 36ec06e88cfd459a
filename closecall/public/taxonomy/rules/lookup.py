"""Find codes and themes of a pack by words, for people who don't know its keys."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from closecall.public.taxonomy.rules.codebook import Theme
from closecall.public.taxonomy.rules.entries import Code, Facet
from closecall.public.taxonomy.rules.pack import Pack


@dataclass(frozen=True)
class Hit:
    """A code or a theme that holds every word. `facet` is None for a theme."""

    key: str
    label: str
    words: str
    facet: Facet | None


@dataclass(frozen=True)
class Elsewhere:
    """The same thing in another list: its name, and its entry there."""

    system: str
    entry: str


def find(pack: Pack, query: str) -> tuple[Hit, ...]:
    """Every code and theme that holds every word of `query`; those that hold them in their label first."""
    words = query.casefold().split()
    if not words:
        return ()
    found: list[tuple[bool, Hit]] = []
    for facet in pack.facets:
        for code in facet.choices:
            found.extend(_match(words, [code.label, code.key], _told(code), code.definition, facet))
    for theme in pack.codebook.themes:
        found.extend(_match(words, [theme.label, theme.key], _taught(theme), theme.description, None))
    return tuple(hit for _, hit in sorted(found, key=lambda pair: not pair[0]))


def elsewhere(pack: Pack, facet: str, code: Code) -> tuple[Elsewhere, ...]:
    """Where other lists keep a code: its own references, then the crosswalks that name it or its group."""
    refs = [Elsewhere(ref.system, ref.entry) for ref in code.refs]
    wanted = [f"{facet}/{code.key}"]
    if code.group:
        wanted.append(f"{facet}/group/{code.group}")
    return (*refs, *_crosswalked(pack, wanted))


def theme_elsewhere(pack: Pack, theme: Theme) -> tuple[Elsewhere, ...]:
    """Where other lists keep a theme."""
    return tuple(_crosswalked(pack, [f"theme/{theme.key}"]))


def facet_elsewhere(pack: Pack, facet: Facet) -> tuple[Elsewhere, ...]:
    """Where other lists keep a whole facet."""
    return tuple(_crosswalked(pack, [facet.key]))


def _crosswalked(pack: Pack, wanted: Iterable[str]) -> Iterator[Elsewhere]:
    for ref in wanted:
        for crosswalk, row in pack.crosswalk_entries(ref):
            yield Elsewhere(crosswalk.label, row.theirs)


def _match(
    words: list[str], names: list[str], told: str, meaning: str, facet: Facet | None
) -> Iterator[tuple[bool, Hit]]:
    name = " ".join(names).casefold()
    everything = f"{name} {told.casefold()} {meaning.casefold()}"
    if all(word in everything for word in words):
        in_label = all(word in name for word in words)
        yield in_label, Hit(names[1], names[0], meaning, facet)


def _told(code: Code) -> str:
    return " ".join([*code.examples, *code.aliases, *(f"{ref.system} {ref.entry}" for ref in code.refs)])


def _taught(theme: Theme) -> str:
    return " ".join([theme.rule, *theme.exemplars])
