"""What has happened at the demo's university: a batch, a claim link, and badges that changed."""

from __future__ import annotations

import datetime as dt
from typing import Any

BATCH_FILE = "research-integrity-autumn.csv"
# The last address has a comma where a dot belongs: a batch whose file is all right is the exception.
BATCH = """Email,Name,Earned on
aisha.khan@example.org,Aisha Khan,2026-10-02
bjorn.haugen@example.org,Bjørn Haugen,2026-10-02
carmen.diaz@example.org,Carmen Díaz,2026-10-02
daniel.okonkwo@example.org,Daniel Okonkwo,2026-10-02
eszter.kovacs@example.org,Eszter Kovács,2026-10-02
finn.larsen@example.org,Finn Larsen,2026-10-09
grace.mwangi@example.org,Grace Mwangi,2026-10-09
hugo.lindholm@example.org,Hugo Lindholm,2026-10-09
ioana.popescu@example.org,Ioana Popescu,2026-10-09
jin.park@example.org,Park Jin,2026-10-09
katarzyna.zielinska@example.org,Katarzyna Zielińska,2026-10-16
leon.hartmann@example.org,Leon Hartmann,2026-10-16
"marek.novak@example,org",Marek Novák,2026-10-16
"""
WAITING_FILE = "academic-writing-november.csv"
WAITING = """Email,Name
nadia.benali@example.org,Nadia Benali
owen.davies@example.org,Owen Davies
petra.svoboda@example.org,Petra Svoboda
quentin.leroy@example.org,Quentin Leroy
rania.farouk@example.org,Rania Farouk
sven.bergstrom@example.org,Sven Bergström
tamara.ilic@example.org,Tamara Ilić
uma.reddy@example.org,Uma Reddy
viktor.horvat@example.org,Viktor Horvat
wanjiru.kamau@example.org,Wanjiru Kamau
"""
CLAIMS = (
    ("yusuf.demirci@example.org", "Yusuf Demirci", "I measured the way to work of our office, 14 people."),
    ("zofia.malinowska@example.org", "Zofia Malinowska", ""),
    ("alba.serrano@example.org", "Alba Serrano", "Course of the summer term."),
)


def tell(organisation: Any, people: dict[str, Any], *, now: dt.datetime) -> None:
    """Everything by the services that the pages call, and the jobs that they leave are run here.

    `people`: users by address. Runs outside of every scope.
    """
    from insignia_server.kit import scopes
    from insignia_server.kit.worker import run_pending
    from insignia_server.organisations import services as organisations
    from insignia_server.organisations.models import Member

    with scopes.organisation(organisation.pk):
        actors = {str(one.user.email): one.actor() for one in Member.objects.select_related("user")}
        owner = actors["owner@nordhaven.example"]
        organisations.update_settings(
            by=owner,
            organisation=organisation,
            values={"reply_to": "badges@nordhaven.example", "approval_from": 10},
        )
        names = _achievements()
    awarder, approver = actors["awarder@nordhaven.example"], actors["approver@nordhaven.example"]
    finished = _batch(organisation, awarder, names["Research Integrity"], BATCH_FILE, BATCH, now)
    _batch(organisation, awarder, names["Academic Writing"], WAITING_FILE, WAITING, now)
    _approve(organisation, approver, finished, now)
    _claims(organisation, awarder, approver, names["Sustainability Basics"], now)
    run_pending()
    with scopes.organisation(organisation.pk):
        _changes(owner, now)
    run_pending()
    with scopes.organisation(organisation.pk):
        _mails(now)


def long_ago(by: Any, achievement: Any, now: dt.datetime) -> None:
    """A badge that has expired; its learner has earned it anew since."""
    from insignia_server.awarding import services as awarding

    awarding.award(
        by=by,
        achievement=achievement,
        recipient=awarding.Recipient(email="ann@example.org", name="Ann Lindqvist"),
        key="demo:expired",
        valid_from=now - dt.timedelta(days=900),
        results=[awarding.Result(description="points", value="19")],
        send=False,
        now=now,
    )


