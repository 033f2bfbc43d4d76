"""What a clean SVG may hold. What is not named here is taken out."""

from __future__ import annotations

import re
from typing import Final

SVG_NAMESPACE: Final = "http://www.w3.org/2000/svg"
XLINK_NAMESPACE: Final = "http://www.w3.org/1999/xlink"
XML_NAMESPACE: Final = "http://www.w3.org/XML/1998/namespace"

# lxml takes None as the key of the default namespace; its stubs say str.
DEFAULT_NAMESPACE: Final[dict[str, str]] = {None: SVG_NAMESPACE}  # type: ignore[dict-item]


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


ELEMENTS: Final = _names(
    """svg g defs symbol use switch title desc path rect circle ellipse line polyline polygon text tspan
    textPath image marker linearGradient radialGradient stop pattern clipPath mask filter feBlend
    feColorMatrix feComponentTransfer feComposite feConvolveMatrix feDiffuseLighting feDisplacementMap
    feDistantLight feDropShadow feFlood feFuncA feFuncB feFuncG feFuncR feGaussianBlur feMerge
    feMergeNode feMorphology feOffset fePointLight feSpecularLighting feSpotLight feTile feTurbulence"""
)
"""No script, foreignObject, style (its rules become attributes), a (becomes g), animation, feImage."""

SHAPES: Final = _names("path rect circle ellipse line polyline polygon text image use")

PROPERTIES: Final = _names(
    """alignment-baseline baseline-shift clip-path clip-rule color color-interpolation
    color-interpolation-filters direction display dominant-baseline fill fill-opacity fill-rule filter
    flood-color flood-opacity font font-family font-size font-size-adjust font-stretch font-style
    font-variant font-weight image-rendering letter-spacing lighting-color marker-end marker-mid
    marker-start mask opacity overflow paint-order shape-rendering stop-color stop-opacity stroke
    stroke-dasharray stroke-dashoffset stroke-linecap stroke-linejoin stroke-miterlimit stroke-opacity
    stroke-width text-anchor text-decoration text-rendering unicode-bidi vector-effect visibility
    word-spacing writing-mode"""
)
"""Properties that are attributes too (SVG 2, section 6.6)."""

ATTRIBUTES: Final = PROPERTIES | _names(
    """id x y x1 y1 x2 y2 cx cy r rx ry fx fy fr width height d points pathLength transform viewBox
    preserveAspectRatio version offset gradientUnits gradientTransform spreadMethod patternUnits
    patternContentUnits patternTransform clipPathUnits maskUnits maskContentUnits mask-type markerWidth
    markerHeight markerUnits refX refY orient dx dy rotate textLength lengthAdjust startOffset method
    spacing side filterUnits primitiveUnits in in2 result stdDeviation edgeMode mode type values
    tableValues slope intercept amplitude exponent operator k1 k2 k3 k4 order kernelMatrix divisor bias
    targetX targetY preserveAlpha surfaceScale diffuseConstant specularConstant specularExponent
    kernelUnitLength azimuth elevation pointsAtX pointsAtY pointsAtZ limitingConeAngle scale
    xChannelSelector yChannelSelector radius baseFrequency numOctaves seed stitchTiles z lang role
    aria-label aria-labelledby aria-hidden systemLanguage"""
)

LONG: Final = frozenset({"d", "points"})
MAX_VALUE: Final = 4096  # characters of any other attribute

IDENTIFIER: Final = re.compile(r"[A-Za-z_][\w.:-]{0,200}", re.ASCII)
_REFERENCE: Final = re.compile(r"""url\(\s*(["']?)#([A-Za-z_][\w.:-]{0,200})\1\s*\)""", re.ASCII)
_LOADS: Final = re.compile(
    r"url|image|src|expression|import|script|attr\(|var\(|env\(|element\(|paint\(|@|\\|<|&|/\*", re.IGNORECASE
)
_FUNCTION: Final = re.compile(r"([a-z-]+)\(", re.IGNORECASE)
_FUNCTIONS: Final = _names(
    """matrix translate translatex translatey scale scalex scaley rotate skewx skewy rgb rgba hsl hsla
    drop-shadow blur brightness contrast grayscale hue-rotate invert opacity saturate sepia calc"""
)
_GENERIC: Final = _names("serif sans-serif monospace cursive fantasy system-ui inherit")


def harmless(name: str, value: str) -> str | None:
    """The value of an attribute if it can load and run nothing, with its references in one spelling;
    otherwise None."""
    if name not in LONG and len(value) > MAX_VALUE:
        return None
    if name in LONG:
        return value if re.fullmatch(r"[0-9eE+\-.,\sMmZzLlHhVvCcSsQqTtAa]*", value) else None
    if name in ("aria-label", "id", "aria-labelledby", "role", "lang", "result", "in", "in2"):
        return value
    rest = _REFERENCE.sub(" ", value)
    if _LOADS.search(rest) and name != "font-family":
        return None
    if any(function.lower() not in _FUNCTIONS for function in _FUNCTION.findall(rest)):
        return None
    if name in ("font-family", "font") and re.search(r"[\\<>&@;{}()]", rest):
        return None
    if name == "font-family" and value.rpartition(",")[2].strip() not in _GENERIC:
        return f"{value}, sans-serif"
    return _REFERENCE.sub(lambda match: f"url(#{match[2]})", value)


def references(value: str) -> list[str]:
    """The ids that a value such as `url(#paint)` names."""
    return [match[2] for match in _REFERENCE.finditer(value)]
