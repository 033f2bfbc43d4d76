"""The kinds of messages: what each is called, what its text needs, and an example for previews."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Kind:
    """`needs` must be in the context, `may` can be; `url` is the address of the button.

    `answers_to`: where answers go when the organisation names no address of its own.
    `words`: which of them an organisation's own text may name in braces, beside {name}.
    `unsubscribe`: its reader may ask for no more of these. `sober`: nothing to celebrate, so no picture.
    `greets`: false where a stranger may have typed the name: it is nowhere in the mail, so nobody can send
    words of their own to an address that is not theirs. `own_text`: an organisation may word it itself.
    """

    label: str | Promise
    needs: tuple[str, ...]
    may: tuple[str, ...] = ()
    words: tuple[str, ...] = ("achievement", "issuer")
    unsubscribe: bool = False
    sober: bool = False
    greets: bool = True
    own_text: bool = True
    example: Mapping[str, Any] = field(default_factory=dict)


_BADGE: Final = ("achievement", "issuer", "url")
_BADGE_MAY: Final = ("picture", "note", "reason", "expires", "answers_to")
_EXAMPLE: Final[Mapping[str, Any]] = {
    "achievement": _("Data Analysis with Python"),
    "issuer": _("Faculty of Computing"),
    "picture": "{public_url}/static/mail/example.png",
    "url": "{public_url}/badges/0197f3c2-5a10-7c3e-9f5b-2d8c4f6a1b90/",
    "note": "",
    "reason": "",
    "expires": "",
    "answers_to": "badges@nordhaven.example",
}
_BECAUSE: Final = {**_EXAMPLE, "reason": _("The name on it was misspelt.")}
_TEAM: Final = {"batch": _("Summer term 2026"), "achievement": _("Data Analysis with Python")}
_CONSOLE_URL: Final = "{public_url}/console/nordhaven/"


def _badge(label: str | Promise, example: Mapping[str, Any] = _EXAMPLE, **more: Any) -> Kind:
    return Kind(label, needs=_BADGE, may=_BADGE_MAY, example=example, **more)


KINDS: Final[Mapping[str, Kind]] = {
    "award": _badge(_("A badge was awarded"), words=("achievement", "issuer", "note")),
    "award_reminder": _badge(_("Reminder of a badge that nobody has looked at"), unsubscribe=True),
    "award_corrected": _badge(
        _("A badge was corrected"), _BECAUSE, words=("achievement", "issuer", "reason")
    ),
    "award_revoked": _badge(
        _("A badge was revoked"),
        {**_EXAMPLE, "reason": _("It was awarded by mistake.")},
        sober=True,
        words=("achievement", "issuer", "reason"),
    ),
    "award_suspended": _badge(
        _("A badge was suspended"),
        {**_EXAMPLE, "reason": _("The result is being checked again.")},
        sober=True,
        words=("achievement", "issuer", "reason"),
    ),
    "award_reinstated": _badge(_("A suspended badge is valid again")),
    "award_reissued": _badge(
        _("A badge was issued again"),
        {**_EXAMPLE, "reason": _("The key that had signed it was replaced.")},
        words=("achievement", "issuer", "reason"),
    ),
    "claim_confirm": _badge(
        _("Prove an address to claim a badge"),
        {**_EXAMPLE, "url": "{public_url}/claim/prove/example/"},
        sober=True,
        greets=False,
    ),
    "claim_approved": _badge(_("A claim was approved")),
    "claim_declined": _badge(
        _("A claim was declined"),
        {**_EXAMPLE, "reason": _("We could not find you on the list of participants.")},
        sober=True,
        words=("achievement", "issuer", "reason"),
    ),
    "invitation": Kind(
        _("Invitation to the organisation"),
        needs=("organisation", "roles", "url"),
        may=("inviter", "expires"),
        words=("organisation", "inviter"),
        example={
            "organisation": _("Nordhaven University"),
            "roles": [_("Author"), _("Awarder")],
            "inviter": "Ines Alvarado",
            "url": "{public_url}/invitations/example/",
            "expires": _("10 December 2026"),
        },
    ),
    "founding_invitation": Kind(
        _("Invitation to found an organisation"),
        needs=("instance", "url"),
        may=("expires",),
        words=(),
        own_text=False,
        example={
            "instance": "Insignia",
            "url": "{public_url}/invitations/example/",
            "expires": _("10 December 2026"),
        },
    ),
    "batch_approval_wanted": Kind(
        _("A batch waits for approval"),
        needs=("batch", "achievement", "rows", "requested_by", "url"),
        own_text=False,
        example={**_TEAM, "rows": 1240, "requested_by": "Ines Alvarado", "url": _CONSOLE_URL},
    ),
    "batch_finished": Kind(
        _("A batch is finished"),
        needs=("batch", "achievement", "signed", "refused", "url"),
        own_text=False,
        example={**_TEAM, "signed": 1236, "refused": 4, "url": _CONSOLE_URL},
    ),
    "domain_proven": Kind(
        _("A domain is proven"),
        needs=("domain", "organisation", "url"),
        own_text=False,
        example={
            "domain": "nordhaven.example",
            "organisation": _("Nordhaven University"),
            "url": _CONSOLE_URL,
        },
    ),
    "webhook_failing": Kind(
        _("A webhook is failing"),
        needs=("endpoint", "since", "answer", "url"),
        own_text=False,
        example={
            "endpoint": "https://sis.nordhaven.example/hooks/badges",
            "since": _("24 November 2026, 18:05 UTC"),
            "answer": "503 Service Unavailable",
            "url": _CONSOLE_URL,
        },
    ),
}
EXAMPLE_NAME: Final = "Amara Okafor"


def kind_named(name: str) -> Kind:
    """The kind of this name.

    Raises:
        LookupError: there is none; the message lists them.
    """
    try:
        return KINDS[name]
    except KeyError:
        raise LookupError(f"There is no kind of message {name!r}; there are {', '.join(KINDS)}.") from None


def check_context(name: str, context: Mapping[str, Any]) -> None:
    """See that a context has what the text of its kind needs.

    Raises:
        LookupError: no such kind.
        ValueError: names every missing and every unknown member.
    """
    kind = kind_named(name)
    missing = [one for one in kind.needs if one not in context]
    unknown = sorted(set(context) - {*kind.needs, *kind.may})
    if missing or unknown:
        raise ValueError(
            f"The context of a message {name!r} "
            + " and ".join(
                part
                for part in (
                    f"lacks {', '.join(missing)}" if missing else "",
                    f"has {', '.join(unknown)}, which it does not know" if unknown else "",
                )
                if part
            )
            + f"; it needs {', '.join(kind.needs)} and may have {', '.join(kind.may) or 'nothing else'}."
        )
