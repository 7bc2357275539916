from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SitesConfig(AppConfig):
    name = "gongkai.wings.publishing.sites"
    label = "sites"
    verbose_name = _("Sites")

    def ready(self) -> None:
        from gongkai.wings.publishing.documents.preview import print_with
        from gongkai.wings.publishing.sites import pages, placing  # noqa: F401  (placing listens to publication)
        from gongkai.wings.publishing.sites.preview import preview_html

        pages.declare()
        print_with(preview_html)
