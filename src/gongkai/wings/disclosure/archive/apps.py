from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ArchiveConfig(AppConfig):
    name = "gongkai.wings.disclosure.archive"
    label = "archive"
    verbose_name = _("Archive packages")

    def ready(self) -> None:
        from gongkai.wings.disclosure.archive import cases
        from gongkai.wings.disclosure.requests.signals import case_archived

        case_archived.connect(cases.pack_when_archived, dispatch_uid="archive")
