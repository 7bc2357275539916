"""The API object, its one way to sign in and its one shape of error."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI, Schema
from ninja.errors import ValidationError as RequestRefused
from ninja.security import HttpBearer

from gongkai.foundation.accounts.models import User
from gongkai.foundation.accounts.services import user_for_token
from gongkai.shell.api import documents, workdays
from gongkai.wings.publishing.documents.services import PublicationRefused
from gongkai.wings.publishing.reviews.services import ReviewError


class Fault(Schema):
    """What went wrong: ``code`` for machines, ``message`` for people, ``reasons`` all together."""

    code: str
    message: str
    reasons: list[str] = []


class StaffToken(HttpBearer):
    def authenticate(self, request: HttpRequest, token: str) -> User | None:
        return user_for_token(token)


api = NinjaAPI(
    title="Gongkai",
    version="1",
    description="公开：政府信息公开平台接口",
    auth=StaffToken(),
    urls_namespace="api",
    docs_url=None,
)
FAULTS = {status: Fault for status in (400, 401, 403, 404, 409, 422)}

api.add_router("/documents", documents.router)
api.add_router("/workdays", workdays.router)


def _fault(request: HttpRequest, status: int, fault: Fault) -> HttpResponse:
    return api.create_response(request, fault, status=status)


@api.exception_handler(RequestRefused)
def request_refused(request: HttpRequest, error: RequestRefused) -> HttpResponse:
    reasons = [f"{'.'.join(str(part) for part in item['loc'][1:])}: {item['msg']}" for item in error.errors]
    return _fault(request, 422, Fault(code="invalid", message="The request is not valid.", reasons=reasons))
