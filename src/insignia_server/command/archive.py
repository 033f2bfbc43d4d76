"""The file of a backup: a gzipped tar of manifest.json, data/<app.model>.jsonl and files/<storage name>.

Restoring checks the manifest (same migrations, all tables there, counts) before it believes the rows.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from django.apps import apps
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.core.management.color import no_style
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from insignia_server.kit import scopes

FORMAT = "insignia-backup-1"
LEFT_OUT = {"contenttypes", "sessions", "usersessions"}  # made anew, or of no use elsewhere
LEFT_OUT_MODELS = {"auth.permission", "auth.group", "auth.group_permissions"}
ROWS_AT_ONCE = 1_000


class ArchiveError(ValueError):
    """A backup cannot be written or read; the sentence says why and what to do."""


@dataclass(frozen=True)
class Counts:
    """How much went through."""

    rows: int
    files: int


def tables() -> list[type[models.Model]]:
    """Every table of a backup."""
    chosen = []
    for model in apps.get_models(include_auto_created=True):
        meta = model._meta
        if (
            meta.app_label in LEFT_OUT
            or meta.label_lower in LEFT_OUT_MODELS
            or meta.proxy
            or not meta.managed
        ):
            continue
        chosen.append(model)
    return chosen


def migrations() -> list[str]:
    """The migrations that this database has, as `app.name`."""
    return sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())


def write(path: Path) -> Counts:
    """Write a backup.

    Raises:
        ArchiveError: the file exists.
    """
    if path.exists():
        raise ArchiveError(f"{path} exists. Choose another name.")
    if not path.parent.is_dir():
        raise ArchiveError(f"There is no folder {path.parent}.")
    unfinished = path.with_name(path.name + ".unfinished")
    try:
        counts = _write(unfinished)
        unfinished.rename(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return counts


def _write(path: Path) -> Counts:
    counted: dict[str, int] = {}
    files = 0
    path.touch(mode=0o600)
    with (
        tarfile.open(path, "w:gz", compresslevel=2) as tar,
        scopes.crossing("backup"),
        _one_moment(),
    ):
        for model in tables():
            with tempfile.TemporaryFile() as spool:
                counted[model._meta.label_lower] = _dump(model, spool)
                _add(tar, f"data/{model._meta.label_lower}.jsonl", spool)
        for name in _stored(""):
            with default_storage.open(name) as source, tempfile.TemporaryFile() as spool:
                for piece in source.chunks():
                    spool.write(piece)
                _add(tar, f"files/{name}", spool)
            files += 1
        manifest = {
            "format": FORMAT,
            "created": timezone.now().isoformat(),
            "migrations": migrations(),
            "rows": counted,
            "files": files,
        }
        _add(tar, "manifest.json", io.BytesIO(json.dumps(manifest, indent=2).encode()))
    return Counts(sum(counted.values()), files)


def read(path: Path) -> Counts:
    """Fill an empty, migrated instance from a backup, in one transaction.

    Raises:
        ArchiveError: not a backup, of another version, or the instance holds something.
    """
    with scopes.crossing("backup"):
        return _read(path)


def _read(path: Path) -> Counts:
    holding = [model._meta.label for model in tables() if model._meta.label_lower != "kit.schedule"]
    full = [label for label in holding if apps.get_model(label)._base_manager.exists()]
    if full:
        raise ArchiveError(
            f"This instance is not empty ({', '.join(full[:5])} hold rows). Restore into a new one."
        )
    try:
        with tarfile.open(path, "r:gz") as tar:
            manifest = _manifest(tar)
            with transaction.atomic():
                rows = sum(_load(model, tar, manifest["rows"]) for model in tables())
                _reset_sequences()
            files = _store_files(tar)
    except (tarfile.TarError, OSError, EOFError) as error:
        raise ArchiveError(f"{path} cannot be read as a backup: {error}") from error
    if files != manifest["files"]:
        raise ArchiveError(f"{manifest['files']} files should be in {path}, {files} were.")
    return Counts(rows, files)


def _one_moment() -> Any:
    """All tables as they are at one moment."""
    atomic = transaction.atomic()
    if connection.vendor == "postgresql":
        return _RepeatableRead()
    return atomic


class _RepeatableRead:
    def __enter__(self) -> None:
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")

    def __exit__(self, *error: Any) -> None:
        self.atomic.__exit__(*error)


def _dump(model: type[models.Model], out: IO[bytes]) -> int:
    count = 0
    fields = model._meta.concrete_fields
    for row in model._base_manager.order_by("pk").iterator(chunk_size=ROWS_AT_ONCE):
        values = {field.attname: _plain(field, row) for field in fields}
        out.write(json.dumps(values, cls=DjangoJSONEncoder, ensure_ascii=False).encode() + b"\n")
        count += 1
    return count


def _plain(field: Any, row: models.Model) -> Any:
    value = getattr(row, field.attname)
    if value is None or isinstance(field, models.JSONField):
        return value
    if isinstance(value, dt.datetime):
        return value.isoformat()  # the encoder of Django would cut the microseconds off
    return field.value_to_string(row) if isinstance(field, models.BinaryField) else value


def _load(model: type[models.Model], tar: tarfile.TarFile, counts: dict[str, int]) -> int:
    label = model._meta.label_lower
    member = tar.extractfile(f"data/{label}.jsonl")
    if member is None or label not in counts:
        raise ArchiveError(f"The backup has no table {label}.")
    model._base_manager.all().delete()
    count, waiting = 0, []
    fields = {field.attname: field for field in model._meta.concrete_fields}
    for line in member:
        values = json.loads(line)
        waiting.append(model(**{name: _value(fields[name], value) for name, value in values.items()}))
        count += 1
        if len(waiting) == ROWS_AT_ONCE:
            _insert(model, waiting)
            waiting = []
    _insert(model, waiting)
    if count != counts[label]:
        raise ArchiveError(f"{label}: {counts[label]} rows should be there, {count} were.")
    return count


def _value(field: Any, value: Any) -> Any:
    if value is None or isinstance(field, models.JSONField):
        return value
    return getattr(field, "target_field", field).to_python(value)


def _insert(model: type[models.Model], rows: list[models.Model]) -> None:
    """As they were: no `auto_now`, no defaults."""
    kept = [field for field in model._meta.concrete_fields if getattr(field, "auto_now", False)]
    added = [field for field in model._meta.concrete_fields if getattr(field, "auto_now_add", False)]
    for field in kept:
        field.auto_now = False  # type: ignore[attr-defined]
    for field in added:
        field.auto_now_add = False  # type: ignore[attr-defined]
    try:
        model._base_manager.bulk_create(rows)
    finally:
        for field in kept:
            field.auto_now = True  # type: ignore[attr-defined]
        for field in added:
            field.auto_now_add = True  # type: ignore[attr-defined]


def _reset_sequences() -> None:
    statements = connection.ops.sequence_reset_sql(no_style(), tables())
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _manifest(tar: tarfile.TarFile) -> dict[str, Any]:
    try:
        member = tar.extractfile("manifest.json")
        manifest: dict[str, Any] = json.loads(member.read()) if member else {}
    except (KeyError, ValueError) as error:
        raise ArchiveError(f"There is no readable manifest.json in it: {error}") from error
    if manifest.get("format") != FORMAT:
        raise ArchiveError(f"This is no backup of Insignia ({FORMAT}), but {manifest.get('format')!r}.")
    missing = set(manifest["migrations"]) ^ set(migrations())
    names = ", ".join(sorted(missing)[:5])
    if missing:
        raise ArchiveError(
            f"The backup is of another version of Insignia; these migrations differ: {names}. "
            "Restore it with the version that made it, then upgrade."
        )
    return manifest


def _stored(folder: str) -> Iterator[str]:
    try:
        folders, files = default_storage.listdir(folder)
    except (FileNotFoundError, NotImplementedError):
        return
    for name in sorted(files):
        yield f"{folder}/{name}".lstrip("/")
    for name in sorted(folders):
        yield from _stored(f"{folder}/{name}".lstrip("/"))


def _store_files(tar: tarfile.TarFile) -> int:
    count = 0
    for member in tar:
        name = member.name.removeprefix("files/")
        if name == member.name or not member.isfile():
            continue
        if name.startswith("/") or ".." in Path(name).parts:
            raise ArchiveError(f"The backup holds a file with the unsafe name {member.name!r}.")
        content = tar.extractfile(member)
        if content is not None:
            default_storage.delete(name)
            default_storage.save(name, File(content))
            count += 1
    return count


def _add(tar: tarfile.TarFile, name: str, content: IO[bytes]) -> None:
    info = tarfile.TarInfo(name)
    info.size = content.seek(0, io.SEEK_END)
    info.mtime = int(timezone.now().timestamp())
    content.seek(0)
    tar.addfile(info, content)
