"""Signed credentials are packed with LZ4 on PostgreSQL (kit/bulk_insert.py)."""

from typing import Any

from django.db import migrations

from insignia_server.kit.bulk_insert import compress_quickly


def forwards(apps: Any, schema_editor: Any) -> None:
    compress_quickly(schema_editor.connection, "credentials_credential", "content")


class Migration(migrations.Migration):
    dependencies = [("credentials", "0004_log_heads_and_keys")]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
