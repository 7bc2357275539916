from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RequestLogConfig(AppConfig):
    """The public log of requests and how they ended, as pages of the press."""

    name = "gongkai.wings.disclosure.requestlog"
    label = "requestlog"
    verbose_name = _("Public request log")

    def ready(self) -> None:
        from gongkai.engines import press
        from gongkai.wings.disclosure.requestlog import services
        from gongkai.wings.disclosure.requestlog.pages import page_kinds
        from gongkai.wings.disclosure.requests.signals import request_changed

        for kind in page_kinds():
            press.register(kind)
        request_changed.connect(services.tell_the_log, dispatch_uid="requestlog")
