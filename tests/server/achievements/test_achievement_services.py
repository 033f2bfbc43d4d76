"""What can be done with achievements, by whom, and that a published version never changes."""

from __future__ import annotations

import datetime as dt
import inspect
import json
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from insignia_server.achievements import earning, pictures, services
from insignia_server.achievements.definition import Assessment, Definition
from insignia_server.achievements.models import Achievement, AchievementState, AchievementVersion, Picture
from insignia_server.audit.models import Entry
from insignia_server.issuers.models import Issuer
from insignia_server.kit import scopes
from insignia_server.kit.errors import Forbidden, NotHere, Refused
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.models import Organisation
from insignia_server.webhooks import services as webhooks
from insignia_server.webhooks.models import Event

NOW = dt.datetime(2026, 11, 25, 12, 0, tzinfo=dt.UTC)
BADGE = Path(__file__).resolve().parents[3] / "src/insignia_server/kit/static/kit/sample-badge.svg"
Make = Callable[..., Achievement]


def refused(act: Callable[[], Any]) -> list[str]:
    """The codes of what a use case refuses."""
    with pytest.raises(Refused) as raised:
        act()
    return [one.code for one in raised.value.refusals]


def actions() -> list[str]:
    return list(
        Entry.objects.filter(action__startswith="achievement.")
        .order_by("id")
        .values_list("action", flat=True)
    )


def test_an_unfinished_definition_can_be_kept(owner: Actor, issuer: Issuer) -> None:
    made = services.create(by=owner, issuer=issuer, definition=Definition(criteria_url="not an address"))
    assert made.state == AchievementState.DRAFT
    draft = services.draft_of(made)
    assert draft is not None
    assert draft.definition.criteria_url == "not an address"
    assert (draft.number, draft.document) == (None, None)
    assert made.created_by_id == owner.user_id
    assert actions() == ["achievement.create"]


def test_what_a_database_cannot_keep_is_refused_and_nothing_is_made(owner: Actor, issuer: Issuer) -> None:
    assert refused(lambda: services.create(by=owner, issuer=issuer, definition=Definition(name="a\x00"))) == [
        "type"
    ]
    assert not Achievement.objects.exists()


def test_an_issuer_of_the_archive_and_an_unknown_framework_are_refused(owner: Actor, issuer: Issuer) -> None:
    assert refused(
        lambda: services.create(by=owner, issuer=issuer, definition=Definition(), framework="nope")
    ) == ["term"]
    issuer.archived_at = NOW
    assert refused(lambda: services.create(by=owner, issuer=issuer, definition=Definition())) == ["archived"]


def test_publishing_freezes_the_draft(owner: Actor, make_achievement: Make, complete: Definition) -> None:
    made = make_achievement(complete)
    version = services.publish(by=owner, achievement=made, note=" First. ", now=NOW)
    assert (version.number, version.note, version.published_at) == (1, "First.", NOW)
    assert version.published_by_id == owner.user_id
    assert version.document is not None
    assert version.document["id"].endswith(f"/achievements/{made.pk}/1.json")
    assert version.document["name"] == "Data Literacy"
    assert (made.state, made.name) == (AchievementState.PUBLISHED, "Data Literacy")
    assert services.current(made) == version
    assert services.draft_of(made) is None
    assert actions() == ["achievement.create", "achievement.publish"]


def test_publishing_is_told_to_webhooks(owner: Actor, make_achievement: Make) -> None:
    _endpoint, _secret = webhooks.create_endpoint(
        by=owner, url="https://hooks.example/", events=["achievement.published"]
    )
    made = make_achievement(publish=True)
    event = Event.objects.get()
    assert (event.type, event.organisation_id) == ("achievement.published", made.organisation_id)
    assert json.loads(bytes(event.body))["data"] == {
        "achievement": str(made.pk),
        "version": 1,
        "name": "Data Literacy",
        "address": f"https://badges.example.test/achievements/{made.pk}/1.json",
    }


def test_publishing_pins_the_issuers_addresses(owner: Actor, make_achievement: Make, issuer: Issuer) -> None:
    """The frozen document holds the issuer's addresses; house rule 1: signed bytes are served verbatim."""
    make_achievement(publish=True)
    issuer.refresh_from_db()
    assert issuer.pinned_at is not None


