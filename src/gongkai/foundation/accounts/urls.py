"""The pages staff sign in by: allauth's views, but only those an office needs.

There is no sign-up, no password reset by e-mail and no management of addresses: accounts and lost passwords are the
operator's business (``services.reset_sign_in``), so these ways in do not exist at all. All pages carry a policy without
inline scripts or styles.
"""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from django.urls import path

urlpatterns = [
    path(route, view, name=name)
    for route, view, name in (
        ("login/", account.login, "account_login"),
        ("logout/", account.logout, "account_logout"),
        ("inactive/", account.account_inactive, "account_inactive"),
        ("reauthenticate/", account.reauthenticate, "account_reauthenticate"),
        ("password/change/", account.password_change, "account_change_password"),
        ("2fa/", mfa.index, "mfa_index"),
        ("2fa/authenticate/", mfa.authenticate, "mfa_authenticate"),
        ("2fa/reauthenticate/", mfa.reauthenticate, "mfa_reauthenticate"),
        ("2fa/totp/activate/", totp.activate_totp, "mfa_activate_totp"),
        ("2fa/totp/deactivate/", totp.deactivate_totp, "mfa_deactivate_totp"),
        ("2fa/recovery-codes/", recovery.view_recovery_codes, "mfa_view_recovery_codes"),
        ("2fa/recovery-codes/generate/", recovery.generate_recovery_codes, "mfa_generate_recovery_codes"),
        ("2fa/recovery-codes/download/", recovery.download_recovery_codes, "mfa_download_recovery_codes"),
    )
]
