"""Credentials attached to PDF certificates (ISO 32000-1, section 7.11.4)."""

from __future__ import annotations

import contextlib
import json
import time
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insignia import baking, credential
from insignia.baking import Baked, BakedFormat, Container, pdf
from insignia.baking.formats import MAX_CREDENTIAL
from insignia.errors import BakingError, ParseError

CERTIFICATE = Path(__file__).parents[1] / "cli" / "certificate.pdf"
JWT = b"eyJhbGciOiJFZERTQSJ9.eyJpZCI6InVybjp4In0.c2lnbmF0dXJl"
DOCUMENT = b'{"a":1}'
HEAD = b"%PDF-1.7\n"
TAIL = b"trailer\n<</Size 9/Root 2 0 R>>\nstartxref\n9\n%%EOF\n"
FLATE = b"/Filter/FlateDecode"


def stream(content: bytes, dictionary: bytes = b"", *, length: bytes | None = None, number: int = 1) -> bytes:
    """An embedded file as an object; `length` stands in the place of the true one."""
    size = b"%d" % len(content) if length is None else length
    start = b"%d 0 obj\n<</Length %s/Type/EmbeddedFile%s>>\nstream\n" % (number, size, dictionary)
    return start + content + b"\nendstream\nendobj\n"


def document(*objects: bytes) -> bytes:
    return HEAD + b"".join(objects) + TAIL


def problem_of(data: bytes) -> tuple[str, str]:
    with pytest.raises(BakingError) as caught:
        baking.unbake(data)
    return caught.value.code, caught.value.problems[0].got


@pytest.mark.parametrize(
    "attachment",
    [
        pytest.param(stream(DOCUMENT), id="plain"),
        pytest.param(stream(DOCUMENT).replace(b"stream\n{", b"stream\r\n{"), id="CR LF"),
        pytest.param(stream(zlib.compress(DOCUMENT), FLATE), id="FlateDecode"),
        pytest.param(stream(zlib.compress(DOCUMENT), b"/Filter [ /FlateDecode ]"), id="array of filters"),
        pytest.param(stream(DOCUMENT, length=b"9 0 R"), id="length in no object"),
        pytest.param(stream(DOCUMENT, length=b"9 0 R") + b"9 0 obj\n7\nendobj\n", id="length elsewhere"),
        pytest.param(b"9 0 obj 99999 endobj " + stream(DOCUMENT, length=b"9 0 R"), id="wrong elsewhere"),
        pytest.param(stream(DOCUMENT, length=b"99999"), id="length too large"),
        pytest.param(stream(DOCUMENT, length=b"2"), id="length too small"),
        pytest.param(stream(DOCUMENT, length=b"/None"), id="no length"),
        pytest.param(b"1 0 obj<</Type /EmbeddedFile>>stream\r{} \r\nendstream", id="no length, CR"),
        pytest.param(stream(b"\xef\xbb\xbf" + DOCUMENT), id="byte order mark"),
        pytest.param(stream(b"just text") + stream(DOCUMENT, number=2), id="after a text"),
        pytest.param(stream(b"\0", b"/Filter/LZWDecode") + stream(DOCUMENT), id="after another filter"),
        pytest.param(stream(DOCUMENT) + stream(b'{"b":2}', number=2), id="the first of several"),
        pytest.param(stream(b"[]") * (pdf.MAX_STREAMS - 1) + stream(DOCUMENT), id="the last one looked at"),
    ],
)
def test_what_is_attached_is_found(attachment: bytes) -> None:
    found = baking.unbake(document(attachment))
    assert (found.container, found.format) == (Container.PDF, BakedFormat.OPEN_BADGES_3)
    assert found.content.strip() in (DOCUMENT, b"{}")


def test_an_object_that_states_the_length_is_believed() -> None:
    """'Length: the number of bytes from the beginning of the line following the keyword stream to the last
    byte just before the keyword endstream' (7.3.8.2): a credential may hold that word itself."""
    content = b'{"a":"\nendstream endobj"}'
    objects = b"obj 3 endobj 8 0 obj 1 endobj 0 obj 2 endobj 0000000009 0 obj %d endobj " % len(content)
    for length in (b"%d" % len(content), b"9 0 R"):
        pair = stream(content, length=length), stream(b"no", length=b"8 0 R", number=2)
        assert baking.unbake(document(*reversed(pair), objects)).content == content
    assert baking.unbake(document(stream(content, length=b"7 0 R"))).content == b'{"a":"'


