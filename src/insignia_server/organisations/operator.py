"""What the operator does: approve and suspend tenants, set quotas, invite founders, close reports."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from insignia_server.audit import services as audit
from insignia_server.kit import scopes
from insignia_server.kit.blind import normal_email
from insignia_server.kit.errors import Forbidden, Refusal, Refused
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.models import (
    AbuseReport,
    FoundingInvitation,
    Organisation,
    OrganisationState,
)
from insignia_server.organisations.services import hash_token, new_token
from insignia_server.people.models import User

REASONS = ("impersonation", "false", "offensive", "privacy", "other")


def operator_actor(user: User, organisation: Organisation | None = None) -> Actor:
    """The operator as the one who acts.

    Raises:
        Forbidden: the person is none.
    """
    if not (user.is_staff and user.is_active):
        raise Forbidden(_("Only the operator of this instance may do this."))
    return Actor("operator", organisation.pk if organisation else None, user_id=user.pk)  # type: ignore[arg-type]


def _change(user: User, organisation: Organisation, state: str, reason: str, action: str) -> Organisation:
    by = operator_actor(user, organisation)
    with scopes.crossing("operator"), transaction.atomic():
        organisation.state, organisation.state_reason = state, reason.strip()
        organisation.save(update_fields=["state", "state_reason"])
        audit.record(by=by, action=action, subject=organisation)
    return organisation


def approve(*, user: User, organisation: Organisation) -> Organisation:
    """A waiting organisation may work."""
    return _change(user, organisation, OrganisationState.ACTIVE, "", "organisation.approve")


def suspend(*, user: User, organisation: Organisation, reason: str) -> Organisation:
    """A tenant can read, but change, award and sign nothing. What it issued still verifies."""
    if not reason.strip():
        raise Refused(Refusal(_("Say why; the organisation's members read it."), "reason", "required"))
    return _change(user, organisation, OrganisationState.SUSPENDED, reason, "organisation.suspend")


def resume(*, user: User, organisation: Organisation) -> Organisation:
    """End a suspension."""
    return _change(user, organisation, OrganisationState.ACTIVE, "", "organisation.resume")


@transaction.atomic
def set_quota(
    *, user: User, organisation: Organisation, awards_a_month: int | None, evidence_bytes: int | None = None
) -> Organisation:
    """How many awards a calendar month allows, and how many bytes all files of evidence; None: any number."""
    by = operator_actor(user, organisation)
    organisation.quota_awards_a_month, organisation.quota_evidence_bytes = awards_a_month, evidence_bytes
    with scopes.crossing("operator"):
        organisation.save(update_fields=["quota_awards_a_month", "quota_evidence_bytes"])
    facts = {"awards": awards_a_month, "evidence_bytes": evidence_bytes}
    audit.record(by=by, action="organisation.quota", subject=organisation, **facts)
    return organisation


@transaction.atomic
def invite_founder(
    *, user: User, email: str, now: dt.datetime, token: str = ""
) -> tuple[FoundingInvitation, str]:
    """Invite someone to found an organisation; the token is for the mail only."""
    by, secret = operator_actor(user), token or new_token()
    row = FoundingInvitation.objects.create(
        email=normal_email(email), token_hash=hash_token(secret), expires_at=now + dt.timedelta(days=30)
    )
    audit.record(by=by, action="organisation.invite-founder", subject=row)
    return row, secret


@transaction.atomic
def withdraw_founder(*, user: User, invitation: FoundingInvitation) -> None:
    """Take an invitation back that was not used; its link stops working."""
    by = operator_actor(user)
    audit.record(by=by, action="organisation.withdraw-founder", subject=invitation)
    FoundingInvitation.objects.filter(pk=invitation.pk, used_at=None).delete()


@scopes.crossing("operator")
def report_abuse(
    *, address: str, reason: str, text: str, reporter: str = "", organisation: Organisation | None = None
) -> AbuseReport:
    """What a visitor says about a public page."""
    if reason not in REASONS:
        raise Refused(Refusal(_("Choose a reason."), "reason", "choice", ", ".join(REASONS), reason))
    if not text.strip():
        raise Refused(Refusal(_("Say in a sentence what is wrong."), "text", "required"))
    return AbuseReport.objects.create(
        address=address[:500],
        reason=reason,
        text=text.strip()[:5000],
        reporter=reporter[:254],
        organisation=organisation,
    )


@scopes.crossing("operator")
@transaction.atomic
def close_report(
    *, user: User, report: AbuseReport, note: str, now: dt.datetime | None = None
) -> AbuseReport:
    """The report is dealt with; the note says how."""
    by = operator_actor(user)
    report.closed_at, report.closing_note = now or timezone.now(), note.strip()
    report.save(update_fields=["closed_at", "closing_note"])
    audit.record(by=by, action="report.close", subject=report)
    return report


def all_organisations(user: User) -> list[Organisation]:
    """Every tenant, waiting ones first."""
    operator_actor(user)
    with scopes.crossing("operator"):
        rows = list(Organisation.objects.order_by("name"))
    order = [OrganisationState.PENDING, OrganisationState.SUSPENDED, OrganisationState.ACTIVE]
    return sorted(rows, key=lambda row: order.index(OrganisationState(row.state)))
