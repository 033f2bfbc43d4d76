from typing import Any

import django.db.models.deletion
import django.db.models.manager
from django.db import migrations, models

import insignia_server.kit.ids
from insignia_server.kit import scopes


def forwards(apps: Any, schema_editor: Any) -> None:
    """Each file that an award had is a use of it."""
    files = apps.get_model("awarding", "EvidenceFile")
    uses = apps.get_model("awarding", "EvidenceUse")
    with scopes.crossing("jobs"):
        rows = files.plain.exclude(award=None).values_list("organisation_id", "pk", "award_id")
        uses.plain.bulk_create(
            uses(organisation_id=organisation, file_id=file, award_id=award)
            for organisation, file, award in rows.iterator()
        )


class Migration(migrations.Migration):
    dependencies = [
        ("awarding", "0006_evidence_files"),
        ("organisations", "0003_quota_of_evidence"),
    ]

    operations = [
        migrations.CreateModel(
            name="EvidenceUse",
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
                (
                    "award",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="evidence_uses",
                        to="awarding.award",
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="uses",
                        to="awarding.evidencefile",
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
                "constraints": [models.UniqueConstraint(fields=("file", "award"), name="evidence_use_once")],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("plain", django.db.models.manager.Manager()),
            ],
        ),
        migrations.RunPython(forwards, migrations.RunPython.noop),
        migrations.RemoveField(model_name="evidencefile", name="award"),
    ]
