"""The lookup `among`: `in` for many values, which PostgreSQL takes as one array instead of hundreds."""

from __future__ import annotations

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Field, Lookup
from django.db.models.lookups import In
from django.db.models.sql.compiler import SQLCompiler


@Field.register_lookup
class Among(Lookup[Any]):
    """`filter(blind_index__among=indexes)`: the same rows as with `in`, in less time to write the query."""

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> Any:
        """One comparison with an array on PostgreSQL, Django's own `in` elsewhere."""
        values = list(self.rhs)
        if connection.vendor != "postgresql" or not values:
            return In(self.lhs, values).as_sql(compiler, connection)
        column, params = self.process_lhs(compiler, connection)
        return f"{column} = ANY(%s)", (*params, values)
