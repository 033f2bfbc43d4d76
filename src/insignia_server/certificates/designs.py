"""The values of a design: read from what people and programs send, checked, and made a look."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from functools import lru_cache
from typing import Any, Final, cast

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from insignia_server.achievements.pictures import read
from insignia_server.certificates.models import CertificateDesign
from insignia_server.kit.errors import Refusal, Refused
from insignia_server.kit.ids import uuid7
from insignia_server.kit.pdf import (
    BLOCKS,
    LAYOUTS,
    ORNAMENTS,
    PAPERS,
    PLACEHOLDERS,
    Look,
    Signature,
    Wording,
    unknown_placeholders,
)
from insignia_server.kit.pictures import PNG, Picture, PictureLimits, read_upload
from insignia_server.organisations.models import Organisation

SLOTS: Final = ("logo", "signature-1", "signature-2")
"""The pictures that a design may have."""
TEXTS: Final = ("kicker", "before", "after", "closing")
ORIENTATIONS: Final = ("portrait", "landscape")
MOST_TEXT: Final = {"kicker": 60, "before": 200, "after": 200, "closing": 400}
DEFAULT_ACCENT: Final = "#1d5c8f"
_COLOUR: Final = re.compile(r"#[0-9a-fA-F]{6}")
_LIMITS: Final = PictureLimits(bytes=4 * 1024 * 1024, svg_bytes=512 * 1024, side=4096, pixels=12_000_000)


@dataclass(frozen=True, kw_only=True)
class Signer:
    """A signature: name and function; one without a name is left out."""

    name: str = ""
    function: str = ""


@dataclass(frozen=True, kw_only=True)
class Values:
    """What a design says, its pictures excepted. `accent` empty: the organisation's colour. `wording`:
    language -> kicker, before, after, closing."""

    layout: str = "classic"
    paper: str = "a4"
    orientation: str = "portrait"
    accent: str = ""
    second: str = ""
    ornament: str = "none"
    blocks: tuple[str, ...] = tuple(BLOCKS)
    signatures: tuple[Signer, ...] = ()
    wording: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Values:
        """From what `to_json` gave; members that are missing have their usual value."""
        known = {one.name: value[one.name] for one in fields(cls) if one.name in value}
        if "blocks" in known:
            known["blocks"] = tuple(known["blocks"])
        if "signatures" in known:
            known["signatures"] = tuple(Signer(**one) for one in known["signatures"])
        return cls(**known)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON, the stored form; texts that are empty are left out."""
        wording = {
            language: kept
            for language, texts in self.wording.items()
            if (kept := {name: text for name, text in texts.items() if text})
        }
        return {**asdict(self), "wording": wording}


def require_sound(values: Values, *, name: str) -> None:
    """Refuse what no certificate can show, each with its field.

    Raises:
        Refused: names of fields as in `Values`; `wording.<language>.<text>` and `signatures.<n>.name` below.
    """
    found = [*_name(name), *_choices(values), *_colours(values), *_signers(values), *_wording(values)]
    if found:
        raise Refused(*found)


def _name(name: str) -> list[Refusal]:
    if not name.strip():
        return [Refusal(_("Give the design a name."), "name", "required")]
    return _too_long(name, 120, "name")


def _choices(values: Values) -> list[Refusal]:
    known = {
        "layout": tuple(LAYOUTS),
        "paper": tuple(PAPERS),
        "orientation": ORIENTATIONS,
        "ornament": tuple(ORNAMENTS),
    }
    found = [
        Refusal(_("Choose one of the list."), name, "choice", ", ".join(several), str(got)[:60])
        for name, several in known.items()
        if (got := getattr(values, name)) not in several
    ]
    strange = [one for one in values.blocks if one not in BLOCKS]
    if strange:
        found.append(
            Refusal(_("Choose from the list."), "blocks", "choice", ", ".join(BLOCKS), str(strange[0])[:60])
        )
    return found


def _colours(values: Values) -> list[Refusal]:
    message = _("A colour is # and six hexadecimal digits, for example #1d5c8f.")
    return [
        Refusal(message, name, "colour", DEFAULT_ACCENT, text[:40])
        for name in ("accent", "second")
        if (text := getattr(values, name)) and not _COLOUR.fullmatch(text)
    ]


