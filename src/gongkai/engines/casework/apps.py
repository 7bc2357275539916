from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CaseworkConfig(AppConfig):
    name = "gongkai.engines.casework"
    label = "casework"
    verbose_name = _("Cases")

    def ready(self) -> None:
        from gongkai.engines import notices
        from gongkai.engines.casework.escalation import TEMPLATES

        for template in TEMPLATES:
            notices.register(template)
