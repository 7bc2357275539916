"""The form from the first page to the receipt."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from gongkai.wings.disclosure.requests.models import Request
from gongkai.wings.disclosure.requests.services import by_query_code
from tests.factories_disclosure import Office
from tests.wings.disclosure.apply.conftest import Visitor


@pytest.mark.parametrize("root", ["", "/hant"])
def test_an_application_becomes_a_request_with_number_and_code(
    at: Office, visitor: Callable[..., Visitor], root: str
) -> None:
    number, code = visitor(root=root).apply(at.organ.code)
    found = by_query_code(number=number, code=code)
    assert found is not None
    assert found.case.applicant is not None
    assert found.case.applicant.name == "后羿"  # not 後羿, whatever script the page was in
    assert found.description == "2019年本机关“三公”经费支出情况"
    assert found.case.state == "unconfirmed"
    assert Request.objects.count() == 1
