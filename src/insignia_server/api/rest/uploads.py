"""Files that come as multipart forms."""

from __future__ import annotations

from django.utils.translation import gettext as _
from ninja import UploadedFile

from insignia_server.kit.errors import Refusal, Refused


def content_of(file: UploadedFile, *, most: int) -> bytes:
    """The bytes of a file of at most `most` bytes.

    Raises:
        Refused: it is larger.
    """
    size = file.size or 0
    if size > most:
        message = _("The file has {size} bytes; {most} are allowed.").format(size=size, most=most)
        raise Refused(Refusal(message, "file", "too-large", str(most), str(size)))
    content: bytes = file.read()
    return content
