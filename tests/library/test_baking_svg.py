"""Open Badges 3.0 section 5.3.2: credentials in SVG pictures."""

from __future__ import annotations

import base64
import contextlib
import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from insignia import baking
from insignia.baking import Baked, BakedFormat, Container, formats, svg
from insignia.errors import BakingError

JWS = "eyJhbGciOiJFZERTQSJ9.eyJpZCI6InVybjp4In0.c2lnbmF0dXJl"
OB3 = "https://purl.imsglobal.org/ob/v3p0"
SVG = "http://www.w3.org/2000/svg"
VECTORS = Path(__file__).parents[3] / "shared" / "vectors" / "onedtech.jsonl"


def credentials_in(data: bytes) -> list[etree._Element]:
    root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, strip_cdata=False))
    return list(root.iter(f"{{{OB3}}}credential"))


def code_of(data: bytes) -> str:
    with pytest.raises(BakingError) as caught:
        baking.unbake(data)
    assert caught.value.problems[0].expected
    with pytest.raises(BakingError):
        baking.bake(data, JWS) if caught.value.code != "baking.no-credential" else baking.unbake(data)
    return caught.value.code


def test_a_jws_goes_into_the_attribute() -> None:
    """'First, add an xmlns:openbadges attribute to the <svg> tag […]. Directly after the <svg> tag, add an
    <openbadges:credential> tag. If the credential is signed using VC-JWT add a verify attribute.'"""
    before = f'<svg xmlns="{SVG}" viewBox="0 0 9 9">\n  <g/>\n</svg>'.encode()
    assert baking.bake(before, JWS).decode() == (
        f'<svg xmlns:openbadges="{OB3}" xmlns="{SVG}" viewBox="0 0 9 9">'
        f'<openbadges:credential verify="{JWS}"></openbadges:credential>\n  <g/>\n</svg>'
    )


def test_a_document_goes_into_cdata_and_verify_is_left_out() -> None:
    """'If an embedded proof method is used instead, omit the verify attribute, and the JSON representation
    […] MUST go into the body of the tag, wrapped in <![CDATA[...]]>.'"""
    text = '{"narrative": "a ]]> b ]]]]>> <script>&amp; 🎓"}'
    after = baking.bake(f'<svg xmlns="{SVG}"/>'.encode(), text)
    (element,) = credentials_in(after)
    assert not element.keys()
    assert element.text == text
    assert b"<openbadges:credential><![CDATA[{" in after
    assert baking.unbake(after) == Baked(text.encode(), Container.SVG, BakedFormat.OPEN_BADGES_3)


PICTURES = [
    pytest.param('<svg xmlns="{svg}"/>', id="self-closing"),
    pytest.param('<svg xmlns="{svg}" ></svg >', id="empty"),
    pytest.param('<s:svg xmlns:s="{svg}" a=">" b=\'/>\'><s:g/></s:svg>', id="prefix, > in values"),
    pytest.param('<s:svg xmlns:s="{svg}"\n/>', id="prefix, self-closing"),
    pytest.param('<svg xmlns="{svg}" xmlns:openbadges="{ob3}"><g/></svg>', id="prefix declared"),
    pytest.param('<svg xmlns="{svg}" xmlns:openbadges="http://openbadges.org"><g/></svg>', id="prefix taken"),
    pytest.param("<svg><g/></svg>", id="no namespace"),
    pytest.param('\ufeff<svg xmlns="{svg}"><g/></svg>', id="BOM"),
    pytest.param(
        '<?xml version="1.0" standalone="no"?>\r\n<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" '
        '"http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">\r\n<!-- <svg> --><?p <svg>?>\r\n'
        '<svg xmlns="{svg}"><script>alert("x")</script></svg>\r\n<!-- end -->',
        id="document type, comments, script",
    ),
]


@pytest.mark.parametrize("template", PICTURES)
@pytest.mark.parametrize("secured", [JWS, '{"name": "żółć ]]>"}'])
def test_every_other_byte_stays(template: str, secured: str) -> None:
    before = template.replace("{svg}", SVG).replace("{ob3}", OB3).encode()
    after = baking.bake(before, secured)
    (element,) = credentials_in(after)
    parent = element.getparent()
    assert parent is not None
    assert parent.getparent() is None
    assert parent[0] is element
    assert not parent.text
    assert baking.unbake(after).content == secured.encode()
    assert without_credential(after, before) == before
    assert baking.bake(after, '{"b": 2}') == baking.bake(before, '{"b": 2}')


def without_credential(after: bytes, before: bytes) -> bytes:
    """Take out exactly what may have been added."""
    start = after.index(b"<openbadges:credential")
    end = after.index(b"</openbadges:credential>") + len(b"</openbadges:credential>")
    rest = after[:start] + after[end:]
    if b"xmlns:openbadges" not in before:
        rest = rest.replace(f' xmlns:openbadges="{OB3}"'.encode(), b"", 1)
    if before.rstrip().endswith(b"/>"):
        rest = rest[: rest.rindex(b"></")] + b"/>"
    return rest


