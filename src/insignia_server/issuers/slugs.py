"""The last part of an issuer's addresses and DID: chosen once, unique in the whole instance."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Final

from django.utils.text import slugify
from django.utils.translation import gettext as _

from insignia_server.issuers.models import Issuer
from insignia_server.kit import scopes
from insignia_server.kit.errors import Refusal, Refused

SLUG: Final = re.compile(r"[a-z0-9](?:-?[a-z0-9]){1,59}")
LENGTH: Final = 60
RESERVED: Final = frozenset({"new", "keys", "did", "profile", "log", "page"})
TRIES: Final = 50


def new(slug: str) -> str:
    """A slug that somebody typed, trimmed. Raises Refused: not in the form, kept, taken."""
    text = slug.strip()
    if not SLUG.fullmatch(text) or len(text) > LENGTH:
        raise Refused(_malformed(slug))
    if text in RESERVED:
        message = _("This address is kept for the server itself. Choose another.")
        raise Refused(Refusal(message, "slug", "reserved", "", text))
    with scopes.crossing("addresses"):
        used = Issuer.objects.filter(slug=text).exists()
    if used:
        raise Refused(taken(text))
    return text


def free(name: str) -> str:
    """A slug made of a name. Raises Refused: the name has no letters for one, which people choose then, since
    it stays for ever; fifty people had the same idea."""
    if not _plain(name):
        raise Refused(_malformed(name))
    tries = list(islice(made_of(name), TRIES))
    with scopes.crossing("addresses"):
        used = set(Issuer.objects.filter(slug__in=tries).values_list("slug", flat=True))
    found = next((slug for slug in tries if slug not in used), None)
    if found is None:
        raise Refused(taken(tries[0]))
    return found


def taken(slug: str) -> Refusal:
    """What to say of a slug that is in use."""
    message = _("The address {slug} is taken. Choose another.").format(slug=slug)
    return Refusal(message, "slug", "taken", "", slug)


def made_of(name: str) -> Iterator[str]:
    """Slugs that fit a name, the plainest first, without end."""
    base = _plain(name)
    if not SLUG.fullmatch(base) or base in RESERVED:
        base = f"issuer-{base}".rstrip("-")
    yield base
    number = 2
    while True:
        yield f"{base}-{number}"
        number += 1


def _plain(name: str) -> str:
    base = slugify(name.replace("ß", "ss")).replace("_", "-")[: LENGTH - 16]
    return re.sub(r"-+", "-", base).strip("-")


def _malformed(text: str) -> Refusal:
    message = _("Use 2 to {most} small letters a-z, digits and single hyphens between them.")
    return Refusal(message.format(most=LENGTH), "slug", "invalid", "faculty-of-arts", text[:100])
