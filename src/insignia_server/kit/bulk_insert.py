"""Thousands of rows at once: COPY on PostgreSQL, executemany on SQLite. Nobody else knows the difference."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

import orjson
from django.db import connections, models, router, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from insignia_server.kit import row_security

_COPY_TYPES: Final = {
    "UUIDField": "uuid",
    "BinaryField": "bytea",
    "DateTimeField": "timestamptz",
    "DateField": "date",
    "JSONField": "jsonb",
    "BooleanField": "bool",
    "IntegerField": "int4",
    "PositiveIntegerField": "int4",
    "BigIntegerField": "int8",
    "PositiveBigIntegerField": "int8",
    "SmallIntegerField": "int2",
    "PositiveSmallIntegerField": "int2",
    "FloatField": "float8",
}


def insert_many(
    model: type[models.Model],
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    using: str | None = None,
) -> int:
    """Insert rows given as sequences of Python values, one for each of `columns` (as in `row.owner_id`).

    Every column without a default of the database must be there: no default of the model, no `save()`, no
    signal takes part. Joins the caller's transaction. Returns how many; raises IntegrityError as an insert
    does, and FieldDoesNotExist for an unknown column.
    """
    connection = connections[using or router.db_for_write(model)]
    fields = [_field(model, column) for column in columns]
    if connection.vendor == "postgresql":
        return _copy(connection, model, fields, rows)
    return _many(connection, model, fields, rows)


def _field(model: type[models.Model], column: str) -> models.Field[Any, Any]:
    found = next((f for f in model._meta.concrete_fields if f.attname == column), None)
    return found or model._meta.get_field(column)  # type: ignore[return-value]


def _kind(field: models.Field[Any, Any]) -> str:
    """The type of the column; a foreign key has that of what it points to."""
    while isinstance(field, models.ForeignKey):
        field = field.target_field
    return field.get_internal_type()


def _copy(
    connection: BaseDatabaseWrapper,
    model: type[models.Model],
    fields: Sequence[models.Field[Any, Any]],
    rows: Iterable[Sequence[Any]],
) -> int:
    quote = connection.ops.quote_name
    names = ", ".join(quote(str(field.column)) for field in fields)
    kinds = [_kind(field) for field in fields]
    table = quote(model._meta.db_table)
    with (
        transaction.atomic(using=connection.alias),
        connection.cursor() as cursor,
        connection.wrap_database_errors,
    ):
        if not row_security.binds(connection, model):
            return _stream(cursor, f"{table} ({names})", kinds, rows)
        # COPY is refused where rows are guarded: by way of a table of this connection.
        staged = quote(f"staged_{model._meta.db_table}")
        cursor.execute(
            f"CREATE TEMP TABLE IF NOT EXISTS {staged} "
            f"(LIKE {table} INCLUDING DEFAULTS INCLUDING STORAGE INCLUDING COMPRESSION) ON COMMIT DELETE ROWS"
        )
        count = _stream(cursor, f"{staged} ({names})", kinds, rows)
        cursor.execute(f"INSERT INTO {table} ({names}) SELECT {names} FROM {staged}")  # noqa: S608
        cursor.execute(f"DELETE FROM {staged}")  # noqa: S608
    return count


def _stream(cursor: Any, target: str, kinds: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    from psycopg.types.json import Jsonb

    wrapped = [position for position, kind in enumerate(kinds) if kind == "JSONField"]
    count = 0
    with cursor.cursor.copy(f"COPY {target} FROM STDIN (FORMAT BINARY)") as copy:
        copy.set_types([_COPY_TYPES.get(kind, "text") for kind in kinds])
        for row in rows:
            values = list(row)
            for position in wrapped:
                if values[position] is not None:
                    values[position] = Jsonb(values[position], _json_bytes)
            copy.write_row(values)
            count += 1
    return count


def _many(
    connection: BaseDatabaseWrapper,
    model: type[models.Model],
    fields: Sequence[models.Field[Any, Any]],
    rows: Iterable[Sequence[Any]],
) -> int:
    quote = connection.ops.quote_name
    names = ", ".join(quote(str(field.column)) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    adapters = [_adapter(connection, field) for field in fields]
    prepared = [
        [value if adapt is None else adapt(value) for adapt, value in zip(adapters, row, strict=True)]
        for row in rows
    ]
    if prepared:
        table = quote(model._meta.db_table)
        with connection.cursor() as cursor:
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", prepared)  # noqa: S608
    return len(prepared)


def _adapter(connection: BaseDatabaseWrapper, field: models.Field[Any, Any]) -> Callable[[Any], Any] | None:
    """What the driver needs of a value, the same as in an insert of Django's; None: the value as it is."""
    kind = _kind(field)
    if kind in _PLAIN:
        return None
    quick = _QUICK.get(kind)
    if quick is not None and connection.vendor == "sqlite":
        return quick
    return lambda value: field.get_db_prep_save(value, connection)


def _uuid(value: uuid.UUID | None) -> str | None:
    return None if value is None else value.hex


def _moment(value: dt.datetime | None) -> str | None:
    """As Django's SQLite backend writes it: UTC without a zone."""
    return None if value is None else str(value.astimezone(dt.UTC).replace(tzinfo=None))


def _json_bytes(value: Any) -> bytes:
    try:
        return orjson.dumps(value)
    except TypeError:  # keys that are no texts, numbers of more than 64 bits, lone surrogates
        return json.dumps(value).encode()


def _json(value: Any) -> str | None:
    return None if value is None else json.dumps(value)


_PLAIN: Final = frozenset(
    {"CharField", "TextField", "SlugField", "BinaryField", "BooleanField", "FloatField"}
    | {kind for kind in _COPY_TYPES if "Integer" in kind}
)
_QUICK: Final[dict[str, Callable[[Any], Any]]] = {
    "UUIDField": _uuid,
    "DateTimeField": _moment,
    "JSONField": _json,
}


def compress_quickly(connection: BaseDatabaseWrapper, table: str, column: str) -> bool:
    """Let PostgreSQL pack a column of documents with LZ4 where it was built with it; True when it was done.

    The older default takes longer for a row of 3 KB than everything else of its COPY. For migrations.
    """
    if connection.vendor != "postgresql":
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT enumvals FROM pg_settings WHERE name = 'default_toast_compression'")
        found = cursor.fetchone()
        if found is None or "lz4" not in found[0]:
            return False
        quote = connection.ops.quote_name
        cursor.execute(f"ALTER TABLE {quote(table)} ALTER COLUMN {quote(column)} SET COMPRESSION lz4")
    return True
