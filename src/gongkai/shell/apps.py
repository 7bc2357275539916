from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ShellConfig(AppConfig):
    name = "gongkai.shell"
    label = "shell"
    verbose_name = _("Shell")

    def ready(self) -> None:
        from gongkai.engines import press
        from gongkai.foundation import sqlite_file
        from gongkai.foundation.files.holding import forget_held
        from gongkai.shell import metrics, rounds
        from gongkai.shell.adapters.catalogue import register_targets
        from gongkai.shell.adapters.guides import register_guides
        from gongkai.shell.adapters.proactive import hand_in_library

        sqlite_file.watch()
        press.register_tick("ledger-head", 300, rounds.sign_the_day)
        press.register_tick("made-with", 300, rounds.rebuild_when_pages_would_differ)
        press.register_tick("deadlines", 600, rounds.escalate_cases)
        press.register_tick("catalogue", 600, rounds.remind_of_the_catalogue)
        press.register_tick("annual-reports", 600, rounds.remind_of_reports)
        press.register_tick("statistics", 600, rounds.count_for_another_day)
        press.register_tick("held files", 3600, forget_held)
        press.register_tick("calendar", 300, rounds.recompute_when_the_calendar_changed)
        register_targets()
        hand_in_library()
        register_guides()
        metrics.register("press", metrics.of_the_press)
        metrics.register("ledger", metrics.of_the_ledger)
        metrics.register("notices", metrics.of_the_notices)
