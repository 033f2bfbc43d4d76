"""Requests made of the OpenAPI document: whatever fits it, or nearly, is never a 500."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from insignia_server.achievements.models import Achievement
from insignia_server.api.pages import document
from insignia_server.organisations.models import ApiClient

pytestmark = pytest.mark.django_db
EXAMPLES = 4  # for each of about a hundred operations
SCHEMA = schemathesis.openapi.from_dict(document())
OPERATIONS = {result.ok().label: result.ok() for result in SCHEMA.get_all_operations()}


@pytest.mark.parametrize("label", sorted(OPERATIONS))
def test_no_operation_fails(
    label: str, make_client: Callable[..., tuple[ApiClient, str]], achievement: Achievement
) -> None:
    """Bounded: a few requests for each operation, good and bad, by its own schema."""
    from django.test import Client

    key = make_client()[1]
    strategy: Any = OPERATIONS[label].as_strategy()

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(case=strategy, real=st.booleans())
    def ask(case: Any, real: bool) -> None:
        path = case.formatted_path
        if real and "achievements" in path:
            path = case.operation.path.replace("{key}", str(achievement.pk))
        body = case.body if case.body.__class__.__name__ != "NotSet" else {}
        given_: dict[str, Any] = {"headers": {"authorization": f"Bearer {key}"}}
        if case.media_type == "application/json":
            given_ |= {"content_type": "application/json"}
        elif case.media_type:
            body = {name: value for name, value in (body or {}).items() if value is not None}
        query = {name: value for name, value in (case.query or {}).items() if value is not None}
        call = getattr(Client(raise_request_exception=True), case.method.lower())
        response = (
            call(path, body, query_params=query, **given_)
            if case.method != "GET"
            else call(path, query, headers=given_["headers"])
        )
        assert response.status_code < 500, (label, response.content)

    ask()
