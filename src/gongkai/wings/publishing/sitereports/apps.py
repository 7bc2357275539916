from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SiteReportsConfig(AppConfig):
    name = "gongkai.wings.publishing.sitereports"
    label = "sitereports"
    verbose_name = _("Yearly reports of sites")
