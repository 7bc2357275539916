from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class ReviewsConfig(AppConfig):
    name = "gongkai.wings.publishing.reviews"
    label = "reviews"
    verbose_name = _("Reviews")

    def ready(self) -> None:
        from wagtail.signals import workflow_cancelled

        post_migrate.connect(_ensure_workflow, sender=self, dispatch_uid="reviews.workflow")
        workflow_cancelled.connect(_record_cancellation, dispatch_uid="reviews.cancelled")


def _ensure_workflow(plan: Any = (), **kwargs: Any) -> None:
    from django.contrib.contenttypes.models import ContentType
    from django.db import connection

    from gongkai.wings.publishing.reviews import services
    from gongkai.wings.publishing.reviews.models import ReviewTask

    # After a flush the rows are new ones, but the cache still names the old.
    ContentType.objects.clear_cache()
    # After ``migrate reviews zero`` there is nothing to put it into.
    if ReviewTask._meta.db_table in connection.introspection.table_names():
        services.ensure_workflow()


def _record_cancellation(instance: Any, user: Any = None, **kwargs: Any) -> None:
    from gongkai.wings.publishing.documents.models import Document
    from gongkai.wings.publishing.reviews import services

    if instance.base_content_type.model_class() is Document:
        services.record_cancellation(workflow_state=instance, user=user)
