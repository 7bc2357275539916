from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AnnualConfig(AppConfig):
    name = "gongkai.wings.disclosure.annual"
    label = "annual"
    verbose_name = _("Annual report")

    def ready(self) -> None:
        from gongkai.engines import press
        from gongkai.wings.disclosure.annual.pages import page_kinds, shelf

        for kind in page_kinds():
            press.register(kind)
        press.register_shelf("annual_report", shelf)
