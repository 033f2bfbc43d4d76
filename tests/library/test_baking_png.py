"""Open Badges 3.0 section 5.3.1: credentials in PNG pictures."""

from __future__ import annotations

import contextlib
import json
import time
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insignia import baking
from insignia.baking import Baked, BakedFormat, Container, formats, png
from insignia.errors import BakingError

JWS = "eyJhbGciOiJFZERTQSJ9.eyJpZCI6InVybjp4In0.c2lnbmF0dXJl"
DOCUMENT = '{"id": "urn:x", "name": "Zażółć 🎓 ]]>"}'


def chunk(kind: bytes, data: bytes = b"") -> bytes:
    return len(data).to_bytes(4) + kind + data + zlib.crc32(kind + data).to_bytes(4)


HEADER = chunk(b"IHDR", bytes.fromhex("00000001000000010806000000"))
PIXELS = chunk(b"IDAT", zlib.compress(b"\0\1\2\3\4"))
END = chunk(b"IEND")


def picture(*chunks: bytes) -> bytes:
    return png.SIGNATURE + HEADER + b"".join(chunks) + PIXELS + END


def itxt(
    keyword: bytes, text: bytes, *, flag: bytes = b"\0", method: bytes = b"\0", tags: bytes = b"\0\0"
) -> bytes:
    return chunk(b"iTXt", keyword + b"\0" + flag + method + tags + text)


def split(data: bytes) -> list[bytes]:
    chunks, position = [], 8
    while position < len(data):
        end = position + 12 + int.from_bytes(data[position : position + 4])
        chunks.append(data[position:end])
        position = end
    return chunks


def code_of(data: bytes) -> str:
    with pytest.raises(BakingError) as caught:
        baking.unbake(data)
    assert caught.value.problems[0].expected
    return caught.value.code


@pytest.mark.parametrize("secured", [JWS, DOCUMENT, JWS.encode(), DOCUMENT.encode()])
def test_bakes_one_uncompressed_itxt_chunk(secured: str | bytes) -> None:
    """'An iTXt chunk should be inserted into the PNG with keyword openbadgecredential. […] Compression MUST
    NOT be used.'"""
    before = picture(chunk(b"gAMA", b"\0\0\xb1\x8f"))
    after = baking.bake(before, secured)
    content = secured.encode() if isinstance(secured, str) else secured
    added = [c for c in split(after) if c not in split(before)]
    assert added == [chunk(b"iTXt", b"openbadgecredential\0\0\0\0\0" + content)]
    assert [c for c in split(after) if c in split(before)] == split(before)
    assert baking.unbake(after) == Baked(content, Container.PNG, BakedFormat.OPEN_BADGES_3)


def test_replaces_what_is_baked_already() -> None:
    """'An iTXt chunk with the keyword openbadgecredential MUST NOT appear in a PNG more than once. […] the
    implementer may choose whether to pass the user an error or overwrite the existing chunk.'"""
    author = chunk(b"tEXt", b"Author\0Ann")
    stale = itxt(b"openbadgecredential", b"a.b.c")
    older = chunk(b"tEXt", b"openbadges\0https://example.org/1")
    packed = chunk(b"zTXt", b"clrcredential\0\0" + zlib.compress(b"{}"))
    before = (
        png.SIGNATURE + HEADER + stale + author + older + PIXELS + packed + stale + END + b"after the end"
    )
    assert baking.bake(before, JWS) == baking.bake(picture(author) + b"after the end", JWS)


@given(st.binary(max_size=60), st.lists(st.binary(max_size=40), max_size=4), st.data())
def test_round_trip_leaves_every_other_byte(tail: bytes, contents: list[bytes], data: st.DataObject) -> None:
    kinds = st.sampled_from([b"tEXt", b"iTXt", b"acTL", b"fdAT", b"eXIf", b"prVt"])
    before = picture(*(chunk(data.draw(kinds), content) for content in contents)) + tail
    text = json.dumps({"text": data.draw(st.text())}, ensure_ascii=False)
    text = text.encode("utf-8", "replace").decode()
    after = baking.bake(before, text)
    added = chunk(b"iTXt", b"openbadgecredential\0\0\0\0\0" + text.encode())
    assert after == before[:33] + added + before[33:]
    assert baking.unbake(after).content == text.encode()
    assert baking.bake(after, JWS) == baking.bake(before, JWS)


