"""The layouts of certificates: which there are, and how much room each gives to the name, the title and the
badge. What they look like stands in the template of the same name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Orientation = Literal["portrait", "landscape"]


@dataclass(frozen=True, slots=True)
class Slot:
    """Where a name or a title stands: sizes in points that are tried, and the height in millimetres that it
    may take."""

    sizes: tuple[int, ...]
    room: int
    serif: bool = True
    weight: int = 600


@dataclass(frozen=True, slots=True)
class Shape:
    """A layout in one orientation; `badge` in millimetres."""

    name: Slot
    title: Slot
    badge: int


@dataclass(frozen=True, slots=True)
class Layout:
    """A layout with its words for people; `kicker` is weight and serif of the word at the top."""

    label: _StrPromise
    hint: _StrPromise
    usual: Orientation
    portrait: Shape
    landscape: Shape
    kicker: tuple[int, bool] = (600, False)

    def shape(self, orientation: Orientation) -> Shape:
        """The room in this orientation."""
        return self.landscape if orientation == "landscape" else self.portrait


_LARGE: Final = (36, 32, 28, 24, 20, 17, 15)
_TITLE: Final = (25, 22, 19, 16, 14)

LAYOUTS: Final[Mapping[str, Layout]] = MappingProxyType(
    {
        "classic": Layout(
            _("Classic"),
            _("Centred and calm, with the badge above the name."),
            "portrait",
            Shape(Slot(_LARGE, 26), Slot(_TITLE, 20, weight=400), 60),
            Shape(Slot(_LARGE, 18), Slot(_TITLE, 15, weight=400), 42),
        ),
        "diploma": Layout(
            _("Diploma"),
            _("A drawn border, large words, and the badge as the seal between the signatures."),
            "landscape",
            Shape(Slot((38, *_LARGE), 28), Slot(_TITLE, 20, weight=400), 46),
            Shape(Slot((38, *_LARGE), 18), Slot((27, *_TITLE), 14, weight=400), 30),
            (400, True),
        ),
        "band": Layout(
            _("Side band"),
            _("Modern: a band of colour at the side carries the badge, the dates and the code."),
            "landscape",
            Shape(
                Slot((34, 30, 26, 22, 19, 16), 34, serif=False),
                Slot((24, 21, 18, 16, 14), 30, serif=False),
                46,
            ),
            Shape(
                Slot((40, *_LARGE), 26, serif=False),
                Slot((27, *_TITLE), 20, serif=False),
                62,
            ),
        ),
        "minimal": Layout(
            _("Minimal"),
            _("Much white, words at the left, a small badge, and one line of colour."),
            "portrait",
            Shape(
                Slot((44, 38, 32, 27, 23, 19, 16), 36, serif=False),
                Slot((24, 21, 18, 16, 14), 24, serif=False, weight=400),
                34,
            ),
            Shape(
                Slot((42, *_LARGE), 20, serif=False),
                Slot((24, 21, 18, 16, 14), 16, serif=False, weight=400),
                30,
            ),
        ),
        "emblem": Layout(
            _("Badge first"),
            _("The badge large on a field of colour, the words below it or beside it."),
            "portrait",
            Shape(
                Slot((26, 23, 20, 17, 15), 18, serif=False),
                Slot((34, 30, 26, 22, 19, 16), 26),
                74,
            ),
            Shape(
                Slot((26, 23, 20, 17, 15), 18, serif=False),
                Slot((34, 30, 26, 22, 19, 16), 26),
                88,
            ),
        ),
    }
)

ORNAMENTS: Final[Mapping[str, _StrPromise]] = MappingProxyType(
    {
        "none": pgettext_lazy("ornament", "None"),
        "waves": _("Waves"),
        "rings": _("Rings"),
        "rays": _("Rays"),
        "dots": _("Dots"),
    }
)
PAPERS: Final[Mapping[str, _StrPromise]] = MappingProxyType(
    {"a4": _("A4 (210 × 297 mm)"), "us-letter": _("US Letter (8.5 × 11 in)")}
)
BLOCKS: Final[Mapping[str, _StrPromise]] = MappingProxyType(
    {
        "criteria": _("Criteria"),
        "skills": _("Skills"),
        "result": _("Result"),
        "workload": _("Workload and credits"),
        "dates": _("Dates"),
        "issuer": _("Issuer"),
        "code": _("QR code"),
    }
)
"""What can be left out. The address of the badge page always stands there: nothing can be checked without."""
