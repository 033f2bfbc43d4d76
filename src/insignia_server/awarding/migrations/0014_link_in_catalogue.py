"""A claim link may be shown in the public catalogue."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("awarding", "0013_reading")]

    operations = [
        migrations.AddField(
            model_name="claimlink", name="in_catalogue", field=models.BooleanField(default=False)
        ),
    ]
