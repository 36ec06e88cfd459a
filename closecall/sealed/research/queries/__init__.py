"""Reading this room.

heads(desk) · head(slug, desk)     where studies stand; elsewhere() what is published and not on the desk
state(slug)                        everything a board is drawn from, replayed
Pages(state, names)                the board as pages show it
coding(slug, page)                 what the second coder sees: lessons in an order that says nothing
"""

from closecall.sealed.research.queries.boards import ASIDE, Pages
from closecall.sealed.research.queries.coding import Coding, coding
from closecall.sealed.research.queries.state import State, Taken, codebook_of, database, state, stored
from closecall.sealed.research.queries.studies import Head, elsewhere, head, heads, waiting

__all__ = [
    "ASIDE",
    "Coding",
    "Head",
    "Pages",
    "State",
    "Taken",
    "codebook_of",
    "coding",
    "database",
    "elsewhere",
    "head",
    "heads",
    "state",
    "stored",
    "waiting",
]
