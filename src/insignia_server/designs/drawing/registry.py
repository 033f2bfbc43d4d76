"""What a design can choose from: each thing has an id, a label and tags."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeVar

from django.utils.functional import Promise


class Choice(Protocol):
    """One thing of a registry."""

    @property
    def id(self) -> str: ...
    @property
    def label(self) -> str | Promise: ...
    @property
    def tags(self) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True)
class Named:
    """A thing that is nothing but its name; how it is drawn stands where it is drawn."""

    id: str
    label: str | Promise
    tags: tuple[str, ...] = ()


T = TypeVar("T", bound=Choice)


class Registry(Mapping[str, T]):
    """Things by id, in the order in which they are offered."""

    def __init__(self, things: Iterable[T]) -> None:
        self._things = {thing.id: thing for thing in things}

    def __getitem__(self, id: str) -> T:
        return self._things[id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._things)

    def __len__(self) -> int:
        return len(self._things)
