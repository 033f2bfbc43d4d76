"""Queries whose SQL is written once: of a query for one row, most of the time is the ORM writing SQL.

    _CONTENT = Compiled(lambda key: Credential.objects.filter(pk=key).values_list("content", flat=True))
    _CONTENT.first(key)

For the few queries behind the public pages and verification; benchmarks/README.md has the figures.
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar, cast

from django.db import connections, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.query import FlatValuesListIterable, ModelIterable, get_related_populators
from django.db.models.sql.compiler import SQLCompiler

from insignia_server.kit import scopes

Row = TypeVar("Row")
# What stands for the value while the SQL is written; nobody's key and nobody's text.
_PLACES: Final[dict[type, Any]] = {
    uuid.UUID: uuid.UUID("5c1e3f7a-9d24-4b60-8e11-0f6a7c2d9b38"),
    str: "the-value-goes-here-5c1e3f7a9d24",
}
_UUIDS: Final[models.Field[Any, Any]] = models.UUIDField()


class Compiled(Generic[Row]):
    """`build(value)` is a queryset with one value, of type `kind`, in its conditions; nothing else varies.

    Rows are what the queryset gives: models (`only` and `select_related` work), tuples, or single values. A
    scope of an organisation or a person adds a condition of its own, so there the queryset itself is asked.
    """

    def __init__(self, build: Callable[[Any], models.QuerySet[Any, Row]], *, kind: type = uuid.UUID) -> None:
        self._build = build
        self._kind = kind
        self._written: dict[str, _Written] = {}
        self._lock = threading.Lock()

    def all(self, value: Any) -> list[Row]:
        """Every row. Raises Unscoped outside of a scope, as the queryset does."""
        scope = scopes.current()
        if scope is None or scope.crossing is None:
            return list(self._build(value))
        connection = connections["default"]
        return cast(list[Row], self._of(connection).run(connection, value))

    def first(self, value: Any) -> Row | None:
        """The first row, or None."""
        return next(iter(self.all(value)), None)

    def _of(self, connection: BaseDatabaseWrapper) -> _Written:
        found = self._written.get(connection.vendor)
        if found is None:
            with self._lock:
                found = _write(self._build(_PLACES[self._kind]), connection, _PLACES[self._kind])
                self._written[connection.vendor] = found
        return found


@dataclass(frozen=True)
class _Written:
    """SQL, its parameters and where the value belongs among them, and how rows become what was asked for."""

    sql: str
    params: tuple[Any, ...]
    places: tuple[int, ...]
    converters: tuple[tuple[int, Sequence[Callable[..., Any]], Any], ...]
    shape: Callable[[list[Any]], Any]

    def run(self, connection: BaseDatabaseWrapper, value: Any) -> list[Any]:
        """Ask the database."""
        params = list(self.params)
        for place in self.places:
            params[place] = _adapted(value, connection)
        with connection.cursor() as cursor:
            cursor.execute(self.sql, params)
            rows = cursor.fetchall()
        return [self.shape(row) for row in self._converted(rows, connection)]

    def _converted(self, rows: list[Any], connection: BaseDatabaseWrapper) -> Iterator[list[Any]]:
        for row in map(list, rows):
            for at, functions, expression in self.converters:
                for function in functions:
                    row[at] = function(row[at], expression, connection)
            yield row


def _write(queryset: models.QuerySet[Any, Any], connection: BaseDatabaseWrapper, place: Any) -> _Written:
    compiler = queryset.query.get_compiler(connection=connection)
    sql, params = compiler.as_sql()
    wanted = _adapted(place, connection)
    places = tuple(at for at, one in enumerate(params) if one == wanted)
    if not places:
        raise ValueError("the value does not stand in the conditions as it was given")
    columns = [column[0] for column in compiler.select[: compiler.col_count]]
    converters = compiler.get_converters(columns)
    return _Written(
        sql=sql,
        params=tuple(params),
        places=places,
        converters=tuple((at, functions, column) for at, (functions, column) in converters.items()),
        shape=_shape(queryset, compiler),
    )


def _shape(queryset: models.QuerySet[Any, Any], compiler: SQLCompiler) -> Callable[[list[Any]], Any]:
    """What ModelIterable and the iterables of `values_list` do with a row."""
    if queryset._iterable_class is FlatValuesListIterable:
        return lambda row: row[0]
    if queryset._iterable_class is not ModelIterable:
        return tuple
    info, select = compiler.klass_info, compiler.select
    fields = info["select_fields"]
    start, end = fields[0], fields[-1] + 1
    names = [column[0].target.attname for column in select[start:end]]
    counted = compiler.annotation_col_map or {}
    related = get_related_populators(info, select, queryset.db)  # type: ignore[call-arg]  # stubs of Django 6

    def model(row: list[Any]) -> Any:
        found = info["model"].from_db(queryset.db, names, row[start:end])
        for one in related:
            one.populate(row, found)
        for name, at in counted.items():
            setattr(found, name, row[at])
        return found

    return model


def _adapted(value: Any, connection: BaseDatabaseWrapper) -> Any:
    return _UUIDS.get_db_prep_value(value, connection) if isinstance(value, uuid.UUID) else value