def _signers(values: Values) -> list[Refusal]:
    if len(values.signatures) > 2:
        return [
            Refusal(
                _("Two signatures are the most."), "signatures", "limit", "2", str(len(values.signatures))
            )
        ]
    found = []
    for number, one in enumerate(values.signatures, start=1):
        found += _too_long(one.name, 100, f"signatures.{number}.name")
        found += _too_long(one.function, 120, f"signatures.{number}.function")
        if one.function.strip() and not one.name.strip():
            found.append(Refusal(_("Say who has this function."), f"signatures.{number}.name", "required"))
    return found


def _wording(values: Values) -> list[Refusal]:
    found = []
    languages = dict(settings.LANGUAGES)
    for language, texts in values.wording.items():
        if language not in languages:
            message = _("This language is not known here.")
            found.append(
                Refusal(message, f"wording.{language[:20]}", "choice", ", ".join(languages), language[:20])
            )
            continue
        for name, text in texts.items():
            place = f"wording.{language}.{name}"
            if name not in TEXTS:
                found.append(
                    Refusal(_("There is no such text."), place[:80], "choice", ", ".join(TEXTS), name[:40])
                )
                continue
            found += _too_long(text, MOST_TEXT[name], place) or _placeholders(text, place)
    return found


def _placeholders(text: str, place: str) -> list[Refusal]:
    known = ", ".join(f"{{{one}}}" for one in PLACEHOLDERS)
    return [
        Refusal(_("This placeholder is not known."), place, "placeholder", known, f"{{{one}}}")
        for one in unknown_placeholders(text)[:1]
    ]


def _too_long(text: str, most: int, place: str) -> list[Refusal]:
    if len(text) <= most:
        return []
    message = _("At most {count} characters.").format(count=most)
    return [Refusal(message, place, "length", str(most), str(len(text)))]


def read_drawing(content: bytes, place: str) -> Picture:
    """A logo or a signature that somebody sent, cleaned.

    Raises:
        Refused: no picture, damaged, too large or not to be seen, at this field.
    """
    return read_upload(content, place, limits=_LIMITS)


def store_drawing(picture: Picture) -> dict[str, Any]:
    """Keep a cleaned picture; what a design remembers of it. Each has its own file, so it can be deleted."""
    name = f"certificates/pictures/{uuid7().hex}{picture.suffix}"
    stored = default_storage.save(name, ContentFile(picture.content))
    return {
        "name": stored,
        "media_type": picture.media_type,
        "width": picture.width,
        "height": picture.height,
    }


def drawing(kept: Mapping[str, Any]) -> Picture:
    """The stored picture. Its name is never used twice, so that it may be remembered."""
    return _drawing(kept["name"], kept["media_type"], kept["width"], kept["height"])


@lru_cache(maxsize=32)
def _drawing(name: str, media_type: str, width: int, height: int) -> Picture:
    return Picture(media_type, width, height, read(name))


def pictures_of(design: CertificateDesign) -> dict[str, Picture]:
    """The pictures of a design by their place."""
    return {slot: drawing(kept) for slot, kept in design.pictures.items() if slot in SLOTS}


def organisation_logo(organisation: Organisation) -> Picture:
    """The logo of an organisation's look, which has one."""
    return _drawing(organisation.logo, PNG, organisation.logo_width, organisation.logo_height)


def look(
    values: Values,
    pictures: Mapping[str, Picture],
    *,
    accent: str,
    second: str = "",
    language: str,
    logo_alt: str,
) -> Look:
    """The look in a language. `accent` and `second`: the organisation's, where the design has none."""
    texts = values.wording.get(language.partition("-")[0], {})
    signatures = tuple(
        Signature(name=one.name, function=one.function, picture=pictures.get(f"signature-{number}"))
        for number, one in enumerate(values.signatures, start=1)
        if one.name.strip()
    )
    return Look(
        layout=values.layout,
        paper=cast(Any, values.paper),
        orientation=cast(Any, values.orientation),
        accent=values.accent or accent or DEFAULT_ACCENT,
        second=values.second or second,
        ornament=values.ornament,
        logo=pictures.get("logo"),
        logo_alt=logo_alt,
        signatures=signatures,
        wording=Wording(**{name: texts.get(name, "") for name in TEXTS}),
        blocks=frozenset(values.blocks),
    )
