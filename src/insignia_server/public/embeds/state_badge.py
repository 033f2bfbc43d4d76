"""A small picture in SVG: left the achievement, right what is true of the badge now. Our own drawing.

The words are outlines, so that they look alike everywhere and never run out of their field.
"""

from __future__ import annotations

from html import escape
from typing import Final

from insignia_server.kit.pictures.outlines import Line, outline
from insignia_server.kit.wording import labelled

_HEIGHT: Final = 24.0
_SIZE: Final = 13.0  # of the letters, in pixels
_PAD: Final = 9.0
_MARK: Final = 16.0
_LONGEST: Final = 260.0
_LEFT: Final = "#2b2723"
# White on each: at least 5 to 1 (WCAG 2.2, 1.4.3).
TONES: Final = {"good": "#0b6b4f", "warn": "#8a4b00", "bad": "#a3211b"}
_MARKS: Final = {
    "good": "M3.2 8.4l3.2 3.2 6.4-6.8",
    "warn": "M8 3v6M8 12.2v.6",
    "bad": "M4 4l8 8M12 4l-8 8",
}


def draw(name: str, state: str, tone: str) -> bytes:
    """The SVG; `tone` is good, warn or bad. A name that is too long ends in an ellipsis."""
    left, right = _fitting(name), outline(state, weight=600)
    scale = _SIZE / 100
    first = _PAD * 2 + left.width * scale
    second = _PAD * 2 + _MARK + right.width * scale
    whole, base = first + second, _HEIGHT / 2 + _SIZE * 0.345
    title = escape(labelled(name, state))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{whole:.0f}" height="{_HEIGHT:.0f}" '
        f'viewBox="0 0 {whole:.2f} {_HEIGHT:.0f}" role="img" aria-label="{title}"><title>{title}</title>'
        f'<clipPath id="c"><rect width="{whole:.2f}" height="{_HEIGHT:.0f}" rx="5"/></clipPath>'
        f'<g clip-path="url(#c)"><path fill="{_LEFT}" d="M0 0h{first:.2f}v{_HEIGHT:.0f}H0z"/>'
        f'<path fill="{TONES[tone]}" d="M{first:.2f} 0h{second:.2f}v{_HEIGHT:.0f}h-{second:.2f}z"/></g>'
        f'<path fill="#fff" d="{left.straight(_PAD, base, _SIZE, anchor="start")}"/>'
        f'<path fill="none" stroke="#fff" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" '
        f'transform="translate({first + _PAD - 2:.2f} {(_HEIGHT - 13) / 2:.2f}) scale(.8125)" '
        f'd="{_MARKS[tone]}"/>'
        f'<path fill="#fff" d="{right.straight(first + _PAD + _MARK, base, _SIZE, anchor="start")}"/></svg>\n'
    ).encode()


def _fitting(name: str) -> Line:
    """The name, shortened to what fits: by halves, since each attempt is set by typst."""
    text = " ".join(name.split())[:120]
    whole = outline(text, weight=500)
    if whole.width * _SIZE / 100 <= _LONGEST:
        return whole
    low, high = 1, len(text)
    while high - low > 1:
        middle = (low + high) // 2
        if outline(text[:middle].rstrip() + "…", weight=500).width * _SIZE / 100 <= _LONGEST:
            low = middle
        else:
            high = middle
    return outline(text[:low].rstrip() + "…", weight=500)
