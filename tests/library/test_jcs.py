"""insignia.jcs: RFC 8785."""

from __future__ import annotations

import json
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from insignia import jcs
from insignia.errors import CanonicalizationError

TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=8) | st.sampled_from(
    ["\ufb33", "\U0001f600", "\uff5e", "\x00", "\x7f", '"\\/', "\u2028", "1", "\r"]
)
SCALAR = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT
)
JSON = st.recursive(
    SCALAR,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=5),
    max_leaves=20,
)


@given(JSON)
def test_the_fast_path_and_the_reference_agree(value: Any) -> None:
    data = jcs.canonicalize(value)
    assert data == rfc8785.dumps(value)
    assert jcs.canonicalize(json.loads(data, parse_int=float)) == data


def test_the_example_of_the_rfc() -> None:
    """RFC 8785, section 3.2.2 and 3.2.3."""
    value = json.loads(
        r"""{"numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
        "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/", "literals": [null, true, false]}"""
    )
    assert jcs.canonicalize(value) == (
        b'{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
        b'"string":"\xe2\x82\xac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    )


def test_names_are_sorted_by_utf_16_code_unit() -> None:
    """Section 3.2.3: "sorted based on … arrays of UTF-16 code units"; U+1F600 starts with 0xD83D."""
    names = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]
    data = jcs.canonicalize(dict.fromkeys(names, 0))
    assert list(json.loads(data)) == ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (-0.0, b"0"),
        (1e21, b"1e+21"),
        (1e20, b"100000000000000000000"),
        (1e-7, b"1e-7"),
        (1e-6, b"0.000001"),
        (5e-324, b"5e-324"),
        (1.0, b"1"),
        (2**53 - 1, b"9007199254740991"),
        ([], b"[]"),
        ({}, b"{}"),
        ("\u2028\x7f", '"\u2028\x7f"'.encode()),
    ],
)
def test_values(value: Any, expected: bytes) -> None:
    assert jcs.canonicalize(value) == expected


@pytest.mark.parametrize(
    "value",
    [
        float("nan"),
        float("inf"),
        2**53,
        -(2**53),
        "\ud800",
        {"\udfff": 1},
        ["\U0001f600\ud800"],
        {1: 2},
        {True: 1},
        b"bytes",
        {"set": {1}},
        [object()],
    ],
)
def test_values_that_have_no_canonical_form(value: Any) -> None:
    with pytest.raises(CanonicalizationError) as caught:
        jcs.canonicalize(value)
    assert caught.value.code == "jcs"


def test_nesting_without_end() -> None:
    value: Any = []
    for _ in range(100_000):
        value = [value]
    with pytest.raises(CanonicalizationError, match="too deep"):
        jcs.canonicalize(value)
