"""Schemathesis asks everything that the description allows, and much that it doesn't: no 500, no surprise.

The short form runs with the suite; the long one is a proof (`make proofs`).
"""

import os
import re
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from closecall.public.exchange import actions
from closecall.public.exchange.api import description
from closecall.public.library import queries as shelf
from closecall.public.studies.actions import publish_study
from closecall.site.http.blind import Application, blind
from tests.public.library.shelf import publish_invented
from tests.public.studies.test_published import SECOND
from tests.public.studies.test_studies import MOVE, composed, texts

FIXTURES = Path(__file__).parents[2] / "fixtures"
WHOLE = os.environ.get("CLOSECALL_PROOFS") == "whole"
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    negative_data_rejection,
    unsupported_method,
]

pytestmark = [
    pytest.mark.once,
    pytest.mark.django_db(databases=["default"], transaction=True),
    pytest.mark.urls("tests.public.library.public_urls"),
]


@cache
def served() -> Application:
    return blind(get_wsgi_application())


DESCRIPTION = description()


def described(*, thoroughly: bool) -> Any:
    """The API's description with settings of its own. Thoroughly: every boundary of every parameter is asked for."""
    schema = schemathesis.openapi.from_dict(DESCRIPTION)
    schema.app = lambda environ, start_response: served()(environ, start_response)
    schema.config.phases.coverage.enabled = thoroughly
    return schema


def check(case: Any) -> None:
    asked = case.path_parameters or {}
    if len(str(asked.get("public_id", "x"))) % 2 == 0:
        asked["public_id"] = shelf.every_public_id()[0]  # no fuzzer guesses one that exists
    if len(str(asked.get("slug", "x"))) % 2 == 0:
        asked["slug"] = "look-twice"
    response = case.call(headers={"Host": "testserver", "Accept-Encoding": "identity"})
    case.validate_response(response, checks=CHECKS)


@pytest.fixture
def library() -> None:
    actions.import_files("asrs", sorted((FIXTURES / "asrs").glob("*.csv")))
    publish_invented(*texts())
    publish_study("look-twice", composed(MOVE, second=SECOND), on=date(2026, 11, 1))


def asked(operation: Any, name: str, most: settings, *marks: pytest.MarkDecorator) -> Callable[[Any], None]:
    """A test of one operation. Each has a function: pytest tells parameters that hold a "/" not apart by their ids."""

    def test(case: Any) -> None:
        check(case)

    test.__name__ = test.__qualname__ = name
    # Facets and insights read the search's own parameters, by the same code.
    thoroughly = WHOLE or not any(part in operation.path for part in ("/facets", "/insights"))
    part = described(thoroughly=thoroughly).include(path=operation.path, method=operation.method)
    made = part.parametrize()(most(test))
    for mark in (pytest.mark.usefixtures("library"), *marks):
        made = mark(made)
    return made


OPERATIONS = [found.ok() for found in described(thoroughly=True).get_all_operations()]
SHORT = settings(max_examples=20, derandomize=True, suppress_health_check=list(HealthCheck), database=None)
LONG = settings(max_examples=2_000, suppress_health_check=list(HealthCheck), database=None)
IN_THE_PROOFS = (pytest.mark.proof, pytest.mark.timeout(1_800))
for _each in OPERATIONS:
    _name = re.sub("[^a-z0-9]+", "_", _each.label.lower()).strip("_")
    _name = f"test_no_question_breaks_or_gets_an_undocumented_answer_of_{_name}"
    globals()[_name] = asked(_each, _name, SHORT)
    if WHOLE:
        globals()[f"{_name}_in_the_long_form"] = asked(
            _each, f"{_name}_in_the_long_form", LONG, *IN_THE_PROOFS
        )


def test_every_operation_is_asked_under_a_name_of_its_own() -> None:
    asked_of = [name for name in globals() if name.startswith("test_no_question_breaks")]
    assert len(OPERATIONS) > 10
    assert len(asked_of) == len(OPERATIONS) * (2 if WHOLE else 1)
