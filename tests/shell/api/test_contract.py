"""The API keeps to its own description, whatever it is sent; and every route has an authorisation rule."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from django.urls import URLPattern, URLResolver, get_resolver
from hypothesis import HealthCheck, settings

from gongkai.shell.api import api
from gongkai.shell.wagtail_hooks import PAGES
from gongkai.shell.workbench.desk import DocumentDesk
from gongkai.shell.workbench.pages import WorkbenchPage

PUBLIC_OPERATIONS = {
    "/documents": {"get"},
    "/documents/{document_id}": {"get"},
    "/workdays/add": {"get"},
    "/workdays/count": {"get"},
}


def test_every_operation_of_the_api_is_public_by_name_or_asks_for_a_token() -> None:
    described = api.get_openapi_schema(path_prefix="")
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            public = method in PUBLIC_OPERATIONS.get(path, set())
            assert bool(operation.get("security")) is not public, f"{method} {path}"


def test_every_page_of_ours_in_the_workbench_names_who_may_enter() -> None:
    for name, _address, page, *_rest in PAGES:
        assert issubclass(page, WorkbenchPage) and page.roles, name
    assert issubclass(DocumentDesk, WorkbenchPage)  # and shows only what its visitor may see


def _routes(patterns: list[Any], prefix: str = "") -> list[str]:
    found = []
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            found.extend(_routes(pattern.url_patterns, prefix + str(pattern.pattern)))
        elif isinstance(pattern, URLPattern):
            found.append(prefix + str(pattern.pattern))
    return found


def test_django_answers_under_four_roofs_only() -> None:
    roofs = ("healthz", "accounts/", "workbench/", "api/v1/")
    assert [route for route in _routes(get_resolver().url_patterns) if not route.startswith(roofs)] == []


schema = schemathesis.openapi.from_dict(api.get_openapi_schema(path_prefix="/api/v1"))


@pytest.mark.django_db
@schema.parametrize()
@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.filter_too_much,
    ],
)
def test_whatever_is_sent_no_operation_breaks(case: Any) -> None:
    from django.core.handlers.wsgi import WSGIHandler
    from django.core.signals import request_finished, request_started
    from django.db import close_old_connections

    for signal in (request_started, request_finished):  # the test's own connection must outlive each request
        signal.disconnect(close_old_connections)
    answer = case.call(
        app=WSGIHandler(), base_url="http://127.0.0.1", headers={"Authorization": "Bearer none"}
    )
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)
    assert answer.status_code < 500
