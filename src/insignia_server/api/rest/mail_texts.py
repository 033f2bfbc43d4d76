"""The organisation's own mail texts, by kind of message and language."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from ninja import Router, Schema, Status

from insignia_server.api.fitting import Body
from insignia_server.api.guard import ApiRequest, needs
from insignia_server.kit.errors import NotHere
from insignia_server.mail import texts
from insignia_server.mail.compose import OwnText, known_words
from insignia_server.mail.kinds import KINDS
from insignia_server.organisations.roles import Permission

router = Router(tags=["organisation"])


class MailTextOut(Schema):
    """A kind of message in a language. `subject` and `intro` are empty where the usual text is sent."""

    kind: str
    label: str
    language: str
    own: bool
    subject: str
    intro: str
    placeholders: list[str]


class MailTextsOut(Schema):
    """All of them; there are few, so there are no pages."""

    items: list[MailTextOut]


class MailTextIn(Body):
    """The organisation's own words; what is empty is the usual one."""

    subject: str = ""
    intro: str = ""


class MailLookOut(Schema):
    """The mail with example values. `html` is a whole document: show it in a sandboxed frame."""

    subject: str
    text: str
    html: str


def _shown(kind: str, language: str, own: OwnText | None) -> dict[str, Any]:
    return {
        "kind": kind,
        "label": str(KINDS[kind].label),
        "language": language,
        "own": own is not None,
        **vars(own or OwnText()),
        "placeholders": list(known_words(kind)),
    }


def _known(kind: str, language: str) -> None:
    if kind not in KINDS or not KINDS[kind].own_text or language not in dict(settings.LANGUAGES):
        raise NotHere


@router.get("", response=MailTextsOut, **needs(Permission.READ), summary="List mail texts")
def list_mail_texts(request: ApiRequest) -> dict[str, Any]:
    """Every kind of message that an organisation may word itself, in every language of the instance."""
    own = texts.own_texts(request.client.organisation_id)
    items = [
        _shown(kind, code, own.get((kind, code)))
        for kind, about in KINDS.items()
        if about.own_text
        for code, _name in settings.LANGUAGES
    ]
    return {"items": items}


@router.get("/{kind}/{language}", response=MailTextOut, **needs(Permission.READ), summary="Get a mail text")
def get_mail_text(request: ApiRequest, kind: str, language: str) -> dict[str, Any]:
    """The organisation's own words, or empty ones."""
    _known(kind, language)
    return _shown(kind, language, texts.own_texts(request.client.organisation_id).get((kind, language)))


@router.put("/{kind}/{language}", response=MailTextOut, **needs(Permission.MANAGE), summary="Set a mail text")
def set_mail_text(request: ApiRequest, kind: str, language: str, text: MailTextIn) -> dict[str, Any]:
    """Both empty: back to the usual text."""
    _known(kind, language)
    kept = _set(request, kind, language, OwnText(text.subject, text.intro))
    return _shown(kind, language, OwnText(kept.subject, kept.intro) if kept else None)


@router.delete(
    "/{kind}/{language}", response={204: None}, **needs(Permission.MANAGE), summary="Take a mail text back"
)
def remove_mail_text(request: ApiRequest, kind: str, language: str) -> Status[None]:
    """From now on the usual text is sent."""
    _known(kind, language)
    _set(request, kind, language, OwnText())
    return Status(204, None)


@router.post(
    "/{kind}/{language}/preview",
    response=MailLookOut,
    **needs(Permission.MANAGE),
    summary="Preview a mail text",
)
def preview_mail_text(request: ApiRequest, kind: str, language: str, text: MailTextIn) -> Any:
    """The mail with these words and example values; nothing is kept."""
    _known(kind, language)
    draft = OwnText(text.subject, text.intro)
    return texts.preview(kind, language, request.client.organisation_id, draft=draft)


def _set(request: ApiRequest, kind: str, language: str, text: OwnText) -> Any:
    organisation = request.client.organisation_id
    return texts.set_text(
        by=request.actor, organisation_id=organisation, kind=kind, language=language, **vars(text)
    )
