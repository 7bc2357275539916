from typing import Any

from django.apps import AppConfig
from django.db.models.signals import pre_delete
from django.utils.translation import gettext_lazy as _


class DocumentsConfig(AppConfig):
    name = "gongkai.wings.publishing.documents"
    label = "documents"
    verbose_name = _("Documents")

    def ready(self) -> None:
        from gongkai.engines import figures as counted
        from gongkai.wings.publishing.documents.figures import FIGURES, SOURCES

        counted.register(sources=SOURCES, figures=FIGURES)
        # A signal, because Wagtail's bulk action deletes by queryset, which never calls Model.delete.
        pre_delete.connect(_refuse_deletion, sender="documents.Document", dispatch_uid="documents.gate")


def _refuse_deletion(**kwargs: Any) -> None:
    from gongkai.wings.publishing.documents import gate

    gate.require_open()
