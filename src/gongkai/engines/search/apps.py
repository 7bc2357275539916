from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    """Has no tables: the index is a file of the published tree."""

    name = "gongkai.engines.search"
    label = "search"
    verbose_name = _("Search")
