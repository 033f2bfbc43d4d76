"""Designs: made, changed, chosen, removed; and what they make of an award."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client

from insignia.baking.pdf import attached
from insignia_server.achievements.models import Achievement
from insignia_server.audit.models import Entry
from insignia_server.awarding.models import Award
from insignia_server.certificates import designs, rendering, services
from insignia_server.certificates.designs import Signer, Values
from insignia_server.certificates.models import CertificateDesign, DesignUse
from insignia_server.issuers.models import Issuer
from insignia_server.kit import scopes
from insignia_server.kit.errors import Forbidden, NotHere, Refused
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.models import Organisation

sys.path.insert(0, str(Path(__file__).parents[1] / "kit"))
from pdf_text import content_text, normal

pytestmark = pytest.mark.django_db
SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 3" width="90" height="30">'
    b'<rect width="9" height="3"/></svg>'
)


def words(award: Award, **more: Any) -> str:
    return normal(content_text(services.render(award, **more)))


def test_without_a_design_the_certificate_is_plain(give: Callable[..., Award]) -> None:
    award = give("Ada Lovelace")
    pdf = services.render(award)
    text = normal(content_text(pdf))
    assert attached(pdf) == bytes(award.credential.content)
    said = ("Ada Lovelace", "Data Literacy", "Nordhaven Academy", "Statistics", "Finish the five modules.")
    assert [one for one in (*said, "150 hours, 6 ECTS", "VALID UNTIL") if one not in text] == []
    assert f"/badges/{award.credential_id}/" in text.replace(" ", "")


def test_the_first_design_is_the_organisations(owner: Actor, give: Callable[..., Award]) -> None:
    award = give("Ada Lovelace")
    values = Values(
        layout="diploma",
        orientation="landscape",
        signatures=(Signer(name="Ingrid Solberg", function="Rector"),),
        wording={"en": {"kicker": "Diploma of {organisation}"}, "de": {"kicker": "Urkunde"}},
    )
    first = services.create_design(by=owner, name=" Diploma ", values=values)
    second = services.create_design(by=owner, name="Second", values=Values())
    assert (first.name, first.is_default, second.is_default) == ("Diploma", True, False)
    assert services.default_design() == first == services.design_for(award)
    text = words(award)
    assert "Diploma of Nordhaven University" in text
    assert "Rector" in text
    assert "Urkunde" in words(award, language="de")
    services.set_default(by=owner, design=second)
    assert "Diploma" not in words(award)
    assert CertificateDesign.objects.filter(is_default=True).count() == 1


def test_an_achievement_goes_before_its_issuer_and_that_before_the_organisation(
    owner: Actor, issuer: Issuer, achievement: Achievement, give: Callable[..., Award]
) -> None:
    award = give("Ada Lovelace")
    whole, of_issuer, own = (
        services.create_design(by=owner, name=name, values=Values()) for name in ("whole", "issuer", "own")
    )
    services.choose(by=owner, design=of_issuer, of=issuer)
    assert services.design_for(award) == of_issuer
    services.choose(by=owner, design=own, of=achievement)
    services.choose(by=owner, design=own, of=achievement)
    assert services.design_for(award) == own
    uses = services.uses_of(own)
    assert (uses.organisation, uses.issuers, uses.achievements) == (False, (), (achievement,))
    services.choose(by=owner, design=None, of=achievement)
    services.choose(by=owner, design=None, of=achievement)
    assert services.design_for(award) == of_issuer
    services.remove_design(by=owner, design=of_issuer)
    assert services.design_for(award) == whole
    assert not DesignUse.objects.exists()
    services.remove_design(by=owner, design=whole)
    services.remove_design(by=owner, design=own)
    assert services.design_for(award) is None
    acts = list(Entry.objects.filter(action__startswith="certificate.").values_list("action", flat=True))
    assert [acts.count(f"certificate.{one}") for one in ("create", "choose", "unchoose", "remove")] == [
        3,
        3,
        1,
        3,
    ]


def test_pictures_come_and_go(
    owner: Actor, give: Callable[..., Award], django_capture_on_commit_callbacks: Any
) -> None:
    award = give("Ada Lovelace")
    drawn = designs.read_drawing(SVG, "logo")
    values = Values(signatures=(Signer(name="Ingrid Solberg"),))
    design = services.create_design(
        by=owner, name="D", values=values, pictures={"logo": drawn, "signature-1": drawn}
    )
    names = [one["name"] for one in design.pictures.values()]
    assert all(default_storage.exists(name) for name in names)
    assert b"Signature of Ingrid Solberg" in services.render(award)
    with django_capture_on_commit_callbacks(execute=True):
        changed = services.change_design(
            by=owner, design=design, name="D", values=values, pictures={"logo": None}
        )
    assert set(changed.pictures) == {"signature-1"}
    assert [default_storage.exists(name) for name in names] == [False, True]
    with django_capture_on_commit_callbacks(execute=True):
        services.remove_design(by=owner, design=changed)
    assert not default_storage.exists(names[1])


UNSEEN = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0H9" opacity="0"/></svg>'


@pytest.mark.parametrize(
    "content", [b"", b"no picture", b"<svg", UNSEEN, b"%PDF-1.7", b"\x89PNG\r\n\x1a\n" + b"\0" * 99]
)
def test_what_is_no_picture_is_refused_at_its_field(content: bytes) -> None:
    with pytest.raises(Refused) as refused:
        designs.read_drawing(content, "signature_1")
    assert refused.value.refusals[0].field == "signature_1"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        (Values(layout="../x"), "layout"),
        (Values(paper="a5"), "paper"),
        (Values(orientation="sideways"), "orientation"),
        (Values(ornament="clouds"), "ornament"),
        (Values(blocks=("criteria", "name")), "blocks"),
        (Values(accent="red"), "accent"),
        (Values(accent='#1d5c8f"); #panic('), "accent"),
        (Values(second="#12"), "second"),
        (Values(signatures=(Signer(function="Rector"),)), "signatures.1.name"),
        (Values(signatures=(Signer(name="x" * 101),)), "signatures.1.name"),
        (Values(signatures=(Signer(name="a"),) * 3), "signatures"),
        (Values(wording={"xx": {"kicker": "a"}}), "wording.xx"),
        (Values(wording={"en": {"headline": "a"}}), "wording.en.headline"),
        (Values(wording={"en": {"kicker": "x" * 61}}), "wording.en.kicker"),
        (Values(wording={"en": {"before": "{user}"}}), "wording.en.before"),
    ],
)
def test_what_no_certificate_can_show(owner: Actor, scoped: Organisation, values: Values, field: str) -> None:
    with pytest.raises(Refused) as refused:
        services.create_design(by=owner, name="D", values=values)
    assert [one.field for one in refused.value.refusals] == [field]
    assert not CertificateDesign.objects.exists()


def test_names_and_how_many(owner: Actor, scoped: Organisation, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("", "  ", "x" * 121):
        with pytest.raises(Refused):
            services.create_design(by=owner, name=name, values=Values())
    with pytest.raises(Refused):
        services.create_design(
            by=owner, name="D", values=Values(), pictures={"cover": designs.read_drawing(SVG, "x")}
        )
    monkeypatch.setattr(services, "MOST", 1)
    services.create_design(by=owner, name="D", values=Values())
    with pytest.raises(Refused, match="most"):
        services.create_design(by=owner, name="E", values=Values())


def test_who_may(
    owner: Actor, act_as: Callable[..., Actor], achievement: Achievement, make_organisation: Any
) -> None:
    design = services.create_design(by=owner, name="D", values=Values())
    author, awarder = act_as("author"), act_as("awarder")
    services.change_design(by=author, design=design, name="E", values=Values())
    for act in (
        lambda: services.create_design(by=awarder, name="D", values=Values()),
        lambda: services.change_design(by=awarder, design=design, name="D", values=Values()),
        lambda: services.set_default(by=awarder, design=design),
        lambda: services.choose(by=awarder, design=design, of=achievement),
        lambda: services.remove_design(by=awarder, design=design),
    ):
        with pytest.raises(Forbidden):
            act()
    other = make_organisation("southhaven", "Southhaven")
    stranger = Actor("member", other.pk, owner.permissions)
    with scopes.organisation(other.pk):
        for act in (
            lambda: services.change_design(by=stranger, design=design, name="D", values=Values()),
            lambda: services.set_default(by=stranger, design=design),
            lambda: services.choose(by=stranger, design=None, of=achievement),
            lambda: services.remove_design(by=stranger, design=design),
        ):
            with pytest.raises(NotHere):
                act()


def test_values_survive_being_stored() -> None:
    values = Values(
        layout="band",
        blocks=("code",),
        signatures=(Signer(name="A", function="B"),),
        wording={"en": {"kicker": "K", "before": ""}},
    )
    stored = values.to_json()
    assert Values.from_json(stored) == Values(
        layout="band",
        blocks=("code",),
        signatures=(Signer(name="A", function="B"),),
        wording={"en": {"kicker": "K"}},
    )
    assert Values.from_json({}) == Values()


def test_the_public_download_has_the_design(owner: Actor, give: Callable[..., Award], client: Client) -> None:
    award = give("محمد بن عبد الله")
    services.create_design(
        by=owner, name="D", values=Values(layout="minimal", wording={"en": {"kicker": "With honours"}})
    )
    answer = client.get(f"/badges/{award.credential_id}.pdf")
    assert answer.status_code == 200
    text = normal(content_text(answer.content))
    assert "With honours" in text
    assert "محمد بن عبد الله" in text
    assert attached(answer.content) == bytes(award.credential.content)


def test_an_award_without_a_picture_has_no_certificate(give: Callable[..., Award]) -> None:
    award = give("Ada Lovelace")
    award.version.picture = None
    with pytest.raises(NotHere):
        rendering.data_for(award, language="en")
