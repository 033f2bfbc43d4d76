"""One tree of errors: each says where, what was expected and what was there."""

from __future__ import annotations

import pickle

from insignia.errors import DidError, Problem


def test_an_error_keeps_its_problems_from_one_process_to_another() -> None:
    error = DidError([Problem("/issuer", "a DID", "nothing", "invalidDid"), Problem("", "a", "b")])
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is DidError
    assert copy.problems == error.problems
    assert str(copy) == str(error)
