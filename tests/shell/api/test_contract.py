"""The API keeps to its own description, whatever it is sent; and every route has an authorisation rule."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from django.conf import settings as django_settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from hypothesis import HealthCheck, settings
from ninja import Schema
from schemathesis.checks import CHECKS

from gongkai.engines.search import IndexWriter, SearchRecord
from gongkai.foundation.accounts.services import issue_token
from gongkai.shell.api import api
from gongkai.shell.wagtail_hooks import PAGES
from gongkai.shell.workbench.desk import DocumentDesk
from gongkai.shell.workbench.pages import WorkbenchPage
from tests.factories_publishing import StaffFactory, desk, draft_of, published
from tests.remembered import remembered

PUBLIC_OPERATIONS = {
    "/annual-reports": {"get"},
    "/annual-reports/{organ}/{year}": {"get"},
    "/catalogue": {"get"},
    "/catalogue/{entry_id}": {"get"},
    "/documents": {"get"},
    "/documents/{document_id}": {"get"},
    "/figures": {"get"},
    "/figures/{code}": {"get"},
    "/guides": {"get"},
    "/guides/{code}": {"get"},
    "/search": {"get"},
    "/site-reports": {"get"},
    "/site-reports/{site}/{year}": {"get"},
    "/workdays/add": {"get"},
    "/workdays/count": {"get"},
}
PUBLIC_ROUTES = {
    "healthz",
    "accounts/login/",
    "accounts/logout/",
    "accounts/inactive/",
    "accounts/2fa/authenticate/",  # the second step of signing in: refused without the first
    "workbench/login/",
    "workbench/logout/",
    "workbench/jsi18n/",  # the words of the interface
    "workbench/sprite/",  # its icons
    "api/v1/openapi.json",
}
"""Routes without a parameter that answer whoever asks. Adding one is a decision."""
PUBLIC_ROOFS = ("request/", "hant/request/", "report-check/", "hant/report-check/")
"""The form for requests: for everybody. What belongs to one applicant stands behind number and code; its own tests
(``wings/disclosure/apply/test_status.py``) try every route of it with the visits of others.
And the page that checks reports, which keeps nothing (``wings/disclosure/annual/test_check_page.py``)."""
SAID = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "response_headers_conformance",
)


def test_every_operation_of_the_api_is_public_by_name_or_asks_for_a_token() -> None:
    described = api.get_openapi_schema(path_prefix="")
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            public = method in PUBLIC_OPERATIONS.get(path, set())
            assert bool(operation.get("security")) is not public, f"{method} {path}"


def _routes(patterns: list[Any], prefix: str = "") -> list[str]:
    found = []
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            found.extend(_routes(pattern.url_patterns, prefix + str(pattern.pattern)))
        elif isinstance(pattern, URLPattern):
            found.append(prefix + str(pattern.pattern))
    return found


def test_django_answers_under_its_roofs_only() -> None:
    roofs = ("healthz", "metrics", "accounts/", "workbench/", "api/v1/", *PUBLIC_ROOFS)
    assert [
        route for route in _routes(get_resolver().url_patterns) if not route.lstrip("^").startswith(roofs)
    ] == []


@pytest.mark.django_db
def test_a_stranger_gets_nowhere_but_where_it_says_so() -> None:
    """Every address without a parameter, asked with GET by nobody in particular."""
    described = api.get_openapi_schema(path_prefix="")["paths"]
    routes = {
        route for route in _routes(get_resolver().url_patterns) if "<" not in route and "^" not in route
    }
    routes -= {f"api/v1{path}" for path in described}  # each judged by name above
    routes = {route for route in routes if not route.startswith(PUBLIC_ROOFS)}
    assert routes >= PUBLIC_ROUTES, "a public route has gone"
    stranger = Client(raise_request_exception=False)
    answered = set()
    for route in routes - PUBLIC_ROUTES:
        answer = stranger.get(f"/{route}")
        to_sign_in = answer.status_code == 302 and "/login/" in answer["Location"]
        if not to_sign_in and answer.status_code not in (401, 403, 404, 405):
            answered.add((route, answer.status_code))
    assert answered == set()


@pytest.mark.django_db
def test_a_member_of_staff_without_a_role_enters_no_page_of_ours() -> None:
    document = draft_of(desk())
    addresses = [reverse(name) for name, *_rest in PAGES] + [
        reverse("workbench_document", args=[document.pk])
    ]
    nobody = Client()
    nobody.force_login(StaffFactory(), backend="allauth.account.auth_backends.AuthenticationBackend")
    for address in addresses:
        answer = nobody.get(address)
        assert answer.status_code in (302, 403, 404), address
        assert document.title not in answer.content.decode()


def test_every_page_of_ours_in_the_workbench_names_who_may_enter() -> None:
    for name, _address, page, *_rest in PAGES:
        assert issubclass(page, WorkbenchPage) and page.roles, name
    assert issubclass(DocumentDesk, WorkbenchPage)  # and shows only what its visitor may see


# -- The contract ------------------------------------------------------------------------------------


schema = schemathesis.openapi.from_dict(api.get_openapi_schema(path_prefix="/api/v1"))


@remembered
def library() -> str:
    """One with a draft, a public document and a published index; a drafter's token for it."""
    people = desk()
    draft_of(people)
    document = published(people)
    path = Path(django_settings.GONGKAI_PUBLISHED) / "current" / "search.db"
    path.parent.mkdir(parents=True)
    with IndexWriter(path) as index:
        index.put(
            SearchRecord(key="d", sites=("city",), url="/doc/", title=document.title, text="请各单位遵照执行")
        )
        index.commit()
    return issue_token(user=people.author, name="contract")


@pytest.fixture
def token() -> Iterator[str]:
    made = library()
    for signal in (request_started, request_finished):  # the test's own connection must outlive each request
        signal.disconnect(close_old_connections)
    yield made
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.django_db
@schema.parametrize()
@settings(
    # What each kind of parameter can be is tried on both databases; what else can be thought of, mostly on one.
    max_examples=20 if django_settings.DATABASES["default"]["ENGINE"].endswith("sqlite3") else 5,
    deadline=None,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.filter_too_much,
    ],
)
def test_whatever_is_sent_the_answer_is_one_that_is_described(token: str, case: Any) -> None:
    case.call_and_validate(
        app=WSGIHandler(),
        base_url="http://127.0.0.1",
        headers={"Authorization": f"Bearer {token}"},
        checks=[CHECKS.get_one(name) for name in SAID],
    )


def test_no_two_shapes_of_the_description_share_a_name() -> None:
    """Ninja lets the later one stand for both, and one of them is then described wrongly."""
    shapes: dict[str, set[type]] = {}

    def note(kind: type[Schema]) -> None:
        for each in kind.__subclasses__():
            if each.__module__.startswith("gongkai.shell.api"):
                shapes.setdefault(each.__name__, set()).add(each)
            note(each)

    note(Schema)
    described = api.get_openapi_schema(path_prefix="/api/v1")["components"]["schemas"]
    assert {name for name, kinds in shapes.items() if len(kinds) > 1 and name in described} == set()


@pytest.mark.django_db
def test_the_description_is_served() -> None:
    served = Client().get("/api/v1/openapi.json").json()
    assert served["openapi"].startswith("3.") and "/api/v1/documents" in served["paths"]
