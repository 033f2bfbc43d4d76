"""Pictures of achievements: cleaned, rendered to a PNG, and stored under the digest of their content."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from insignia_server.achievements.definition import Definition
from insignia_server.achievements.models import Achievement, Picture
from insignia_server.achievements.similar import columns
from insignia_server.designs import logos
from insignia_server.designs.drawing import Design, compose
from insignia_server.designs.drawing.colour import HEX
from insignia_server.designs.similar import phash
from insignia_server.designs.starter import starter as starter_design
from insignia_server.kit.pictures import (
    SVG,
    PictureLimits,
    read_picture,
    read_upload,
    refused_at,
    render_png,
    trimmed,
)
from insignia_server.kit.pictures import Picture as Clean

PNG_SIZE = 512
SHARP = 400  # pixels of the longer side from which a picture looks sharp on a badge page
SQUARE = 1.1  # how much one side may be longer before it is worth a remark


def store_picture(achievement: Achievement, content: bytes, *, drawn: bool = False) -> Picture:
    """Clean, render and store a picture; `drawn` where it comes from `starter`. Not within a transaction.

    Raises:
        Refused: no picture, damaged, too large, or nothing in it; with what to do next.
    """
    limits = PictureLimits(bytes=settings.MAX_PICTURE_BYTES, svg_bytes=settings.MAX_PICTURE_BYTES)
    with refused_at("picture"):
        clean = (
            read_picture(content, limits=limits) if drawn else read_upload(content, "picture", limits=limits)
        )
        clean = clean if drawn else trimmed(clean)
        png = render_png(clean, PNG_SIZE)
    digest = hashlib.sha256(clean.content).digest()
    known: Picture | None = Picture.objects.filter(
        organisation=achievement.organisation_id, digest=digest, drawn=drawn
    ).first()
    if known is not None:
        return _hashed(known, png)
    picture: Picture = Picture.objects.create(
        organisation_id=achievement.organisation_id,
        media_type=clean.media_type,
        source=put(clean.content, clean.suffix),
        png=put(png, ".png"),
        digest=digest,
        width=clean.width,
        height=clean.height,
        drawn=drawn,
        **columns(phash(png)),
    )
    return picture


def remarks(picture: Picture) -> list[str]:
    """What whoever sent a picture should know of its size and shape, in the active language."""
    found, (width, height) = [], (picture.width, picture.height)
    if picture.media_type != SVG and max(width, height) < SHARP:
        found.append(
            _(
                "The picture is only %(width)d × %(height)d pixels: where it is shown large, it looks "
                "blurred. 512 pixels or more are good."
            )
            % {"width": width, "height": height}
        )
    if max(width, height) > SQUARE * min(width, height):
        words = (
            _("The picture is wider than it is high. Badges are square: there is room above and below it.")
            if width > height
            else _("The picture is higher than it is wide. Badges are square: there is room beside it.")
        )
        found.append(words)
    return found


def draw(achievement: Achievement, design: Design) -> Picture:
    """A design as a stored picture. Not within a transaction.

    Raises:
        Refused: it cannot be drawn.
    """
    return store_picture(achievement, compose(design, logo=logo_of(achievement, design)).svg, drawn=True)


def logo_of(achievement: Achievement, design: Design) -> Clean | None:
    """The picture that the design wants as its logo: the issuer's, or the organisation's."""
    source = achievement.issuer.picture_source
    if design.logo is None or design.logo.picture != logos.ISSUERS:
        return logos.picture_of(design, achievement.issuer.organisation)
    return logos.read_stored(source) if source else None


def hash_some(*, check: Callable[[], object], most: int = 200) -> int:
    """Make the hashes of pictures that have none; how many. What cannot be read gets none today."""
    rows = Picture.objects.filter(hash__isnull=True).order_by("pk")[:most]
    done = 0
    for row in rows:
        check()
        try:
            found = columns(phash(read(row.png)))
        except (OSError, ValueError):
            continue
        done += Picture.objects.filter(pk=row.pk).update(**found)
    return done


def _hashed(picture: Picture, png: bytes) -> Picture:
    if picture.hash is None:
        for name, value in columns(phash(png)).items():
            setattr(picture, name, value)
        picture.save(update_fields=[*columns(0)])
    return picture


def starter(achievement: Achievement, definition: Definition) -> bytes:
    """The SVG of the badge that an achievement has while no picture was sent."""
    return compose(starter_of(achievement, definition)).svg


def seed_of(achievement: Achievement) -> str:
    """What the starter's frame, layout and palette are chosen by."""
    return str(achievement.pk)


def starter_of(achievement: Achievement, definition: Definition) -> Design:
    """The design of that badge: by name, type, level, issuer and the organisation's colour."""
    accent = achievement.issuer.organisation.accent.lower()
    return starter_design(
        name=definition.name or _("New achievement"),
        kind=definition.achievement_type,
        level=f"EQF {definition.eqf_level}" if definition.eqf_level else "",
        issuer=achievement.issuer.name,
        colours=[accent] if HEX.fullmatch(accent) else [],
        seed=seed_of(achievement),
    )


def put(content: bytes, suffix: str) -> str:
    """Store content under a name made of its digest; what is there already is not written again."""
    digest = hashlib.sha256(content).hexdigest()
    name = f"pictures/{digest[:2]}/{digest[2:]}{suffix}"
    return name if default_storage.exists(name) else default_storage.save(name, ContentFile(content))


def read(name: str) -> bytes:
    """The content of a stored file."""
    with default_storage.open(name) as file:
        content: bytes = file.read()
        return content