@pytest.mark.parametrize(
    ("codec", "declared"),
    [
        ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16"),
        ("utf-16-be", "UTF-16"),
        ("iso-8859-1", "ISO-8859-1"),
        ("cp1252", "windows-1252"),
        ("iso-8859-2", "iso-8859-2"),
        ("utf-8-sig", "utf-8"),
    ],
)
def test_the_encoding_stays(codec: str, declared: str) -> None:
    text = f'<?xml version="1.0" encoding="{declared}"?><svg xmlns="{SVG}"><title>é 㸀</title></svg>'
    if not codec.startswith("utf"):
        text = text.replace("㸀", "")
    before = text.encode(codec)
    after = baking.bake(before, '{"name": "é ń 🎓"}')
    assert json.loads(baking.unbake(after).content) == {"name": "é ń 🎓"}
    assert len(credentials_in(after)) == 1
    assert baking.bake(after, JWS) == baking.bake(before, JWS)
    start, end = after.decode(codec).split("<openbadges:credential>")
    assert start.replace(f' xmlns:openbadges="{OB3}"', "") + end.split("</openbadges:credential>")[1] == text


def test_tags_in_utf_16_end_where_they_end() -> None:
    """In UTF-16 the two bytes of `>` also occur across two other characters."""
    trap = "Ā㸾Ā"
    assert b">\0" in trap.encode("utf-16-le")
    element = f'<o:credential xmlns:o="{OB3}" title="{trap}" verify="a.b.c"></o:credential>'
    with_it, without = (f'<svg a="{trap}">{trap}{x}{trap}</svg>'.encode("utf-16") for x in (element, ""))
    assert baking.bake(with_it, JWS) == baking.bake(without, JWS)


json_text = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs"]) | st.sampled_from(list("]>&<\"'\\\ufffe\uffff🎓"))
)


@given(json_text, st.booleans())
def test_round_trip(text: str, ascii_only: bool) -> None:
    secured = json.dumps({"text": text, text: [text]}, ensure_ascii=ascii_only)
    before = f'<svg xmlns="{SVG}"><g/></svg>'.encode()
    after = baking.bake(before, secured)
    assert json.loads(baking.unbake(after).content) == json.loads(secured)
    if not set(text) & {"\ufffe", "\uffff"}:
        assert baking.unbake(after).content == secured.encode()
    (element,) = credentials_in(after)
    assert json.loads(element.text or "") == json.loads(secured)
    assert baking.bake(after, JWS) == baking.bake(before, JWS)


def baked(inner: str, declarations: str = f'xmlns:ob="{OB3}" xmlns:old="http://openbadges.org"') -> bytes:
    return f'<svg xmlns="{SVG}" {declarations}>{inner}</svg>'.encode()


@pytest.mark.parametrize(
    ("inner", "content", "name"),
    [
        ('<ob:credential verify=" a.b.c "/>', b"a.b.c", BakedFormat.OPEN_BADGES_3),
        ('<g><ob:credential verify="a.b.c">{}</ob:credential></g>', b"a.b.c", BakedFormat.OPEN_BADGES_3),
        ("<ob:credential>\n <![CDATA[\n{}\n]]>\n</ob:credential>", b"{}", BakedFormat.OPEN_BADGES_3),
        (
            '<ob:credential verify="">{"a": "&lt;&#65;"}</ob:credential>',
            b'{"a": "<A"}',
            BakedFormat.OPEN_BADGES_3,
        ),
        ("<ob:credential>{<x>no</x>}<!-- no --></ob:credential>", b"{}", BakedFormat.OPEN_BADGES_3),
        ('<old:assertion verify="https://e.org/1"/>', b"https://e.org/1", BakedFormat.OPEN_BADGES_2),
        ('<old:assertion verify="https://e.org/1">{}</old:assertion>', b"{}", BakedFormat.OPEN_BADGES_2),
        ('<old:assertion verify="x"/><ob:credential verify="a.b.c"/>', b"a.b.c", BakedFormat.OPEN_BADGES_3),
        (
            '<ob:credential verify="a.b.c"/><ob:credential verify="d.e.f"/>',
            b"a.b.c",
            BakedFormat.OPEN_BADGES_3,
        ),
        (
            '<credential xmlns="https://purl.imsglobal.org/clr/v2p0" verify="a.b.c"/>',
            b"a.b.c",
            BakedFormat.CLR_2,
        ),
        (
            '<ob:credential>{}<ob:credential verify="a.b.c"/></ob:credential>',
            b"{}",
            BakedFormat.OPEN_BADGES_3,
        ),
    ],
)
def test_reads_the_first_credential(inner: str, content: bytes, name: BakedFormat) -> None:
    """'Parse the SVG until you reach the first <openbadges:credential> tag.' The prefix is a local matter."""
    assert baking.unbake(baked(inner)) == Baked(content, Container.SVG, name)
    assert baking.bake(baked(inner), JWS) == baking.bake(baked(""), JWS) or b"<g></g>" in baking.bake(
        baked(inner), JWS
    )


