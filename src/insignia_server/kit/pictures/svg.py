"""SVG from strangers, rebuilt from an allow-list: the result cannot run and loads nothing.

Only elements, attributes and references named in `svg_rules` are copied; style sheets become attributes.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from insignia.errors import Problem, show
from insignia_server.kit.pictures import css, raster, svg_rules
from insignia_server.kit.pictures.errors import PictureError
from insignia_server.kit.pictures.picture import PictureLimits, media_type_of
from insignia_server.kit.pictures.svg_references import check_references

_SVG: Final = svg_rules.SVG_NAMESPACE
_HREFS: Final = ("href", f"{{{svg_rules.XLINK_NAMESPACE}}}href")
_DECLARATION: Final = re.compile(r"\A\s*<\?xml\b[^>]*\?>")
_ENCODING: Final = re.compile(r"""encoding\s*=\s*["']([^"']*)["']""")
_DOCTYPE: Final = re.compile(r"<!DOCTYPE[^\[>]*(\[)?", re.IGNORECASE)
_DATA: Final = re.compile(r"data:image/(?:png|jpe?g);base64,([A-Za-z0-9+/=\s]+)", re.IGNORECASE)
_SILENT: Final = frozenset({"metadata", "style", "namedview"})  # no note: every drawing program writes them
_NATURAL: Final = 512  # pixels of the longer side where the drawing gives no usable size
_MAX_NOTES: Final = 50


@dataclass(frozen=True, slots=True)
class Drawing:
    """Clean bytes (UTF-8) and the natural size in pixels."""

    width: int
    height: int
    content: bytes = field(repr=False)
    notes: tuple[Problem, ...]


def clean(content: bytes, limits: PictureLimits) -> Drawing:
    """Rebuilds an SVG from what is allowed. Raises PictureError broken, too-large, empty, svg-entities,
    svg-encoding, svg-references."""
    root = _parse(content)
    _check_shape(root, limits)
    copy = _Copy(limits)
    copy.read_sheets(root)
    copied = copy.element(root)
    if copied is None or not any(_name(element) in svg_rules.SHAPES for element in copied.iter()):
        raise PictureError.at("svg", expected="shapes", got="none", code=PictureError.EMPTY)
    check_references(copied, limits.followed)
    width, height = _set_size(copied)
    etree.cleanup_namespaces(copied, top_nsmap=svg_rules.DEFAULT_NAMESPACE)
    return Drawing(width, height, etree.tostring(copied, encoding="utf-8"), tuple(copy.notes[:_MAX_NOTES]))


def _parse(content: bytes) -> etree._Element:
    """Decodes before it parses, so that no other encoding can hide a declaration from these checks."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise PictureError.at(
            f"byte {error.start}", expected="UTF-8", got="other bytes", code=PictureError.ENCODING
        ) from error
    declaration = _DECLARATION.match(text)
    named = _ENCODING.search(declaration[0]) if declaration else None
    if named is not None and named[1].lower() not in ("utf-8", "utf8", "us-ascii", "ascii"):
        raise PictureError.at(
            "XML declaration", expected="UTF-8", got=show(named[1]), code=PictureError.ENCODING
        )
    doctype = _DOCTYPE.search(text)
    if "<!ENTITY" in text or (doctype is not None and doctype[1]):
        raise PictureError.at(
            "document type",
            expected="no entities",
            got="a declaration of its own",
            code=PictureError.ENTITIES,
        )
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        strip_cdata=True,
    )
    try:
        root = etree.fromstring(text[declaration.end() if declaration else 0 :].encode(), parser)
    except etree.XMLSyntaxError as error:
        line, column = error.position
        raise PictureError.at(
            f"line {line}, column {column}",
            expected="well-formed XML",
            got=str(error.msg)[:100],
            code=PictureError.BROKEN,
        ) from error
    if _name(root) != "svg":
        raise PictureError.at(
            "root element",
            expected=f"svg in the namespace {_SVG}",
            got=show(str(root.tag)),
            code=PictureError.UNKNOWN,
        )
    return root


def _check_shape(root: etree._Element, limits: PictureLimits) -> None:
    """Counts elements and nesting without recursion."""
    count, depth = 0, 0
    for event, _element in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        count += event == "start"
        if depth > limits.depth or count > limits.elements:
            raise PictureError.at(
                "svg",
                expected=f"at most {limits.elements} elements, nested at most {limits.depth} deep",
                got="more",
                code=PictureError.TOO_LARGE,
            )


def _name(element: etree._Element) -> str | None:
    """The local name of an SVG element; None for elements of other namespaces."""
    tag: object = element.tag
    if not isinstance(tag, str):
        return None
    namespace, _, local = tag.removeprefix("{").rpartition("}")
    return local if namespace in (_SVG, "") else None


