from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SiteReportsConfig(AppConfig):
    name = "gongkai.wings.publishing.sitereports"
    label = "sitereports"
    verbose_name = _("Yearly reports of sites")

    def ready(self) -> None:
        from gongkai.engines import figures as counted
        from gongkai.engines import notices, press
        from gongkai.wings.publishing.sitereports.figures import FIGURES, SOURCES
        from gongkai.wings.publishing.sitereports.pages import page_kinds, shelf
        from gongkai.wings.publishing.sitereports.reminders import TEMPLATES

        for template in TEMPLATES:
            notices.register(template)
        counted.register(sources=SOURCES, figures=FIGURES)
        for kind in page_kinds():
            press.register(kind)
        press.register_shelf("home", shelf)
