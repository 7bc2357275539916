from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "gongkai.foundation.accounts"
    label = "accounts"
    verbose_name = _("Staff")

    def ready(self) -> None:
        from gongkai.foundation.accounts.groups import after_migration, sync_groups_of

        def at_sign_in(user: object, **_signal: object) -> None:
            sync_groups_of(user)  # type: ignore[arg-type]

        post_migrate.connect(after_migration, dispatch_uid="accounts.after_migration")
        user_logged_in.connect(at_sign_in, dispatch_uid="accounts.at_sign_in", weak=False)
