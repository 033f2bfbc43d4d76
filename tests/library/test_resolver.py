"""Where documents come from: bundled, given, or not at all."""

from __future__ import annotations

import json

import pytest

from insignia import contexts
from insignia.errors import ResolveError
from insignia.resolver import Document, MapResolver, OfflineResolver, Purpose

URL = "https://example.org/list"


def test_bundled_documents_need_no_network() -> None:
    for url in (*contexts.CONTEXTS, *contexts.SCHEMAS):
        for resolver in (OfflineResolver(), MapResolver({url: b"something else"})):
            document = resolver.resolve(url, Purpose.CONTEXT)
            assert document.source == "bundled"
            assert document.content == contexts.bundled(url)
            assert isinstance(document.json(), dict)


def test_offline_says_what_it_was_asked_for() -> None:
    with pytest.raises(ResolveError) as caught:
        OfflineResolver().resolve(URL, Purpose.STATUS)
    assert caught.value.code == ResolveError.OFFLINE
    (problem,) = caught.value.problems
    assert problem.where == URL
    assert "status" in problem.got


def test_a_map_gives_bytes_as_they_are_and_json_as_json() -> None:
    given = {URL: b"exactly these", URL + "/2": {"name": "Zoë", "n": [1, None]}}
    resolver = MapResolver(given)
    assert resolver.resolve(URL, Purpose.KEY) == Document(URL, b"exactly these")
    document = resolver.resolve(URL + "/2", Purpose.KEY)
    assert document.json() == given[URL + "/2"]
    assert json.loads(document.content) == given[URL + "/2"]


def test_a_map_knows_nothing_else() -> None:
    with pytest.raises(ResolveError) as caught:
        MapResolver({URL: b""}).resolve(URL + "?", Purpose.CONTROLLER)
    assert caught.value.code == ResolveError.NOT_FOUND
    assert "1 documents" in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"[" * 100_000])
def test_what_is_no_json_is_a_bad_response(content: bytes) -> None:
    with pytest.raises(ResolveError) as caught:
        Document(URL, content).json()
    assert caught.value.code == ResolveError.BAD_RESPONSE
    assert caught.value.problems[0].where == URL
