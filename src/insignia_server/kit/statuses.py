from dataclasses import dataclass

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


def status(value: str) -> Status:
    """The look of a state; one that is not known here is shown by its own name, in neutral."""
    key = value.lower().replace(" ", "_").replace("-", "_")
    return _STATUSES.get(key) or Status(value.replace("_", " ").capitalize(), "circle-dashed")


def all_statuses() -> list[str]:
    """The names of the states that have a look of their own, in the order of the table."""
    return list(_STATUSES)
