"""What people type into an issuer profile, checked; every problem at once, beside its field."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.utils.translation import gettext as _

from insignia_server.kit.errors import Refusal, Refused

PHONE: Final = re.compile(r"\+?[0-9][0-9 ()./-]{3,38}")
ROR: Final = re.compile(r"(?:(?:https?://)?ror\.org/)?(0[a-hj-km-np-tv-z0-9]{6}[0-9]{2})")
CTID: Final = re.compile(r"ce-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
LINKEDIN: Final = re.compile(r"(?:https://www\.linkedin\.com/company/)?([0-9]{1,15})/?")
OTHER_TYPE: Final = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,39}")
LANGUAGE: Final = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}")
DESCRIPTION_LENGTH: Final = 5_000
IDENTIFIER_LIMIT: Final = 20
_BASE32: Final = "0123456789abcdefghjkmnpqrstvwxyz"
_web: Final = URLValidator(schemes=["https", "http"])


class _Wrong(ValueError):
    """One field's problem: message, expected."""

    def __init__(self, message: str, expected: str = "") -> None:
        super().__init__(message)
        self.expected = expected


def cleaned(values: Mapping[str, Any]) -> dict[str, Any]:
    """The fields in their stored form.

    Raises Refused with every problem; TypeError for a field that there is not.
    """
    unknown = values.keys() - _CLEANERS.keys()
    if unknown:
        raise TypeError(f"an issuer profile has no {', '.join(sorted(unknown))}")
    done: dict[str, Any] = {}
    refusals: list[Refusal] = []
    for name, value in values.items():
        try:
            done[name] = _CLEANERS[name](value)
        except _Wrong as wrong:
            refusals.append(Refusal(str(wrong), name, "invalid", wrong.expected, _shown(value)))
    if refusals:
        raise Refused(*refusals)
    return done


def _text(most: int, *, required: bool = False) -> Callable[[Any], str]:
    def clean(value: Any) -> str:
        text = _plain(value)
        if required and not text:
            raise _Wrong(_("Write a name."))
        if len(text) > most:
            raise _Wrong(
                _("Shorten this to {most} characters; there are {count}.").format(most=most, count=len(text))
            )
        return text

    return clean


def _plain(value: Any) -> str:
    if not isinstance(value, str):
        raise _Wrong(_("Write a text."))
    if any(ord(letter) < 32 and letter not in "\n\r\t" for letter in value):
        raise _Wrong(_("Take out the control characters."))
    return value.strip()


def _url(value: Any) -> str:
    text = _text(500)(value)
    if not text:
        return text
    try:
        _web(text)
        if "@" in urlsplit(text).netloc:
            raise ValidationError("userinfo")
    except ValidationError:
        raise _Wrong(_("Write a whole web address."), "https://www.example.edu") from None
    return text


def _email(value: Any) -> str:
    text = _text(254)(value)
    if text:
        try:
            validate_email(text)
        except ValidationError:
            raise _Wrong(_("Write an email address."), "badges@example.edu") from None
    return text


def _phone(value: Any) -> str:
    text = _text(40)(value)
    if text and not PHONE.fullmatch(text):
        raise _Wrong(_("Write a telephone number."), "+49 30 1234567")
    return text


def _identifiers(value: Any) -> list[dict[str, str]]:
    if not isinstance(value, Sequence) or isinstance(value, str) or len(value) > IDENTIFIER_LIMIT:
        raise _Wrong(_("Give a list of at most {most} identifiers.").format(most=IDENTIFIER_LIMIT))
    done: list[dict[str, str]] = []
    for one in value:
        if not isinstance(one, Mapping) or not {"type", "value"} == one.keys():
            raise _Wrong(_("Each identifier needs its type and its value."))
        kind, text = _plain(one["type"]), _plain(one["value"])
        entry = {
            "type": kind.lower() if kind.lower() in _IDENTIFIERS else kind,
            "value": _identifier(kind, text),
        }
        if entry not in done:
            done.append(entry)
    return done


def _identifier(kind: str, text: str) -> str:
    check = _IDENTIFIERS.get(kind.lower())
    if check is not None:
        return check(text)
    if not OTHER_TYPE.fullmatch(kind):
        raise _Wrong(_("Name the type of the identifier by letters and digits."), "VAT")
    if not 0 < len(text) <= 200:
        raise _Wrong(_("Write the identifier, at most 200 characters."))
    return text


def _linkedin(text: str) -> str:
    match = LINKEDIN.fullmatch(text)
    if match is None:
        raise _Wrong(_("Write the number of the LinkedIn page of the organisation."), "1337")
    return match[1]


def _ror(text: str) -> str:
    """ROR identifiers end with a checksum (ISO 7064, MOD 97-10, over Crockford's base 32)."""
    match = ROR.fullmatch(text.lower())
    if match is not None:
        number = 0
        for letter in match[1][:7]:
            number = number * 32 + _BASE32.index(letter)
        if 98 - (number * 100) % 97 == int(match[1][7:]):
            return f"https://ror.org/{match[1]}"
    raise _Wrong(
        _("Copy the ROR identifier once more: its check digits do not fit."), "https://ror.org/02mhbdp94"
    )


def _ctid(text: str) -> str:
    if not CTID.fullmatch(text.lower()):
        raise _Wrong(_("Write the CTID: ce- and a UUID."), "ce-c4ccf4c4-76d5-4a6e-9ca0-2cd7a8937ee6")
    return text.lower()


def _languages(value: Any) -> dict[str, dict[str, str]]:
    if not isinstance(value, Mapping):
        raise _Wrong(_("Give name and description for each language."))
    done = {}
    for language, texts in value.items():
        if not isinstance(language, str) or not LANGUAGE.fullmatch(language):
            raise _Wrong(_("Name the language by its code."), "de")
        if not isinstance(texts, Mapping) or texts.keys() - {"name", "description"}:
            raise _Wrong(_("Give name and description for each language."))
        kept = {
            "name": _text(200)(texts.get("name", "")),
            "description": _text(DESCRIPTION_LENGTH)(texts.get("description", "")),
        }
        if any(kept.values()):
            done[language] = {name: text for name, text in kept.items() if text}
    return done


def _shown(value: Any) -> str:
    text = value if isinstance(value, str) else repr(value)
    return text[:200]


_IDENTIFIERS: Final[dict[str, Callable[[str], str]]] = {"linkedin": _linkedin, "ror": _ror, "ctid": _ctid}
_CLEANERS: Final[dict[str, Callable[[Any], Any]]] = {
    "name": _text(200, required=True),
    "description": _text(DESCRIPTION_LENGTH),
    "url": _url,
    "email": _email,
    "phone": _phone,
    "identifiers": _identifiers,
    "languages": _languages,
}
