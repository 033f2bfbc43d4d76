"""Designs of drafts: drawn and kept, frozen with the version, followed by families, held against others."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from complete_definition import COMPLETE

from insignia_server.achievements import designing, jobs, pictures, series, services, similar
from insignia_server.achievements.definition import Definition
from insignia_server.achievements.models import Achievement, AchievementVersion, Picture
from insignia_server.designs import logos
from insignia_server.designs import services as families
from insignia_server.designs.drawing import PALETTES, Design, Logo, Text
from insignia_server.designs.families import family_of
from insignia_server.issuers.models import Issuer
from insignia_server.kit import scopes
from insignia_server.kit.errors import Forbidden, NotHere, Refused
from insignia_server.kit.ids import uuid7
from insignia_server.kit.jobs import take_lease
from insignia_server.organisations import look
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.models import Organisation

Make = Callable[..., Achievement]


def titled(design: Design, text: str) -> Design:
    return replace(design, texts=replace(design.texts, title=Text(text=text)))


def drafted(achievement: Achievement) -> AchievementVersion:
    found = services.draft_of(achievement)
    assert found is not None
    return found


def test_a_new_achievement_has_its_starter_at_once(
    make_achievement: Make, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        made = make_achievement(Definition(name="Welding"))
    draft = drafted(made)
    assert draft.picture is not None
    assert draft.picture.drawn
    assert not draft.designed
    assert Design.from_json(draft.design) == pictures.starter_of(made, draft.definition)


def test_the_starter_follows_the_name_until_somebody_designs(
    owner: Actor, make_achievement: Make, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        made = make_achievement(Definition(name="Welding"))
    first, seen = drafted(made).picture, services.stamp(drafted(made))
    with django_capture_on_commit_callbacks(execute=True):
        services.save_draft(by=owner, achievement=made, definition=Definition(name="Sailing"), seen=seen)
    second = drafted(made)
    assert second.picture != first
    assert Design.from_json(second.design).texts.title.text == "Sailing"
    chosen = titled(Design(frame="hexagon"), "Mine")
    designing.set_design(by=owner, achievement=made, design=chosen)
    with django_capture_on_commit_callbacks(execute=True):
        services.save_draft(by=owner, achievement=made, definition=Definition(name="Rowing"))
    assert Design.from_json(drafted(made).design) == chosen


def test_a_design_is_frozen_with_its_version_and_goes_on_to_the_next(
    owner: Actor, make_achievement: Make
) -> None:
    made = make_achievement()
    chosen = titled(Design(frame="octagon", alt="An octagon with a title."), "Octagon")
    designing.set_design(by=owner, achievement=made, design=chosen)
    services.publish(by=owner, achievement=made)
    version = services.current(made)
    assert version.design == chosen.to_json()
    assert version.document is not None
    assert version.document["image"]["caption"] == "An octagon with a title."
    picture = version.picture
    later = designing.set_design(by=owner, achievement=made, design=replace(chosen, frame="square"))
    assert later.is_draft
    assert later.picture != picture
    assert services.current(made).picture == picture
    assert services.current(made).design == chosen.to_json()


def test_somebody_else_changed_the_design(owner: Actor, make_achievement: Make) -> None:
    made = make_achievement()
    first = designing.set_design(by=owner, achievement=made, design=Design())
    seen = designing.stamp(first)
    designing.set_design(by=owner, achievement=made, design=Design(frame="square"), seen=seen)
    with pytest.raises(Refused) as raised:
        designing.set_design(by=owner, achievement=made, design=Design(frame="hexagon"), seen=seen)
    assert raised.value.refusals[0].code == "conflict"
    assert drafted(made).design["frame"] == "square"


def test_who_may_and_what_may_be_designed(
    owner: Actor, make_achievement: Make, act_as: Callable[..., Actor]
) -> None:
    made = make_achievement(publish=True)
    with pytest.raises(Forbidden):
        designing.set_design(by=act_as("awarder"), achievement=made, design=Design())
    foreign = dataclasses.replace(owner, organisation_id=uuid7())
    with pytest.raises(NotHere):
        designing.set_design(by=foreign, achievement=made, design=Design())
    services.archive(by=owner, achievement=made)
    with pytest.raises(Refused):
        designing.set_design(by=owner, achievement=made, design=Design())


def test_own_artwork_takes_the_design_away_and_removing_it_brings_the_starter(
    owner: Actor, make_achievement: Make, django_capture_on_commit_callbacks: Any
) -> None:
    made = make_achievement()
    designing.set_design(by=owner, achievement=made, design=Design())
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9"/></svg>'
    services.set_picture(by=owner, achievement=made, content=svg)
    assert (drafted(made).design, drafted(made).designed) == (None, False)
    with django_capture_on_commit_callbacks(execute=True):
        services.remove_picture(by=owner, achievement=made)
    assert drafted(made).design is not None


def test_a_series_a_restyling_and_what_stays(owner: Actor, make_achievement: Make) -> None:
    made = make_achievement(Definition(name="Pottery"))
    designing.set_design(by=owner, achievement=made, design=titled(Design(frame="hexagon"), "Pottery"))
    look = family_of(designing.design_of(made), rule="metals")
    family = families.create_family(by=owner, name="Crafts", look=look)
    three = series.make_series(
        by=owner, family=family, achievement=made, levels=["foundation", "advanced", "expert"]
    )
    assert [one.name for one in three] == ["Pottery: Foundation", "Pottery: Advanced", "Pottery: Expert"]
    designs = [designing.design_of(one) for one in three]
    assert [one.level.value for one in designs] == [1, 3, 4]
    assert len({one.palette.accent for one in designs}) == 3
    assert {one.frame for one in designs} == {"hexagon"}
    published = replace(drafted(three[2]).definition, **_complete())
    services.save_draft(by=owner, achievement=three[2], definition=published)
    services.publish(by=owner, achievement=three[2])
    frozen = services.current(three[2])

    families.change_family(
        by=owner, family=family, look=replace(look, base=replace(look.base, frame="octagon"))
    )
    assert [designing.design_of(one).frame for one in three] == ["hexagon"] * 3, "not before it is restyled"
    assert [one.changes for one in series.members(family)] == [True, True, False]
    assert series.restyle(by=owner, family=family) == 2
    assert [designing.design_of(one).frame for one in three] == ["octagon", "octagon", "hexagon"]
    after = services.current(three[2])
    assert (after.design, after.picture) == (frozen.design, frozen.picture)

    assert series.restyle(by=owner, family=family, also=[three[2]]) == 3
    assert designing.design_of(three[2]).frame == "octagon"
    assert services.current(three[2]).picture == frozen.picture, "an awarded version never changes"
    assert designing.design_of(three[0]).texts.title.text == "Pottery: Foundation", "texts are the badge's"


def logo(colour: str) -> bytes:
    """A wide logo of one colour."""
    box = f'<rect width="30" height="10" fill="{colour}"/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 30 10">{box}</svg>'.encode()


def test_the_organisations_logo_stays_as_it_was_chosen(
    owner: Actor, make_achievement: Make, organisation: Organisation
) -> None:
    """An awarded version never changes when the look changes, and its design drawn again is the same."""
    look.set_picture(by=owner, organisation=organisation, place="logo", content=logo("#c00"))
    made = make_achievement()
    design = titled(Design(layout="emblem", logo=Logo(picture="organisation")), "Logo")
    designing.set_design(by=owner, achievement=made, design=design)
    services.publish(by=owner, achievement=made)
    version = services.current(made)
    kept = designing.design_of(made, version)
    assert kept.logo is not None
    assert kept.logo.picture.startswith("look-")
    look.set_picture(by=owner, organisation=organisation, place="logo", content=logo("#00c"))
    again = Achievement.objects.select_related("issuer__organisation").get(pk=made.pk)
    assert pictures.draw(again, kept) == version.picture
    newer = designing.set_design(by=owner, achievement=again, design=design)
    assert newer.picture != version.picture
    look.set_picture(by=owner, organisation=organisation, place="logo", content=b"")
    assert pictures.draw(again, kept) == version.picture
    assert services.current(made).picture == version.picture


@pytest.mark.parametrize("picture", ["organisation", "organisation-dark", "look-" + "0" * 32, "anything"])
def test_a_logo_that_is_not_there_is_refused(owner: Actor, make_achievement: Make, picture: str) -> None:
    made, design = make_achievement(), Design(logo=Logo(picture=picture))
    with pytest.raises(Refused) as raised:
        designing.set_design(by=owner, achievement=made, design=design)
    assert [one.field for one in raised.value.refusals] == ["logo.picture"]
    with pytest.raises(Refused) as raised:
        families.create_family(by=owner, name="Crafts", look=family_of(design))
    assert [one.field for one in raised.value.refusals] == ["base.logo.picture"]


def test_a_family_keeps_the_logo_and_the_logo_of_another_organisation_is_not_there(
    owner: Actor,
    make_achievement: Make,
    organisation: Organisation,
    make_organisation: Callable[..., Organisation],
) -> None:
    look.set_picture(by=owner, organisation=organisation, place="logo_dark", content=logo("#fff"))
    design = Design(logo=Logo(picture="organisation-dark", place="bottom"))
    family = families.create_family(by=owner, name="Crafts", look=family_of(design))
    kept = families.look_of(family).base.logo
    assert kept is not None
    assert kept.picture.startswith("look-")
    one = make_achievement()
    designing.set_design(by=owner, achievement=one, design=Design(), family=family)
    assert designing.design_of(one).logo == kept
    assert logos.picture_of(Design(logo=kept), organisation) is not None
    assert logos.picture_of(Design(logo=kept), make_organisation("elsewhere", "Elsewhere")) is None


def _complete() -> dict[str, Any]:

    names = ("description", "criteria", "assessment")
    return {name: getattr(COMPLETE, name) for name in names}


def test_many_drafts_are_drawn_by_a_job(
    owner: Actor, make_achievement: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(series, "AT_ONCE", 0)
    made = make_achievement()
    family = families.create_family(by=owner, name="Look", look=family_of(Design(frame="square")))
    designing.set_design(by=owner, achievement=made, design=Design(), family=family, level="expert")
    look = family_of(Design(frame="octagon"))
    families.change_family(by=owner, family=family, look=look)
    assert series.restyle(by=owner, family=family) == 1
    assert designing.design_of(made).frame == "square"
    running = take_lease(uuid7(), worker="test", seconds=60)
    done = jobs.restyle_drafts.function(
        running, organisation=str(owner.organisation_id), family=str(family.pk)
    )
    assert done == 1
    assert designing.design_of(made).frame == "octagon"


def test_levels_that_are_none(owner: Actor, make_achievement: Make) -> None:
    made = make_achievement()
    family = families.create_family(by=owner, name="Look", look=family_of(Design()))
    for levels in ([], ["expert", "expert"], ["wizard"]):
        with pytest.raises(Refused):
            series.make_series(by=owner, family=family, achievement=made, levels=levels)
    with pytest.raises(Refused):
        designing.set_design(by=owner, achievement=made, design=Design(), family=family, level="wizard")


def test_what_looks_alike_is_found_by_its_bands(owner: Actor, make_achievement: Make) -> None:
    look = replace(
        titled(Design(frame="shield"), "Data Literacy"), icon=replace(Design().icon, id="ph:chart-bar")
    )
    first, second, other = (make_achievement() for _ in range(3))
    designing.set_design(by=owner, achievement=first, design=look)
    draft = designing.set_design(
        by=owner, achievement=second, design=replace(look, palette=PALETTES["forest"])
    )
    designing.set_design(
        by=owner, achievement=other, design=titled(Design(frame="gem", layout="framed"), "X")
    )
    found = similar.alike(second, draft.picture)
    assert [(one.achievement, one.own, one.address) for one in found] == [(first.pk, True, "")]
    assert similar.alike(second, None) == []


def test_public_pictures_of_others_are_found_and_their_drafts_are_not(
    owner: Actor, make_achievement: Make, make_organisation: Callable[..., Organisation]
) -> None:
    design = titled(Design(frame="seal", layout="ring"), "First Aid")
    mine = make_achievement()
    draft = designing.set_design(by=owner, achievement=mine, design=design)
    other = make_organisation("kestrel", "Kestrel Works")
    by = other.members(manager="plain").get().actor()
    with scopes.organisation(other.pk):
        issuer = Issuer.objects.create(
            organisation=other,
            slug="k",
            name="Kestrel",
            base_url="https://badges.example.test",
            did="did:web:x",
        )

        theirs = services.create(by=by, issuer=issuer, definition=COMPLETE)
        designing.set_design(by=by, achievement=theirs, design=design)
    assert similar.alike(mine, draft.picture) == []
    with scopes.organisation(other.pk):
        services.publish(by=by, achievement=theirs)
    (found,) = similar.alike(mine, draft.picture)
    assert (found.own, found.issuer, found.same) == (False, "Kestrel", True)
    assert found.address == f"https://badges.example.test/achievements/{theirs.pk}/1.png"


@pytest.mark.parametrize("value", [0, 1, 1 << 63, (1 << 64) - 1, 0xFEDCBA9876543210])
def test_a_hash_fits_its_columns(value: int) -> None:
    columns = similar.columns(value)
    assert -(1 << 63) <= columns["hash"] < 1 << 63
    assert columns["hash"] % (1 << 64) == value
    assert sum(columns[f"band_{at}"] << 16 * at for at in range(4)) == value
    assert similar.distance(columns["hash"], value) == 0


def test_pictures_without_a_hash_get_one_by_a_job(owner: Actor, make_achievement: Make) -> None:
    made = make_achievement()
    picture = designing.set_design(by=owner, achievement=made, design=Design()).picture
    assert picture is not None
    Picture.objects.update(hash=None, band_0=None)
    running = take_lease(uuid7(), worker="test", seconds=60)
    assert jobs.hash_pictures.function(running) == 1
    assert Picture.objects.get(pk=picture.pk).hash == picture.hash
