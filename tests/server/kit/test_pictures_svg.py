"""kit.pictures: SVG from strangers. The clean drawing cannot run and loads nothing."""

from __future__ import annotations

import base64
import io
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from PIL import Image

from insignia_server.kit.pictures import (
    SVG,
    Picture,
    PictureError,
    PictureLimits,
    read_picture,
    render_png,
    svg,
)
from insignia_server.kit.pictures.svg_rules import ATTRIBUTES, ELEMENTS

NAMESPACES = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
HEAD = f'<svg {NAMESPACES} viewBox="0 0 100 100">'
SHAPE = '<rect width="100" height="100" fill="#123456"/>'


def drawing(inner: str, head: str = HEAD) -> bytes:
    return f"{head}{inner}{SHAPE}</svg>".encode()


def read(inner: str, head: str = HEAD) -> Picture:
    return read_picture(drawing(inner, head))


def code(content: bytes, limits: PictureLimits | None = None) -> str:
    with pytest.raises(PictureError) as caught:
        read_picture(content, limits=limits)
    assert caught.value.advice
    return caught.value.code


def png_url(width: int = 3, height: int = 2) -> str:
    out = io.BytesIO()
    Image.new("RGB", (width, height), "red").save(out, "PNG")
    return "data:image/png;base64," + base64.b64encode(out.getvalue()).decode()


def assert_harmless(picture: Picture) -> None:
    """What no clean drawing may hold, checked on the bytes and on the tree."""
    root = etree.fromstring(picture.content, etree.XMLParser(resolve_entities=False))
    assert b"<!" not in picture.content
    assert b"<?" not in picture.content
    for element in root.iter():
        assert etree.QName(element).namespace == "http://www.w3.org/2000/svg"
        assert etree.QName(element).localname in ELEMENTS
        for name, value in element.attrib.items():
            if name == "href":
                assert str(value).startswith(("#", "data:image/png;base64,", "data:image/jpeg;base64,"))
                continue
            assert name in ATTRIBUTES or name == "{http://www.w3.org/XML/1998/namespace}space"
            if name not in ("aria-label", "aria-labelledby"):
                assert "://" not in str(value)
                assert "url(" not in str(value).replace("url(#", "")


HOSTILE = {
    "script": "<script>alert(1)</script>",
    "script href": '<script href="https://evil.example/x.js"/>',
    "handler": '<circle r="5" onload="alert(1)" onclick="alert(2)"/>',
    "handler in capitals": '<circle r="5" ONLOAD="alert(1)"/>',
    "foreign object": '<foreignObject><p xmlns="http://www.w3.org/1999/xhtml"><script>1</script></p></foreignObject>',
    "html": '<iframe xmlns="http://www.w3.org/1999/xhtml" src="https://evil.example"/>',
    "link": '<a href="javascript:alert(1)"><circle r="5"/></a>',
    "xlink": '<a xlink:href="javascript:alert(1)"><circle r="5"/></a>',
    "image": '<image href="https://evil.example/x.png" width="5" height="5"/>',
    "image of a file": '<image href="file:///etc/passwd" width="5" height="5"/>',
    "image by path": '<image xlink:href="/etc/passwd" width="5" height="5"/>',
    "image as html": '<image href="data:text/html,&lt;script&gt;alert(1)&lt;/script&gt;" width="5"/>',
    "image as svg": '<image href="data:image/svg+xml;base64,PHN2Zy8+" width="5" height="5"/>',
    "image that lies": '<image href="data:image/png;base64,PHN2Zy8+" width="5" height="5"/>',
    "image of no base64": '<image href="data:image/png;base64,====" width="5" height="5"/>',
    "use elsewhere": '<use href="https://evil.example/x.svg#a"/>',
    "use as data": '<use href="data:image/svg+xml,&lt;svg id=&quot;x&quot;/&gt;#x"/>',
    "filter image": '<filter id="f"><feImage href="https://evil.example/x.png"/></filter>',
    "fill": '<circle r="5" fill="url(https://evil.example/x.svg#p)"/>',
    "fill escaped": '<circle r="5" fill="\\75 rl(https://evil.example/x)"/>',
    "style attribute": '<circle r="5" style="fill:url(https://evil.example/x);background:url(//evil.example)"/>',
    "import": "<style>@import 'https://evil.example/x.css'; .a{fill:red}</style>",
    "import in cdata": "<style><![CDATA[@import url(https://evil.example/x.css);]]></style>",
    "font face": "<style>@font-face{font-family:x;src:url(https://evil.example/x.woff)}</style>",
    "image set": '<circle r="5" style="mask:image-set(&quot;https://evil.example/x&quot; 1x)"/>',
    "css escape": "<style>rect{fill:u\\72 l(https://evil.example/x)}</style>",
    "css comment": "<style>rect{fill:u/**/rl(https://evil.example/x)}</style>",
    "animated href": '<use href="#x"><animate attributeName="href" to="javascript:alert(1)"/></use>',
    "set": '<a><set attributeName="href" to="javascript:alert(1)"/><circle r="5"/></a>',
    "handler element": '<handler xmlns:ev="http://www.w3.org/2001/xml-events" ev:event="load">1</handler>',
    "xml base": '<g xml:base="https://evil.example/"><use href="#x"/></g>',
    "processing instruction": '<?xml-stylesheet href="https://evil.example/x.css"?>',
    "comment": "<!-- <script>alert(1)</script> -->",
    "cursor": '<circle r="5" cursor="url(https://evil.example/x.cur)" style="cursor:url(//evil.example)"/>',
    "text that looks like markup": "<text>&lt;script&gt;alert(1)&lt;/script&gt;</text>",
    "audio": '<audio src="https://evil.example/x.mp3" autoplay="autoplay"/>',
    "other namespace": '<x:script xmlns:x="http://www.w3.org/2000/svg">alert(1)</x:script>',
}