def test_publishing_tells_everything_that_is_wrong_at_once(owner: Actor, make_achievement: Make) -> None:
    made = make_achievement(Definition(name="Half", criteria_url="x"), framework="eu-microcredential")
    with pytest.raises(Refused) as raised:
        services.publish(by=owner, achievement=made)
    fields = {one.field for one in raised.value.refusals}
    assert {"criteria_url", "description", "assessment.methods", "country", "ects"} <= fields
    assert services.published(made) is None
    assert not Picture.objects.exists()


def test_without_a_draft_there_is_nothing_to_publish(owner: Actor, make_achievement: Make) -> None:
    made = make_achievement(publish=True)
    assert refused(lambda: services.publish(by=owner, achievement=made)) == ["no-draft"]


def test_what_the_checks_overlook_the_schema_refuses(
    owner: Actor, make_achievement: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "problems", lambda *_: [])
    made = make_achievement(Definition(name="A", achievement_type="Nonsense"))
    with pytest.raises(Refused) as raised:
        services.publish(by=owner, achievement=made)
    assert "/achievementType" in {one.field for one in raised.value.refusals}
    assert services.published(made) is None


def test_a_typo_is_fixed_by_a_new_version(owner: Actor, make_achievement: Make, complete: Definition) -> None:
    """Issue 3: 'a typo is fixed by a new version without touching history'."""
    made = make_achievement(complete, publish=True)
    first = services.current(made)
    content, document = first.content, first.document
    assert document is not None
    draft = services.save_draft(
        by=owner, achievement=made, definition=replace(complete, name="Data literacy!")
    )
    assert services.current(made) == first
    assert made.name == "Data Literacy", "the published name is listed until the draft is published"
    second = services.publish(by=owner, achievement=made)
    assert (second.pk, second.number) == (draft.pk, 2)
    assert second.document is not None
    assert second.document["related"][0]["id"] == document["id"]
    first.refresh_from_db()
    assert (first.content, first.document, first.number) == (content, document, 1)
    assert services.current(made) == second
    assert made.name == "Data literacy!"


def test_there_is_at_most_one_draft(owner: Actor, make_achievement: Make, complete: Definition) -> None:
    made = make_achievement(complete)
    services.save_draft(by=owner, achievement=made, definition=replace(complete, name="B"))
    services.save_draft(by=owner, achievement=made, definition=replace(complete, name="C"))
    assert made.versions.count() == 1
    assert made.name == "C"
    with pytest.raises(IntegrityError), transaction.atomic():
        AchievementVersion.objects.create(organisation_id=made.organisation_id, achievement=made, content={})


def test_saving_without_a_change_does_nothing(
    owner: Actor, make_achievement: Make, complete: Definition
) -> None:
    made = make_achievement(complete, publish=True)
    version = services.save_draft(by=owner, achievement=made, definition=complete, framework="")
    assert version.number == 1
    assert services.stamp(version) == ""
    assert services.draft_of(made) is None
    assert actions() == ["achievement.create", "achievement.publish"]


CHANGES: dict[str, Callable[[Actor, Achievement], Any]] = {
    "save_draft": lambda by, row: services.save_draft(
        by=by, achievement=row, definition=Definition(name="Other")
    ),
    "set_picture": lambda by, row: services.set_picture(by=by, achievement=row, content=BADGE.read_bytes()),
    "remove_picture": lambda by, row: services.remove_picture(by=by, achievement=row),
    "publish": lambda by, row: (
        services.save_draft(
            by=by, achievement=row, definition=replace(services.newest(row).definition, ects=1.0)
        ),
        services.publish(by=by, achievement=row),
    ),
    "discard_draft": lambda by, row: services.discard_draft(by=by, achievement=row),
    "archive": lambda by, row: services.archive(by=by, achievement=row),
    "unarchive": lambda by, row: services.unarchive(by=by, achievement=row),
    "clone": lambda by, row: services.clone(by=by, achievement=row),
    "share": lambda by, row: services.share(by=by, achievement=row, shared=True),
    "create": lambda by, row: services.create(by=by, issuer=row.issuer, definition=Definition()),
}


