"""Each rule finds what its own examples say, and leaves what they say."""

import re

import pytest

from closecall.text.identifiers import rules

RULES = {rule.name: rule for rule in rules.load()}
EVERY = pytest.mark.parametrize("name", RULES)


@EVERY
def test_a_rule_finds_its_examples(name: str) -> None:
    rule = RULES[name]
    assert rule.finds
    for example in rule.finds:
        marked = re.search(r"\[(.*?)\]", example)
        assert marked is not None, example
        text = example.replace("[", "", 1).replace("]", "", 1)
        start, end = marked.start(), marked.end() - 2
        # Edges are mended later: a full stop or a quotation mark more or less makes no difference.
        assert any(span.start <= start + 1 and span.end >= end - 1 for span in rule.find(text)), example


@EVERY
def test_a_rule_leaves_its_counter_examples(name: str) -> None:
    rule = RULES[name]
    assert rule.leaves
    for example in rule.leaves:
        assert not list(rule.find(example)), example