def test_reads_the_first_one() -> None:
    """'Parse the PNG datastream until the first iTXt chunk is found with the keyword openbadgecredential.'"""
    first, second = itxt(b"openbadgecredential", b"a.b.c"), itxt(b"openbadgecredential", b"d.e.f")
    older = itxt(b"openbadges", b"{}")
    assert baking.unbake(picture(older, first, second)).content == b"a.b.c"
    assert baking.unbake(picture(older, older)).format is BakedFormat.OPEN_BADGES_2


def test_language_tag_and_translated_keyword_are_skipped() -> None:
    named = itxt(b"openbadgecredential", b"a.b.c", tags=b"de\0Abzeichen\0")
    assert baking.unbake(picture(named)).content == b"a.b.c"


@pytest.mark.parametrize(
    ("baked", "content", "name"),
    [
        (itxt(b"openbadges", b'{"type":"Assertion"}'), b'{"type":"Assertion"}', BakedFormat.OPEN_BADGES_2),
        (chunk(b"tEXt", b"openbadges\0https://e.org/1"), b"https://e.org/1", BakedFormat.OPEN_BADGES_2),
        (chunk(b"tEXt", b'openbadges\0{"n":"\xe9"}'), '{"n":"é"}'.encode(), BakedFormat.OPEN_BADGES_2),
        (itxt(b"clrcredential", b"a.b.c"), b"a.b.c", BakedFormat.CLR_2),
        (
            itxt(b"openbadgecredential", zlib.compress(b"a.b.c"), flag=b"\1"),
            b"a.b.c",
            BakedFormat.OPEN_BADGES_3,
        ),
        (
            chunk(b"zTXt", b"openbadges\0\0" + zlib.compress(b'{"n":"\xe9"}')),
            '{"n":"é"}'.encode(),
            BakedFormat.OPEN_BADGES_2,
        ),
    ],
)
def test_recognises_other_formats_and_compressed_text(
    baked: bytes, content: bytes, name: BakedFormat
) -> None:
    assert baking.unbake(picture(baked)) == Baked(content, Container.PNG, name)


def test_a_picture_without_a_credential() -> None:
    assert (
        code_of(picture(chunk(b"tEXt", b"Author\0openbadges"), itxt(b"Openbadges", b"{}")))
        == "baking.no-credential"
    )
    assert (
        code_of(picture(chunk(b"tEXt", b"openbadges"), chunk(b"tEXt", b"x" * 90 + b"\0")))
        == "baking.no-credential"
    )


@pytest.mark.parametrize(
    ("data", "got"),
    [
        (b"", "an empty file"),
        (b"\xff\xd8\xff\xe0", "a JPEG picture"),
        (b"GIF89a", "a GIF picture"),
        (b"PK\x03\x04", "a ZIP archive"),
        (b'{"@context": []}', "a JSON document"),
        (JWS.encode(), "a JWT"),
        (b"hello", "another file"),
    ],
)
def test_tells_what_it_is_when_it_is_no_picture(data: bytes, got: str) -> None:
    with pytest.raises(BakingError) as caught:
        baking.unbake(data)
    assert caught.value.code == "baking.not-a-picture"
    assert caught.value.problems[0].got == got
    with pytest.raises(BakingError):
        baking.bake(data, JWS)
    assert baking.container_of(data) is None


def test_a_payload_that_is_no_base64url_is_baked_as_it_is() -> None:
    """Baking looks into nothing but the type; verifying says what is wrong."""
    assert baking.unbake(baking.bake(picture(), "a.b.c")).content == b"a.b.c"


@pytest.mark.parametrize(
    ("secured", "code"),
    [
        ("", "baking.not-a-credential"),
        ("https://example.org/1", "baking.not-a-credential"),
        ("a.b.", "baking.not-a-credential"),
        ('{"a":"\0"}', "baking.not-a-credential"),
        ("[1]", "baking.not-a-credential"),
        (b"{\xff}", "baking.not-a-credential"),
        ('{"a":"\ud800"}', "baking.not-a-credential"),
        ("{" + " " * formats.MAX_CREDENTIAL + "}", "baking.too-large"),
    ],
)
def test_bakes_only_signed_credentials(secured: str | bytes, code: str) -> None:
    with pytest.raises(BakingError) as caught:
        baking.bake(picture(), secured)
    assert caught.value.code == code


