# Apart from 0009, since PostgreSQL makes no index in a transaction that has changed the rows.

from typing import Any

from django.db import migrations, models


def many_values(apps: Any, schema_editor: Any) -> None:
    """PostgreSQL is to think that each state is rare (ADR 16); it does after the next ANALYZE."""
    if schema_editor.connection.vendor == "postgresql":
        for column in ("shown", "delivery"):
            schema_editor.execute(f"ALTER TABLE awarding_award ALTER COLUMN {column} SET (n_distinct = 1000)")


class Migration(migrations.Migration):

    dependencies = [
        ('awarding', '0009_lists_by_ranges'),
    ]

    operations = [
        migrations.RunPython(many_values, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name='award',
            index=models.Index(fields=['organisation', 'shown', '-id'], name='award_shown'),
        ),
        migrations.AddIndex(
            model_name='award',
            index=models.Index(fields=['achievement', 'shown', '-id'], name='award_achievement'),
        ),
        migrations.AddIndex(
            model_name='award',
            index=models.Index(condition=models.Q(('shown', 'undone'), _negated=True), fields=['organisation', 'delivery', '-id', 'shown'], name='award_delivery'),
        ),
        migrations.AddIndex(
            model_name='award',
            index=models.Index(fields=['organisation', 'name_key', '-id'], name='award_name'),
        ),
        migrations.AddIndex(
            model_name='award',
            index=models.Index(condition=models.Q(('shown', 'valid'), ('valid_until__isnull', False)), fields=['valid_until'], name='award_ends'),
        ),
        migrations.AddIndex(
            model_name='award',
            index=models.Index(condition=models.Q(('batch__isnull', False)), fields=['organisation', 'batch', '-id'], name='award_batch'),
        ),
        migrations.AddIndex(
            model_name='award',
            index=models.Index(condition=models.Q(('person__isnull', False)), fields=['person', '-id'], name='award_person'),
        ),
    ]
