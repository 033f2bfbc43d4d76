"""The files of batches that a job writes."""

import django.db.models.deletion
import django.db.models.manager
import insignia_server.kit.ids
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("awarding", "0013_reading"),
        ("organisations", "0003_quota_of_evidence"),
    ]

    operations = [
        migrations.CreateModel(
            name="BatchFile",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=insignia_server.kit.ids.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("what", models.CharField(max_length=8)),
                ("format", models.CharField(max_length=4)),
                ("language", models.CharField(max_length=10)),
                ("stands", models.CharField(max_length=120)),
                (
                    "state",
                    models.CharField(
                        choices=[("working", "being written"), ("ready", "ready"), ("failed", "failed")],
                        default="working",
                        max_length=8,
                    ),
                ),
                ("size", models.PositiveBigIntegerField(default=0)),
                ("failure", models.TextField(blank=True)),
                ("created_at", models.DateTimeField()),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="files", to="awarding.batch"
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.organisation",
                    ),
                ),
            ],
            options={
                "base_manager_name": "plain",
                "indexes": [models.Index(fields=["created_at"], name="batch_file_age")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("batch", "what", "format", "language", "stands"), name="batch_file_once"
                    )
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("plain", django.db.models.manager.Manager()),
            ],
        ),
    ]
