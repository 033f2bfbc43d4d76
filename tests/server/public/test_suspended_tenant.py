"""What the operator's suspension of an organisation does: nothing new, and what was issued still verifies."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from insignia_server.achievements.models import Achievement
from insignia_server.awarding import claims
from insignia_server.awarding import services as awarding
from insignia_server.awarding.models import Award, AwardSource, Claim
from insignia_server.awarding.recipients import Recipient
from insignia_server.credentials.verification import verify_bytes
from insignia_server.kit.errors import Refused
from insignia_server.organisations import operator
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.models import Organisation
from insignia_server.people.models import User

pytestmark = pytest.mark.django_db
MakeUser = Callable[..., User]


@pytest.fixture
def suspend(make_user: MakeUser, scoped: Organisation) -> Callable[[], None]:
    """The operator suspends Nordhaven, as on the operator's page."""
    chief = make_user("chief@instance.example", is_staff=True)

    def act() -> None:
        operator.suspend(user=chief, organisation=scoped, reason="Sells badges.")
        cache.clear()

    return act


def test_a_badge_of_before_still_verifies(
    client: Client, make_award: Callable[..., Award], suspend: Callable[[], None]
) -> None:
    award = make_award()
    suspend()
    report = verify_bytes(bytes(award.credential.content), now=timezone.now())
    assert report.valid
    page = client.get(f"/badges/{award.credential_id}/")
    assert page.status_code == 200
    assert client.get(f"/credentials/{award.credential_id}.json").content == bytes(award.credential.content)


def test_nothing_new_is_awarded_and_the_reason_is_said(
    owner: Actor, achievement: Achievement, suspend: Callable[[], None]
) -> None:
    suspend()
    with pytest.raises(Refused, match="Sells badges") as refused:
        awarding.award(
            by=owner,
            achievement=achievement,
            recipient=Recipient(email="bea@example.org", name="Bea"),
            key="one",
            source=AwardSource.MANUAL,
        )
    assert refused.value.refusals[0].code == "organisation-state"
    assert not Award.objects.exists()


def test_a_claim_link_is_closed_and_says_so(
    client: Client, owner: Actor, achievement: Achievement, suspend: Callable[[], None]
) -> None:
    address = claims.link_url(claims.open_link(by=owner, achievement=achievement, name="Workshop"))
    path = address[address.index("/claim/") :]
    assert "Nordhaven University cannot award" not in client.get(path).content.decode()
    suspend()
    assert "Nordhaven University cannot award badges at the moment" in client.get(path).content.decode()
    posted = client.post(path, {"email": "bea@example.org", "name": "Bea"})
    assert "cannot award badges at the moment" in posted.content.decode()
    assert not Claim.objects.exists()


def test_the_front_page_recommends_it_no_longer_and_its_page_says_why(
    client: Client, make_award: Callable[..., Award], suspend: Callable[[], None]
) -> None:
    issuer = make_award().achievement.issuer
    assert issuer.name in client.get("/").content.decode()
    suspend()
    cache.clear()
    assert issuer.name not in client.get("/").content.decode()
    assert "has suspended this organisation" in client.get(f"/issuers/{issuer.slug}/").content.decode()


def test_its_members_sign_in_and_read_and_change_nothing(owner: Actor, suspend: Callable[[], None]) -> None:
    suspend()
    member = Client()
    signed = member.post(
        "/accounts/login/", {"login": "owner@nordhaven.example", "password": "correct horse battery"}
    )
    assert signed.status_code == 302
    client = Client()
    client.force_login(User.objects.get(email="owner@nordhaven.example"))
    assert client.get("/console/nordhaven/awards/").status_code == 200
    refused = client.post("/console/nordhaven/settings/", {"name": "Other"})
    assert refused.status_code == 403
    assert "Sells badges." in refused.content.decode()


def test_after_the_suspension_all_goes_on(
    owner: Actor, achievement: Achievement, suspend: Callable[[], None], scoped: Organisation
) -> None:
    suspend()
    operator.resume(user=User.objects.get(is_staff=True), organisation=scoped)
    made = awarding.award(
        by=owner,
        achievement=achievement,
        recipient=Recipient(email="bea@example.org", name="Bea"),
        key="one",
        source=AwardSource.MANUAL,
        now=timezone.now() + dt.timedelta(seconds=1),
    )
    assert made.credential_id


def test_badge_and_achievement_say_so_in_one_sentence(
    client: Client, make_award: Callable[..., Award], suspend: Callable[[], None]
) -> None:
    award = make_award()
    pages = [f"/badges/{award.credential_id}/", f"/achievements/{award.achievement_id}/"]
    said = "The operator of this instance has suspended"
    assert [said in client.get(page).content.decode() for page in pages] == [False, False]
    suspend()
    assert [client.get(page).content.decode().count(said) for page in pages] == [1, 1]
    assert "Sells badges" not in client.get(pages[0]).content.decode()
