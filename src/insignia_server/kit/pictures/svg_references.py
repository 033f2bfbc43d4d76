"""How much a drawing grows when its references are followed: the SVG form of 'billion laughs'."""

from __future__ import annotations

from lxml import etree

from insignia_server.kit.pictures.errors import PictureError
from insignia_server.kit.pictures.svg_rules import references


def check_references(root: etree._Element, most: int) -> None:
    """Refuses circles of references, and drawings of more than `most` elements after every reference is
    followed. A reference to nothing is taken out. Raises PictureError svg-references."""
    by_id = {identifier: element for element in root.iter() if (identifier := element.get("id"))}
    _drop_dangling(root, by_id)
    sizes: dict[etree._Element, int] = {}
    open_elements: set[etree._Element] = set()
    stack: list[tuple[etree._Element, bool]] = [(root, False)]
    while stack:
        element, seen = stack.pop()
        needed = [*element, *(by_id[name] for name in _named(element))]
        if seen:
            open_elements.discard(element)
            sizes[element] = min(most + 1, 1 + sum(sizes[part] for part in needed))
            continue
        if element in sizes:
            continue
        open_elements.add(element)
        stack.append((element, True))
        for part in needed:
            if part in open_elements:
                raise _refused("a circle")
            if part not in sizes:
                stack.append((part, False))
    if sizes[root] > most:
        raise _refused(f"more than {most} elements when all are followed")


def _named(element: etree._Element) -> list[str]:
    names = [
        name
        for attribute, value in element.attrib.items()
        if attribute != "href"
        for name in references(str(value))
    ]
    href = element.get("href") or ""
    return [*names, href[1:]] if href.startswith("#") else names


def _drop_dangling(root: etree._Element, by_id: dict[str, etree._Element]) -> None:
    for element in root.iter():
        for attribute, value in list(element.attrib.items()):
            text = str(value)
            named = [text[1:]] if attribute == "href" and text.startswith("#") else references(text)
            if any(name not in by_id for name in named):
                del element.attrib[attribute]


def _refused(got: str) -> PictureError:
    return PictureError.at(
        "references", expected="references that end and stay small", got=got, code=PictureError.REFERENCES
    )
