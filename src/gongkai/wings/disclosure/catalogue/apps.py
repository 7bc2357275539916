from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CatalogueConfig(AppConfig):
    """The promises of what is public; what fulfils them is handed in by the shell (``shell.adapters.catalogue``)."""

    name = "gongkai.wings.disclosure.catalogue"
    label = "catalogue"
    verbose_name = _("Disclosure catalogue")

    def ready(self) -> None:
        from gongkai.engines import figures, notices, press
        from gongkai.wings.disclosure.catalogue.figures import FIGURES, SOURCES
        from gongkai.wings.disclosure.catalogue.pages import CataloguePages, shelf
        from gongkai.wings.disclosure.catalogue.reminders import TEMPLATES

        figures.register(sources=SOURCES, figures=FIGURES)
        for template in TEMPLATES:
            notices.register(template)
        press.register(CataloguePages())
        press.register_shelf("proactive", shelf)
