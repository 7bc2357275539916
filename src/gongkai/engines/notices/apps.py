from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NoticesConfig(AppConfig):
    name = "gongkai.engines.notices"
    label = "notices"
    verbose_name = _("Messages to people")

    def ready(self) -> None:
        from gongkai.engines.notices.channels import check_configuration

        check_configuration()
