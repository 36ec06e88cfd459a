"""Check that a pack's parts fit together: every name that one part uses, another part defines."""

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from closecall.public.taxonomy.rules.entries import UNKNOWN, Facet, OpensWhen
from closecall.public.taxonomy.rules.form import Proposal, Question
from closecall.public.taxonomy.rules.pack import Pack


def faults(pack: Pack, folder: Path) -> list[str]:
    """Every misfit, as one line each: file, place, what is wrong, and the mend."""
    return [
        *(f"{folder / 'taxonomy.yaml'}: {fault}" for fault in _taxonomy(pack)),
        *(f"{folder / 'form.yaml'}: {fault}" for fault in _form(pack)),
        *(f"{folder / 'codebook.yaml'}: {fault}" for fault in _codebook(pack)),
        *(f"{folder / 'crosswalks.yaml'}: {fault}" for fault in _crosswalks(pack)),
        *(f"{folder / 'questions.yaml'}: {fault}" for fault in _questions(pack)),
    ]


def _twice(names: Iterable[str], what: str) -> Iterator[str]:
    for name, times in Counter(names).items():
        if times > 1:
            yield f"{what} `{name}` stands {times} times. Keep one."


def _taxonomy(pack: Pack) -> Iterator[str]:
    yield from _twice((facet.key for facet in pack.facets), "facets: the facet")
    for facet in pack.facets:
        yield from _facet(pack, facet)
    if not _has_facet(pack, pack.release.group_by):
        yield f"release > group_by: no facet `{pack.release.group_by}`. Name one of the pack's facets."
    for key in pack.likeness:
        if not _has_facet(pack, key):
            yield f"likeness: no facet `{key}`. Name facets that tell why it happened and how it ended."
    for key in pack.release.never_withheld:
        if not _has_facet(pack, key):
            yield f"release > never_withheld: no facet `{key}`. Name one of the pack's facets."
    yield from _risk(pack)
    for cohort in pack.cohorts:
        for key in cohort.any_of:
            if not pack.has(cohort.facet, key):
                yield f"cohorts > {cohort.key}: no code `{cohort.facet}/{key}`. Correct its spelling."
    for note in pack.content_notes:
        for ref in note.codes:
            if not _stands(pack, ref):
                yield f"content_notes > {note.label}: no code `{ref}`. Correct its spelling."


def _facet(pack: Pack, facet: Facet) -> Iterator[str]:
    place = f"facets > {facet.key}"
    yield from _twice((code.key for code in facet.known()), f"{place}: the code")
    yield from _twice((group.key for group in facet.groups), f"{place}: the group")
    yield from _twice((alias for code in facet.codes for alias in code.aliases), f"{place}: the alias")
    groups = {group.key for group in facet.groups}
    for code in facet.codes:
        if code.group and code.group not in groups:
            yield f"{place} > codes > {code.key}: no group `{code.group}`. Add it to the facet's groups."
    for group in facet.groups:
        for key in group.add_ons:
            if key not in {code.key for code in facet.in_group(group.key)}:
                yield f"{place} > groups > {group.key}: `{key}` isn't one of its codes. Correct `add_ons`."
    if facet.value == "codes" and not facet.codes:
        yield f"{place}: it has no codes. Add some, or set `value: quarter`."
    if facet.choose_max is not None and facet.choose_max < max(facet.choose_min, 1):
        yield f"{place}: choose_max is below choose_min. Swap them."
    if (facet.ladder == "coarser") != bool(facet.coarser):
        yield f"{place}: a ladder that is `coarser` needs `coarser` codes, and only that. Add or remove them."
    keys = {code.key for code in facet.codes}
    for coarse in facet.coarser:
        for key in coarse.covers:
            if key not in keys:
                yield f"{place} > coarser > {coarse.key}: no code `{key}`. Correct its spelling."
    if facet.opens_when is not None:
        yield from _condition(pack, facet.opens_when, place)


def _condition(pack: Pack, when: OpensWhen, place: str) -> Iterator[str]:
    if not _has_facet(pack, when.facet):
        yield f"{place} > opens_when: no facet `{when.facet}`. Name one of the pack's facets."
        return
    for key in when.any_of:
        if not pack.has(when.facet, key):
            yield f"{place} > opens_when: no code `{when.facet}/{key}`. Correct its spelling."


