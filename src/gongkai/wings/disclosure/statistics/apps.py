from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StatisticsConfig(AppConfig):
    """Figures of requests and remedies on public pages, per organ and year."""

    name = "gongkai.wings.disclosure.statistics"
    label = "statistics"
    verbose_name = _("Statistics of disclosure")

    def ready(self) -> None:
        from gongkai.engines import press
        from gongkai.wings.disclosure.remedies.signals import remedies_changed
        from gongkai.wings.disclosure.requests.signals import request_changed, requests_taken_over
        from gongkai.wings.disclosure.statistics import pages, services

        for kind in pages.page_kinds():
            press.register(kind)
        press.register_shelf("request", pages.shelf)
        request_changed.connect(services.tell, dispatch_uid="statistics")
        for signal in (requests_taken_over, remedies_changed):
            signal.connect(services.tell_of_cases, dispatch_uid="statistics")
