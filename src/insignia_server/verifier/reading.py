"""What somebody drops, pastes or names, to the bytes of a credential or the address of one. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from insignia import baking
from insignia.errors import BakingError
from insignia_server.kit import qr
from insignia_server.kit.pictures import PictureError

HOST_AND_PATH = re.compile(
    r"(?:[a-z0-9-]+\.)+[a-z]{2,20}(?::\d{1,5})?/[^\s\"<>\x00-\x1f\x7f]*", re.ASCII | re.I
)
ADDRESS = re.compile(r"https?://[^\s\"<>\x00-\x1f\x7f]{3,1990}", re.ASCII)
# JWT, or SD-JWT with its ~. A header is a JSON object, so its base64url begins so; a host name is no token.
TOKEN = re.compile(
    rb"\s*e[wy][\w-]{8,}\.[\w-]+\.[\w-]*(?:~[\w.-]*)*\s*", re.ASCII
)  # JWT, or SD-JWT with its ~
DATA_URL = re.compile(rb"\s*data:application/(?:vc|vp)\+(?:jwt|sd-jwt|ld\+json)[^,]{0,40},", re.ASCII)
COSE = (b"\xd2\x84", b"\x84")


class Unreadable(Exception):
    """Nothing in it can be verified; says what was there and what to do."""

    def __init__(self, sentence: str, advice: str) -> None:
        super().__init__(sentence)
        self.sentence, self.advice = sentence, advice


@dataclass(frozen=True)
class Found:
    """Either bytes of a credential, or the address of one; `how` says where it was."""

    content: bytes = b""
    address: str = ""
    how: str = ""


def read_text(text: str) -> Found:
    """An address, or a credential that was pasted.

    Raises:
        Unreadable: neither.
    """
    stripped = text.strip().removeprefix("\ufeff")
    if HOST_AND_PATH.fullmatch(stripped):
        stripped = f"https://{stripped}"
    if ADDRESS.fullmatch(stripped):
        return Found(address=stripped, how="address")
    content = stripped.encode("utf-8", "replace")
    if is_credential(content):
        return Found(content, how="text")
    raise Unreadable(
        _("What you pasted is neither a web address nor a badge as JSON or as a token."),
        _("Paste the address of the badge's page, or all of the JSON from { to }."),
    )


def is_credential(content: bytes) -> bool:
    """Whether these bytes look like JSON, a token (JWT, SD-JWT, COSE), or a data URL of one."""
    if content.startswith(COSE):
        return True
    start = content.lstrip()[:1]
    return start == b"{" or bool(TOKEN.fullmatch(content)) or bool(DATA_URL.match(content))


def read_file(content: bytes) -> Found:
    """A picture with a badge inside, a certificate, a JSON file, a token, or a picture of a QR code.

    Raises:
        Unreadable: nothing was found; says what kind of file it is.
    """
    if not content:
        raise Unreadable(
            _("The file is empty."), _("Choose the file again; perhaps it had not been saved yet.")
        )
    text = content.removeprefix(b"\xef\xbb\xbf")  # editors write this mark, and no signature covers it
    if is_credential(text):
        return Found(text, how="file")
    is_pdf = baking.container_of(content) is baking.Container.PDF
    try:
        return Found(baking.unbake(content).content, how="certificate" if is_pdf else "picture")
    except BakingError as error:
        if is_pdf:
            raise Unreadable(
                _("This PDF holds no badge."),
                _("Certificates made here carry the badge inside. For others, use the link on them."),
            ) from None
        if not {"baking.no-credential", "baking.not-a-picture"} & {one.code for one in error.problems}:
            raise Unreadable(
                _("The picture is damaged: {error}.").format(error=error.problems[0].got[:200]),
                _("Ask for the file again. Messengers change pictures, and the badge inside is lost."),
            ) from None
    return _from_code(content)


def _from_code(content: bytes) -> Found:
    try:
        texts = qr.read(content)
    except PictureError as error:
        if error.code != PictureError.UNKNOWN:
            sentence = _("There is no badge in this picture, and no QR code of one.")
            raise Unreadable(sentence, error.advice) from None
        raise Unreadable(
            _("This is no picture, PDF, JSON or token of a badge."),
            _("Use the file that you downloaded from the badge's page, or paste the page's address."),
        ) from None
    for text in texts:
        if ADDRESS.fullmatch(text.strip()):
            return Found(address=text.strip(), how="code")
        if is_credential(text.encode()):
            return Found(text.encode(), how="code")
    raise Unreadable(
        _("There is no badge in this picture, and no QR code of one."),
        _("A screenshot holds no badge. Use the file that was downloaded, or its page's address."),
    )
