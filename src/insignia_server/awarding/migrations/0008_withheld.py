"""A message that was withdrawn because the badge changed is a state of its own, and claimed is claimed: what was
awarded to a proved address says so too."""

from typing import Any

from django.db import migrations, models

from insignia_server.kit import scopes

STATES = [
    ("none", "not to be sent"),
    ("queued", "queued"),
    ("sent", "sent"),
    ("opened", "opened the link"),
    ("bounced", "bounced"),
    ("failed", "could not be sent"),
    ("withheld", "not sent, since the badge changed"),
    ("claimed", "claimed"),
]


def claim(apps: Any, schema_editor: Any) -> None:
    """The rule of recording.py for the rows that were written before it."""
    awards = apps.get_model("awarding", "Award")._base_manager.using(schema_editor.connection.alias)
    with scopes.crossing("mail-outcome"):
        awards.filter(claimed_at__isnull=False).exclude(delivery="claimed").update(delivery="claimed")


class Migration(migrations.Migration):
    dependencies = [("awarding", "0007_evidence_uses")]

    operations = [
        migrations.AlterField(
            model_name="award",
            name="delivery",
            field=models.CharField(choices=STATES, default="none", max_length=8),
        ),
        migrations.RunPython(claim, migrations.RunPython.noop),
    ]
