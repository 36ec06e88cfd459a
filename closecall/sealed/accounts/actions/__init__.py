"""What changes people, their keys and their grants; each staff verb leaves one audit entry."""

from closecall.sealed.accounts.actions.founding import (
    Founded,
    NewPerson,
    add_administrator,
    found,
    recover,
    renew_recovery,
)
from closecall.sealed.accounts.actions.granting import (
    drop_generations,
    grant,
    move_reports,
    register_granted_keys,
    rotate,
    wrap_for_everybody,
)
from closecall.sealed.accounts.actions.people import (
    Invitation,
    KeyOffer,
    change_role,
    create_account,
    deactivate,
    make_keys,
    offer_keys,
    renew_account,
)
from closecall.sealed.accounts.actions.signing_in import Opened, open_desk, opens

__all__ = [
    "Founded",
    "Invitation",
    "KeyOffer",
    "NewPerson",
    "Opened",
    "add_administrator",
    "change_role",
    "create_account",
    "deactivate",
    "drop_generations",
    "found",
    "grant",
    "make_keys",
    "move_reports",
    "offer_keys",
    "open_desk",
    "opens",
    "recover",
    "register_granted_keys",
    "renew_account",
    "renew_recovery",
    "rotate",
    "wrap_for_everybody",
]
