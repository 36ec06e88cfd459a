"""Names: what a person signs in with, how the audit chain calls them, how their keys sound on the phone."""

import re
from collections.abc import Collection
from random import Random

from closecall.errors import BadInput
from closecall.sealed.vault import wordlist
from closecall.site.crypto import hashing

NAME_LENGTH = 40
FINGERPRINT_WORDS = 8
_NAME = re.compile(r"[\w][\w .'’-]*", re.UNICODE)
_BIRDS = (
    "avocet", "bittern", "brambling", "bunting", "buzzard", "capercaillie", "chaffinch", "coot",
    "cormorant", "corncrake", "crane", "crossbill", "curlew", "dipper", "dotterel", "dunlin",
    "dunnock", "eider", "fieldfare", "firecrest", "fulmar", "gadwall", "gannet", "garganey",
    "goldcrest", "goosander", "goshawk", "grebe", "greenshank", "guillemot", "harrier", "hawfinch",
    "heron", "hobby", "hoopoe", "jackdaw", "jay", "kestrel", "kingfisher", "kittiwake", "knot",
    "lapwing", "linnet", "magpie", "mallard", "martin", "merlin", "moorhen", "nightjar", "nuthatch",
    "oriole", "osprey", "ouzel", "petrel", "phalarope", "pintail", "pipit", "plover", "pochard",
    "ptarmigan", "puffin", "rail", "raven", "redpoll", "redshank", "redstart", "redwing", "robin",
    "rook", "ruff", "sanderling", "scoter", "serin", "shearwater", "shelduck", "shoveler", "shrike",
    "siskin", "skua", "skylark", "smew", "snipe", "sparrow", "starling", "stint", "stonechat",
    "swallow", "swift", "teal", "tern", "thrush", "treecreeper", "turnstone", "twite", "wagtail",
    "warbler", "waxwing", "wheatear", "whimbrel", "whinchat", "whitethroat", "wigeon", "woodcock",
    "wren", "wryneck", "yellowhammer",
)  # fmt: skip


def clean_name(typed: str) -> str:
    """Tidy a typed name.

    Raises: BadInput.
    """
    name = " ".join(typed.split())
    if not name or len(name) > NAME_LENGTH or not _NAME.fullmatch(name):
        raise BadInput("A name has up to 40 letters, digits, spaces, dots, hyphens or apostrophes.")
    return name


def pseudonym(taken: Collection[str], random: Random) -> str:
    """Draw a bird that nobody else at this desk is called."""
    free = [bird for bird in _BIRDS if bird not in taken]
    if free:
        return random.choice(free)
    number = 2
    while f"{_BIRDS[0]}-{number}" in taken:
        number += 1
    return f"{_BIRDS[0]}-{number}"


def fingerprint(box_public: bytes, verify_key: bytes) -> str:
    """Spell a person's public keys as eight words, to be read out on the phone: 82 bits.

    Somebody who swaps keys has no other pair that sounds the same.
    """
    digest = hashing.digest(box_public + verify_key, purpose="fingerprint")
    number = int.from_bytes(digest, "big")
    words = []
    for _ in range(FINGERPRINT_WORDS):
        number, digit = divmod(number, len(wordlist.WORDS))
        words.append(wordlist.WORDS[digit])
    return " ".join(words)
