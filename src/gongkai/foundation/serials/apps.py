from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SerialsConfig(AppConfig):
    name = "gongkai.foundation.serials"
    label = "serials"
    verbose_name = _("Serial numbers")
