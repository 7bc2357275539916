from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RemediesConfig(AppConfig):
    name = "gongkai.wings.disclosure.remedies"
    label = "remedies"
    verbose_name = _("Remedies")

    def ready(self) -> None:
        from gongkai.engines import figures as counted
        from gongkai.engines.casework.models import Case
        from gongkai.engines.casework.registry import Done, register
        from gongkai.wings.disclosure.remedies.figures import FIGURES, SOURCES
        from gongkai.wings.disclosure.remedies.guards import GUARDS
        from gongkai.wings.disclosure.remedies.procedure import PROCEDURES
        from gongkai.wings.disclosure.remedies.services import start_new_answer
        from gongkai.wings.disclosure.remedies.signals import remedies_changed

        def tell(done: Done) -> None:
            if done.event.action == "order_answer":
                start_new_answer(done)
            remedies_changed.send(sender=Case, cases=[done.case])

        for procedure in PROCEDURES:
            named = {name for action in procedure.actions for name in action.guards}
            register(
                procedure,
                guards={name: GUARDS[name] for name in named},
                consequences={action.code: tell for action in procedure.actions},
            )
        counted.register(sources=SOURCES, figures=FIGURES)
