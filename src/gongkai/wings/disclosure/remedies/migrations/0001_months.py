"""Periods of months were kept as the calendar days they are; from now on they are kept as months."""

from django.db import migrations

_MONTHS = {"decision": 6, "second": 3}
_SUITS = ("direct_suit", "suit_after_reconsideration")


def to_months(apps, schema_editor):
    clocks = apps.get_model("casework", "Clock")
    for clock in clocks.objects.filter(case__procedure__in=_SUITS, code__in=_MONTHS).iterator():
        months = _MONTHS[clock.code]
        clock.entries = [
            [verb, day, months if verb in ("start", "restart") and days >= 28 else days, *rest]
            for verb, day, days, *rest in clock.entries
        ]
        clock.save(update_fields=["entries"])


def to_days(apps, schema_editor):
    import datetime as dt

    from gongkai.foundation.workdays import add_months

    clocks = apps.get_model("casework", "Clock")
    for clock in clocks.objects.filter(case__procedure__in=_SUITS, code__in=_MONTHS).iterator():
        clock.entries = [
            [verb, day, _days(dt.date.fromisoformat(day), days, add_months), *rest]
            if verb in ("start", "restart") and days < 28
            else [verb, day, days, *rest]
            for verb, day, days, *rest in clock.entries
        ]
        clock.save(update_fields=["entries"])


def _days(day, months, add_months):
    return (add_months(day, months) - day).days


class Migration(migrations.Migration):
    initial = True
    dependencies = [("casework", "0003_sealed_identities")]
    operations = [migrations.RunPython(to_months, to_days)]
