"""The one sentence on a report, as `insignia.verification.render.words.sentence`, in any language.

The library's `words` makes names and identifiers harmless here too: this module only says the rest.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from insignia.verification.render.words import harmless, party, quoted, recipient_name
from insignia_server.credentials.report_translation import filled, marked, plain, shown_day

Tree = Mapping[str, Any]
THINGS: Final = {"endorsement": gettext_lazy("an endorsement"), "status list": gettext_lazy("a status list")}
# By whether there is a recipient and a day.
_ISSUED: Final = {
    (False, False): gettext_lazy("was issued by {issuer}"),
    (False, True): gettext_lazy("was issued by {issuer} on {day}"),
    (True, False): gettext_lazy("was issued by {issuer} about {recipient}"),
    (True, True): gettext_lazy("was issued by {issuer} about {recipient} on {day}"),
}
_AWARDED: Final = {
    **_ISSUED,
    (True, False): gettext_lazy("was issued by {issuer} to {recipient}"),
    (True, True): gettext_lazy("was issued by {issuer} to {recipient} on {day}"),
}
_PRESENTED: Final = {
    False: gettext_lazy("was presented by {issuer}"),
    True: gettext_lazy("was presented by {issuer} on {day}"),
}
_DEFINED: Final = {
    False: gettext_lazy("is defined by {issuer}"),
    True: gettext_lazy("is defined by {issuer} on {day}"),
}
_NO_STANDING: Final = ("presentation", "achievement definition", "issuer profile")


def sentence(tree: Tree, *, html: bool = False) -> str:
    """The verdict in one sentence; with `html`, what stays English in it is marked."""
    thing, said = _thing(tree["subject"]), marked if html else plain
    if tree["verdict"] == "invalid":
        failed = next(one for one in tree["checks"] if one["outcome"] == "failed")
        why = said(harmless(failed["message"], 600))
        return filled(_("Not valid: {thing}. {why}"), {"thing": thing, "why": why}, html=html)
    if tree["verdict"] == "undetermined":
        return filled(
            _("Not confirmed: {thing}. {why}"), {"thing": thing, "why": _left_open(tree, said)}, html=html
        )
    issued = _issued(tree["subject"])
    if tree["asked"]:
        text = (
            _("The proof holds: {thing} {issued}. Only {asked} was asked for.")
            if "proof" in tree["asked"]
            else _("What was checked holds: {thing} {issued}. Only {asked} was asked for.")
        )
        return text.format(thing=thing, issued=issued, asked=", ".join(tree["asked"]))
    return _valid(tree, thing, issued)


def _left_open(tree: Tree, said: Callable[[str], str]) -> str:
    for one in tree["checks"]:
        if one["outcome"] == "not checked" and one["required"]:
            return said(harmless(one["message"], 600))
    return _("Some required checks were not made.")


def _valid(tree: Tree, thing: str, issued: str) -> str:
    subject = tree["subject"]
    if subject.get("kind") in _NO_STANDING:
        return _("Valid: {thing} {issued}.").format(thing=thing, issued=issued)
    asked = any(
        one["code"].partition(".")[0] == "status" and one["outcome"] == "passed" for one in tree["checks"]
    )
    until = subject.get("validUntil")
    if asked and until:
        text = _("Valid: {thing} {issued}, is not revoked and is valid until {day}.")
    elif asked:
        text = _("Valid: {thing} {issued}, is not revoked and has no expiry date.")
    elif until:
        text = _("Valid: {thing} {issued} and is valid until {day}.")
    else:
        text = _("Valid: {thing} {issued} and has no expiry date.")
    return text.format(thing=thing, issued=issued, day=_day(until) if until else "")


def _thing(subject: Mapping[str, Any]) -> str:
    if name := subject.get("name"):
        return _("“{name}”").format(name=quoted(str(name))[1:-1])
    kind, count = str(subject.get("kind")), subject.get("credentials", 0)
    if kind == "presentation":
        text = ngettext(
            "a presentation of {count} credential", "a presentation of {count} credentials", count
        )
        return text.format(count=count)
    if kind == "learner record":
        text = ngettext(
            "a learner record of {count} credential", "a learner record of {count} credentials", count
        )
        return text.format(count=count)
    if kind in THINGS:
        return str(THINGS[kind])
    return _("a badge") if "version" in subject else _("a credential")


def _issued(subject: Mapping[str, Any]) -> str:
    kind = subject.get("kind")
    if kind == "issuer profile":
        return _("is what this issuer publishes about itself")
    issuer = party(subject.get("issuer"), "") or _("an unnamed issuer")
    recipient = recipient_name(subject)
    since = subject.get("awardedDate") or subject.get("validFrom")
    day = _day(since) if since else ""
    if kind in ("presentation", "achievement definition"):
        template = (_PRESENTED if kind == "presentation" else _DEFINED)[bool(day)]
    else:
        table = _AWARDED if kind in ("achievement", "learner record") else _ISSUED
        template = table[bool(recipient), bool(day)]
    return str(template).format(issuer=issuer, recipient=recipient, day=day)


def _day(value: object) -> str:
    """As the library's `moment`: a day in UTC; what is no date stays as it is."""
    try:
        instant = dt.datetime.fromisoformat(str(value))
        return shown_day(instant.astimezone(dt.UTC) if instant.tzinfo else instant)
    except (ValueError, OverflowError):
        return harmless(value, 40)
