from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CorrectionsConfig(AppConfig):
    """Correcting what an organ's records say about somebody (条例 Art. 41)."""

    name = "gongkai.wings.disclosure.corrections"
    label = "corrections"
    verbose_name = _("Correction of records")

    def ready(self) -> None:
        from gongkai.engines import notices
        from gongkai.engines.casework.registry import register
        from gongkai.engines.letters.registry import register as register_letters
        from gongkai.wings.disclosure.corrections.consequences import follow
        from gongkai.wings.disclosure.corrections.guards import GUARDS
        from gongkai.wings.disclosure.corrections.letters import correction_letters
        from gongkai.wings.disclosure.corrections.notification import TEMPLATES
        from gongkai.wings.disclosure.corrections.procedure import CORRECTION
        from gongkai.wings.disclosure.requests.returning import returned_decision

        register(
            CORRECTION,
            guards=GUARDS,
            consequences={action.code: follow for action in CORRECTION.actions},
            proposals={"propose_decision": returned_decision},
        )
        register_letters(correction_letters())
        for template in TEMPLATES:
            notices.register(template)