@pytest.mark.parametrize("inner", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_drawing_is_harmless_when_read(inner: str) -> None:
    picture = read(inner)
    assert_harmless(picture)
    for word in (b"evil.example", b"javascript", b"alert(1)</script", b"/etc/passwd", b"onload", b"ONLOAD"):
        assert word not in picture.content
    assert render_png(picture, 32).startswith(b"\x89PNG")


def test_what_was_taken_out_is_named() -> None:
    picture = read('<script>1</script><circle r="5" onload="x()"/><image href="https://evil.example/a.png"/>')
    assert [(note.where, note.code) for note in picture.notes] == [
        ("script", "picture.svg-removed"),
        ("circle/@onload", "picture.svg-removed"),
        ("image/@href", "picture.svg-removed"),
    ]


def test_what_drawing_programs_write_stays() -> None:
    picture = read(
        """<title>A badge</title><metadata><x xmlns="urn:x"/></metadata><defs><style>
        .a, path.b { fill: url(#paint); stroke: #fff !important } #top { opacity: .5; }
        </style><linearGradient id="paint"><stop offset="0" style="stop-color:#f00"/></linearGradient></defs>
        <path class="b" id="top" d="M0 0L10 10Z" style="fill-rule:evenodd" transform="rotate(45) scale(2)"/>
        <text x="1" y="9" font-family="'Source Sans 3', sans-serif">Hi <tspan>there</tspan> you</text>
        <use xlink:href="#top"/><a href="https://example.org"><circle class="a" r="4"/></a>"""
    )
    assert_harmless(picture)
    root = etree.fromstring(picture.content)
    space = {"s": "http://www.w3.org/2000/svg"}
    path = root.find(".//s:path", space)
    assert path is not None
    assert {str(name): str(value) for name, value in path.attrib.items()} == {
        "id": "top",
        "d": "M0 0L10 10Z",
        "transform": "rotate(45) scale(2)",
        "fill": "url(#paint)",
        "stroke": "#fff",
        "opacity": ".5",
        "fill-rule": "evenodd",
    }
    circle = root.find(".//s:circle", space)
    assert circle is not None
    assert circle.get("fill") == "url(#paint)"
    use = root.find(".//s:use", space)
    assert use is not None
    assert use.get("href") == "#top"
    text = root.find(".//s:text", space)
    assert text is not None
    assert "".join(map(str, text.itertext())) == "Hi there you"
    assert root.findtext("s:title", None, space) == "A badge"
    assert picture.notes == ()


def test_the_more_specific_rule_wins_and_the_style_attribute_over_all() -> None:
    picture = read(
        "<style>#x{fill:#111}.a{fill:#222}circle{fill:#333}*{fill:#444;stroke:#555}</style>"
        '<circle id="x" class="a" r="1"/><circle class="a" r="2"/><circle r="3"/><ellipse rx="1" ry="1"/>'
        '<circle id="y" class="a" r="4" style="fill:#666"/>'
    )
    root = etree.fromstring(picture.content)
    assert [element.get("fill") for element in root][:5] == ["#111", "#222", "#333", "#444", "#666"]
    assert root[0].get("stroke") == "#555"


@pytest.mark.parametrize(
    "sheet",
    [
        "g > path{fill:red}",
        "@media print{path{fill:red}}",
        "#a#b{fill:red}",
        "{fill:red}",
        "path{",
        "nonsense",
    ],
)
def test_rules_that_are_not_understood_are_dropped(sheet: str) -> None:
    picture = read(f"<style>{sheet.replace('>', '&gt;')}</style>")
    assert b"red" not in picture.content
    assert b"style" not in picture.content


def test_embedded_pictures_are_encoded_again() -> None:
    picture = read(f'<image href="{png_url()}" width="10" height="10"/>')
    assert_harmless(picture)
    assert picture.notes == ()
    assert b"data:image/png;base64," in picture.content


@pytest.mark.parametrize(
    "attribute",
    [
        f'class="{"x" * 5000}" stroke-dasharray="{"1 " * 3000}"',
        'font-family="x; @import y"',
        'd="M0 0L1 1 url(x)"',
        'transform="attr(href)"',
        'fill="image(x)"',
        'fill="unknown(1)"',
    ],
)
def test_values_that_are_dropped(attribute: str) -> None:
    picture = read(f"<path {attribute}/>")
    assert b"<path/>" in picture.content
    assert len(picture.notes) == 1


def test_a_typeface_gets_a_generic_one_behind_it() -> None:
    picture = read('<text font-family="Foo, \'Bar Baz\'">x</text><text font-family="Foo, serif">y</text>')
    assert b"font-family=\"Foo, 'Bar Baz', sans-serif\"" in picture.content
    assert b'font-family="Foo, serif"' in picture.content


def test_notes_are_limited() -> None:
    assert len(read("<script/>" * 300).notes) == 50


def test_white_space_of_text_may_be_kept() -> None:
    assert b'xml:space="preserve"' in read('<text xml:space="preserve">a  b</text>').content
    assert b"xml:space" not in read('<text xml:space="evil">a</text>').content


def test_what_is_no_element_has_no_name() -> None:
    assert svg._name(etree.Comment("x")) is None


def test_a_picture_in_a_picture_that_is_too_large_is_dropped() -> None:
    picture = read_picture(
        drawing(f'<image href="{png_url(60, 60)}" width="10" height="10"/>'), limits=PictureLimits(side=50)
    )
    assert b"data:" not in picture.content


BILLION = "".join(
    f'<g id="l{i}">' + f'<use href="#l{i - 1}"/>' * 10 + "</g>" if i else '<circle id="l0" r="1"/>'
    for i in range(9)
)
PATTERNS = '<pattern id="p0"><rect/></pattern>' + "".join(
    f'<pattern id="p{i}">' + f'<rect fill="url(#p{i - 1})" width="1" height="1"/>' * 12 + "</pattern>"
    for i in range(1, 9)
)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (
            b'<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + drawing("<text>&x;</text>"),
            "svg-entities",
        ),
        (
            b'<!DOCTYPE svg [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>' + drawing("<text>&b;</text>"),
            "svg-entities",
        ),
        (b"<!doctype svg [<!ELEMENT svg ANY>]>" + drawing(""), "svg-entities"),
        (
            b'<!DOCTYPE svg SYSTEM "http://127.0.0.1/x.dtd" [<!ENTITY % p SYSTEM "x"> %p;]>' + drawing(""),
            "svg-entities",
        ),
        (drawing("<text>&undefined;</text>"), "broken"),
        (drawing("<g>"), "broken"),
        (b"<svg", "broken"),
        (b'<html xmlns="http://www.w3.org/1999/xhtml"><svg/></html>', "unknown-format"),
        (b"<svg xmlns='urn:other' viewBox='0 0 1 1'><rect/></svg>", "unknown-format"),
        (b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><script/></svg>', "empty"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><rect/></svg>', "broken"),
        (b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 900"><rect/></svg>', "too-large"),
        (drawing("<g>" * 100 + "</g>" * 100), "too-large"),
        (drawing("<g/>" * 20_001), "too-large"),
        (drawing(BILLION), "svg-references"),
        (drawing(PATTERNS + '<rect fill="url(#p8)" width="1" height="1"/>'), "svg-references"),
        (drawing('<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g>'), "svg-references"),
        (drawing('<g id="a"><use href="#a"/></g>'), "svg-references"),
        (drawing('<pattern id="p"><rect fill="url(#p)"/></pattern><rect fill="url(#p)"/>'), "svg-references"),
        (b'<?xml version="1.0" encoding="utf-16"?>' + drawing(""), "svg-encoding"),
        (b'<?xml version="1.0" encoding="iso-8859-1"?>' + drawing("<title>\xe9</title>"), "svg-encoding"),
        (drawing("<title>x</title>").replace(b"x<", b"\xff\xfe<"), "svg-encoding"),
        (b"<svg>" + b" " * 3_000_000 + b"</svg>", "too-large"),
        (b"", "empty"),
        (b"GIF89a...", "unknown-format"),
        (b"%PDF-1.7", "unknown-format"),
        (b"\x1f\x8b\x08", "unknown-format"),
        (b"MZ\x90\x00", "unknown-format"),
    ],
)
def test_what_is_refused(content: bytes, expected: str) -> None:
    assert code(content) == f"picture.{expected}"


