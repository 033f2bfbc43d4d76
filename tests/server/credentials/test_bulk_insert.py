"""`kit.bulk_insert`: what it writes reads back as what Django writes, on either database."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import FieldDoesNotExist
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.server.credentials.conftest import NOW

from insignia_server.awarding.models import Batch
from insignia_server.credentials.models import IssuanceLogEntry
from insignia_server.issuers.models import Issuer
from insignia_server.kit.bulk_insert import compress_quickly, insert_many
from insignia_server.kit.ids import uuid7
from insignia_server.organisations.models import Group, Organisation

TEXT = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00"), max_size=30)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**31), 2**31) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)
MOMENTS = st.integers(0, 7 * 10**15).map(
    lambda n: dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(microseconds=n)
)


def batch_columns() -> list[str]:
    """Every column of a batch; those that are not of interest get their default."""
    return [field.attname for field in Batch._meta.concrete_fields]


@pytest.mark.parametrize("fixture", ["scoped"])
@given(
    name=TEXT,
    options=st.dictionaries(TEXT, JSON, max_size=3),
    headings=st.lists(TEXT, max_size=3),
    rows=st.integers(0, 2**31 - 1),
    created=MOMENTS,
    hold=st.none() | MOMENTS,
)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_row_reads_back_as_it_went_in(
    fixture: str,
    request: pytest.FixtureRequest,
    name: str,
    options: Any,
    headings: Any,
    rows: int,
    created: Any,
    hold: Any,
) -> None:
    organisation = request.getfixturevalue(fixture)
    made = Batch(
        organisation=organisation,
        name=name,
        options=options,
        headings=headings,
        rows=rows,
        created_at=created,
        hold_until=hold,
    )
    columns = batch_columns()
    assert insert_many(Batch, columns, [[getattr(made, column) for column in columns]]) == 1
    read = Batch.objects.get(pk=made.pk)
    assert {column: getattr(read, column) for column in columns} == {
        column: getattr(made, column) for column in columns
    }


def test_bytes_big_numbers_and_time_zones(issuer: Issuer) -> None:
    zone = dt.timezone(dt.timedelta(hours=5, minutes=30))
    local = dt.datetime(2026, 11, 25, 17, 30, 0, 123456, tzinfo=zone)
    key = uuid7()
    columns = ("id", "organisation_id", "issuer_id", "sequence", "digests", "previous", "root", "at")
    given = [key, issuer.organisation_id, issuer.pk, 2**40, bytes(range(256)), b"\x00\xff", b"", local]
    assert insert_many(IssuanceLogEntry, columns, [given]) == 1
    read = IssuanceLogEntry.objects.get(pk=key)
    assert (read.sequence, bytes(read.digests), bytes(read.previous), bytes(read.root), read.at) == (
        2**40,
        bytes(range(256)),
        b"\x00\xff",
        b"",
        local,
    )


def test_the_database_finds_it_equal_to_what_django_writes(scoped: Organisation) -> None:
    """A row that is written another way must still be found by a filter, and sort beside the others."""
    insert_many(
        Group,
        ("id", "organisation_id", "name", "created_at", "archived_at"),
        [[uuid7(), scoped.pk, "Copied", NOW, None]],
    )
    Group.objects.create(organisation=scoped, name="Saved")
    Group.objects.filter(name="Saved").update(created_at=NOW)
    assert set(Group.objects.filter(created_at=NOW, archived_at=None).values_list("name", flat=True)) == {
        "Copied",
        "Saved",
    }
    assert (
        Group.objects.filter(organisation=scoped, created_at__lt=NOW + dt.timedelta(seconds=1)).count() == 2
    )


def test_many_rows_none_and_a_generator(scoped: Organisation) -> None:
    columns = ("id", "organisation_id", "name", "created_at", "archived_at")
    rows = ([uuid7(), scoped.pk, f"Group {i}", NOW, None] for i in range(1_200))
    assert insert_many(Group, columns, rows) == 1_200
    assert Group.objects.count() == 1_200
    assert insert_many(Group, columns, []) == 0


def test_a_key_that_is_taken_is_an_integrity_error_and_nothing_is_written(scoped: Organisation) -> None:
    columns = ("id", "organisation_id", "name", "created_at", "archived_at")
    key = uuid7()
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_many(Group, columns, [[key, scoped.pk, "A", NOW, None], [key, scoped.pk, "B", NOW, None]])
    assert not Group.objects.exists()
    assert connection.is_usable()


def test_an_unknown_column_is_told(scoped: Organisation) -> None:
    with pytest.raises(FieldDoesNotExist, match="colour"):
        insert_many(Group, ("id", "colour"), [])


def test_credentials_are_packed_with_lz4_where_the_database_can(scoped: Organisation) -> None:
    done = compress_quickly(connection, "credentials_credential", "content")
    assert done is (connection.vendor == "postgresql")
    if done:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT attcompression FROM pg_attribute "
                "WHERE attrelid = 'credentials_credential'::regclass AND attname = 'content'"
            )
            assert cursor.fetchone() == ("l",)
