from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PublicConfig(AppConfig):
    """Brings the public side's style, script and words; it has no tables."""

    name = "gongkai.shell.public"
    label = "public"
    verbose_name = _("Public pages")
