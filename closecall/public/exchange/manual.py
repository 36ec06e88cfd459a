"""The API's description as a page for people: what `api.description()` holds, in the order that it is read."""

import re
from collections.abc import Iterator
from typing import Any


def contents(told: dict[str, Any]) -> dict[str, object]:
    """What the page shows: every operation with its parameters and answers, then every shape."""
    return {
        "about": _said(told["info"]["description"]),
        "operations": list(_operations(told)),
        "shapes": list(_shapes(told)),
    }


def _operations(told: dict[str, Any]) -> Iterator[dict[str, object]]:
    for path, item in told["paths"].items():
        for method, operation in item.items():
            parameters = operation.get("parameters", [])
            facets = [one["name"] for one in parameters if one.get("description", "").startswith("Codes of")]
            yield {
                "key": operation["operationId"],
                "method": method.upper(),
                "path": path,
                "summary": operation["summary"],
                "description": _said(operation.get("description", "")),
                "parameters": [_parameter(one) for one in parameters if one["name"] not in facets],
                "facets": facets,
                "answers": [
                    {"status": status, "words": _said(answer["description"]), "shape": _shape(answer)}
                    for status, answer in operation["responses"].items()
                ],
            }


def _parameter(one: dict[str, Any]) -> dict[str, object]:
    return {
        "name": one["name"],
        "needed": one.get("required", False),
        "kind": _kind(one["schema"]),
        "words": _said(one.get("description", "")),
    }


def _shape(answer: dict[str, Any]) -> str:
    for content in answer.get("content", {}).values():
        return str(content["schema"].get("$ref", "")).rsplit("/", 1)[-1]
    return ""


def _shapes(told: dict[str, Any]) -> Iterator[dict[str, object]]:
    for name, schema in sorted(told["components"]["schemas"].items()):
        fields = [
            {"name": field, "kind": _kind(one), "words": _said(one.get("description", ""))}
            for field, one in schema.get("properties", {}).items()
        ]
        yield {"name": name, "words": _said(schema.get("description", "")), "fields": fields}


def _kind(schema: dict[str, Any]) -> str:
    """A schema in a few words: "list of CodeOut", "whole number from 1 to 100"."""
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[-1]
    if "anyOf" in schema:
        return " or ".join(_kind(one) for one in schema["anyOf"])
    if "enum" in schema:
        return "one of " + ", ".join(f"“{one}”" for one in schema["enum"] if one)
    kind = {"integer": "whole number", "string": "text", "null": "null", "object": "map"}.get(
        schema.get("type", ""), schema.get("type", "")
    )
    if kind == "array":
        return f"list of {_kind(schema['items'])}"
    if "minimum" in schema and "maximum" in schema:
        return f"{kind} from {schema['minimum']} to {schema['maximum']}"
    return str(kind)


def _said(words: str) -> str:
    """A description for people: what stands between backticks for machines, in quotation marks.

    >>> _said("`next` of the library's last answer.")
    '“next” of the library’s last answer.'
    """
    return re.sub("`([^`]*)`", "“\\1”", words).replace("'", "’")
