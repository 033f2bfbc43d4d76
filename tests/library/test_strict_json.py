"""JSON that means one thing only: RFC 8259 and I-JSON (RFC 7493)."""

from __future__ import annotations

import contextlib
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insignia import strict_json
from insignia.errors import ParseError
from insignia.strict_json import Limits

JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda children: (
        st.lists(children, max_size=4) | st.dictionaries(st.text(max_size=5), children, max_size=4)
    ),
    max_leaves=20,
)


def refused(content: bytes | str, **limits: int) -> list[tuple[str, str]]:
    with pytest.raises(ParseError) as caught:
        strict_json.loads(content, limits=Limits(**limits))
    return [(p.code, p.where) for p in caught.value.problems]


@given(JSON_VALUES)
def test_reads_what_json_writes(value: Any) -> None:
    assert strict_json.loads(json.dumps(value)) == value
    assert strict_json.loads(json.dumps(value, ensure_ascii=False).encode()) == value


def test_numbers() -> None:
    assert refused("[1e999]") == [("json.number", "/0")]
    assert strict_json.loads("[1.5, -0, 1e3]") == [1.5, 0, 1000.0]


@given(st.binary(max_size=40))
def test_any_bytes_give_a_value_or_a_parse_error(content: bytes) -> None:
    with contextlib.suppress(ParseError):
        strict_json.loads(content)


def test_all_duplicate_members_are_named_with_their_pointers() -> None:
    """RFC 7493, section 2.3: 'Objects in I-JSON messages MUST NOT have members with duplicate names.'"""
    assert refused(
        b'{"a":{"b":1,"b":2},"l":[{"x/y":1,"x/y":1}],"n":NaN,"i":-Infinity,"f":1e999,"g":1.5}'
    ) == [
        ("json.duplicate-member", "/a/b"),
        ("json.duplicate-member", "/l/0/x~1y"),
        ("json.number", "/n"),
        ("json.number", "/i"),
        ("json.number", "/f"),
    ]


def test_names_that_are_equal_after_unescaping_are_duplicates() -> None:
    assert refused('{"a":1,"\\u0061":2}') == [("json.duplicate-member", "/a")]


@pytest.mark.parametrize("mark", [b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"])
def test_a_byte_order_mark_is_refused(mark: bytes) -> None:
    """RFC 8259, section 8.1: 'Implementations MUST NOT add a byte order mark'."""
    assert refused(mark + b"{}") == [("json.byte-order-mark", "byte 0")]


def test_bytes_that_are_not_utf8_are_refused_with_their_place() -> None:
    assert refused(b'{"a":"\xff"}') == [("json.encoding", "byte 6")]
    assert refused(b'"\xed\xa0\x80"') == [("json.encoding", "byte 1")]


def test_unpaired_surrogates_are_refused_and_pairs_are_read() -> None:
    """RFC 7493, section 2.1: strings 'MUST NOT include code points that identify Surrogates'."""
    assert refused('{"a":["\\ud800",1],"\\udfff":{}}') == [("json.surrogate", ""), ("json.surrogate", "/a/0")]
    assert refused('{"\\ud800":{"b":"\\ud800"}}') == [
        ("json.surrogate", ""),
        ("json.surrogate", "/\\ud800/b"),
    ]
    assert refused("\ud800") == [("json.surrogate", "character 0")]
    assert strict_json.loads('"\\ud83d\\ude00"') == "😀"
    assert strict_json.loads('"\\\\ud800"') == "\\ud800"


@pytest.mark.parametrize(
    ("content", "where"),
    [
        ("", "line 1, column 1"),
        ("[1,\n 2,]", "line 2, column 4"),
        ('{"a" 1}', "line 1, column 6"),
        ("{} x", "line 1, column 4"),
        ('{"a":"\x01"}', "line 1, column 7"),
        ("'a'", "line 1, column 1"),
    ],
)
def test_syntax_errors_say_where(content: str, where: str) -> None:
    assert refused(content) == [("json.syntax", where)]


def test_limits_of_size_depth_and_containers() -> None:
    assert refused("[1,2,3]", size=6) == [("json.too-large", "")]
    assert refused("[[[]]]", depth=2) == [("json.too-deep", "")]
    assert strict_json.loads('[{"a":[]}]', limits=Limits(depth=3)) == [{"a": []}]
    assert refused('[{"a":[]}]', depth=2) == [("json.too-deep", "")]
    assert refused("[[],[]]", containers=2) == [("json.too-many-containers", "")]
    assert strict_json.loads(f'"{"[" * 50}"', limits=Limits(depth=5)) == "[" * 50
    assert refused("[" * 100_000) == [("json.too-deep", "")]
    assert refused('[[[{"a":NaN}]]]', depth=2) == [("json.too-deep", "/0/0")]
    assert refused("9" * 5_000) == [("json.number", "")]


def test_pointers_are_escaped() -> None:
    """RFC 6901, section 3: '~' is written '~0' and '/' is written '~1'."""
    assert strict_json.pointer("a/b", 0, "m~n") == "/a~1b/0/m~0n"


@pytest.mark.parametrize("number", [2**64, -(2**70), 2**53])
def test_large_integers_are_written_and_read_as_they_are(number: int) -> None:
    written = strict_json.dumps({"n": number})
    assert written == b'{"n":%d}' % number
    assert strict_json.loads(written) == {"n": number}


@pytest.mark.parametrize("text", ['{"a":1,"a":1}', '{"a":{"b":"","b":""}}', '{"":0,"":0}'])
def test_the_quick_way_is_not_fooled_by_equal_members(text: str) -> None:
    with pytest.raises(ParseError) as caught:
        strict_json.loads(text)
    assert caught.value.code == "json.duplicate-member"


@pytest.mark.parametrize("text", ['{"a":-0}', '{"a":1.0}', '{"a":1e2}', '{"a":"\\u00e9"}', '{"a": [1]}'])
def test_the_quick_way_reads_what_the_standard_library_reads(text: str) -> None:
    ours, theirs = strict_json.loads(text), json.loads(text)
    assert ours == theirs
    assert type(ours["a"]) is type(theirs["a"])


@pytest.mark.parametrize(
    "value", [float("nan"), float("inf"), "\ud800", {"a": datetime(2026, 1, 1, tzinfo=UTC)}, Limits(), b""]
)
def test_only_json_is_written(value: Any) -> None:
    with pytest.raises((ValueError, TypeError)):
        strict_json.dumps({"a": [value]})


@given(JSON_VALUES)
def test_what_is_written_is_read_again(value: Any) -> None:
    written = strict_json.dumps(value)
    assert json.loads(written) == value
    assert strict_json.loads(b'{"a":' + written + b"}") == {"a": value}
