"""How things look: the organisation, designs of badges, families and their series, palettes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal
from urllib.parse import quote

from insignia_client.calls import Calls
from insignia_client.models import (
    Achievement,
    Alike,
    BadgeDesign,
    Drawing,
    Family,
    FamilyMember,
    Icon,
    Organisation,
    Palette,
)

Place = Literal["logo", "logo_dark", "cover"]
Level = Literal["foundation", "intermediate", "advanced", "expert", "master"]


class LookCalls(Calls):
    """What a client does with looks. A design is a document as docs/guides/designing-badges.md has it."""

    def change_look(
        self,
        *,
        accent: str | None = None,
        second_colour: str | None = None,
        public_theme: Literal["auto", "light", "dark"] | None = None,
    ) -> Organisation:
        """Colours as #rrggbb, empty for none; what is left out stays as it is."""
        values = {"accent": accent, "second_colour": second_colour, "public_theme": public_theme}
        body = {name: value for name, value in values.items() if value is not None}
        return Organisation.read(self.request("PATCH", "/organisation", body))

    def set_look_picture(self, place: Place, content: bytes, *, file_name: str) -> Organisation:
        """The logo, the logo for dark ground or the cover: PNG, JPEG, WebP or SVG."""
        return Organisation.read(self._upload(f"/organisation/{quote(place)}", content, file_name))

    def remove_look_picture(self, place: Place) -> Organisation:
        """Pages show the name instead."""
        return Organisation.read(self.request("DELETE", f"/organisation/{quote(place)}"))

    def get_design(self, achievement: str) -> BadgeDesign:
        """The design of the newest version."""
        return BadgeDesign.read(self.request("GET", f"/achievements/{quote(achievement)}/design"))

    def set_design(
        self,
        achievement: str,
        design: Mapping[str, Any],
        *,
        family: str | None = None,
        level: Level | Literal[""] = "",
        seen: str | None = None,
    ) -> BadgeDesign:
        """Draw it and make it the picture of the draft. What the family fixes comes from it; without one the
        badge stands alone. With `seen`, the `stamp`, nobody else's change is overwritten."""
        body = {"design": dict(design), "family": family, "level": level, "seen": seen}
        return BadgeDesign.read(self.request("PUT", f"/achievements/{quote(achievement)}/design", body))

    def set_picture(self, achievement: str, content: bytes, *, file_name: str) -> Achievement:
        """Own artwork instead of a design: PNG, JPEG, WebP or SVG."""
        return Achievement.read(
            self._upload(f"/achievements/{quote(achievement)}/picture", content, file_name)
        )

    def remove_picture(self, achievement: str) -> Achievement:
        """A starter is drawn again."""
        return Achievement.read(self.request("DELETE", f"/achievements/{quote(achievement)}/picture"))

    def draw(self, design: Mapping[str, Any], *, mend: int | None = None) -> Drawing:
        """A design as SVG, or without its problem of this number; nothing is kept."""
        body = {"design": dict(design), "mend": mend}
        return Drawing.read(self.request("POST", "/designs/draw", body))

    def icons(self, search: str = "", *, limit: int = 60, offset: int = 0) -> list[Icon]:
        """Icons for words, at most 200 at once."""
        found = self.request(
            "GET", "/designs/icons", query={"search": search, "limit": limit, "offset": offset}
        )
        return [Icon.read(one) for one in found["icons"]]

    def similar(self, achievement: str) -> list[Alike]:
        """Badges that look like this one, the nearest first."""
        found = self.request("GET", f"/achievements/{quote(achievement)}/similar")
        return [Alike.read(one) for one in found]

    def make_series(
        self, achievement: str, *, family: str, levels: Sequence[Level], key: str | None = None
    ) -> list[str]:
        """A draft for each level after an achievement; their ids in the order of the levels."""
        body = {"family": family, "levels": list(levels)}
        made = self.request("POST", f"/achievements/{quote(achievement)}/series", body, key=key)
        return [str(one) for one in made["achievements"]]

    def families(self, *, archived: bool = False) -> Iterator[Family]:
        """Those in use, or those that were put away."""
        found = self.pages("/families", archived="true" if archived else None)
        return (Family.read(one) for one in found)

    def get_family(self, family: str) -> Family:
        """One family."""
        return Family.read(self.request("GET", f"/families/{quote(family)}"))

    def create_family(
        self,
        name: str,
        *,
        like: str | None = None,
        document: Mapping[str, Any] | None = None,
        key: str | None = None,
    ) -> Family:
        """A family in the look of the badge `like`, or of a document."""
        body = {"name": name, "like": like, "document": None if document is None else dict(document)}
        return Family.read(self.request("POST", "/families", body, key=key))

    def change_family(
        self,
        family: str,
        *,
        name: str | None = None,
        document: Mapping[str, Any] | None = None,
        archived: bool | None = None,
        seen: str | None = None,
    ) -> Family:
        """What is named changes; its badges follow when it is restyled."""
        values = {"name": name, "document": document, "archived": archived, "seen": seen}
        body = {name: value for name, value in values.items() if value is not None}
        return Family.read(self.request("PATCH", f"/families/{quote(family)}", body))

    def family_members(self, family: str) -> list[FamilyMember]:
        """Its badges, and what restyling does with each."""
        return [FamilyMember.read(one) for one in self.request("GET", f"/families/{quote(family)}/members")]

    def restyle(self, family: str, *, also: Sequence[str] = (), key: str | None = None) -> int:
        """Draw its drafts anew, for published badges in `also` new drafts; how many. What was published never
        changes."""
        done = self.request("POST", f"/families/{quote(family)}/restyle", {"also": list(also)}, key=key)
        return int(done["count"])

    def palettes(self) -> list[Palette]:
        """Those that the organisation keeps."""
        return [Palette.read(one) for one in self.request("GET", "/palettes")]

    def keep_palette(self, name: str, colours: Mapping[str, str], *, key: str | None = None) -> Palette:
        """Colours by role: shape, rim, field, figure, figure_light, text, accent. The same name again
        replaces them."""
        body = {"name": name, "colours": dict(colours)}
        return Palette.read(self.request("POST", "/palettes", body, key=key))

    def remove_palette(self, palette: str) -> None:
        """Badges that have it stay as they are."""
        self.request("DELETE", f"/palettes/{quote(palette)}")
