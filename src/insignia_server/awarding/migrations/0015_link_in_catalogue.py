"""A claim link may be shown in the public catalogue."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("awarding", "0014_batch_files")]

    operations = [
        migrations.AddField(
            model_name="claimlink", name="in_catalogue", field=models.BooleanField(default=False)
        ),
    ]
