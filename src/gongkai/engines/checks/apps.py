from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ChecksConfig(AppConfig):
    name = "gongkai.engines.checks"
    label = "checks"
    verbose_name = _("Checks")

    def ready(self) -> None:
        from gongkai.engines.checks import attachments, language, links, personal, secrecy, structure
        from gongkai.engines.checks.declarations import register

        register(secrecy.SecrecyMarks())
        register(personal.IdNumbers())
        register(personal.BankCards())
        register(personal.MobileNumbers())
        register(language.StrayStrings())
        register(language.Wording())
        register(links.Links())
        register(attachments.Attachments())
        register(structure.Pictures())
        register(structure.Headings())
        register(structure.Tables())
        register(structure.Emptiness())
        register(structure.MissingFacts())
