"""Two spellings of one address are equal, and two addresses never are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insignia_server.kit.blind import index, normal_email


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ann@Example.ORG ", "ann@example.org"),
        ("ann@BÜCHER.example", "ann@xn--bcher-kva.example"),
        ("ann@STRASSE.example", "ann@strasse.example"),
        ("ann@straße.example", "ann@xn--strae-oqa.example"),
        ("ann@例え。example", "ann@例え.example"),  # UTS 46: the ideographic full stop is a dot
    ],
)
def test_spellings_of_one_address(one: str, other: str) -> None:
    assert normal_email(one) == normal_email(other)
    assert index("emailAddress", one) == index("emailAddress", other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ann@straße.example", "ann@strasse.example"),  # RFC 5891: ß is a letter of its own
        ("ann@βόλος.example", "ann@βόλοσ.example"),  # final sigma too
        ("ann@नी\u200dन.example", "ann@नीन.example"),
    ],
)
def test_domains_that_idna_2003_merged_are_two(one: str, other: str) -> None:
    assert index("emailAddress", one) != index("emailAddress", other)


@given(st.text(max_size=40))
def test_any_text_has_a_normal_form_that_stays(text: str) -> None:
    once = normal_email(text)
    assert normal_email(once) == once or not once.isascii() or "@" not in text.strip()
