"""How a study is cited: in words, for BibTeX, and as CSL-JSON for whatever manages references."""

from dataclasses import dataclass
from datetime import date

_SPECIAL = {"\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
            **{one: f"\\{one}" for one in "#$%&_"}}  # fmt: skip


@dataclass(frozen=True)
class Cited:
    """What a citation names. `origin`: where the reports come from, in words."""

    slug: str
    title: str
    version: int
    on: date
    address: str
    sha256: str
    origin: str


def plain(cited: Cited) -> str:
    """One line of words.

    >>> plain(Cited("look", "Look twice", 2, date(2026, 11, 3), "https://x.example/", "ab" * 32, "Own."))
    'Close Call (2026). Look twice. Version 2, 3 November 2026. Own. https://x.example/ (SHA-256 abababababababab…)'
    """
    day = f"{cited.on.day} {cited.on:%B %Y}"
    return (
        f"Close Call ({cited.on.year}). {cited.title.rstrip('.')}. Version {cited.version}, {day}. "
        f"{cited.origin} {cited.address} (SHA-256 {cited.sha256[:16]}…)"
    )


def bibtex(cited: Cited) -> str:
    """An entry for BibTeX; what it would read as markup is escaped.

    >>> print(bibtex(Cited("look", "50% {off} \\\\x", 1, date(2026, 1, 2), "https://x.example/", "c" * 64, "Own.")))
    @techreport{closecall-look-1,
      author = {{Close Call}},
      institution = {Close Call},
      title = {50\\% \\{off\\} \\textbackslash{}x},
      type = {Study, version 1},
      year = {2026},
      month = {1},
      note = {Own. SHA-256 cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc},
      url = {https://x.example/}
    }
    <BLANKLINE>
    """
    fields = (
        ("author", "{Close Call}"),
        ("institution", "Close Call"),
        ("title", _escaped(cited.title)),
        ("type", f"Study, version {cited.version}"),
        ("year", str(cited.on.year)),
        ("month", str(cited.on.month)),
        ("note", f"{_escaped(cited.origin)} SHA-256 {cited.sha256}"),
        ("url", cited.address),
    )
    lines = ",\n".join(f"  {key} = {{{value}}}" for key, value in fields)
    return f"@techreport{{closecall-{cited.slug}-{cited.version},\n{lines}\n}}\n"


def csl(cited: Cited) -> list[dict[str, object]]:
    """CSL-JSON: a list of one item."""
    return [
        {
            "id": f"closecall-{cited.slug}-{cited.version}",
            "type": "report",
            "genre": "Study",
            "title": cited.title,
            "author": [{"literal": "Close Call"}],
            "publisher": "Close Call",
            "version": str(cited.version),
            "issued": {"date-parts": [[cited.on.year, cited.on.month, cited.on.day]]},
            "URL": cited.address,
            "note": f"{cited.origin} SHA-256 {cited.sha256}",
        }
    ]


def _escaped(words: str) -> str:
    return "".join(_SPECIAL.get(one, one) for one in " ".join(words.split()))
