"""What every form says of a picture that cannot be taken, beside its field."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.utils.translation import gettext as _

from insignia_server.kit.errors import Refusal, Refused
from insignia_server.kit.pictures.errors import PictureError
from insignia_server.kit.pictures.picture import Picture, PictureLimits, read_picture
from insignia_server.kit.pictures.trimming import check_seen


@contextmanager
def refused_at(field: str) -> Iterator[None]:
    """What reading or drawing raises becomes a refusal at a field, with what to do next."""
    try:
        yield
    except PictureError as error:
        first = error.problems[0]
        raise Refused(Refusal(error.advice, field, first.code, first.expected, first.got)) from error


def read_upload(content: bytes, field: str, *, limits: PictureLimits | None = None) -> Picture:
    """A picture that somebody sent, cleaned.

    Raises:
        Refused: at a field: no picture, damaged, too large, or nothing to be seen in it.
    """
    with refused_at(field):
        picture = read_picture(content, limits=limits)
        check_seen(picture)
        return picture


def check_bytes(content: bytes, field: str) -> None:
    """Raises Refused at a field for more than MAX_PICTURE_BYTES."""
    if len(content) > settings.MAX_PICTURE_BYTES:
        message = _("The picture may have {most} KB; it has {count} KB.")
        most, count = settings.MAX_PICTURE_BYTES // 1024, -(-len(content) // 1024)
        raise Refused(Refusal(message.format(most=most, count=count), field, "too-large"))
