"""A pack says that it failed and why, and which certificates could not be made."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("certificates", "0001_designs_and_packs")]

    operations: ClassVar = [
        migrations.AddField("certificatepack", "failed", models.PositiveIntegerField(default=0)),
        migrations.AddField("certificatepack", "failures", models.JSONField(default=list)),
        migrations.AddField("certificatepack", "failure", models.TextField(blank=True)),
        migrations.AlterField(
            "certificatepack",
            "state",
            models.CharField(
                choices=[
                    ("running", "being made"),
                    ("done", "ready"),
                    ("failed", "failed"),
                    ("expired", "deleted"),
                ],
                default="running",
                max_length=8,
            ),
        ),
    ]
