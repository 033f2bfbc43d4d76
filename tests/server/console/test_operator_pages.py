"""The operator's pages: tenants, invitations, domains, reports, the state of the instance."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from insignia_server.kit.worker import run_pending
from insignia_server.organisations.jobs import check_domain
from insignia_server.organisations.models import (
    AbuseReport,
    FoundingInvitation,
    Organisation,
    OrganisationState,
)
from insignia_server.people.models import User


@pytest.fixture
def desk(operator_user: User, browser: Callable[[User], Client]) -> Client:
    """A browser in which the operator is signed in."""
    return browser(operator_user)


def test_a_waiting_organisation_is_approved(
    desk: Client, make_organisation: Callable[..., Organisation]
) -> None:
    row = make_organisation("acme", "Acme", state=OrganisationState.PENDING)
    make_organisation("kestrel", "Kestrel")
    assert "1 organisation waits for approval" in desk.get("/operator/").content.decode()
    listed = desk.get("/operator/organisations/?state=pending").content.decode()
    assert ("Acme" in listed, "Kestrel" in listed) == (True, False)
    assert "Kestrel" in desk.get("/operator/organisations/?q=kest").content.decode()
    desk.post(f"/operator/organisations/{row.pk}/approve/")
    row.refresh_from_db()
    assert row.state == OrganisationState.ACTIVE


def test_suspending_needs_a_reason_and_ends(desk: Client, organisation: Organisation) -> None:
    address = f"/operator/organisations/{organisation.pk}/"
    assert list(desk.post(f"{address}suspend/", {"reason": " "}).context["form"].errors) == ["reason"]
    desk.post(f"{address}suspend/", {"reason": "Impersonates a university."})
    assert "Impersonates a university." in desk.get(address).content.decode()
    desk.post(f"{address}resume/")
    organisation.refresh_from_db()
    assert (organisation.state, organisation.state_reason) == (OrganisationState.ACTIVE, "")


@pytest.mark.parametrize(("typed", "kept"), [("250", 250), ("", None), ("0", 0)])
def test_the_quota(typed: str, kept: int | None, desk: Client, organisation: Organisation) -> None:
    desk.post(f"/operator/organisations/{organisation.pk}/quota/", {"awards_a_month": typed})
    organisation.refresh_from_db()
    assert organisation.quota_awards_a_month == kept


@pytest.mark.parametrize(("typed", "kept"), [("3", 3 * 1024 * 1024), ("", None), ("0", 0)])
def test_the_quota_of_evidence(
    typed: str, kept: int | None, desk: Client, organisation: Organisation
) -> None:
    address = f"/operator/organisations/{organisation.pk}/"
    desk.post(f"{address}quota/", {"awards_a_month": "7", "evidence_megabytes": typed})
    organisation.refresh_from_db()
    assert (organisation.quota_awards_a_month, organisation.quota_evidence_bytes) == (7, kept)
    assert desk.get(address).context["quota_form"].initial["evidence_megabytes"] == (
        int(typed) if typed else None
    )


def test_a_wrong_quota_stays_in_its_field(desk: Client, organisation: Organisation) -> None:
    answer = desk.post(f"/operator/organisations/{organisation.pk}/quota/", {"awards_a_month": "-5"})
    assert (answer.status_code, 'value="-5"' in answer.content.decode()) == (422, True)


def test_founders_are_invited_by_mail_and_invitations_withdrawn(desk: Client) -> None:
    desk.post("/operator/invitations/", {"email": "Founder@Example.org", "language": "de"})
    run_pending()
    assert mail.outbox[0].to == ["founder@example.org"]
    row = FoundingInvitation.objects.get()
    assert "founder@example.org" in desk.get("/operator/invitations/").content.decode()
    desk.post(f"/operator/invitations/{row.pk}/withdraw/")
    assert not FoundingInvitation.objects.exists()


def test_reports_are_closed_with_a_note(desk: Client, organisation: Organisation) -> None:
    row = AbuseReport.objects.create(
        address="/badges/x/", reason="impersonation", text="<b>Not them</b>", organisation=organisation
    )
    page = desk.get(f"/operator/reports/{row.pk}/").content.decode()
    assert "&lt;b&gt;Not them&lt;/b&gt;" in page
    desk.post(f"/operator/reports/{row.pk}/", {"note": "Asked them."})
    assert "pretends to be" not in desk.get("/operator/reports/").content.decode()
    assert "pretends to be" in desk.get("/operator/reports/?state=closed").content.decode()
    assert "Asked them." in desk.get(f"/operator/reports/{row.pk}/").content.decode()


def test_the_domains_of_all(desk: Client, world: dict[str, Any]) -> None:
    assert "nordhaven.example" in desk.get("/operator/domains/?state=pending&q=nord").content.decode()
    assert "No domain fits" in desk.get("/operator/domains/?state=proved").content.decode()


def test_jobs_that_were_given_up_are_named_without_their_arguments(desk: Client) -> None:
    key = check_domain.enqueue(domain="secret-argument")
    DBTaskResult.objects.filter(pk=key).update(
        status=TaskResultStatus.FAILED,
        finished_at=timezone.now(),
        traceback="Traceback …\nValueError: no such domain",
    )
    assert "Jobs that were given up: 1" in desk.get("/operator/").content.decode()
    page = desk.get("/operator/jobs/").content.decode()
    assert "organisations.jobs.check_domain" in page
    assert "ValueError: no such domain" in page
    assert "secret-argument" not in page