def test_a_picture_without_a_credential() -> None:
    assert code_of(baked('<credential verify="a.b.c"/><ob:assertion/>')) == "baking.no-credential"


ENTITIES = '<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><svg>&b;</svg>'


@pytest.mark.parametrize(
    ("data", "code"),
    [
        pytest.param(b"<svg>", "baking.malformed-svg", id="cut off"),
        pytest.param(b"<svg></g>", "baking.malformed-svg", id="mismatched"),
        pytest.param(b"<svg><ob:credential/></svg>", "baking.malformed-svg", id="unbound prefix"),
        pytest.param(b"<svg>\0</svg>", "baking.malformed-svg", id="NUL"),
        pytest.param(b"<svg>\xff</svg>", "baking.malformed-svg", id="not UTF-8"),
        pytest.param(b"<!DOCTYPE html><html><p>x</html>", "baking.not-a-picture", id="HTML"),
        pytest.param(b"<html xmlns='http://www.w3.org/1999/xhtml'/>", "baking.not-a-picture", id="XHTML"),
        pytest.param(b"<x:svg xmlns:x='urn:x'/>", "baking.not-a-picture", id="another svg"),
        pytest.param(b"<", "baking.not-a-picture", id="no XML"),
        pytest.param(ENTITIES.encode(), "baking.entities", id="entities"),
        pytest.param(
            b'<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]><svg>&a;</svg>',
            "baking.entities",
            id="external entity",
        ),
        pytest.param(
            b'<!DOCTYPE svg [<!ENTITY % a SYSTEM "http://127.0.0.1/">%a;]><svg/>',
            "baking.entities",
            id="parameter entity",
        ),
        pytest.param(
            b'<!DOCTYPE svg SYSTEM "http://127.0.0.1/x.dtd"><svg>&x;</svg>',
            "baking.entities",
            id="entity of a DTD",
        ),
        pytest.param(b"<svg>" + b"<g>" * 300 + b"</g>" * 300 + b"</svg>", "baking.too-large", id="deep"),
        pytest.param(b"<svg>" + b"<g>" * 1_000_000, "baking.too-large", id="very deep"),
        pytest.param(b"<svg>" + b" " * svg.MAX_PICTURE + b"</svg>", "baking.too-large", id="too large"),
        pytest.param(baked('<ob:credential verify="a.b.c"/>' * 17), "baking.too-large", id="too many"),
        pytest.param(
            baked(f"<ob:credential>{'x' * (formats.MAX_CREDENTIAL + 1)}</ob:credential>"),
            "baking.too-large",
            id="long credential",
        ),
        pytest.param(
            b'<?xml version="1.0" encoding="utf-7"?><svg/>', "baking.malformed-svg", id="unusual encoding"
        ),
        pytest.param(
            b'<?xml version="1.0" encoding="iso-8859-12"?><svg/>',
            "baking.malformed-svg",
            id="no such encoding",
        ),
        pytest.param(
            b'<?xml version="1.0" encoding="windows-1252"?><svg>\x81</svg>',
            "baking.malformed-svg",
            id="no such byte",
        ),
        pytest.param(
            '<svg a="\ud800x"/>'.encode("utf-16", "surrogatepass"),
            "baking.malformed-svg",
            id="lone surrogate",
        ),
    ],
)
def test_hostile_pictures(data: bytes, code: str) -> None:
    started = time.perf_counter()
    assert code_of(data) == code
    assert time.perf_counter() - started < 10


@given(st.data())
def test_any_bytes_give_a_credential_or_a_baking_error(data: st.DataObject) -> None:
    whole = bytearray(baked('<ob:credential verify="a.b.c"/><g a="x"><old:assertion>{}</old:assertion></g>'))
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    candidates = (bytes(whole), bytes(whole[: data.draw(st.integers(0, 200))]), b"<" + data.draw(st.binary()))
    for candidate in candidates:
        for attempt in (baking.unbake, lambda c: baking.bake(c, JWS)):
            with contextlib.suppress(BakingError):
                attempt(candidate)


@pytest.mark.skipif(not VECTORS.exists(), reason="the shared vectors are not here")
def test_pictures_of_the_1edtech_inspector() -> None:
    requests = [json.loads(line)["request"] for line in VECTORS.read_text().splitlines()]
    pictures = [base64.b64decode(request["base64"]) for request in requests if "base64" in request]
    assert len(pictures) >= 6
    for picture in pictures:
        found = baking.unbake(picture)
        assert found.content.startswith((b"{", b"eyJ"))
        again = baking.bake(picture, found.content)
        assert baking.unbake(again).content == found.content
        assert found.container is baking.container_of(picture)
