from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PressConfig(AppConfig):
    name = "gongkai.engines.press"
    label = "press"
    verbose_name = _("Press")
