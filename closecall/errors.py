"""Every refusal, one tree.

Refused                     somebody asked for what can't be done; says why and what to do
├── BadInput      422       what was typed needs a change
├── NotSignedIn   401       the desk wants to know who you are
├── NotAllowed    403       your role, or this form, doesn't allow it
├── NotFound      404       no such page, report or case
├── Conflict      409       somebody else holds it, or changed it first
├── Gone          410       withdrawn, erased or burnt
├── TooLarge      413       more than one request may carry
├── TooBusy       429       too many at once; try again
└── Unavailable   503       the database, the disk or a key is out of reach

`sentence` is shown to people. It is a constant of the program: user text never goes into an exception,
because exceptions are logged, and a log outlives the report that it speaks of.
"""


class Refused(Exception):
    """Somebody asked for what can't be done."""

    status = 400
    default = "That can't be done."

    def __init__(self, sentence: str = "") -> None:
        self.sentence = sentence or self.default
        super().__init__(type(self).__name__)


class BadInput(Refused):
    """What was typed needs a change; the form comes back with everything still in it."""

    status = 422
    default = "Something in the form needs a change."


class NotSignedIn(Refused):
    """The desk wants to know who you are."""

    status = 401
    default = "Sign in first."


class NotAllowed(Refused):
    """The role, the form token or the second signature is missing."""

    status = 403
    default = "Your role doesn't allow that."


class NotFound(Refused):
    """No such page, report or case."""

    status = 404
    default = "There is nothing at this address."


class Conflict(Refused):
    """Somebody else holds it, or changed it first."""

    status = 409
    default = "Somebody else changed this first. Read their version, then save again."


class Gone(Refused):
    """Withdrawn, erased or burnt: it will not come back."""

    status = 410
    default = "This was withdrawn or erased."


class TooLarge(Refused):
    """More than one request may carry."""

    status = 413
    default = (
        "That is more than we can take at once. Go back: your words are still in the form. Shorten them."
    )


class TooBusy(Refused):
    """A bucket or a pool is empty for the moment."""

    status = 429
    default = "Many people are here right now. Wait a minute and try again."


class Unavailable(Refused):
    """The database, the disk or a key is out of reach."""

    status = 503
    default = "We can't reach our own storage right now. Try again in a few minutes."
