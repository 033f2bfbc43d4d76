"""The shapes of badges, each within 512 x 512 units."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from insignia_server.designs.drawing import outlines_plain as plain
from insignia_server.designs.drawing import outlines_rich as rich
from insignia_server.designs.drawing.paths import flattened, inscribed
from insignia_server.designs.drawing.registry import Registry
from insignia_server.kit.pictures.shapes import Point

Layer = tuple[str, str]  # the role of a palette (or "dark": a darker rim) and path data


@dataclass(frozen=True, slots=True)
class Frame:
    """A shape. `behind` is drawn under it; `round` where text on a circle suits it; `folds` are triangles
    and the like in it that are a tone darker, `lights` a tone lighter; `inner` is the outline that bands
    follow where the frame's own is restless.
    """

    id: str
    label: str | Promise
    tags: tuple[str, ...]
    path: str
    behind: tuple[Layer, ...] = ()
    folds: tuple[str, ...] = ()
    lights: tuple[str, ...] = ()
    round: bool = False
    inner: str = ""

    @property
    def edge(self) -> str:
        """The outline that bands follow: a calm one within a frame of many teeth."""
        return self.inner or self.path

    @property
    def points(self) -> tuple[Point, ...]:
        """The outline as points."""
        return flattened(self.edge)

    @property
    def circle(self) -> tuple[float, float]:
        """Height of the centre and radius of the largest circle in it."""
        return inscribed(self.edge)


def _frame(
    id: str,
    label: str | Promise,
    tags: str,
    path: str,
    **more: tuple[Layer, ...] | tuple[str, ...] | bool | str,
) -> Frame:
    return Frame(id, label, tuple(tags.split()), path, **more)  # type: ignore[arg-type]


FRAMES: Final = Registry(
    [
        _frame("circle", _("Circle"), "round plain", plain.CIRCLE, round=True),
        _frame("seal", _("Seal"), "round scallop", plain.SEAL, inner=plain.circle(216), round=True),
        _frame("rosette", _("Rosette"), "round flower", plain.ROSETTE, inner=plain.circle(206), round=True),
        _frame("blossom", _("Blossom"), "flower soft", plain.BLOSSOM, inner=plain.circle(192), round=True),
        _frame("hexagon", _("Hexagon"), "angular", plain.HEXAGON),
        _frame("hexagon-flat", _("Hexagon, lying"), "angular", plain.HEXAGON_FLAT),
        _frame("hexagon-sharp", _("Hexagon, pointed"), "angular sharp", plain.HEXAGON_SHARP),
        _frame("hexagon-pair", _("Two hexagons"), "angular layered", plain.HEXAGON, behind=rich.PAIR),
        _frame("octagon", _("Octagon"), "angular", plain.OCTAGON, round=True),
        _frame("dodecagon", _("Dodecagon"), "angular round", plain.DODECAGON, round=True),
        _frame("heptagon", _("Heptagon"), "angular", plain.HEPTAGON, round=True),
        _frame("pentagon", _("Pentagon"), "angular", plain.PENTAGON),
        _frame("square", _("Soft square"), "soft plain", plain.SQUIRCLE),
        _frame("plaque", _("Plaque"), "classic square", plain.PLAQUE),
        _frame("tile", _("Tile"), "square angular", plain.TILE),
        _frame("diamond", _("Diamond"), "angular", plain.DIAMOND),
        _frame("star-burst", _("Star-burst"), "star sharp", plain.BURST, inner=plain.circle(214), round=True),
        _frame("sun", _("Sun"), "star soft", plain.SUN, inner=plain.circle(206), round=True),
        _frame("octagram", _("Octagram"), "star classic", plain.OCTAGRAM, round=True),
        _frame("gear", _("Gear"), "technical", plain.GEAR, inner=plain.circle(202), round=True),
        _frame("stamp", _("Stamp"), "paper", rich.STAMP, inner=rich.STAMP_INNER),
        _frame("ticket", _("Ticket"), "paper event", rich.TICKET),
        _frame("shield", _("Shield"), "shield classic", rich.SHIELD),
        _frame("shield-round", _("Shield, round"), "shield soft", rich.SHIELD_ROUND),
        _frame("shield-swiss", _("Shield, curved top"), "shield classic", rich.SHIELD_SWISS),
        _frame("shield-french", _("Shield, square"), "shield classic", rich.SHIELD_FRENCH),
        _frame("shield-modern", _("Shield, angular"), "shield angular technical", rich.SHIELD_MODERN),
        _frame("shield-notched", _("Shield, notched"), "shield heraldic", rich.SHIELD_NOTCHED),
        _frame("crest", _("Crest"), "shield heraldic", rich.CREST),
        _frame("pennant", _("Pennant"), "banner flag", rich.PENNANT),
        _frame("bookmark", _("Bookmark"), "banner book", rich.BOOKMARK),
        _frame("arch", _("Gothic window"), "building", rich.GOTHIC),
        _frame("gate", _("Round arch"), "building", rich.GATE),
        _frame("drop", _("Drop"), "nature soft", rich.DROP),
        _frame("leaf", _("Leaf"), "nature soft", rich.LEAF),
        _frame("cloud", _("Cloud"), "soft", plain.CLOUD, inner=plain.circle(188), round=True),
        _frame("pebble", _("Pebble"), "soft nature", rich.PEBBLE),
        _frame("gem", _("Gem"), "angular precious", rich.GEM, folds=rich.GEM_FOLDS, lights=rich.GEM_LIGHTS),
        _frame("medal", _("Medal with ribbons"), "award", rich.MEDAL, behind=rich.MEDAL_RIBBONS, round=True),
        _frame(
            "prize",
            _("Prize rosette"),
            "award",
            rich.PRIZE,
            inner=rich.PRIZE_INNER,
            behind=rich.PRIZE_TAILS,
            round=True,
        ),
        _frame("laurel", _("Laurel wreath"), "award classic", rich.LAURELLED, behind=rich.WREATH, round=True),
        _frame("quatrefoil", _("Quatrefoil"), "classic building", plain.QUATREFOIL),
        _frame("cartouche", _("Cartouche"), "classic", rich.CARTOUCHE),
        _frame("oval", _("Oval"), "round soft", plain.OVAL),
        _frame("keystone", _("Keystone"), "angular building", rich.KEYSTONE),
        _frame("label", _("Label"), "paper", rich.LABEL),
    ]
)
