"""The queue of messages, an organisation's own texts, and the addresses that are not written to."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from insignia_server.kit.scopes import Keyed, ScopedManager
from insignia_server.mail.kinds import KINDS


class MessageState(models.TextChoices):
    """Where a message is."""

    QUEUED = "queued", _("queued")
    SENDING = "sending", _("being sent")
    SENT = "sent", _("sent")
    OPENED = "opened", _("opened the link")
    BOUNCED = "bounced", _("bounced")
    COMPLAINED = "complained", _("reported as unwanted")
    FAILED = "failed", _("could not be sent")


class BounceKind(models.TextChoices):
    """Whether the address itself is at fault."""

    HARD = "hard", _("the address does not take mail")
    SOFT = "soft", _("the address may take mail another time")


class Failure(models.TextChoices):
    """Why a message was given up here, before any mail server refused it."""

    SUPPRESSED = (
        "suppressed",
        _("Earlier mail to this address bounced or was reported as unwanted, so none was sent."),
    )
    ADDRESS = "address", _("This address cannot be written to. Check its spelling.")
    EXPIRED = "expired", _("The mail server put it off for five days.")
    WITHDRAWN = "withdrawn", _("It was withdrawn before it was sent.")
    REFUSED = "refused", _("The mail service refused it.")
    TEMPLATE = "template", _("Its text could not be made. The operator finds the reason in the log.")


class SharedContext(Keyed):
    """What many messages of one call have in common (achievement, issuer, picture), stored once."""

    values = models.JSONField(default=dict)

    objects: ClassVar[models.Manager[SharedContext]] = models.Manager()


class Message(Keyed):
    """One mail to one address. Its text is made when it is sent, from `context`."""

    ORGANISATION_PATH: ClassVar[str] = "organisation_id"
    PERSON_PATH: ClassVar[str | None] = None

    organisation_id = models.UUIDField(null=True)  # none: the instance itself writes
    kind = models.CharField(max_length=40)
    to_address = models.CharField(max_length=320)
    to_name = models.CharField(max_length=300, blank=True)
    language = models.CharField(max_length=16)
    reply_to = models.CharField(max_length=320, blank=True)
    subject_type = models.CharField(max_length=20, blank=True)  # what it is about: 'award'
    subject_id = models.CharField(max_length=64, blank=True)
    context = models.JSONField(default=dict)
    shared = models.ForeignKey(
        SharedContext,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    state = models.CharField(
        max_length=10, choices=MessageState.choices, default=MessageState.QUEUED, db_default="queued"
    )
    attempts = models.PositiveSmallIntegerField(default=0, db_default=0)
    due_at = models.DateTimeField()  # when to try; while it is being sent: when to think the sender dead
    failure = models.CharField(max_length=10, choices=Failure.choices, blank=True, default="", db_default="")
    last_error = models.TextField(blank=True, default="", db_default="")  # the words of the mail server
    provider_message_id = models.CharField(max_length=255, blank=True, default="", db_default="")
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    bounced_at = models.DateTimeField(null=True)
    bounce_kind = models.CharField(
        max_length=4, choices=BounceKind.choices, blank=True, default="", db_default=""
    )
    bounce_text = models.TextField(blank=True, default="", db_default="")

    objects: ClassVar[ScopedManager[Any]] = ScopedManager()
    plain: ClassVar[models.Manager[Message]] = models.Manager()

    class Meta:
        base_manager_name = "plain"
        indexes: ClassVar = [
            models.Index(fields=["organisation_id", "-id"]),
            models.Index(fields=["subject_type", "subject_id"]),
            models.Index(
                fields=["due_at"], name="mail_due", condition=models.Q(state__in=["queued", "sending"])
            ),
            models.Index(
                fields=["provider_message_id"],
                name="mail_provider",
                condition=~models.Q(provider_message_id=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def full_context(self) -> dict[str, Any]:
        """What the text is made from: the shared part, then its own."""
        return {**(self.shared.values if self.shared else {}), **self.context}

    @property
    def outcome(self) -> str:
        """Where it is, in the reader's language; what was withdrawn is no failure."""
        if self.failure == Failure.WITHDRAWN:
            return gettext("not sent, since the badge changed")
        return str(MessageState(self.state).label)

    @property
    def title(self) -> str:
        """What kind of message it is, in the reader's language."""
        return str(KINDS[self.kind].label) if self.kind in KINDS else self.kind

    @property
    def explanation(self) -> str:
        """What went wrong, in the reader's language, or empty. The server's words stand beside it."""
        if self.state == MessageState.BOUNCED:
            return str(BounceKind(self.bounce_kind or BounceKind.SOFT).label)
        if self.failure == Failure.WITHDRAWN:
            return ""  # `outcome` says it all
        return str(Failure(self.failure).label) if self.failure else ""


class MailText(Keyed):
    """An organisation's own subject and introduction for one kind of message in one language."""

    ORGANISATION_PATH: ClassVar[str] = "organisation_id"
    PERSON_PATH: ClassVar[str | None] = None

    organisation_id = models.UUIDField()
    kind = models.CharField(_("message"), max_length=40)
    language = models.CharField(_("language"), max_length=16)
    subject = models.CharField(_("subject"), max_length=200, blank=True)  # empty: the standard one
    intro = models.TextField(
        _("introduction"), max_length=5000, blank=True
    )  # Markdown; empty: the standard one
    changed_at = models.DateTimeField(auto_now=True)

    objects: ClassVar[ScopedManager[Any]] = ScopedManager()
    plain: ClassVar[models.Manager[MailText]] = models.Manager()

    class Meta:
        base_manager_name = "plain"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation_id", "kind", "language"], name="mail_text_once")
        ]


class SuppressionReason(models.TextChoices):
    """Why an address is not written to."""

    BOUNCED = "bounced", _("mail to it bounced")
    COMPLAINED = "complained", _("its owner reported mail as unwanted")
    UNSUBSCRIBED = "unsubscribed", _("its owner wants no reminders")
    OPERATOR = "operator", _("the operator said so")


class Suppression(Keyed):
    """An address, as a blind index, that an organisation (or none: the whole instance) does not write to."""

    ORGANISATION_PATH: ClassVar[str] = "organisation_id"
    PERSON_PATH: ClassVar[str | None] = None

    organisation_id = models.UUIDField(null=True)
    address_index = models.BinaryField(max_length=32)
    reason = models.CharField(max_length=12, choices=SuppressionReason.choices)
    since = models.DateTimeField()

    objects: ClassVar[ScopedManager[Any]] = ScopedManager()
    plain: ClassVar[models.Manager[Suppression]] = models.Manager()

    class Meta:
        base_manager_name = "plain"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["address_index", "organisation_id"], name="suppressed_once"),
            models.UniqueConstraint(
                fields=["address_index"],
                name="suppressed_everywhere",
                condition=models.Q(organisation_id=None),
            ),
        ]