def _risk(pack: Pack) -> Iterator[str]:
    if pack.risk is None:
        return
    for key in (pack.risk.harm_facet, pack.risk.margin_facet):
        if not _has_facet(pack, key):
            yield f"risk: no facet `{key}`. Name one of the pack's facets."
            return
    margins = len(pack.facet(pack.risk.margin_facet).codes)
    classes = {entry.key for entry in pack.risk.classes}
    harms = {code.key for code in pack.facet(pack.risk.harm_facet).codes}
    if harms != {row.harm for row in pack.risk.rows}:
        yield "risk > rows: every harm needs one row. Add the missing one."
    for row in pack.risk.rows:
        if len(row.classes) != margins:
            yield f"risk > rows > {row.harm}: {margins} classes are needed, one for each margin. Count them."
        for key in row.classes:
            if key not in classes:
                yield f"risk > rows > {row.harm}: no class `{key}`. Name one of the risk classes."


def _form(pack: Pack) -> Iterator[str]:
    if pack.form is None:
        return
    questions = pack.form.main + pack.form.details
    yield from _twice((question.key for question in questions), "the question")
    for question in questions:
        yield from _twice((choice.key for choice in question.choices), f"{question.key}: the choice")
        yield from _question(pack, question)
    for facet in pack.facets:
        if facet.question and facet.question not in {question.key for question in questions}:
            yield f"facet {facet.key} is asked by `{facet.question}`, which is no question. Add it."


def _question(pack: Pack, question: Question) -> Iterator[str]:
    for choice in question.choices + question.then:
        for proposal in choice.proposes:
            if not _proposes(pack, proposal):
                yield f"{question.key} > {choice.key}: it proposes what no facet has. Correct it."
    if question.kind == "text" and question.choices:
        yield f"{question.key}: a text question has no choices. Remove them, or change its kind."
    if question.after and pack.form is not None:
        try:
            earlier = pack.form.question(question.after)
        except KeyError:
            yield f"{question.key} > after: no question `{question.after}`. Correct its spelling."
            return
        answers = {choice.key for choice in earlier.choices}
        for key in question.after_any:
            if key not in answers:
                yield f"{question.key} > after_any: {earlier.key} has no choice `{key}`. Correct it."


def _proposes(pack: Pack, proposal: Proposal) -> bool:
    if not _has_facet(pack, proposal.facet):
        return False
    facet = pack.facet(proposal.facet)
    return (
        (not proposal.code or pack.has(facet.key, proposal.code))
        and (not proposal.group or proposal.group in {group.key for group in facet.groups})
        and (not proposal.state or proposal.state in {state.key for state in facet.states})
    )


def _codebook(pack: Pack) -> Iterator[str]:
    book = pack.codebook
    yield from _twice((theme.key for theme in book.themes), "the theme")
    parents = {parent.key for parent in book.parents}
    keys = {theme.key for theme in book.themes}
    for theme in book.themes:
        if theme.parent and theme.parent not in parents:
            yield f"themes > {theme.key}: no parent `{theme.parent}`. Add it to `parents`."
        if theme.nearest and theme.nearest not in keys:
            yield f"themes > {theme.key}: no theme `{theme.nearest}`. Correct `nearest`."
        for audience in theme.audiences:
            if audience not in book.audiences:
                yield f"themes > {theme.key}: no audience `{audience}`. Add it to `audiences`."


def _crosswalks(pack: Pack) -> Iterator[str]:
    yield from _twice((crosswalk.key for crosswalk in pack.crosswalks), "the crosswalk")
    for crosswalk in pack.crosswalks:
        for row in crosswalk.rows:
            for ref in row.ours:
                if not _stands(pack, ref):
                    yield f"{crosswalk.key} > {row.theirs}: `{ref}` is not in the pack. Correct its spelling."


def _questions(pack: Pack) -> Iterator[str]:
    keys = {theme.key for theme in pack.codebook.themes}
    for key in pack.questions:
        if key not in keys:
            yield f"no theme `{key}`. Correct its spelling."


def _has_facet(pack: Pack, key: str) -> bool:
    return any(facet.key == key for facet in pack.facets)


def _stands(pack: Pack, ref: str) -> bool:
    """Tell whether "theme/x", "facet", "facet/code" or "facet/group/x" names a part of the pack."""
    first, _, rest = ref.partition("/")
    if first == "theme":
        return any(theme.key == rest for theme in pack.codebook.themes)
    if not _has_facet(pack, first):
        return False
    if not rest:
        return True
    if rest.startswith("group/"):
        return any(group.key == rest.removeprefix("group/") for group in pack.facet(first).groups)
    return rest != UNKNOWN and pack.has(first, rest)