def test_utf_16_cannot_hide_a_declaration() -> None:
    hidden = '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + drawing("<text>&x;</text>").decode()
    assert code(hidden.encode("utf-16")) == PictureError.UNKNOWN


def test_a_plain_document_type_and_a_declaration_are_accepted() -> None:
    content = (
        b'\xef\xbb\xbf<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n'
        b'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">'
        + drawing("")
    )
    assert_harmless(read_picture(content))


@pytest.mark.parametrize(
    ("attributes", "size"),
    [
        ('viewBox="0 0 200 100"', (512, 256)),
        ('width="64" height="32"', (64, 32)),
        ('viewBox="0 0 10 10" width="100%" height="100%"', (512, 512)),
        ('viewBox="0 0 10 10" width="1e9" height="1e9"', (512, 512)),
        ('viewBox="0 0 10 10" width="999999" height="999999"', (512, 512)),
        ('viewBox="0 0 10 10" width="1in" height="96px"', (96, 96)),
        ('viewBox="0 0 10 10" width="0" height="-5"', (512, 512)),
        ('viewBox="nonsense" width="20mm" height="20mm"', (76, 76)),
        ('viewBox="0 0 1e300 1e300" width="50" height="50"', (50, 50)),
        ('viewBox="0 0 nan 5" width="50" height="50"', (50, 50)),
    ],
)
def test_a_huge_canvas_gets_a_sane_size(attributes: str, size: tuple[int, int]) -> None:
    picture = read("", f'<svg xmlns="http://www.w3.org/2000/svg" {attributes}>')
    assert (picture.media_type, picture.width, picture.height) == (SVG, *size)
    assert picture.suffix == ".svg"
    root = etree.fromstring(picture.content)
    assert (root.get("width"), root.get("height")) == (str(size[0]), str(size[1]))
    assert root.get("viewBox")


