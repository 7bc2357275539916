from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ApplyConfig(AppConfig):
    """The public form, the page where an applicant sees how a request stands, and what is offered before."""

    name = "gongkai.wings.disclosure.apply"
    label = "apply"
    verbose_name = _("Applications by the public form")

    def ready(self) -> None:
        from gongkai.engines import press
        from gongkai.wings.disclosure.apply.drafts import forget_expired

        press.register_tick("request drafts", 3600, forget_expired)
