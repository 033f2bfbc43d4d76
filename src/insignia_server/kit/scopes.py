"""Two scopes, organisation and person, closed by default.

A query of a scoped model outside of a scope raises `Unscoped`; inside, it sees the rows of that organisation
or person only. Whoever must see more names the reason with `crossing(...)`; `CROSSINGS` is the whole list.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import ClassVar, TypeVar

from django.db import models

from insignia_server.kit.crossings import CROSSINGS
from insignia_server.kit.ids import uuid7


class Unscoped(RuntimeError):
    """A scoped model was queried outside of any scope: a defect of the code, never of the input."""


@dataclass(frozen=True)
class Scope:
    """Whose rows are seen: one organisation's, one person's, or, by a named crossing, all."""

    organisation: uuid.UUID | None = None
    person: uuid.UUID | None = None
    crossing: str | None = None


_current: ContextVar[Scope | None] = ContextVar("insignia_scope", default=None)


def current() -> Scope | None:
    """The scope in force, or None."""
    return _current.get()


@contextmanager
def organisation(key: uuid.UUID) -> Iterator[None]:
    """Within it, scoped queries see this organisation's rows."""
    with _entered(Scope(organisation=key)):
        yield


@contextmanager
def person(key: uuid.UUID) -> Iterator[None]:
    """Within it, scoped queries see this person's rows (of models that have a person)."""
    with _entered(Scope(person=key)):
        yield


@contextmanager
def crossing(name: str) -> Iterator[None]:
    """Within it, scoped queries see every row. The name must stand in kit/crossings.py with its reason."""
    if name not in CROSSINGS:
        raise Unscoped(f"the crossing {name!r} is not listed in kit/crossings.py")
    with _entered(Scope(crossing=name)):
        yield


@contextmanager
def _entered(scope: Scope) -> Iterator[None]:
    token = _current.set(scope)
    try:
        yield
    finally:
        _current.reset(token)


M = TypeVar("M", bound=models.Model)


class ScopedManager(models.Manager[M]):
    """The default manager of scoped models; `ScopedManager.from_queryset(AwardQuerySet)()` adds methods."""

    def get_queryset(self) -> models.QuerySet[M]:
        queryset = super().get_queryset()
        scope = _current.get()
        if scope is None:
            raise Unscoped(f"{self.model.__name__} was queried outside of a scope (kit/scopes.py)")
        if scope.crossing is not None:
            return queryset
        if scope.organisation is not None:
            return queryset.filter(**{self.model.ORGANISATION_PATH: scope.organisation})  # type: ignore[attr-defined]
        path: str | None = self.model.PERSON_PATH  # type: ignore[attr-defined]
        if path is None:
            raise Unscoped(f"{self.model.__name__} has no person; it was queried in a person's scope")
        return queryset.filter(**{path: scope.person})


class Keyed(models.Model):
    """A row with a UUIDv7 key."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)

    class Meta:
        abstract = True


class OrganisationOwned(Keyed):
    """A row of one tenant: every query of it is scoped."""

    ORGANISATION_PATH: ClassVar[str] = "organisation_id"
    PERSON_PATH: ClassVar[str | None] = None

    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")

    objects = ScopedManager()

    class Meta:
        abstract = True
        base_manager_name = "plain"

    plain = models.Manager()
