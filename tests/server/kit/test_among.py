"""The lookup `among` gives what `in` gives, and is one parameter on PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from insignia_server.kit import blind
from insignia_server.people.models import Identifier

pytestmark = pytest.mark.django_db


@pytest.fixture
def indexes(make_user: Callable[..., Any]) -> list[bytes]:
    """The blind indexes of three proved addresses."""
    found = []
    for number in range(3):
        user = make_user(f"learner{number}@example.org")
        address = f"other{number}@example.org"
        index = blind.index("emailAddress", address)
        Identifier.objects.create(
            user=user, kind="emailAddress", value=address, blind_index=index, proved_at=timezone.now()
        )
        found.append(index)
    return found


def test_the_same_rows_as_with_in(indexes: list[bytes]) -> None:
    wanted = [*indexes[:2], bytes(32)]
    among = Identifier.objects.filter(blind_index__among=wanted)
    assert {bytes(row.blind_index) for row in among} == set(indexes[:2])
    assert set(among.values_list("pk")) == set(
        Identifier.objects.filter(blind_index__in=wanted).values_list("pk")
    )
    assert not Identifier.objects.filter(blind_index__among=[]).exists()
    assert Identifier.objects.exclude(blind_index__among=wanted).filter(pk__in=among).count() == 0


def test_it_is_one_array_on_postgresql(indexes: list[bytes]) -> None:
    with CaptureQueriesContext(connection) as queries:
        assert len(Identifier.objects.filter(blind_index__among=indexes)) == 3
    sql = queries.captured_queries[0]["sql"]
    assert ("= ANY(" in sql) is (connection.vendor == "postgresql")


def test_texts_too(make_user: Callable[..., Any], indexes: list[bytes]) -> None:
    rows = Identifier.objects.filter(value__among=["other0@example.org", "x", "it's %s"])
    assert [row.value for row in rows] == ["other0@example.org"]
