"""The file of a batch is read by a job: a state of its own, what was found, and what the next reading does."""

from django.db import migrations, models

STATES = [
    ("reading", "being read"),
    ("draft", "being prepared"),
    ("checking", "being checked"),
    ("checked", "checked"),
    ("approval", "waiting for a second person"),
    ("held", "waiting to be signed"),
    ("signing", "being signed"),
    ("paused", "paused while the organisation is suspended"),
    ("delivering", "being delivered"),
    ("done", "done"),
    ("stopped", "stopped"),
    ("undoing", "being undone"),
    ("undone", "undone"),
    ("failed", "failed"),
]


class Migration(migrations.Migration):
    dependencies = [("awarding", "0012_batch_paused")]

    operations = [
        migrations.AlterField(
            model_name="batch",
            name="state",
            field=models.CharField(choices=STATES, default="draft", max_length=12),
        ),
        migrations.AddField(
            model_name="batch", name="preview", field=models.JSONField(default=dict)
        ),
        migrations.AddField(
            model_name="batch", name="reading", field=models.JSONField(default=dict)
        ),
    ]
