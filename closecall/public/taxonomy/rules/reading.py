"""Read a pack's YAML files, and say where they are wrong and how to mend them."""

from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

Part = TypeVar("Part", bound=BaseModel)
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # C is ten times as fast


class PackError(Exception):
    """A pack can't be used. The message names the file, the place and the mend, one line for each fault.

    Packs are an operator's files, never a reporter's words: their content may stand in the message.
    """

    def __init__(self, faults: list[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(faults))


def read(file: Path, part: type[Part]) -> Part:
    """Read one YAML file as one `part`. Raises PackError."""
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise PackError([f"{file}: the file is missing. Add it, or name another pack."]) from None
    try:
        root = yaml.compose(text, Loader=_LOADER)
        value = yaml.load(text, Loader=_LOADER)  # noqa: S506 - _LOADER is one of the two safe loaders
    except yaml.MarkedYAMLError as wrong:
        mark = wrong.problem_mark
        place = f"line {mark.line + 1}, column {mark.column + 1}" if mark else "somewhere"
        fault = f"{file}, {place}: not YAML ({wrong.problem}). Mend the indentation or quotes."
        raise PackError([fault]) from None
    try:
        return part.model_validate(_frozen(value))
    except ValidationError as wrong:
        raise PackError([_fault(file, root, value, error) for error in wrong.errors()]) from None


def _frozen(value: Any) -> Any:
    """Lists become tuples: the parts are strict, and frozen all the way down."""
    if isinstance(value, list):
        return tuple(_frozen(item) for item in value)
    if isinstance(value, dict):
        return {name: _frozen(item) for name, item in value.items()}
    return value


def _fault(file: Path, root: Any, value: Any, error: Any) -> str:
    line, names = _walk(root, value, error["loc"])
    place = " > ".join(names) or "the whole file"
    return f"{file}, line {line}: {place}: {error['msg']}. {_mend(error)}"


def _walk(node: Any, value: Any, path: tuple[int | str, ...]) -> tuple[int, list[str]]:
    """The line of `path`, and its names: a list's items are named by their key, as people name them."""
    names: list[str] = []
    line = node.start_mark.line + 1 if node is not None else 1
    for step in path:
        child = None
        if isinstance(node, yaml.MappingNode):
            child = next((held for name, held in node.value if name.value == step), None)
            value = value.get(step) if isinstance(value, dict) else None
            names.append(str(step))
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            child = node.value[step]
            value = value[step] if isinstance(value, list) else None
            key = value.get("key") if isinstance(value, dict) else None
            names.append(str(key or f"number {step + 1}"))
        else:
            names.append(str(step))
        node = child
        if node is not None:
            line = node.start_mark.line + 1
    return line, names


def _mend(error: Any) -> str:
    match error["type"]:
        case "missing":
            return f"Add `{error['loc'][-1]}:` there."
        case "extra_forbidden":
            return "Remove it, or correct its spelling."
        case "string_type":
            return "Put the value in quotes."
        case "string_pattern_mismatch":
            return "Use small letters, digits and underscores, beginning with a letter."
        case "string_too_short":
            return "Write something there, or remove it."
        case _:
            return "Give a value of the kind that is asked for."