@pytest.mark.parametrize("name", CHANGES)
def test_no_service_changes_a_published_version(owner: Actor, make_achievement: Make, name: str) -> None:
    made = make_achievement(publish=True)
    columns = [field.attname for field in AchievementVersion._meta.concrete_fields]
    before = AchievementVersion.objects.filter(achievement=made, number=1).values(*columns).get()
    CHANGES[name](owner, made)
    assert AchievementVersion.objects.filter(pk=before["id"]).values(*columns).get() == before
    assert services.current(made).pk in set(made.versions.values_list("pk", flat=True))


def test_the_table_of_changes_is_complete() -> None:
    takes_by = {
        name
        for name, one in inspect.getmembers(services, inspect.isfunction)
        if one.__module__ == services.__name__
        and "by" in inspect.signature(one).parameters
        and name[0] != "_"
    }
    assert takes_by - {"may_clone"} == set(CHANGES)


NEEDS = {"publish": "publish", "archive": "publish", "unarchive": "publish"}


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize("role", ["author", "awarder", "approver", "auditor"])
def test_who_may(
    act_as: Callable[..., Actor], owner: Actor, make_achievement: Make, name: str, role: str
) -> None:
    made = make_achievement(publish=True)
    services.share(by=owner, achievement=made, shared=True)
    if role == "author":
        CHANGES[name](act_as(role), made)
    else:
        with pytest.raises(Forbidden):
            CHANGES[name](act_as(role), made)


@pytest.mark.parametrize("name", [name for name in CHANGES if name != "create"])
def test_a_foreign_achievement_is_not_there(
    make_organisation: Callable[..., Organisation], make_achievement: Make, name: str
) -> None:
    from insignia_server.organisations.models import Member

    made = make_achievement(publish=True)
    other = make_organisation("other", "Other University")
    stranger = Member.plain.get(organisation=other).actor()
    with scopes.crossing("operator"), pytest.raises(NotHere):
        CHANGES[name](stranger, made)
    with scopes.organisation(other.pk):
        assert not Achievement.objects.exists()
        assert not AchievementVersion.objects.exists()


def test_an_issuer_of_another_tenant_is_not_there(
    make_organisation: Callable[..., Organisation], owner: Actor, make_achievement: Make
) -> None:
    other = make_organisation("other", "Other University")
    foreign = Issuer.plain.create(
        organisation=other, slug="other", name="O", base_url="https://o.example", did="did:o"
    )
    with pytest.raises(NotHere):
        services.create(by=owner, issuer=foreign, definition=Definition())
    with pytest.raises(NotHere):
        services.clone(by=owner, achievement=make_achievement(), issuer=foreign)


def test_somebody_else_saved_meanwhile(owner: Actor, make_achievement: Make, complete: Definition) -> None:
    made = make_achievement(complete)
    seen = services.stamp(services.draft_of(made))
    services.save_draft(by=owner, achievement=made, definition=replace(complete, name="Theirs"), seen=seen)
    mine = replace(complete, name="Mine")
    assert refused(lambda: services.save_draft(by=owner, achievement=made, definition=mine, seen=seen)) == [
        "conflict"
    ]
    services.save_draft(by=owner, achievement=made, definition=mine)
    assert services.newest(made).definition.name == "Mine"


