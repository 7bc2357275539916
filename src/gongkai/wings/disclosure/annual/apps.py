from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AnnualConfig(AppConfig):
    name = "gongkai.wings.disclosure.annual"
    label = "annual"
    verbose_name = _("Annual report")

    def ready(self) -> None:
        from gongkai.engines import notices, press
        from gongkai.wings.disclosure.annual.deadlines import TEMPLATES
        from gongkai.wings.disclosure.annual.pages import page_kinds, shelf

        for kind in page_kinds():
            press.register(kind)
        for template in TEMPLATES:
            notices.register(template)
        press.register_shelf("annual_report", shelf)