@pytest.mark.parametrize(
    "token", [JWT, b" " + JWT + b"\n", JWT + b"~ZGlzYw~eyJ.b.c", JWT.rpartition(b".")[0] + b"."]
)
def test_a_jwt_is_found_byte_for_byte(token: bytes) -> None:
    assert baking.unbake(document(stream(token))) == Baked(token, Container.PDF, BakedFormat.OPEN_BADGES_3)


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b' {"type": ["VerifiableCredential", "ClrCredential"]}', BakedFormat.CLR_2),
        (b'{"type": "Assertion"}', BakedFormat.OPEN_BADGES_2),
        (b'{"type": ["VerifiableCredential", "Assertion"]}', BakedFormat.OPEN_BADGES_3),
        (b"{no JSON", BakedFormat.OPEN_BADGES_3),
        (b"eyJ.x.", BakedFormat.OPEN_BADGES_3),
    ],
)
def test_the_format_is_what_the_type_says(content: bytes, name: BakedFormat) -> None:
    assert baking.unbake(document(stream(content))).format is name


@pytest.mark.parametrize(
    "attachment",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(stream(b"just text"), id="text"),
        pytest.param(stream(b"<svg/>"), id="picture"),
        pytest.param(stream(b"a.b.c"), id="no JWT"),
        pytest.param(stream(zlib.compress(DOCUMENT)[:-6], FLATE), id="half a stream"),
        pytest.param(stream(b"rubbish", FLATE), id="no zlib"),
        pytest.param(stream(DOCUMENT, b"/Filter/LZWDecode"), id="another filter"),
        pytest.param(stream(DOCUMENT, b"/Filter[/ASCIIHexDecode/FlateDecode]"), id="two filters"),
        pytest.param(b"/Type/EmbeddedFile>>stream\n{}\nendstream", id="no object"),
        pytest.param(b"1 0 obj<</Type/EmbeddedFile>>endobj 2 0 obj<<>>stream\n{}\nendstream", id="no stream"),
        pytest.param(b"1 0 obj<</Type/EmbeddedFile", id="no end of the dictionary"),
        pytest.param(b"1 0 obj<</Type/EmbeddedFile/Length 5>>stream\n{}", id="no endstream"),
        pytest.param(
            b"1 0 obj" + b" " * 5000 + b"<</Type/EmbeddedFile>>stream\n{}\nendstream", id="far away"
        ),
        pytest.param(stream(b"[]") * pdf.MAX_STREAMS + stream(DOCUMENT), id="more than are looked at"),
        pytest.param(stream(b"{" + b" " * MAX_CREDENTIAL), id="too long"),
        pytest.param(stream(zlib.compress(b"{" + b" " * MAX_CREDENTIAL), FLATE), id="too long unpacked"),
        pytest.param(stream(zlib.compress(b"{" + b" " * (1 << 27), 9), FLATE), id="bomb"),
    ],
)
def test_a_pdf_without_a_credential(attachment: bytes) -> None:
    data = document(attachment)
    assert problem_of(data) == ("baking.no-credential", "a PDF without one")
    with pytest.raises(BakingError, match="expected a credential attached to the PDF, got a PDF without one"):
        baking.unbake(data)


def test_the_longest_credential() -> None:
    longest = b"{" + b" " * (MAX_CREDENTIAL - 2) + b"}"
    for attachment in (stream(longest), stream(zlib.compress(longest), FLATE)):
        assert baking.unbake(document(attachment)).content == longest


@pytest.mark.parametrize("encrypt", [b"/Encrypt 8 0 R", b"/Encrypt<</Filter/Standard>>"])
def test_an_encrypted_pdf_is_called_so(encrypt: bytes) -> None:
    secret = stream(b"\x8f\x1c\x00", FLATE)
    ciphered = HEAD + secret + TAIL.replace(b"/Root", encrypt + b"/Root")
    assert problem_of(ciphered) == ("baking.no-credential", "an encrypted PDF")
    open_attachment = HEAD + stream(DOCUMENT) + TAIL.replace(b"/Root", encrypt + b"/Root")
    assert baking.unbake(open_attachment).content == DOCUMENT


