"""The public catalogue, with what is published already."""

from typing import Any

import django.db.models.deletion
import django.db.models.manager
from django.db import migrations, models

from insignia_server.achievements.catalogue import facts
from insignia_server.achievements.definition import Definition
from insignia_server.kit import scopes
from insignia_server.kit.ids import uuid7


def fill(apps: Any, schema_editor: Any) -> None:
    """An entry for the newest version of each published achievement."""
    alias = schema_editor.connection.alias
    version = apps.get_model("achievements", "AchievementVersion")._base_manager.using(alias)
    entry = apps.get_model("achievements", "CatalogueEntry")
    with scopes.crossing("migration"):
        rows = version.filter(achievement__state="published", number__isnull=False)
        newest = rows.values("achievement").annotate(newest=models.Max("number"))
        for found in list(newest.values_list("achievement", "newest")):
            row = version.select_related("achievement").get(achievement=found[0], number=found[1])
            entry._base_manager.using(alias).create(
                organisation_id=row.organisation_id,
                achievement_id=row.achievement_id,
                issuer_id=row.achievement.issuer_id,
                number=row.number,
                published_at=row.published_at,
                **facts(Definition.from_json(row.content)),
            )


class Migration(migrations.Migration):
    dependencies = [
        ("achievements", "0003_drawn_pictures"),
        ("issuers", "0003_own_domain_and_revision"),
        ("organisations", "0003_quota_of_evidence"),
    ]

    operations = [
        migrations.CreateModel(
            name="CatalogueEntry",
            fields=[
                ("id", models.UUIDField(default=uuid7, editable=False, primary_key=True, serialize=False)),
                ("number", models.PositiveIntegerField()),
                ("sort", models.CharField(max_length=300)),
                ("words", models.TextField()),
                ("skills", models.TextField(blank=True)),
                ("type", models.CharField(blank=True, max_length=100)),
                ("level", models.PositiveSmallIntegerField(null=True)),
                ("languages", models.CharField(blank=True, max_length=400)),
                ("hours", models.FloatField(null=True)),
                ("published_at", models.DateTimeField()),
                (
                    "achievement",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="entry",
                        to="achievements.achievement",
                    ),
                ),
                (
                    "issuer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="issuers.issuer"
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
                "indexes": [
                    models.Index(fields=["sort", "id"], name="catalogue_by_name"),
                    models.Index(fields=["issuer", "sort", "id"], name="catalogue_of_issuer"),
                    models.Index(fields=["published_at", "id"], name="catalogue_by_day"),
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("plain", django.db.models.manager.Manager()),
            ],
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
