from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("organisations", "0002_initial")]

    operations = [
        migrations.AddField(
            model_name="organisation",
            name="quota_evidence_bytes",
            field=models.PositiveBigIntegerField(blank=True, null=True),
        ),
    ]
