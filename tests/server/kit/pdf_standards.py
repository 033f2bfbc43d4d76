"""What PDF/A-3b (ISO 19005-3) and PDF/UA-1 (ISO 14289-1) ask of a certificate, checked by another hand.

Not a validator for any PDF: it knows what such a file may hold, and anything else is a finding.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pikepdf
from lxml import etree
from pikepdf import Array, Dictionary, Name, Pdf, Stream

_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_PDFA = "{http://www.aiim.org/pdfa/ns/id/}"
_PDFUA = "{http://www.aiim.org/pdfua/ns/id/}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_ROLES = frozenset(
    {"Document", "Part", "Div", "Sect", "Span", "P", "H1", "H2", "Figure", "Link", "NonStruct"}
)
_HOLDING = frozenset({"P", "H1", "H2", "Link", "Span"})
_FILTERS = frozenset({"/FlateDecode", "/DCTDecode"})
_FORBIDDEN = frozenset(  # 6.6.1, 6.1.10, 6.2.9, 6.3.1
    {"/JavaScript", "/JS", "/Launch", "/Sound", "/Movie", "/ResetForm", "/ImportData", "/Hide", "/Rendition"}
    | {"/SetOCGState", "/Trans", "/GoTo3DView"}
)


def findings(pdf: Pdf, raw: bytes) -> list[str]:
    """Everything that a standard forbids or misses, each as one line; empty: nothing found."""
    return [
        *_file(pdf, raw),
        *_catalogue(pdf),
        *_metadata(pdf),
        *_objects(pdf),
        *_fonts(pdf),
        *_attachment(pdf),
        *_structure(pdf),
    ]


def _file(pdf: Pdf, raw: bytes) -> Iterator[str]:
    """ISO 19005-3, 6.1."""
    if not re.match(rb"%PDF-1\.[0-7]\r?\n%[\x80-\xff]{4}", raw):
        yield "6.1.2: the header is not '%PDF-1.n' and a comment of four bytes above 127"
    if not raw.rstrip(b"\r\n").endswith(b"%%EOF"):
        yield "6.1.3: something follows %%EOF"
    if "/ID" not in pdf.trailer or len(pdf.trailer.ID) != 2:
        yield "6.1.3: the trailer has no ID"
    if pdf.is_encrypted or "/Encrypt" in pdf.trailer:
        yield "6.1.3: it is encrypted"


def _catalogue(pdf: Pdf) -> Iterator[str]:
    root = pdf.Root
    if not root.get("/MarkInfo", Dictionary()).get("/Marked", False):
        yield "14289-1, 7.1: MarkInfo does not say Marked"
    if root.get("/MarkInfo", Dictionary()).get("/Suspects", False):
        yield "14289-1, 7.1: Suspects"
    if not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", str(root.get("/Lang", ""))):
        yield "14289-1, 7.2: no natural language"
    if not root.get("/ViewerPreferences", Dictionary()).get("/DisplayDocTitle", False):
        yield "14289-1, 7.1: DisplayDocTitle is not true"
    for key in (
        "/OpenAction",
        "/AA",
        "/OCProperties",
        "/AcroForm",
        "/Requirements",
        "/Perms",
        "/NeedsRendering",
    ):
        if key in root:
            yield f"6: the catalogue has {key}"
    intents = list(root.get("/OutputIntents", Array()))
    pdfa = [one for one in intents if one.get("/S") == Name.GTS_PDFA1]
    if len(pdfa) != 1:
        yield "6.2.3: not one PDF/A output intent"
    for one in pdfa:
        profile: Any = one.get("/DestOutputProfile")
        data = profile.read_bytes() if isinstance(profile, Stream) else b""
        if data[36:40] != b"acsp" or data[12:16] not in (b"mntr", b"prtr") or data[16:20] != b"RGB ":
            yield "6.2.3: the output profile is no RGB profile of a display or printer"
        elif int(profile.get("/N", 0)) != 3 or len(data) != int.from_bytes(data[:4], "big") or data[8] > 4:
            yield "6.2.3: the output profile does not have what it says"


def _metadata(pdf: Pdf) -> Iterator[str]:
    stream = pdf.Root.get("/Metadata")
    if not isinstance(stream, Stream) or "/Filter" in stream:
        yield "6.6.2.1: no plain metadata stream"
        return
    data = stream.read_raw_bytes()
    if re.search(rb"<\?xpacket[^>]*\b(bytes|encoding)=", data):
        yield "6.6.2.1: the packet's header has bytes or encoding"
    tree = etree.fromstring(data, etree.XMLParser(resolve_entities=False))
    said = {one.tag: (one.text or "").strip() for one in tree.iter() if isinstance(one.tag, str)}
    for one in tree.iter(f"{_RDF}Description"):
        said |= {str(name): str(value) for name, value in one.attrib.items()}
    for name, value in ((f"{_PDFA}part", "3"), (f"{_PDFA}conformance", "B"), (f"{_PDFUA}part", "1")):
        if said.get(name) != value:
            yield f"6.6.4: {name} is not {value}"
    titles = [one.text for one in tree.iterfind(f".//{_DC}title/{_RDF}Alt/{_RDF}li")]
    info = pdf.trailer.get("/Info", Dictionary())
    if not titles or not titles[0]:
        yield "14289-1, 7.1: no dc:title"
    elif "/Title" in info and str(info.Title) != titles[0]:
        yield "6.6.2: Title and dc:title differ"


def _objects(pdf: Pdf) -> Iterator[str]:
    for one in pdf.objects:
        if isinstance(one, Stream):
            named = one.get("/Filter", Array())
            for filter_ in [named] if isinstance(named, Name) else list(named):
                if str(filter_) not in _FILTERS:
                    yield f"6.1.7: filter {filter_}"
            for key in ("/F", "/FFilter", "/FDecodeParms"):
                if key in one:
                    yield f"6.1.7: an external stream has {key}"
            if one.get("/Subtype") == Name.Image:
                yield from _image(one)
            if one.get("/Subtype") == Name.Form:
                for key in ("/OPI", "/PS", "/Ref"):
                    if key in one:
                        yield f"6.2.9: a form has {key}"
        if isinstance(one, (Dictionary, Stream)):
            for key in ("/S", "/Type", "/Subtype"):
                if str(one.get(key, "")) in _FORBIDDEN:
                    yield f"6.6.1: {one.get(key)}"
            for key in ("/JS", "/TR", "/HTP", "/HTO"):
                if key in one and one.get(key) != Name.Default:
                    yield f"6.2.5: {key}"
            if str(one.get("/BM", "/Normal")) not in ("/Normal", "/Compatible"):
                yield f"6.2.10: blend mode {one.BM}"
            if str(one.get("/Type", "")) == "/Annot" or (
                "/Subtype" in one and one.get("/Subtype") == Name.Link
            ):
                yield from _annotation(one)
    for page in pdf.pages:
        if "/Annots" in page and page.get("/Tabs") != Name.S:
            yield "14289-1, 7.18.3: the tab order is not that of the structure"
        if "/AA" in page:
            yield "6.6.1: a page with actions"


def _image(image: Stream) -> Iterator[str]:
    if image.get("/Interpolate", False):
        yield "6.2.8: an interpolated image"
    if "/Alternates" in image or "/OPI" in image:
        yield "6.2.8: alternates of an image"
    space = image.get("/ColorSpace")
    if str(space) not in ("/DeviceRGB", "/DeviceGray") and str(
        space[0] if isinstance(space, Array) else ""
    ) not in (
        "/ICCBased",
        "/Indexed",
    ):
        yield f"6.2.4: colour space {space!r}"
    if int(image.get("/BitsPerComponent", 8)) not in (1, 2, 4, 8):
        yield "6.2.8: bits of an image"


def _annotation(one: Any) -> Iterator[str]:
    if not int(one.get("/F", 0)) & 4 or int(one.get("/F", 0)) & 35:
        yield "6.3.2: an annotation that is not printed, or hidden"
    if not str(one.get("/Contents", "")):
        yield "14289-1, 7.18.5: a link without an alternative description"
    if "/StructParent" not in one:
        yield "14289-1, 7.18.1: an annotation outside of the structure"
    if "/AA" in one:
        yield "6.6.1: an annotation with actions"
    if "/A" in one and one.A.get("/S") not in (Name.URI, Name.GoTo):
        yield f"6.6.1: action {one.A.get('/S')}"


def _fonts(pdf: Pdf) -> Iterator[str]:
    """ISO 19005-3, 6.2.11; ISO 14289-1, 7.21."""
    for font in pdf.objects:
        if not isinstance(font, Dictionary) or font.get("/Type") != Name.Font or "/FontDescriptor" in font:
            continue
        name = str(font.get("/BaseFont"))
        if font.get("/Subtype") != Name.Type0:
            yield f"6.2.11: {name} is {font.get('/Subtype')}"
            continue
        (inner,) = font.DescendantFonts
        if font.get("/Encoding") != Name("/Identity-H"):
            yield f"6.2.11.3.3: the encoding of {name}"
        if inner.get("/Subtype") == Name.CIDFontType2 and "/CIDToGIDMap" not in inner:
            yield f"6.2.11.3.2: no CIDToGIDMap in {name}"
        files = [key for key in ("/FontFile", "/FontFile2", "/FontFile3") if key in inner.FontDescriptor]
        if len(files) != 1:
            yield f"6.2.11.4.1: {name} is not embedded"
        if not re.match(r"/[A-Z]{6}\+", name):
            yield f"6.2.11.4.2: {name} is not named as a subset"
        if "/ToUnicode" not in font:
            yield f"7.21.7: {name} has no ToUnicode"


def mapped(font: Any) -> dict[int, str]:
    """What the codes of a font mean."""
    found: dict[int, str] = {}
    for code, text in re.findall(rb"<([0-9A-Fa-f]{4})>\s*<([0-9A-Fa-f]+)>", font.ToUnicode.read_bytes()):
        found[int(code, 16)] = bytes.fromhex(text.decode()).decode("utf-16-be")
    return found


def _attachment(pdf: Pdf) -> Iterator[str]:
    """ISO 19005-3, 6.8: 'the AFRelationship key', MIME type, and that the document refers to it."""
    names = pdf.Root.get("/Names", Dictionary()).get("/EmbeddedFiles", Dictionary())
    listed = list(names.get("/Names", Array()))
    if len(listed) != 2:
        yield "6.8: not one attached file"
        return
    spec = listed[1]
    associated = list(pdf.Root.get("/AF", Array()))
    if spec.objgen not in [one.objgen for one in associated]:
        yield "6.8: the file is not associated with the document"
    for key in ("/F", "/UF", "/EF", "/AFRelationship", "/Desc"):
        if key not in spec:
            yield f"6.8: the file has no {key}"
    if str(spec.get("/AFRelationship")) not in (
        "/Source",
        "/Data",
        "/Alternative",
        "/Supplement",
        "/Unspecified",
    ):
        yield "6.8: AFRelationship"
    file: Any = spec.EF.F
    if not re.fullmatch(r"/[\w.+-]+/[\w.+-]+", str(file.get("/Subtype", ""))):
        yield "6.8: no MIME type"
    if "/ModDate" not in file.get("/Params", Dictionary()):
        yield "6.8: no ModDate"
    if "/Size" in file.Params and int(file.Params.Size) != len(file.read_bytes()):
        yield "6.8: Size"


def _structure(pdf: Pdf) -> Iterator[str]:
    """ISO 14289-1, 7.1 to 7.5, and ISO 32000-1, 14.7."""
    root = pdf.Root.get("/StructTreeRoot")
    if root is None:
        yield "7.1: no structure"
        return
    elements: list[Any] = []
    marked: list[tuple[Any, int, int]] = []  # element, page, number
    annotations: list[tuple[Any, Any]] = []
    pages = {page.objgen: number for number, page in enumerate(pdf.pages)}
    _walk(root.K, root, pages, elements, marked, annotations)
    roles = {str(key): str(value) for key, value in root.get("/RoleMap", Dictionary()).items()}
    for one in elements:
        kind = str(one.S)
        if roles.get(kind, kind).lstrip("/") not in _ROLES:
            yield f"7.1: {kind} is no standard type"
        if kind == "/Figure" and not str(one.get("/Alt", "")).strip():
            yield "7.3: a figure without words"
        if kind == "/Figure" and "/BBox" not in _attributes(one):
            yield "7.3: a figure without a box"
        if kind == "/Span" and str(one.P.get("/S", "")).lstrip("/") not in _HOLDING:
            yield f"7.1: words below {one.P.get('/S')}, in no paragraph or heading"
        if "/P" not in one:
            yield "14.7.2: an element without a parent"
    levels = [int(str(one.S)[2:]) for one in elements if re.fullmatch(r"/H\d", str(one.S))]
    if not levels or levels[0] != 1 or any(b > a + 1 for a, b in pairwise(levels)):
        yield f"7.4.2: headings {levels}"
    yield from _parents(pdf, root, marked, annotations)
    for number, page in enumerate(pdf.pages):
        numbers, loose = _content(pdf, page)
        yield from loose
        here = [mcid for _one, at, mcid in marked if at == number]
        if Counter(numbers) != Counter(here):
            yield f"7.1: marked on the page and in the structure: {Counter(numbers) - Counter(here)}"
        if here != sorted(here):
            yield "7.2: the structure is not in the order of the content"


def _attributes(one: Any) -> set[str]:
    found = one.get("/A", Array())
    return {key for part in (found if isinstance(found, Array) else [found]) for key in part.keys()}  # noqa: SIM118


def _walk(
    kids: Any,
    parent: Any,
    pages: dict[Any, int],
    elements: list[Any],
    marked: list[tuple[Any, int, int]],
    annotations: list[tuple[Any, Any]],
) -> None:
    for kid in kids if isinstance(kids, Array) else [kids]:
        if isinstance(kid, int):
            marked.append((parent, pages[parent.Pg.objgen], kid))
        elif kid.get("/Type") == Name.MCR:
            page = kid.get("/Pg", parent.get("/Pg"))
            marked.append((parent, pages[page.objgen], int(kid.MCID)))
        elif kid.get("/Type") == Name.OBJR:
            annotations.append((parent, kid.Obj))
        else:
            elements.append(kid)
            if "/K" in kid:
                _walk(kid.K, kid, pages, elements, marked, annotations)


def _parents(pdf: Pdf, root: Any, marked: list[Any], annotations: list[Any]) -> Iterator[str]:
    tree: dict[int, Any] = {}

    def collect(node: Any) -> None:
        numbers = list(node.get("/Nums", Array()))
        tree.update(zip(map(int, numbers[::2]), numbers[1::2], strict=True))
        for kid in node.get("/Kids", Array()):
            collect(kid)

    collect(root.ParentTree)
    for number, page in enumerate(pdf.pages):
        known = list(tree.get(int(page.get("/StructParents", -1)), Array()))
        for element, at, mcid in marked:
            if at == number and (mcid >= len(known) or known[mcid].objgen != element.objgen):
                yield f"14.7.4.4: the parent tree does not know {mcid}"
    for element, annotation in annotations:
        found = tree.get(int(annotation.get("/StructParent", -1)))
        if found is None or found.objgen != element.objgen:
            yield "14.7.4.4: the parent tree does not know an annotation"
        if str(element.S) != "/Link":
            yield "7.18.5: a link that is no Link"
    if "/ParentTreeNextKey" in root and tree and int(root.ParentTreeNextKey) <= max(tree):
        yield "14.7.2: ParentTreeNextKey"


_PAINTS = frozenset("S s f F f* B B* b b* sh Do Tj TJ ' \" EI INLINE IMAGE".split())  # noqa: SIM905


def _content(pdf: Pdf, page: Any) -> tuple[list[int], list[str]]:
    """The numbers of marked content in the order of the page, and what is painted outside of any mark."""
    numbers: list[int] = []
    loose: list[str] = []
    stack: list[bool] = []
    fonts = {str(name): font for name, font in page.Resources.get("/Font", Dictionary()).items()}
    maps = {name: mapped(font) for name, font in fonts.items() if "/ToUnicode" in font}
    font = ""
    instructions: Any = pikepdf.parse_content_stream(page)
    for operands, operator in instructions:
        what = str(operator)
        if what in ("BDC", "BMC"):
            tag = str(operands[0])
            properties = operands[1] if len(operands) > 1 else Dictionary()
            if isinstance(properties, Name):
                properties = page.Resources.Properties[properties]
            if "/MCID" in properties:
                numbers.append(int(properties.MCID))
                if any(stack):
                    loose.append("7.1: marked content inside of other marked content")
            stack.append("/MCID" in properties or tag == "/Artifact")
        elif what == "EMC":
            stack.pop()
        elif what == "Tf":
            font = str(operands[0])
        elif what == "Tr" and int(operands[0]) == 3:
            loose.append("7.21: invisible rendering mode")
        elif what in ("d0", "d1", "BX", "EX", "MP", "DP"):
            loose.append(f"6.2.2: operator {what}")
        if what in _PAINTS and not any(stack):
            loose.append(f"7.1: {what} is neither in the structure nor an artifact")
        if what in ("Tj", "TJ"):
            strings = operands[0] if what == "TJ" else [operands[0]]
            data = b"".join(bytes(one) for one in strings if isinstance(one, pikepdf.String))
            for at in range(0, len(data), 2):
                text = maps.get(font, {}).get(int.from_bytes(data[at : at + 2], "big"), "")
                if not text or set(text) & {"\0", "\ufeff", "\ufffe"}:
                    loose.append(f"7.21.7: a glyph of {font} without a meaning")
    return numbers, loose
