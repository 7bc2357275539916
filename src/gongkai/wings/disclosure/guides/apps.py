from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GuidesConfig(AppConfig):
    name = "gongkai.wings.disclosure.guides"
    label = "guides"
    verbose_name = _("Disclosure guides")

    def ready(self) -> None:
        from gongkai.engines import notices, press
        from gongkai.wings.disclosure.guides.pages import page_kinds, shelf
        from gongkai.wings.disclosure.guides.services import TEMPLATES

        for kind in page_kinds():
            press.register(kind)
        for template in TEMPLATES:
            notices.register(template)
        press.register_shelf("guide", shelf)
