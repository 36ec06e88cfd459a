"""Who acts."""

from dataclasses import dataclass, field

from closecall.errors import NotAllowed
from closecall.sealed.accounts.rules.roles import Role, Verb, may, require
from closecall.sealed.vault.analysts import AnalystKeys
from closecall.sealed.vault.generations import Generation
from closecall.site.crypto import signing


@dataclass(frozen=True)
class Desk:
    """A signed-in person with their unlocked keys, for as long as one request."""

    analyst_id: int
    pseudonym: str
    name: str
    role: Role
    keys: AnalystKeys | None = field(repr=False)
    generations: tuple[Generation, ...] = field(default=(), repr=False)

    @property
    def verify_key(self) -> bytes:
        """The key that verifies what this person signs; empty when their keys are locked."""
        return self.keys.verify_key if self.keys else b""

    def may(self, verb: Verb) -> bool:
        """Tell whether this person's role allows `verb`; for templates."""
        return may(self.role, verb)

    def require(self, verb: Verb) -> None:
        """Pass in silence when the role allows `verb`. Raises: NotAllowed."""
        require(self.role, verb)

    def sign(self, message: bytes) -> bytes:
        """Sign as this person. Raises: NotAllowed when their keys are locked."""
        if self.keys is None:
            raise NotAllowed("Your keys are locked. Sign in again.")
        return signing.sign(self.keys.signing_seed, message)


def generation(desk: Desk, number: int) -> Generation:
    """Give the generation that a report was sealed to.

    Raises: NotAllowed when nobody has granted it to this person.
    """
    for held in desk.generations:
        if held.number == number:
            return held
    raise NotAllowed("You don't hold the key of this report. Ask a colleague to grant it on the Keys page.")
