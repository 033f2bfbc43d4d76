"""insignia.multibase: base58btc and base64url, strict."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insignia import multibase
from insignia.errors import ParseError

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def naive(data: bytes) -> str:
    """Base conversion as the textbook has it."""
    number, text = int.from_bytes(data, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        text = ALPHABET[digit] + text
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + text


@given(st.binary(max_size=300))
def test_base58btc_is_the_textbook_conversion_and_comes_back(data: bytes) -> None:
    text = multibase.base58btc_encode(data)
    assert text == naive(data)
    assert multibase.base58btc_decode(text) == data
    assert multibase.decode("z" + text) == data


@given(st.text(ALPHABET, max_size=120))
def test_every_base58btc_text_is_the_only_one_of_its_bytes(text: str) -> None:
    assert multibase.base58btc_encode(multibase.base58btc_decode(text)) == text


@given(st.binary(max_size=300))
def test_base64url_comes_back(data: bytes) -> None:
    text = multibase.base64url_encode(data)
    assert "=" not in text
    assert multibase.base64url_decode(text) == data
    assert multibase.decode("u" + text) == data


@given(st.text(max_size=40) | st.text("ABCDab01-_=+/ ", max_size=12))
def test_base64url_text_is_refused_or_the_only_one_of_its_bytes(text: str) -> None:
    try:
        data = multibase.base64url_decode(text)
    except ParseError:
        return
    assert multibase.base64url_encode(data) == text


@pytest.mark.parametrize(
    "text", ["YQ==", "YQ=", "YR", "YWI=", "YWJ", "Y", "YWJjZ", "a+b/", "YW Jj", "YWJj\n", "äöüß", "A\0AA"]
)
def test_base64url_has_no_padding_no_spaces_and_zero_trailing_bits(text: str) -> None:
    with pytest.raises(ParseError):
        multibase.base64url_decode(text)


@pytest.mark.parametrize("text", ["0", "O", "I", "l", "abc ", "ä", "1\n", "\U0001f600"])
def test_characters_outside_base58btc(text: str) -> None:
    with pytest.raises(ParseError) as caught:
        multibase.base58btc_decode(text)
    assert caught.value.code == "multibase.base58btc"


@pytest.mark.parametrize("text", ["", "m1234", "f00", "Zabc", "z0", "u="])
def test_multibase_that_is_not_read(text: str) -> None:
    with pytest.raises(ParseError):
        multibase.decode(text)


def test_length_is_bounded() -> None:
    with pytest.raises(ParseError, match="8192"):
        multibase.base58btc_decode("2" * 8193)
    with pytest.raises(ParseError, match="8192"):
        multibase.base58btc_encode(b"\1" * 8193)
    longest = b"\xff" * 5900
    assert multibase.base58btc_decode(multibase.base58btc_encode(longest)) == longest
