"""How staff sign in: no public sign-up, and back to the workbench afterwards."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class StaffAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are made by an operator."""
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return "/workbench/"