def _achievements() -> dict[str, Any]:
    from insignia_server.achievements.models import Achievement

    return {row.name: row for row in Achievement.objects.select_related("issuer", "organisation")}


def _batch(
    organisation: Any, by: Any, achievement: Any, file_name: str, content: str, now: dt.datetime
) -> Any:
    """Uploaded, checked and confirmed; from ten rows on a second person has to approve it."""
    from insignia_server.awarding import batches
    from insignia_server.kit import scopes
    from insignia_server.kit.worker import run_pending

    with scopes.organisation(organisation.pk):
        name = file_name.removesuffix(".csv").replace("-", " ").capitalize()
        batch = batches.start_bulk(
            by=by, achievement=achievement, name=name, content=content.encode(), file_name=file_name
        )
    run_pending()
    with scopes.organisation(organisation.pk):
        batches.check(by=by, batch=batch)
    run_pending()
    with scopes.organisation(organisation.pk):
        batch.refresh_from_db()
        batches.confirm(by=by, batch=batch, now=now)
    return batch


def _approve(organisation: Any, by: Any, batch: Any, now: dt.datetime) -> None:
    """An hour ago, so that the hold is over."""
    from insignia_server.awarding import batches
    from insignia_server.kit import scopes

    with scopes.organisation(organisation.pk):
        batch.refresh_from_db()
        batches.approve(by=by, batch=batch, now=now - dt.timedelta(hours=1))


def _claims(organisation: Any, by: Any, approver: Any, achievement: Any, now: dt.datetime) -> None:
    """A link with three claims, of which one is approved already."""
    from insignia_server.awarding import claims
    from insignia_server.kit import scopes

    with scopes.organisation(organisation.pk):
        link = claims.open_link(
            by=by,
            achievement=achievement,
            name="Week of sustainability",
            limit=200,
            closes_at=now + dt.timedelta(days=60),
            needs_approval=True,
            in_catalogue=True,
        )
    made = []
    for number, (email, name, note) in enumerate(CLAIMS):
        token = f"demo-{number}-{link.token}"

        def known(token: str = token) -> str:
            return token

        claims.request(link=link, email=email, name=name, note=note, now=now, token=known)
        made.append(claims.prove(token, now=now))
    with scopes.organisation(organisation.pk):
        claims.approve(by=approver, claim=made[-1], now=now)


def _changes(by: Any, now: dt.datetime) -> None:
    """One badge revoked, one suspended, one corrected."""
    from insignia_server.awarding import services as awarding

    awarding.revoke(
        by=by,
        award=_award("Sustainability Basics", "jakub.wisniewski@example.org"),
        reason="Awarded by mistake: the measurement was never handed in.",
        now=now,
    )
    awarding.suspend(
        by=by,
        award=_award("Laboratory Safety", "oscar.lund@example.org"),
        reason="The test is being marked again.",
        now=now,
    )
    changes = awarding.Correction(reason="The second given name was missing.", name="Kavya Rani Iyer")
    awarding.correct(
        by=by, award=_award("Academic Writing", "kavya.iyer@example.org"), changes=changes, now=now
    )


def _award(achievement: str, email: str) -> Any:
    from insignia_server.awarding.models import Award

    rows = Award.objects.for_list().to_email(email)
    return rows.get(achievement__name=achievement)


def _mails(now: dt.datetime) -> None:
    """Some have opened their mail, and one address does not exist."""
    from insignia_server.awarding.models import Award, DeliveryState
    from insignia_server.mail import outcomes
    from insignia_server.mail.models import BounceKind

    sent = Award.objects.filter(delivery=DeliveryState.SENT).exclude(message_id=None).order_by("pk")
    keys = [key for key in sent.values_list("message_id", flat=True) if key is not None]
    for key in keys[::3]:
        outcomes.opened(key, now=now)
    if len(keys) > 1:
        words = "550 5.1.1 The email account that you tried to reach does not exist"
        outcomes.bounced(keys[1], BounceKind.HARD, text=words, now=now)
