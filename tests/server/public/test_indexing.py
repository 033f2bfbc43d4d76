"""What search engines may keep of a badge: nothing, until its learner makes it public."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from insignia_server.awarding.models import Award

MakeAward = Callable[..., Award]


@pytest.mark.parametrize("visibility", ["unlisted", "public"])
def test_only_a_public_badge_page_is_indexed(client: Client, make_award: MakeAward, visibility: str) -> None:
    award = make_award(visibility=visibility)
    page = client.get(f"/badges/{award.pk}/")
    hidden = visibility != "public"
    assert (page.get("X-Robots-Tag") == "noindex") == hidden
    assert ('name="robots" content="noindex"' in page.content.decode()) == hidden


@pytest.mark.parametrize(
    "path",
    [
        *("/badges/{key}.png", "/badges/{key}.svg", "/badges/{key}.pdf"),
        *("/credentials/{key}.json", "/refresh/{key}.json"),
    ],
)
def test_files_of_a_badge_never_are(client: Client, make_award: MakeAward, path: str) -> None:
    answer = client.get(path.format(key=make_award(visibility="public").pk))
    assert (answer.status_code, answer["X-Robots-Tag"]) == (200, "noindex")
