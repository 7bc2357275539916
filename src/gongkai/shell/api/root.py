"""The API object, its one way to sign in, and how refusals of the services become answers."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Router
from ninja.errors import AuthenticationError, HttpError
from ninja.errors import ValidationError as RequestRefused
from ninja.security import HttpBearer

from gongkai.foundation.accounts.models import User
from gongkai.foundation.accounts.services import user_for_token
from gongkai.shell.api import (
    annual_reports,
    cases,
    catalogue,
    catalogue_intake,
    documents,
    figures,
    guides,
    inbox,
    requests,
    search,
    site_reports,
    workdays,
)
from gongkai.shell.api.faults import Fault


class StaffToken(HttpBearer):
    """``Authorization: Bearer …`` with a token from ``gongkai staff token``."""

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
api.add_router("/annual-reports", annual_reports.router)
api.add_router("/cases", cases.router)
api.add_router("/catalogue", catalogue_intake.router)
api.add_router("/catalogue", catalogue.router)
api.add_router("/documents", documents.router)
api.add_router("/figures", figures.router)
api.add_router("/inbox", inbox.router)
api.add_router("/guides", guides.router)
api.add_router("/search", search.router)
api.add_router("/site-reports", site_reports.router)
api.add_router("/workdays", workdays.router)

api.add_router("", requests.router)

_elsewhere = Router()
api.add_router("", _elsewhere)  # last, so that it gets only what no operation answers


@_elsewhere.api_operation(
    ["GET", "POST", "PUT", "PATCH", "DELETE"], "/{path:rest}", auth=None, include_in_schema=False
)
def nothing_here(request: HttpRequest, rest: str) -> None:
    """Addresses that do not exist are refused in the same shape as everything else."""
    raise Http404


def _answer(request: HttpRequest, status: int, fault: Fault) -> HttpResponse:
    return api.create_response(request, fault.dict(), status=status)


@api.exception_handler(RequestRefused)
def request_refused(request: HttpRequest, error: RequestRefused) -> HttpResponse:
    reasons = [f"{'.'.join(str(part) for part in item['loc'][1:])}: {item['msg']}" for item in error.errors]
    return _answer(
        request, 422, Fault(code="invalid", message=_("The request is not valid."), reasons=reasons)
    )


@api.exception_handler(ValidationError)
def facts_refused(request: HttpRequest, error: ValidationError) -> HttpResponse:
    if hasattr(error, "message_dict"):
        reasons = [f"{name}: {' '.join(texts)}" for name, texts in error.message_dict.items()]
    else:
        reasons = list(error.messages)
    return _answer(
        request, 422, Fault(code="invalid", message=_("The facts are not valid."), reasons=reasons)
    )


@api.exception_handler(PermissionDenied)
def act_refused(request: HttpRequest, error: PermissionDenied) -> HttpResponse:
    """The services refuse with a code and all reasons: 403 when the role is missing, else 409."""
    code = getattr(error, "code", "forbidden")
    status = 403 if code in ("role", "forbidden") else 409
    reasons = list(getattr(error, "reasons", ()))
    return _answer(request, status, Fault(code=code, message=str(error), reasons=reasons))


@api.exception_handler(Http404)
def not_found(request: HttpRequest, error: Http404) -> HttpResponse:
    return _answer(request, 404, Fault(code="not-found", message=_("There is no such thing here.")))


@api.exception_handler(AuthenticationError)
def not_signed_in(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    return _answer(request, 401, Fault(code="token", message=_("A valid token is needed.")))


@api.exception_handler(HttpError)
def other_refusal(request: HttpRequest, error: HttpError) -> HttpResponse:
    return _answer(request, error.status_code, Fault(code="refused", message=str(error)))


@api.exception_handler(RequestDataTooBig)
def too_large(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
    """The body of a call is limited as a whole, all its files together."""
    most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 1024 // 1024
    return _answer(request, 413, Fault(code="too-large", message=f"A call has at most {most} MB."))
