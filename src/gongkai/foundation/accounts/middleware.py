"""A password that somebody else has set opens one page only: the one where it is changed."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from gongkai.foundation.accounts.models import User

_STILL_OPEN = ("account_change_password", "account_logout", "account_reauthenticate")


class PasswordChangeMiddleware:
    """Stands after Django's authentication. ``must_change_password`` is set by ``services.reset_sign_in``."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        user = request.user
        if isinstance(user, User) and user.must_change_password and not self._still_open(request.path):
            return redirect("account_change_password")
        return self.get_response(request)

    @staticmethod
    def _still_open(path: str) -> bool:
        return path in {reverse(name) for name in _STILL_OPEN}
