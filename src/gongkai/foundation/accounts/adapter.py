"""How staff sign in: no public sign-up, only our own pages afterwards, and a given password is changed first.

Wrong passwords are counted twice: by allauth (ten a minute from one address, five in five minutes for one name) and by
axes (five, then locked for 15 minutes even for the right one).
"""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from gongkai.foundation.accounts.models import User
from gongkai.foundation.accounts.services import record_password_change


class StaffAccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are made by an operator."""
        return False

    def is_safe_url(self, url: str | None) -> bool:
        """Only this very host: an open redirect on a government sign-in page is a gift to whoever phishes."""
        return url_has_allowed_host_and_scheme(url, allowed_hosts={context.request.get_host()})

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return resolve_url(settings.LOGIN_REDIRECT_URL)

    def pre_authenticate(self, request: HttpRequest, **credentials: str) -> None:
        """A name that is locked gets the page that says so, whichever of the two counters noticed first."""
        if not AxesProxyHandler.is_allowed(request, credentials):
            request.axes_locked_out = True  # type: ignore[attr-defined]
            request.axes_credentials = credentials  # type: ignore[attr-defined]
        super().pre_authenticate(request, **credentials)

    def forget_failures(self, request: HttpRequest, username: str) -> None:
        """Allauth's own counter for a name; axes' is emptied by the services."""
        self._delete_login_attempts_cached_email(request, username=username)

    def clean_password(self, password: str, user: User | AnonymousUser | None = None) -> str:
        if isinstance(user, User) and user.check_password(password):
            raise ValidationError(_("The new password must not be the old one."), code="same-password")
        cleaned: str = super().clean_password(password, user=user)
        return cleaned

    def set_password(self, user: User, password: str) -> None:
        """Called when somebody changes their own password."""
        with transaction.atomic():
            user.must_change_password = False
            super().set_password(user, password)
            record_password_change(user=user)
