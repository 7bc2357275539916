"""One's own account: language and display here, password and second factor on their own pages."""

from __future__ import annotations

from typing import Any, Final

from wagtail.admin.views.account import AccountView, AvatarSettingsPanel, NameEmailSettingsPanel

_KEPT_ELSEWHERE: Final = (NameEmailSettingsPanel, AvatarSettingsPanel)
"""Names are kept by operators, in the ledger; a picture of oneself is data nobody needs."""


class OwnAccount(AccountView):
    def get_panels(self) -> list[Any]:
        return [panel for panel in super().get_panels() if not isinstance(panel, _KEPT_ELSEWHERE)]
