from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("awarding", "0011_erasures")]

    operations = [
        migrations.AlterField(
            model_name="batch",
            name="state",
            field=models.CharField(
                choices=[
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
                ],
                default="draft",
                max_length=12,
            ),
        ),
    ]
