"""What a pass says of a badge, the same for both wallets."""

from __future__ import annotations

import datetime as dt
import io
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import get_language
from PIL import Image

from insignia_server.achievements import pictures
from insignia_server.achievements.definition import Definition, texts
from insignia_server.awarding.embeds import subject_of
from insignia_server.awarding.models import Award, AwardState
from insignia_server.credentials.models import CredentialState
from insignia_server.kit.errors import NotHere


@dataclass(frozen=True)
class Pass:
    """A badge as a pass shows it, in the reader's language."""

    key: uuid.UUID
    name: str
    description: str
    person: str
    issuer: str
    page: str
    picture: str
    card: str
    png: bytes
    valid_from: dt.datetime
    valid_until: dt.datetime | None
    void: bool
    language: str


def pass_of(award: Award) -> Pass:
    """From an award whose credential, version, picture, achievement and issuer are read.

    Raises NotHere where there is no picture.
    """
    version, credential = award.version, award.credential
    if version.picture is None:
        raise NotHere
    language = get_language() or "en"
    words = texts(Definition.from_json(version.content), [language])
    subject = subject_of(version, award.achievement, credential.pk)
    return Pass(
        key=credential.pk,
        name=words.name,
        description=" ".join(words.description.split()),
        person=award.name,
        issuer=subject.issuer,
        page=subject.page,
        picture=subject.picture,
        card=f"{subject.picture.removesuffix('.png')}/card.png",
        png=pictures.read(version.picture.png),
        valid_from=credential.valid_from,
        valid_until=credential.valid_until,
        void=credential.state != CredentialState.VALID or award.state == AwardState.UNDONE,
        language=language,
    )


def sizes(png: bytes, widths: Sequence[int]) -> list[bytes]:
    """The picture as squares of these widths in pixels."""
    made = []
    with Image.open(io.BytesIO(png)) as picture:
        whole = picture.convert("RGBA")
    for width in widths:
        small = whole.resize((width, width), Image.Resampling.LANCZOS)
        out = io.BytesIO()
        small.save(out, "PNG", optimize=True)
        made.append(out.getvalue())
    return made


def configured() -> dict[str, bool]:
    """Which wallets the operator has set up."""
    return {"apple": settings.APPLE_WALLET is not None, "google": settings.GOOGLE_WALLET is not None}
