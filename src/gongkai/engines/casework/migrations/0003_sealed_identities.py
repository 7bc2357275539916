"""Identity numbers are kept sealed, with a keyed digest to find the same number again."""

from django.db import migrations, models

from gongkai.foundation.sealing import digest, seal, unseal


def seal_all(apps, schema_editor):
    parties = apps.get_model("casework", "Party")
    for party in parties.objects.exclude(identity_number="").iterator():
        party.identity_sealed = seal(party.identity_number)
        party.identity_digest = digest(party.identity_number)
        party.save(update_fields=["identity_sealed", "identity_digest"])


def unseal_all(apps, schema_editor):
    parties = apps.get_model("casework", "Party")
    for party in parties.objects.exclude(identity_sealed="").iterator():
        party.identity_number = unseal(party.identity_sealed)
        party.save(update_fields=["identity_number"])


class Migration(migrations.Migration):
    dependencies = [("casework", "0002_counting_indexes")]

    operations = [
        migrations.AddField(
            model_name="party",
            name="identity_sealed",
            field=models.TextField(blank=True, default="", editable=False, verbose_name="identity number"),
        ),
        migrations.AddField(
            model_name="party",
            name="identity_digest",
            field=models.CharField(blank=True, db_index=True, default="", editable=False, max_length=64),
        ),
        migrations.RunPython(seal_all, unseal_all),
        migrations.RemoveField(model_name="party", name="identity_number"),
    ]
