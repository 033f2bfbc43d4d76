"""A message that was withdrawn because the badge changed is a state of its own. No SQL: only the choices."""

from django.db import migrations, models

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


class Migration(migrations.Migration):
    dependencies = [("awarding", "0006_evidence_files")]

    operations = [
        migrations.AlterField(
            model_name="award",
            name="delivery",
            field=models.CharField(choices=STATES, default="none", max_length=8),
        ),
    ]
