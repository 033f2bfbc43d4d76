"""An organisation's own subject and introduction for a kind of message in a language, and how they look.

The caller has checked that whoever acts may manage the organisation: roles are not known here.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from insignia_server.audit.services import ActsFor, record
from insignia_server.kit import scopes
from insignia_server.kit.errors import Refusal, Refused
from insignia_server.mail import branding, placeholders
from insignia_server.mail.compose import Composed, OwnText, compose, known_words, supported
from insignia_server.mail.kinds import EXAMPLE_NAME, kind_named
from insignia_server.mail.models import MailText

MAX_SUBJECT = 200
MAX_INTRO = 5000


def check(kind: str, *, subject: str, intro: str) -> OwnText:
    """The texts, trimmed, when they can be used for this kind.

    Raises:
        LookupError: no such kind.
        Refused: every problem, each for the field `subject` or `intro`.
    """
    if not kind_named(kind).own_text:
        raise Refused(Refusal(_("This message has no text of your own."), code="fixed"))
    known = known_words(kind)
    problems: list[Refusal] = []
    text = OwnText(" ".join(subject.split()), intro.replace("\r\n", "\n").strip())
    for field, value, limit in (("subject", text.subject, MAX_SUBJECT), ("intro", text.intro, MAX_INTRO)):
        if len(value) > limit:
            message = _("At most {limit} characters; there are {count}.").format(
                limit=limit, count=len(value)
            )
            problems.append(
                Refusal(message, field=field, code="length", expected=str(limit), got=str(len(value)))
            )
        problems += _problems(placeholders.check, value, known, field)
    if not problems:
        problems += _problems(placeholders.check_links, text.intro, known, "intro")
    if problems:
        raise Refused(*problems)
    return text


def set_text(
    *, by: ActsFor, organisation_id: uuid.UUID, kind: str, language: str, subject: str, intro: str
) -> MailText | None:
    """Keep an organisation's own texts; both empty: back to the standard ones, which answers None.

    Raises:
        LookupError: no such kind.
        Refused: the texts cannot be used, or the instance does not speak the language.
    """
    if language not in dict(settings.LANGUAGES):
        names = ", ".join(dict(settings.LANGUAGES))
        message = _("This instance does not send mails in “{language}”.").format(language=language)
        raise Refused(Refusal(message, field="language", code="language", expected=names, got=language))
    text = check(kind, subject=subject, intro=intro)
    place: dict[str, Any] = {"organisation_id": organisation_id, "kind": kind, "language": language}
    with scopes.organisation(organisation_id), transaction.atomic():
        if not text.subject and not text.intro:
            if MailText.objects.filter(**place).delete()[0]:
                record(by=by, action="mail_text.reset", kind=kind, language=language)
            return None
        row: MailText
        row, _made = MailText.objects.update_or_create(
            **place, defaults={"subject": text.subject, "intro": text.intro}
        )
        record(by=by, action="mail_text.set", subject=row, kind=kind, language=language)
        return row


def own_texts(organisation_id: uuid.UUID | None) -> dict[tuple[str, str], OwnText]:
    """All own texts of an organisation by kind and language."""
    if organisation_id is None:
        return {}
    with scopes.organisation(organisation_id):
        rows = list(MailText.objects.all())
    return {(row.kind, row.language): OwnText(row.subject, row.intro) for row in rows}


def preview(
    kind: str, language: str, organisation: uuid.UUID | None = None, *, draft: OwnText | None = None
) -> Composed:
    """The message with example values, as this organisation's readers would see it; `draft` is not kept yet.

    Raises:
        LookupError: no such kind.
        Refused: the draft cannot be used.
    """
    language = supported(language)
    if draft is not None:
        own: OwnText | None = check(kind, subject=draft.subject, intro=draft.intro)
    else:
        own = own_texts(organisation).get((kind, language))
    with translation.override(language):
        context = {name: _example(value) for name, value in kind_named(kind).example.items()}
    look = branding.of(organisation)
    if "organisation" in context and organisation is not None:
        context["organisation"] = look.name
    return compose(kind, context=context, language=language, branding=look, name=EXAMPLE_NAME, own=own)


def _example(value: Any) -> Any:
    if isinstance(value, list):
        return [str(one) for one in value]
    if isinstance(value, int):
        return value
    return str(value).replace("{public_url}", settings.PUBLIC_URL)


def _problems(look: Any, value: str, known: tuple[str, ...], field: str) -> list[Refusal]:
    try:
        look(value, known=known, field=field)
    except Refused as refused:
        return list(refused.refusals)
    return []