def test_a_pdf_that_was_cut_off_is_called_so() -> None:
    whole = CERTIFICATE.read_bytes()
    half = whole[: len(whole) // 2]
    assert problem_of(half) == ("baking.truncated", f"the end of the file at byte {len(half)}")
    assert baking.unbake(whole[:-300]).content == baking.unbake(whole).content  # what is there is read


def test_a_pdf_that_is_too_large_is_not_looked_into() -> None:
    largest = document(stream(DOCUMENT))
    largest += b"\n" * (pdf.MAX_PDF - len(largest))
    assert baking.unbake(largest).content == DOCUMENT
    assert problem_of(largest + b"\n") == ("baking.too-large", f"{pdf.MAX_PDF + 1} bytes")


def test_a_certificate_of_the_server() -> None:
    """'the signed credential is attached to the file and found again' (issue 5)."""
    found = baking.unbake(CERTIFICATE.read_bytes())
    assert found.container is Container.PDF
    assert credential.parse(found.content).view().id.startswith("urn:uuid:")


@pytest.mark.parametrize(
    "before", [b"", b"\n", b" \t\r\n\f\0", b"\xef\xbb\xbf", b"\xef\xbb\xbf\n", b" " * 1024]
)
def test_a_pdf_is_told_by_its_start(before: bytes) -> None:
    assert baking.container_of(before + document()) is Container.PDF
    assert baking.unbake(before + document(stream(DOCUMENT))).content == DOCUMENT


@pytest.mark.parametrize(
    ("data", "container"),
    [
        (b'{"name": "%PDF-1.7"}', None),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><text>%PDF-1.7</text></svg>', Container.SVG),
        (b"<!--\n%PDF-1.7 --><svg/>", Container.SVG),
        (b"about %PDF-1.7", None),
        (b"%PDF", None),
        (b" " * 1025 + HEAD, None),
    ],
)
def test_what_only_mentions_it_is_no_pdf(data: bytes, container: Container | None) -> None:
    assert baking.container_of(data) is container


def test_nothing_is_baked_into_a_pdf() -> None:
    with pytest.raises(BakingError) as caught:
        baking.bake(CERTIFICATE.read_bytes(), JWT)
    assert caught.value.code == "baking.not-a-picture"
    assert str(caught.value) == (
        "expected a PNG or SVG picture, got a PDF document, out of which credentials are only read"
    )


def test_a_pdf_itself_is_no_credential() -> None:
    with pytest.raises(ParseError, match="a PDF or a web page: take the credential out first"):
        credential.parse(CERTIFICATE.read_bytes())


SIZE = 4 * 1024 * 1024


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(stream(b"x", length=b"9 0 R") * 64 + b"9 0 obj 2 endobj\n" * (SIZE // 17), id="numbers"),
        pytest.param(stream(b"x", length=b"9 0 R") * 64 + b"obj" + b" " * SIZE, id="white space"),
        pytest.param((b"1" * 4000 + b"/Type/EmbeddedFile>>" + b" " * 4000) * 64, id="digits"),
        pytest.param(stream(b"x", b"/Filter[" * 500) * 64, id="filters"),
        pytest.param(stream(zlib.compress(bytes(MAX_CREDENTIAL)), FLATE) * 64, id="bombs"),
        pytest.param(b"1 0 obj<</Type/EmbeddedFile>>stream\n" * 64 + b"endstrea" * (SIZE // 8), id="no end"),
        pytest.param(stream(b"eyJ" + b"." * 100_000) * 64, id="points"),
        pytest.param(b"/Encrypt" + b" " * SIZE, id="encrypt"),
    ],
)
def test_a_hostile_file_costs_no_more_than_its_length(data: bytes) -> None:
    start = time.process_time()
    assert problem_of(document(data))[0] == "baking.no-credential"
    assert time.process_time() - start < 5


PIECES = st.sampled_from(
    [
        b"1 0 obj",
        b"<<",
        b">>",
        b"/Type/EmbeddedFile",
        b"/Length 9 0 R",
        b"/Length 7",
        FLATE,
        b"/Filter[",
        b"stream\n",
        b"endstream",
        b"endobj",
        b"9 0 obj 7 endobj ",
        DOCUMENT,
        JWT,
        zlib.compress(DOCUMENT),
        b"%%EOF",
        b"/Encrypt 1 0 R",
        b" ",
    ]
)


@given(st.lists(PIECES | st.binary(max_size=5), max_size=40))
def test_any_pieces_give_a_credential_or_a_baking_error(pieces: list[bytes]) -> None:
    with contextlib.suppress(BakingError):
        found = baking.unbake(HEAD + b"".join(pieces))
        assert isinstance(found, Baked)
        assert found.container is Container.PDF


@given(st.integers(0, 60_000), st.binary(min_size=1, max_size=8))
def test_a_damaged_certificate_gives_a_credential_or_a_baking_error(position: int, junk: bytes) -> None:
    whole = CERTIFICATE.read_bytes()
    place = 5 + position % (len(whole) - 5)
    with contextlib.suppress(BakingError):
        assert isinstance(baking.unbake(whole[:place] + junk + whole[place + len(junk) :]), Baked)


@given(
    st.dictionaries(st.text(max_size=5), st.text(max_size=30), max_size=4),
    st.sampled_from(["plain", "flate", "indirect"]),
    st.binary(max_size=60).filter(lambda junk: b"/Type" not in junk),
)
def test_what_was_attached_comes_out(members: dict[str, str], how: str, before: bytes) -> None:
    content = json.dumps(members).encode()
    attachment = {
        "plain": stream(content),
        "flate": stream(zlib.compress(content), FLATE),
        "indirect": stream(content, length=b"9 0 R") + b"9 0 obj\n%d\nendobj\n" % len(content),
    }[how]
    assert baking.unbake(document(before + b"\n", attachment)).content == content