def test_somebody_saves_while_the_badge_is_drawn(
    owner: Actor, make_achievement: Make, complete: Definition, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make_achievement(complete)
    draw = pictures.store_picture

    def slowly(*args: Any, **options: Any) -> Picture:
        services.save_draft(by=owner, achievement=made, definition=replace(complete, name="Renamed"))
        return draw(*args, **options)

    monkeypatch.setattr(pictures, "store_picture", slowly)
    assert refused(lambda: services.publish(by=owner, achievement=made)) == ["conflict"]


def test_issuer_and_framework_change_with_a_draft(
    owner: Actor, make_achievement: Make, issuer: Issuer
) -> None:
    other = Issuer.objects.create(
        organisation_id=owner.organisation_id,
        slug="law",
        name="Law",
        base_url=issuer.base_url,
        did="did:web:law",
    )
    made = make_achievement()
    definition = services.newest(made).definition
    services.save_draft(
        by=owner, achievement=made, definition=definition, issuer=other, framework="eu-microcredential"
    )
    made.refresh_from_db()
    assert (made.issuer_id, made.framework) == (other.pk, "eu-microcredential")
    services.save_draft(by=owner, achievement=made, definition=definition, framework="plain")
    services.publish(by=owner, achievement=made)
    assert refused(
        lambda: services.save_draft(by=owner, achievement=made, definition=definition, issuer=issuer)
    ) == ["pinned"]


def test_an_issuer_that_went_to_the_archive_publishes_nothing(
    owner: Actor, make_achievement: Make, issuer: Issuer
) -> None:
    made = make_achievement()
    Issuer.objects.filter(pk=issuer.pk).update(archived_at=NOW)
    assert refused(lambda: services.publish(by=owner, achievement=Achievement.objects.get(pk=made.pk))) == [
        "archived"
    ]


def test_the_archive(owner: Actor, make_achievement: Make) -> None:
    made = make_achievement(publish=True)
    services.archive(by=owner, achievement=made, now=NOW)
    services.archive(by=owner, achievement=made, now=NOW)
    assert (made.state, made.archived_at) == (AchievementState.ARCHIVED, NOW)
    assert services.current(made).number == 1, "earlier awards keep their version"
    for name in ("save_draft", "set_picture", "remove_picture", "discard_draft"):
        assert refused(partial(CHANGES[name], owner, made)) == ["archived"]
    assert refused(lambda: services.publish(by=owner, achievement=made)) == ["archived"]
    assert refused(lambda: services.awardable(made)) == ["archived"]
    services.unarchive(by=owner, achievement=made)
    services.unarchive(by=owner, achievement=made)
    assert (made.state, made.archived_at) == (AchievementState.PUBLISHED, None)
    assert services.awardable(made).number == 1
    assert actions()[2:] == ["achievement.archive", "achievement.unarchive"]


def test_a_draft_comes_out_of_the_archive_as_a_draft(owner: Actor, make_achievement: Make) -> None:
    made = make_achievement()
    services.archive(by=owner, achievement=made)
    services.unarchive(by=owner, achievement=made)
    assert made.state == AchievementState.DRAFT
    assert refused(lambda: services.current(made)) == ["unpublished"]


def test_discarding_a_draft(owner: Actor, make_achievement: Make, complete: Definition) -> None:
    made = make_achievement(complete, publish=True)
    services.save_draft(by=owner, achievement=made, definition=Definition(name="Gone"))
    assert services.discard_draft(by=owner, achievement=made) is False
    assert services.newest(made).definition == complete
    never = make_achievement()
    assert services.discard_draft(by=owner, achievement=never) is True
    assert not Achievement.objects.filter(pk=never.pk).exists()
    with pytest.raises(NotHere):
        services.discard_draft(by=owner, achievement=never)


def test_a_clone_is_a_draft_of_its_own(owner: Actor, make_achievement: Make, complete: Definition) -> None:
    made = make_achievement(replace(complete, human_code="DL-1"), framework="plain")
    services.set_picture(by=owner, achievement=made, content=BADGE.read_bytes())
    services.publish(by=owner, achievement=made)
    copy = services.clone(by=owner, achievement=made)
    definition = services.newest(copy).definition
    assert definition == replace(complete, name="Data Literacy (copy)")
    assert (copy.state, copy.framework, copy.issuer_id) == (AchievementState.DRAFT, "plain", made.issuer_id)
    assert services.newest(copy).picture == services.current(made).picture


def test_where_it_can_be_earned(
    owner: Actor, act_as: Callable[..., Actor], make_achievement: Make, complete: Definition
) -> None:
    made = make_achievement(complete)
    course = "https://courses.example/literacy"
    earning.set_earn_url(by=owner, achievement=made, address=course)
    assert services.clone(by=owner, achievement=made).earn_url == course
    wrong = ("http://courses.example", "https://", "javascript:alert(1)", "https://a b.example", "x" * 2001)
    for address in wrong:
        with pytest.raises(Refused) as refused:
            earning.set_earn_url(by=owner, achievement=made, address=address)
        assert [one.field for one in refused.value.refusals] == ["earn_url"], address
        with pytest.raises(Refused):
            services.create(by=owner, issuer=made.issuer, definition=complete, earn_url=address)
    with pytest.raises(Forbidden):
        earning.set_earn_url(by=act_as("awarder"), achievement=made, address="")
    made.refresh_from_db()
    assert made.earn_url == course
    earning.set_earn_url(by=owner, achievement=made, address="")
    earning.set_earn_url(by=owner, achievement=made, address=" ")
    assert Entry.objects.filter(action="achievement.earn").count() == 2, "nothing changed the last time"
    services.archive(by=owner, achievement=made)
    with pytest.raises(Refused):
        earning.set_earn_url(by=owner, achievement=made, address=course)


def test_only_what_is_shared_can_be_cloned_by_colleagues(
    act_as: Callable[..., Actor], owner: Actor, make_achievement: Make
) -> None:
    made, colleague = make_achievement(), act_as("author")
    assert services.may_clone(owner, made)
    assert not services.may_clone(colleague, made)
    with pytest.raises(Forbidden, match="not shared"):
        services.clone(by=colleague, achievement=made)
    services.share(by=owner, achievement=made, shared=True)
    assert made.shared
    copy = services.clone(by=colleague, achievement=made)
    assert services.may_clone(colleague, copy), "whoever made it"
    assert not services.may_clone(act_as("auditor"), made)


def test_the_picture_of_a_draft(owner: Actor, make_achievement: Make) -> None:
    made = make_achievement(publish=True)
    drawn = services.current(made).picture
    assert drawn is not None
    assert drawn.drawn
    sent = services.set_picture(by=owner, achievement=made, content=BADGE.read_bytes())
    assert not sent.drawn
    draft = services.draft_of(made)
    assert draft is not None
    assert draft.picture == sent
    assert services.current(made).picture == drawn
    services.publish(by=owner, achievement=made)
    services.save_draft(by=owner, achievement=made, definition=Definition(name="Next"))
    assert services.newest(made).picture == sent, "a picture that was sent goes on to the next version"
    services.remove_picture(by=owner, achievement=made)
    assert services.newest(made).picture is None


def test_a_badge_that_was_drawn_is_drawn_anew_for_a_new_name(
    owner: Actor, make_achievement: Make, complete: Definition
) -> None:
    made = make_achievement(complete, publish=True)
    services.save_draft(by=owner, achievement=made, definition=replace(complete, name="Another name"))
    assert services.newest(made).picture is None
    services.publish(by=owner, achievement=made)
    first, second = made.versions.order_by("number")
    assert first.picture != second.picture
    services.clone(by=owner, achievement=made)
    assert services.newest(services.clone(by=owner, achievement=made)).picture is None


def test_lists(owner: Actor, make_achievement: Make, complete: Definition) -> None:
    published = make_achievement(replace(complete, name="Ship Stability", human_code="MAR-7"), publish=True)
    draft = make_achievement(Definition(name="Sailing"))
    archived = make_achievement(replace(complete, name="Knots"), publish=True)
    services.archive(by=owner, achievement=archived)
    found = Achievement.objects
    assert set(found.all().in_state("")) == {published, draft}
    assert set(found.all().in_state("all")) == {published, draft, archived}
    assert set(found.all().in_state("archived")) == {archived}
    assert set(found.awardable()) == {published}
    assert set(found.matching("STAB ship")) == {published}
    assert set(found.matching("mar-7")) == {published}
    assert set(found.matching("")) == {published, draft, archived}
    assert str(published) == "Ship Stability"
    assert services.newest(draft).is_draft


def test_a_very_long_name_is_kept_in_the_draft_and_cut_in_the_list(owner: Actor, issuer: Issuer) -> None:
    made = services.create(
        by=owner, issuer=issuer, definition=Definition(name="x" * 5000, human_code="y" * 500)
    )
    assert (len(made.name), len(made.code)) == (300, 100)
    assert len(services.newest(made).definition.name) == 5000


def test_participation_can_be_published(owner: Actor, make_achievement: Make, complete: Definition) -> None:
    made = make_achievement(replace(complete, assessment=Assessment(methods=("none",))))
    assert services.publish(by=owner, achievement=made).number == 1