class _Copy:
    """One run: what it found on the way is in `notes`."""

    def __init__(self, limits: PictureLimits) -> None:
        self.notes: list[Problem] = []
        self._limits = limits
        self._rules: list[css.Rule] = []
        self._ids: set[str] = set()

    def read_sheets(self, root: etree._Element) -> None:
        """Collects the rules of all style elements."""
        sheets = (element for element in root.iter() if _name(element) == "style")
        self._rules, dropped = css.read_sheet(
            "\n".join("".join(map(str, sheet.itertext())) for sheet in sheets)
        )
        for part in dropped:
            self._note("style", "rules for a name, a class or an id", part)

    def element(self, source: etree._Element) -> etree._Element | None:
        """The clean copy of an element and what is in it; None where it may not stay."""
        name = _name(source)
        if name == "a":
            name = "g"
        if name not in svg_rules.ELEMENTS:
            if name is not None and name not in _SILENT:
                self._note(name, "elements that only draw", f"<{name[:40]}>")
            return None
        copied = etree.Element(f"{{{_SVG}}}{name}", nsmap=svg_rules.DEFAULT_NAMESPACE)
        self._copy_attributes(source, copied, name)
        if name == "image" and copied.get("href") is None:
            return None
        copied.text = source.text if name in ("text", "tspan", "textPath", "title", "desc") else None
        for child in source:
            inner = self.element(child)
            if inner is not None:
                copied.append(inner)
                inner.tail = child.tail if name in ("text", "tspan", "textPath") else None
        return copied

    def _copy_attributes(self, source: etree._Element, copied: etree._Element, name: str) -> None:
        for attribute, value in source.attrib.items():
            self._copy_attribute(copied, name, str(attribute), str(value))
        classes = frozenset((source.get("class") or "").split())
        for rule in self._rules:
            if rule.matches(name, source.get("id"), classes):
                _declare(copied, rule.declarations)
        _declare(copied, css.read_declarations(source.get("style") or ""))

    def _copy_attribute(self, copied: etree._Element, name: str, attribute: str, value: str) -> None:
        if attribute in _HREFS:
            self._copy_href(copied, name, value.strip())
        elif attribute == f"{{{svg_rules.XML_NAMESPACE}}}space" and value in ("preserve", "default"):
            copied.set(attribute, value)
        elif attribute == "id":
            if svg_rules.IDENTIFIER.fullmatch(value) and value not in self._ids:
                self._ids.add(value)
                copied.set("id", value)
        elif attribute in svg_rules.ATTRIBUTES:
            harmless = svg_rules.harmless(attribute, value)
            if harmless is None:
                self._note(f"{name}/@{attribute}", "a value that loads nothing", show(value))
            else:
                copied.set(attribute, harmless)
        elif attribute.lower().startswith("on"):
            self._note(f"{name}/@{attribute[:40]}", "no event handlers", show(value))

    def _copy_href(self, copied: etree._Element, name: str, value: str) -> None:
        if name == "g":
            return  # it was a link
        if value.startswith("#") and svg_rules.IDENTIFIER.fullmatch(value[1:]) and name != "image":
            copied.set("href", value)
            return
        picture = _embedded(value, self._limits) if name == "image" else None
        if picture is None:
            self._note(f"{name}/@href", "a place in this drawing, or a PNG or JPEG within it", show(value))
        else:
            copied.set("href", picture)

    def _note(self, where: str, expected: str, got: str) -> None:
        if len(self.notes) <= _MAX_NOTES:
            self.notes.append(Problem(where, expected, got, "picture.svg-removed"))


def _declare(copied: etree._Element, declarations: Iterable[tuple[str, str]]) -> None:
    for name, value in declarations:
        copied.set(name, value)


def _embedded(value: str, limits: PictureLimits) -> str | None:
    """A data URL of a PNG or JPEG, decoded and encoded again; None for anything else."""
    match = _DATA.fullmatch(value)
    if match is None:
        return None
    try:
        content = base64.b64decode(re.sub(r"\s", "", match[1]), validate=True)
        kind = media_type_of(content)
        if kind is None or kind == "image/svg+xml":
            return None
        pixels = raster.clean(content, kind, limits)
    except (binascii.Error, PictureError):
        return None
    return f"data:{pixels.media_type};base64,{base64.b64encode(pixels.content).decode()}"


def _set_size(root: etree._Element) -> tuple[int, int]:
    """Gives the root a viewBox and a size between 16 and 4096 pixels. Raises PictureError."""
    box = _view_box(root.get("viewBox"))
    width, height = _length(root.get("width")), _length(root.get("height"))
    if box is None:
        if width is None or height is None:
            raise PictureError.at(
                "svg", expected="a viewBox, or a width and a height", got="neither", code=PictureError.BROKEN
            )
        box = (0.0, 0.0, width, height)
    if not 1 / 64 <= box[2] / box[3] <= 64:
        raise PictureError.at(
            "svg/@viewBox",
            expected="sides that differ at most 64-fold",
            got=f"{box[2]:g} × {box[3]:g}",
            code=PictureError.TOO_LARGE,
        )
    longer = max(width or 0.0, height or 0.0) or float(_NATURAL)
    if not 16 <= longer <= 4096:
        longer = float(_NATURAL)
    scale = longer / max(box[2], box[3])
    size = max(1, round(box[2] * scale)), max(1, round(box[3] * scale))
    root.set("viewBox", " ".join(f"{number:.10g}" for number in box))
    root.set("width", str(size[0]))
    root.set("height", str(size[1]))
    for name in ("x", "y", "transform"):
        root.attrib.pop(name, "")
    return size


def _view_box(text: str | None) -> tuple[float, float, float, float] | None:
    try:
        numbers = [float(part) for part in re.split(r"[\s,]+", (text or "").strip())]
    except ValueError:
        return None
    if len(numbers) != 4 or not all(abs(number) < 1e6 for number in numbers) or min(numbers[2:]) < 1e-3:
        return None
    return numbers[0], numbers[1], numbers[2], numbers[3]


def _length(text: str | None) -> float | None:
    """A length in pixels (CSS: 96 to the inch); None for percentages and nonsense."""
    match = re.fullmatch(r"\s*(\d{0,7}(?:\.\d{1,9})?)\s*(px|pt|pc|mm|cm|in|)\s*", text or "")
    if match is None or not match[1]:
        return None
    unit = {"": 1, "px": 1, "pt": 4 / 3, "pc": 16, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96}[match[2]]
    value = float(match[1]) * unit
    return value if value > 0 else None