BAKED = itxt(b"openbadgecredential", b"a.b.c")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        pytest.param(png.SIGNATURE, "baking.truncated", id="signature only"),
        pytest.param(png.SIGNATURE + PIXELS + BAKED + END, "baking.malformed-png", id="no IHDR"),
        pytest.param(png.SIGNATURE + BAKED + HEADER + PIXELS + END, "baking.malformed-png", id="IHDR second"),
        pytest.param(picture(HEADER), "baking.malformed-png", id="two IHDR"),
        pytest.param(png.SIGNATURE + chunk(b"IHDR", b"1") + END, "baking.malformed-png", id="short IHDR"),
        pytest.param(png.SIGNATURE + HEADER[:-1] + b"\0" + END, "baking.crc", id="CRC of IHDR"),
        pytest.param(picture(BAKED[:-1] + b"\0"), "baking.crc", id="CRC of the credential"),
        pytest.param(picture(BAKED)[:-12], "baking.truncated", id="no IEND"),
        pytest.param(picture(BAKED)[:-1], "baking.truncated", id="cut inside IEND"),
        pytest.param(
            png.SIGNATURE + HEADER + b"\xff\xff\xff\xffiTXt" + b"x" * 99, "baking.truncated", id="4 GiB"
        ),
        pytest.param(picture(chunk(b"a\0bc", b"")), "baking.malformed-png", id="type is not letters"),
        pytest.param(
            picture(itxt(b"openbadgecredential", b"x", flag=b"\2")), "baking.malformed-png", id="flag 2"
        ),
        pytest.param(
            picture(itxt(b"openbadgecredential", b"x", tags=b"")), "baking.malformed-png", id="fields missing"
        ),
        pytest.param(
            picture(itxt(b"openbadgecredential", b"x", flag=b"\1", method=b"\7")),
            "baking.malformed-png",
            id="unknown compression",
        ),
        pytest.param(
            picture(itxt(b"openbadgecredential", b"not zlib", flag=b"\1")),
            "baking.malformed-png",
            id="not zlib",
        ),
        pytest.param(
            picture(itxt(b"openbadgecredential", zlib.compress(b"x" * 99)[:-5], flag=b"\1")),
            "baking.malformed-png",
            id="compressed text cut off",
        ),
        pytest.param(
            picture(
                itxt(b"openbadgecredential", zlib.compress(b"x" * (formats.MAX_CREDENTIAL + 1)), flag=b"\1")
            ),
            "baking.too-large",
            id="just over the limit",
        ),
        pytest.param(
            picture(itxt(b"openbadgecredential", b"x" * (formats.MAX_CREDENTIAL + 1))),
            "baking.too-large",
            id="too long, uncompressed",
        ),
        pytest.param(
            picture(END * (png.MAX_CHUNKS + 1)), "baking.no-credential", id="stops at the first IEND"
        ),
        pytest.param(
            picture(chunk(b"tEXt") * (png.MAX_CHUNKS + 1)), "baking.too-large", id="too many chunks"
        ),
        pytest.param(png.SIGNATURE + bytes(png.MAX_PICTURE), "baking.too-large", id="too large"),
    ],
)
def test_hostile_pictures(data: bytes, code: str) -> None:
    assert code_of(data) == code


def test_a_decompression_bomb_stays_inside_the_limits() -> None:
    bomb = zlib.compress(bytes(200_000_000), 9)
    data = picture(itxt(b"openbadgecredential", bomb, flag=b"\1"))
    started = time.perf_counter()
    assert code_of(data) == "baking.too-large"
    assert time.perf_counter() - started < 5


def test_a_damaged_picture_is_not_baked() -> None:
    for data in (picture()[:-1], png.SIGNATURE + HEADER + END, png.SIGNATURE + PIXELS + END):
        with pytest.raises(BakingError):
            baking.bake(data, JWS)


@given(st.data())
def test_any_bytes_give_a_credential_or_a_baking_error(data: st.DataObject) -> None:
    whole = bytearray(picture(BAKED, itxt(b"openbadges", zlib.compress(b"{}"), flag=b"\1")))
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(8, len(whole) - 1))] = data.draw(st.integers(0, 255))
    cut = bytes(whole[: data.draw(st.integers(0, len(whole)))])
    for candidate in (bytes(whole), cut, png.SIGNATURE + data.draw(st.binary())):
        with contextlib.suppress(BakingError):
            assert isinstance(baking.unbake(candidate), Baked)
