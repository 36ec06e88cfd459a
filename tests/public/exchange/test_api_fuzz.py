"""Schemathesis asks everything that the description allows, and much that it doesn't: no 500, no surprise.

The short form runs with the suite; the long one is a proof (`make proofs`).
"""

import os
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


schema = schemathesis.openapi.from_dict(description())
schema.app = lambda environ, start_response: served()(environ, start_response)


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


@pytest.mark.usefixtures("library")
@schema.parametrize()
@settings(
    max_examples=20, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), database=None
)
def test_no_question_breaks_the_api_or_gets_an_undocumented_answer(case: Any) -> None:
    check(case)


@pytest.mark.proof
@pytest.mark.timeout(1_800)
@pytest.mark.usefixtures("library")
@schema.parametrize()
@settings(max_examples=2_000, deadline=None, suppress_health_check=list(HealthCheck), database=None)
def test_no_question_breaks_the_api_in_the_long_form(case: Any) -> None:
    if not WHOLE:
        pytest.skip("long: CLOSECALL_PROOFS=whole")
    check(case)
