from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("achievements", "0005_designs"),
    ]

    operations = [
        migrations.AddField(
            model_name="achievement",
            name="earn_url",
            field=models.CharField(blank=True, max_length=2000),
        ),
    ]