def test_references_to_nothing_and_doubled_ids_go() -> None:
    picture = read('<circle id="a" r="1" fill="url(#none)"/><circle id="a" r="2"/><use href="#gone"/>')
    root = etree.fromstring(picture.content)
    assert [element.get("id") for element in root] == ["a", None, None, None]
    assert root[0].get("fill") is None
    assert root[2].get("href") is None


def test_reading_twice_changes_nothing_more() -> None:
    once = read('<style>.a{fill:red}</style><circle class="a" r="3"/><text>x &amp; y</text>')
    twice = read_picture(once.content)
    assert twice.content == once.content
    assert twice.notes == ()


@given(
    st.lists(
        st.sampled_from(
            [*HOSTILE.values(), "<g>", "</g>", '<path d="M0 0L9 9"/>', "&#0;", "]]>", "<!--", "\x00", "<svg>"]
        ),
        max_size=6,
    )
)
def test_any_mixture_is_refused_or_harmless(parts: list[str]) -> None:
    try:
        picture = read("".join(parts))
    except PictureError:
        return
    assert_harmless(picture)


@given(st.binary(max_size=300))
def test_any_bytes_are_refused_or_read(tail: bytes) -> None:
    for head in (b"", b"<svg ", HEAD.encode(), b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"):
        with suppress(PictureError):
            assert read_picture(head + tail).content
