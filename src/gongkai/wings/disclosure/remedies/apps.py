from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RemediesConfig(AppConfig):
    name = "gongkai.wings.disclosure.remedies"
    label = "remedies"
    verbose_name = _("Remedies")

    def ready(self) -> None:
        from gongkai.engines import figures as counted
        from gongkai.engines.casework.registry import register
        from gongkai.wings.disclosure.remedies.figures import FIGURES, SOURCES
        from gongkai.wings.disclosure.remedies.guards import GUARDS
        from gongkai.wings.disclosure.remedies.procedure import PROCEDURES

        for procedure in PROCEDURES:
            named = {name for action in procedure.actions for name in action.guards}
            register(procedure, guards={name: GUARDS[name] for name in named})
        counted.register(sources=SOURCES, figures=FIGURES)
