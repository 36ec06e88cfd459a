"""The roles are exactly those that the design names."""

import pytest

from closecall.errors import NotAllowed
from closecall.sealed.accounts.rules.roles import MAY, READS_REPORTS, Role, may, require

TABLE = {
    Role.SCREENER: {"screen"},
    Role.ANALYST: {"screen", "redact", "code", "converse", "propose", "unpublish", "grant", "rotate", "study"},
    Role.APPROVER: {
        "screen", "redact", "code", "converse", "propose", "unpublish", "grant", "rotate",
        "second_read", "sign", "release", "hold", "study",
    },
    Role.EDITOR: {"edit_public", "study"},
    Role.ADMINISTRATOR: {"administer"},
}  # fmt: skip
VERBS = set().union(*TABLE.values())


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("verb", sorted(VERBS))
def test_each_role_may_exactly_what_the_table_says(role, verb):
    assert may(role, verb) == (verb in TABLE[role])
    if verb in TABLE[role]:
        require(role, verb)
    else:
        with pytest.raises(NotAllowed):
            require(role, verb)


def test_no_verb_is_forgotten():
    assert set().union(*MAY.values()) == VERBS


def test_administrators_and_editors_open_no_report_and_grant_nothing():
    for role in (Role.ADMINISTRATOR, Role.EDITOR):
        assert role not in READS_REPORTS
        assert not may(role, "grant") and not may(role, "screen")
