"""Load a pack from its folder."""

from pathlib import Path

from closecall.public.taxonomy.rules import fitting, reading
from closecall.public.taxonomy.rules.codebook import Codebook
from closecall.public.taxonomy.rules.crosswalks import Crosswalk
from closecall.public.taxonomy.rules.entries import Entry, Words
from closecall.public.taxonomy.rules.form import Form
from closecall.public.taxonomy.rules.pack import Pack, Taxonomy
from closecall.public.taxonomy.rules.reading import PackError

# The packs that come with the machine. Commands that need no instance read them from here.
INSTALLED = Path(__file__).resolve().parents[3] / "packs"


class _Questions(Entry):
    questions: dict[str, tuple[Words, ...]]


class _Crosswalks(Entry):
    crosswalks: tuple[Crosswalk, ...]


def load(folder: Path) -> Pack:
    """Read the pack in `folder`: taxonomy and codebook, and where they stand form, crosswalks, questions.

    Raises: PackError naming file, place and mend for every fault that was found.
    """
    taxonomy = reading.read(folder / "taxonomy.yaml", Taxonomy)
    codebook = read_codebook(folder / "codebook.yaml")
    form: Form | None = None
    crosswalks: tuple[Crosswalk, ...] = ()
    questions: dict[str, tuple[str, ...]] = {}
    if (folder / "form.yaml").exists():
        form = reading.read(folder / "form.yaml", Form)
    if (folder / "crosswalks.yaml").exists():
        crosswalks = reading.read(folder / "crosswalks.yaml", _Crosswalks).crosswalks
    if (folder / "questions.yaml").exists():
        questions = reading.read(folder / "questions.yaml", _Questions).questions
    own = {name: getattr(taxonomy, name) for name in Taxonomy.model_fields}
    pack = Pack.model_construct(
        **own, form=form, codebook=codebook, crosswalks=crosswalks, questions=questions
    )
    faults = fitting.faults(pack, folder)
    if faults:
        raise PackError(faults)
    return pack


def read_codebook(file: Path) -> Codebook:
    """Read one codebook, a pack's own or any other in its format. Raises PackError."""
    return reading.read(file, Codebook)
