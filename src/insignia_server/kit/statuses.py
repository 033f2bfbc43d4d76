from dataclasses import dataclass, replace

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

TONE_ICONS = {"info": "info", "good": "circle-check", "warn": "triangle-alert", "bad": "circle-alert"}


@dataclass(frozen=True, slots=True)
class Status:
    """What a chip shows: a word, a sign, and a tone ("", info, good, warn, bad)."""

    label: str | Promise
    icon: str
    tone: str = ""


_STATUSES = {
    "draft": Status(_("Draft"), "pencil"),
    "published": Status(_("Published"), "circle-check", "good"),
    "archived": Status(_("Archived"), "archive"),
    "valid": Status(_("Valid"), "badge-check", "good"),
    "revoked": Status(_("Revoked"), "ban", "bad"),
    "suspended": Status(_("Suspended"), "circle-pause", "warn"),
    "expired": Status(_("Expired"), "hourglass", "warn"),
    "superseded": Status(_("Superseded"), "history", "info"),
    "queued": Status(_("Queued"), "clock"),
    "held": Status(_("On hold"), "circle-pause", "warn"),
    "waiting": Status(_("Waiting"), "clock"),
    "pending": Status(_("Pending"), "clock", "warn"),
    "running": Status(_("Running"), "refresh-cw", "info"),
    "done": Status(_("Done"), "check", "good"),
    "failed": Status(_("Failed"), "circle-alert", "bad"),
    "stopped": Status(_("Stopped"), "ban"),
    "undone": Status(_("Undone"), "undo-2"),
    "sent": Status(_("Sent"), "send", "info"),
    "opened": Status(_("Opened"), "eye", "info"),
    "withheld": Status(_("Not sent"), "undo-2"),
    "bounced": Status(_("Bounced"), "mail-x", "bad"),
    "claimed": Status(_("Claimed"), "check", "good"),
    "invited": Status(_("Invited"), "mail"),
    "approved": Status(_("Approved"), "check", "good"),
    "refused": Status(_("Refused"), "x", "bad"),
    "active": Status(_("Active"), "circle-check", "good"),
    "inactive": Status(_("Inactive"), "circle-dashed"),
    "open": Status(_("Open"), "circle-check", "good"),
    "closed": Status(_("Closed"), "lock"),
    "not_open": Status(_("Not open yet"), "clock"),
    "full": Status(_("All places taken"), "lock"),
    "verified": Status(_("Verified"), "badge-check", "good"),
    "unverified": Status(_("Not verified"), "circle-dashed", "warn"),
    "rotated": Status(pgettext_lazy("signing key", "Rotated"), "refresh-cw"),
    "compromised": Status(_("Compromised"), "triangle-alert", "bad"),
    "passed": Status(_("Passed"), "circle-check", "good"),
    "warning": Status(_("Note"), "triangle-alert", "warn"),
    "not_checked": Status(_("Not checked"), "circle-help", "warn"),
    "not_applicable": Status(_("Not applicable"), "circle-dashed"),
}

# Words that other languages inflect by what they are said of.
_SAID_OF = {
    ("badge", "revoked"): pgettext_lazy("badge", "Revoked"),
    ("badge", "suspended"): pgettext_lazy("badge", "Suspended"),
    ("badge", "expired"): pgettext_lazy("badge", "Expired"),
    ("badges", "suspended"): pgettext_lazy("badges", "Suspended"),
    ("badges", "expired"): pgettext_lazy("badges", "Expired"),
    ("check", "failed"): pgettext_lazy("check", "Failed"),
    ("group", "archived"): pgettext_lazy("group", "Archived"),
    ("invitation", "open"): pgettext_lazy("invitation", "Open"),
    ("issuer", "archived"): pgettext_lazy("issuer", "Archived"),
    ("organisations", "active"): pgettext_lazy("organisations", "Active"),
    ("organisations", "suspended"): pgettext_lazy("organisations", "Suspended"),
    ("reissue", "done"): pgettext_lazy("issuing again", "Done"),
    ("reissue", "failed"): pgettext_lazy("issuing again", "Failed"),
    ("reports", "closed"): pgettext_lazy("reports", "Closed"),
    ("reports", "open"): pgettext_lazy("reports", "Open"),
    ("security keys", "active"): pgettext_lazy("security keys", "Active"),
}


def status(value: str, of: str = "") -> Status:
    """The look of a state; one that is not known here is shown by its own name, in neutral.

    `of`: what it is said of, where the word of other languages depends on it.
    """
    key = value.lower().replace(" ", "_").replace("-", "_")
    found = _STATUSES.get(key) or Status(value.replace("_", " ").capitalize(), "circle-dashed")
    word = _SAID_OF.get((of, key))
    return replace(found, label=word) if word else found


def all_statuses() -> list[str]:
    """The names of the states that have a look of their own, in the order of the table."""
    return list(_STATUSES)
