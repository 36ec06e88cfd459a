"""`closecall codes`: train the desk's suggestions of codes from published codings, and measure them."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from closecall.cli.output import as_json, aside, command, wake
from closecall.errors import BadInput

if TYPE_CHECKING:
    from closecall.text.suggesting.evaluating import Evaluation


def add(parts: object) -> None:
    """Add `codes`."""
    codes = command(
        parts, "codes", _codes, says="Suggestions of codes: train them from published codings, measure them."
    )
    verbs = codes.add_subparsers(dest="verb", required=True, metavar="VERB")
    train = command(
        verbs, "train", _train, says="Learn from this instance's published codings. Run it nightly."
    )
    train.add_argument("--json", action="store_true")
    measure = command(
        verbs,
        "evaluate",
        _evaluate,
        says="Learn on four fifths of coded reports, measure on the rest, from the narrative alone.",
    )
    measure.add_argument("--facet", required=True, metavar="KEY")
    measure.add_argument("--pack", default=None, metavar="NAME", help="default: the instance's own")
    measure.add_argument(
        "--files", nargs="+", type=Path, metavar="FILE", help="ASRS exports, instead of the library"
    )
    measure.add_argument("--split", choices=["random", "chronological"], default="random")
    measure.add_argument("--seeds", type=int, default=3, help="random splits to average over (default: 3)")
    measure.add_argument("--least", type=int, default=None, help="reports that a code needs for a model")
    measure.add_argument(
        "--vectors", type=Path, metavar="FILE.npz", help="keep the texts' vectors here for the next run"
    )
    measure.add_argument("--plot", type=Path, metavar="FILE.svg", help="draw how p was borne out")
    measure.add_argument("--json", action="store_true")


def _codes(asked: argparse.Namespace) -> int:
    raise BadInput("Say what to do: codes train, or codes evaluate.")


def _train(asked: argparse.Namespace) -> int:
    wake()
    from closecall.sealed.workbench.actions.suggesting import train

    trained = train(progress=aside)
    if asked.json:
        as_json(trained.data())
    else:
        print(trained.sentence)
    return 0


def _evaluate(asked: argparse.Namespace) -> int:
    wake(needs_instance=asked.files is None)
    from closecall.public.taxonomy import queries as taxonomy
    from closecall.text.meaning import MODEL, NAME
    from closecall.text.suggesting.evaluating import evaluate
    from closecall.text.suggesting.keeping import MOST_CHUNKS, vectors_of
    from closecall.text.suggesting.learning import LEAST
    from closecall.text.suggesting.plotting import calibration_svg

    pack = taxonomy.pack(asked.pack)
    facet = next((one for one in pack.facets if one.key == asked.facet), None)
    if facet is None:
        raise BadInput("That pack has no such facet.")
    if asked.seeds < 1:
        raise BadInput("Average over one split at least: --seeds 3")
    told = _from_files(asked.files, pack) if asked.files else _from_library(pack.key)
    told = [(text, codes) for text, codes in told if text.strip()]
    coded = [frozenset(code for key, code in codes if key == asked.facet) for _text, codes in told]
    texts = [text for text, _codes in told]
    if len(texts) < 50:
        raise BadInput("That takes fifty coded reports at least.")
    vectors = vectors_of(
        texts,
        lambda text: MODEL.vector(text, most_chunks=MOST_CHUNKS),
        kept=asked.vectors,
        model=NAME,
        progress=aside,
    )
    one_each = max(map(len, coded)) <= 1
    try:
        found = evaluate(
            texts,
            vectors,
            coded,
            split=asked.split,
            seeds=asked.seeds,
            one_each=one_each,
            least=LEAST if asked.least is None else asked.least,
            progress=aside,
        )
    except ValueError:
        raise BadInput("No code of that facet has been applied often enough to learn from.") from None
    if asked.plot is not None:
        title = f"{pack.label}, {facet.label}: p of suggestions, and how often it was so"
        asked.plot.write_text(calibration_svg(found.bins, title), "utf-8")
    if asked.json:
        as_json(_data(found) | {"pack": pack.key, "facet": asked.facet, "split": asked.split})
    else:
        _say(found)
    return 0


def _from_files(files: list[Path], pack: Any) -> list[tuple[str, tuple[tuple[str, str], ...]]]:
    """Narratives and codes of ASRS exports, oldest first: by quarter, then by number, which rises with time."""
    from closecall.public.exchange.rules import asrs, imported, table
    from closecall.public.taxonomy.rules.reading import PackError

    rows: list[imported.Row] = []
    for file in files:
        try:
            rows += asrs.read(table.decode(file.read_bytes()), file.name).rows
        except (OSError, UnicodeDecodeError):
            raise BadInput("One of the files can't be read.") from None
    try:
        reports = asrs.compose_all(imported.merge_all(rows).values(), pack)
    except (PackError, KeyError):
        raise BadInput("That pack doesn't name the columns of ASRS: --pack aviation") from None
    ordered = sorted(reports, key=lambda one: (one.period, one.foreign_id.zfill(12)))
    return [(one.narrative, one.codes) for one in ordered]


def _from_library(pack: str) -> list[tuple[str, tuple[tuple[str, str], ...]]]:
    """Narratives and codes of published reports, oldest first."""
    from closecall.public.library import queries as library

    reports = library.reports(library.every_public_id(pack=pack))
    ordered = sorted(reports, key=lambda one: (one.text.period, one.position))
    return [
        (one.text.narrative, tuple((applied.facet, applied.code) for applied in one.text.codes))
        for one in ordered
    ]


def _data(found: "Evaluation") -> dict[str, object]:
    figures = {
        name: {"mean": round(one.mean, 4), "low": round(one.low, 4), "high": round(one.high, 4)}
        for name, one in found.figures.items()
    }
    return {
        "taught": found.taught,
        "measured": found.measured,
        "seeds": found.seeds,
        "codes": len(found.codes),
        **figures,
        "recall_of_the_five_commonest": round(found.prior, 4),
        "every_code": {
            "codes": found.every_codes,
            "micro": round(found.every_micro, 4),
            "macro": round(found.every_macro, 4),
        },
        "by_code": [
            {
                "code": one.code,
                "taught": round(one.taught, 1),
                "measured": round(one.measured, 1),
                "f1": round(one.f1, 4),
            }
            for one in found.codes
        ],
        "calibration": [{"n": one.n, "p": round(one.p, 4), "true": round(one.true, 4)} for one in found.bins],
    }


def _say(found: "Evaluation") -> None:
    print(
        f"{found.taught} reports taught, {found.measured} measured, {found.seeds} splits, {len(found.codes)} codes"
    )
    words = {
        "micro": "micro F1",
        "macro": "macro F1",
        "recall": "recall among five",
        "ece": "calibration error",
        "accuracy": "likeliest is right",
    }
    for name, one in found.figures.items():
        print(f"{words[name]:20} {one.mean:.3f} [{one.low:.3f}-{one.high:.3f}]")
    print(f"every code ({found.every_codes}): micro {found.every_micro:.3f}, macro {found.every_macro:.3f}")
    print(f"always the five commonest: recall {found.prior:.3f}")
    for row in found.codes:
        print(f"  {row.f1:.2f}  {row.code} ({row.taught:.0f} taught, {row.measured:.0f} measured)")
