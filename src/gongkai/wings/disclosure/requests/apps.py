from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RequestsConfig(AppConfig):
    name = "gongkai.wings.disclosure.requests"
    label = "requests"
    verbose_name = _("Disclosure on request")

    def ready(self) -> None:
        from gongkai.engines import figures as counted
        from gongkai.engines import notices
        from gongkai.engines.casework.registry import register
        from gongkai.engines.letters.registry import register as register_letters
        from gongkai.wings.disclosure.requests import figures, figures_handling
        from gongkai.wings.disclosure.requests.consequences import CONSEQUENCES, follow
        from gongkai.wings.disclosure.requests.fee_counting import proposed_fee
        from gongkai.wings.disclosure.requests.guards import GUARDS
        from gongkai.wings.disclosure.requests.letters import request_letters
        from gongkai.wings.disclosure.requests.notification import TEMPLATES
        from gongkai.wings.disclosure.requests.procedure import REQUEST
        from gongkai.wings.disclosure.requests.reanswer import REANSWER
        from gongkai.wings.disclosure.requests.returning import ASKING, proposed_extension, returned_decision

        returned = {"propose_decision": returned_decision} | ASKING
        register(
            REQUEST,
            guards=GUARDS,
            consequences=CONSEQUENCES,
            proposals={"charge_fee": proposed_fee, "approve_extension": proposed_extension} | returned,
        )
        register(
            REANSWER,
            guards=GUARDS,
            consequences={action.code: follow for action in REANSWER.actions},
            proposals=returned,
        )
        register_letters(request_letters())
        counted.register(sources=figures.SOURCES, figures=figures.FIGURES)
        counted.register(sources=figures_handling.SOURCES, figures=figures_handling.FIGURES)
        for template in TEMPLATES:
            notices.register(template)
