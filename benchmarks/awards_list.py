"""A list of awards at 10,000 and at 1,000,000 awards: the same pages and filters, and their ratio.

    python benchmarks/awards_list.py [--rows 1000000] [--database postgres://…] [--explain]

Rows are synthetic: one credential is really signed, its bytes stand in all of them. The default database is
SQLite in a temporary folder. Medians of 15 pages, rows read; the pages are those of the console and the API.
"""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from typing import Any

from credentials import NAMES
from server_bulk import own_database, prepare_settings

FEW = 10_000
SIZES = (FEW, 100_000, 1_000_000)
ROUNDS = 15
AT_ONCE = 5_000
NOW = dt.datetime.now(dt.UTC).replace(microsecond=0)
DAY = dt.timedelta(days=1)


def main() -> None:
    """Fill, measure; fill more, measure again; print."""
    options = read_arguments()
    with tempfile.TemporaryDirectory(prefix="insignia-bench-") as home:
        prepare_settings(home, options.database)
        import django

        django.setup()
        with own_database():
            first = make_award()
            figures: dict[int, dict[str, float]] = {}
            filled = 0
            for size in [*(one for one in SIZES if one < options.rows), options.rows]:
                started = time.perf_counter()
                fill(first, size - filled, first_number=filled)
                print(f"{size:,}: filled in {time.perf_counter() - started:.0f} s", file=sys.stderr)
                filled = size
                figures[size] = measure(first, size)
            print_figures(figures)
            if options.explain:
                explain(first, options.rows)


def read_arguments() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--database", default="", help="a URL; default: SQLite in a temporary folder")
    parser.add_argument("--explain", action="store_true", help="print how the database finds the rows")
    return parser.parse_args()


def make_award(slug: str = "bench") -> Any:
    """An organisation with two published achievements; an award of the first, really signed."""
    from insignia_server.achievements import services as achievements
    from insignia_server.achievements.definition import Assessment, Definition
    from insignia_server.awarding import services as awarding
    from insignia_server.awarding.models import Award
    from insignia_server.issuers import services as issuers
    from insignia_server.kit import scopes
    from insignia_server.organisations import services as organisations
    from insignia_server.organisations.models import Member
    from insignia_server.people.models import User

    owner = User.objects.create_user(f"owner@{slug}.example", None)
    with scopes.crossing("demo"):
        organisation = organisations.found(user=owner, name="Benchmark University", slug=slug)
        organisation.state = "active"
        organisation.save()
    made = []
    with scopes.organisation(organisation.pk):
        by = Member.objects.get().actor()
        issuer = issuers.create_issuer(by=by, name="Faculty")
        for name in ("Data Literacy", "Open Science"):
            definition = Definition(
                name=name,
                description="Reads, questions and shows data.",
                criteria="Finish the five modules and hand in a portfolio.\n" * 5,
                achievement_type="MicroCredential",
                assessment=Assessment(
                    methods=("test",), assessors=("issuer",), supervision="onsite", identity_check="account"
                ),
            )
            achievement = achievements.create(by=by, issuer=issuer, definition=definition)
            achievements.publish(by=by, achievement=achievement)
            made.append(achievement)
        recipient = awarding.Recipient(email="learner@example.org", name="Ada Learner")
        first = awarding.award(by=by, achievement=made[0], recipient=recipient, key="first", send=False)
        return Award.objects.select_related("credential").get(pk=first.pk)


def fill(first: Any, count: int, *, first_number: int = 0) -> None:
    """Many awards like the first one: two achievements, mixed states, names and addresses of their own."""
    from django.db import transaction

    from insignia_server.achievements.models import AchievementVersion
    from insignia_server.awarding.models import Award, Batch
    from insignia_server.credentials.models import Credential
    from insignia_server.kit import scopes
    from insignia_server.kit.bulk_insert import insert_many

    award_columns = [field.attname for field in Award._meta.concrete_fields]
    credential_columns = [field.attname for field in Credential._meta.concrete_fields]
    with scopes.organisation(first.organisation_id):
        versions = list(AchievementVersion.objects.order_by("pk"))
        batch, _made = Batch.objects.get_or_create(organisation_id=first.organisation_id, name="Spring")
        draw = random.Random(first_number)
        for start in range(first_number, first_number + count, AT_ONCE):
            numbers = range(start, min(start + AT_ONCE, first_number + count))
            pairs = list(_pairs(first, versions, numbers, draw))
            for number, (_credential, award) in zip(numbers, pairs, strict=True):
                award["batch_id"] = batch.pk if number % 3 == 0 else None
            with transaction.atomic():
                insert_many(
                    Credential, credential_columns, ([row[c] for c in credential_columns] for row, _ in pairs)
                )
                insert_many(Award, award_columns, ([row[c] for c in award_columns] for _, row in pairs))


def _pairs(first: Any, versions: list[Any], numbers: range, draw: random.Random) -> Iterator[Any]:
    from insignia_server.awarding.querysets import name_key
    from insignia_server.kit import blind
    from insignia_server.kit.ids import uuid7

    credential = {
        f.attname: getattr(first.credential, f.attname) for f in first.credential._meta.concrete_fields
    }
    award = {field.attname: getattr(first, field.attname) for field in first._meta.concrete_fields}
    for number in numbers:
        key, email = uuid7(), f"learner{number}@example.org"
        name = f"{draw.choice(NAMES)} {number}"
        version = versions[number % 50 == 7]
        shown, delivery = _states(number)
        status = {"expired": "valid", "undone": "revoked"}.get(shown, shown)
        changed = {"id": key, "version_id": version.pk, "state": status, "status_index": None}
        changed |= {"status_list_id": None, "valid_until": NOW - DAY if shown == "expired" else None}
        changed["digest"] = hashlib.sha256(str(number).encode()).digest()
        act = {
            "id": key,
            "credential_id": key,
            "version_id": version.pk,
            "achievement_id": version.achievement_id,
            "idempotency_key": f"bench:{number}",
            "state": "undone" if shown == "undone" else "issued",
            "shown": shown,
            "valid_until": changed["valid_until"],
            "identifier": email,
            "email": email,
            "blind_index": blind.index("emailAddress", email),
            "name": name,
            "name_key": name_key(name),
            "delivery": delivery,
        }
        yield {**credential, **changed}, {**award, **act}


def _states(number: int) -> tuple[str, str]:
    """The state that is shown, and the delivery: one in 500 revoked, one in 1,000 undone, one in four
    expired, one in 200 bounced."""
    delivery = "bounced" if number % 200 == 9 else "sent"
    for state, every, at in (("revoked", 500, 3), ("undone", 1_000, 11), ("expired", 4, 2)):
        if number % every == at:
            return state, delivery
    return "valid", delivery


def questions(rows: int) -> dict[str, Callable[[], Any]]:
    """What is asked, by the name that is printed: each gives a page of the console's or the API's list."""
    from insignia_server.achievements.models import Achievement
    from insignia_server.awarding.listing import Wanted, page
    from insignia_server.awarding.models import Award, Batch
    from insignia_server.console.delivery.views import counted
    from insignia_server.console.home.figures import figures, matters
    from insignia_server.issuers.models import Issuer
    from insignia_server.organisations.models import Member, Organisation

    def of(after: str | None = None, before: str | None = None, **wanted: Any) -> Callable[[], Any]:
        return lambda: page(Wanted(**wanted), now=NOW, after=after, before=before)

    keys = Award.objects.order_by("pk").values_list("pk", flat=True)
    middle, deep = str(keys[rows // 2]), str(keys[100])
    common, rare = Achievement.objects.order_by("pk").values_list("pk", flat=True)
    name = _some_name()
    batch, organisation, by = Batch.objects.get().pk, Organisation.objects.get(), Member.objects.get().actor()

    def home() -> Any:
        return matters(organisation, by), figures(organisation, now=NOW), page(Wanted(), now=NOW, size=8)

    return {
        "home page": home,
        "first page": of(),
        "a page in the middle": of(after=middle),
        "a page in the middle, backwards": of(before=middle),
        "the last page": of(after=deep),
        "achievement of most": of(achievement=common),
        "achievement of one in 50": of(achievement=rare),
        "issuer": of(issuer=Issuer.objects.get().pk),
        "batch of one in 3": of(batch=batch),
        "revoked, of a batch": of(batch=batch, state="revoked"),
        "state: valid": of(state="valid"),
        "state: revoked (one in 500)": of(state="revoked"),
        "state: undone (one in 1,000)": of(state="undone"),
        "state: suspended (none)": of(state="suspended"),
        "state: expired (one in 4)": of(state="expired"),
        "revoked, of an achievement": of(state="revoked", achievement=common),
        "delivery: sent": of(delivery="sent", undone=False),
        "delivery: bounced (one in 200)": of(delivery="bounced", undone=False),
        "delivery: opened (none)": of(delivery="opened", undone=False),
        "bounced, of an achievement": of(delivery="bounced", achievement=rare),
        "bounced, and expired (none)": of(delivery="bounced", state="expired"),
        "the tabs' counts of deliveries": lambda: [counted(one) for one in ("sent", "bounced", "opened")],
        "email": of(search="learner77@example.org"),
        "beginning of a name, of many": of(search=NAMES[0][:5]),
        "the same, in the middle": of(search=NAMES[0][:5], after=_some_key(NAMES[0][:5])),
        "name of one": of(search=name),
        "name of nobody": of(search="Zzyzx"),
        "a name of many, and suspended (none)": of(search=NAMES[0][:5], state="suspended"),
        "since yesterday": of(since=NOW - DAY),
        "until a year ago (none)": of(until=NOW - 365 * DAY),
    }


def _some_key(beginning: str) -> str:
    from insignia_server.awarding.models import Award

    found = Award.objects.named(beginning).order_by("name_key", "-pk").values_list("pk", flat=True)
    return str(found[len(found) // 2])


def _some_name() -> str:
    from insignia_server.awarding.models import Award

    name: str = Award.objects.get(idempotency_key="bench:77").name
    return name


def measure(first: Any, rows: int) -> dict[str, float]:
    """Median seconds of each question."""
    from django.db import connection

    from insignia_server.kit import scopes

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    found = {}
    with scopes.organisation(first.organisation_id):
        for name, ask in questions(rows).items():
            times = []
            for _ in range(ROUNDS):
                started = time.perf_counter()
                ask()
                times.append(time.perf_counter() - started)
                if times[0] > 5:
                    break
            found[name] = statistics.median(times)
    return found


def print_figures(figures: dict[int, dict[str, float]]) -> None:
    """A table in Markdown; the ratio is that of the most awards to the fewest."""
    from django.db import connection

    few, *_between, many = figures.values()
    print(f"{connection.vendor}, medians of {ROUNDS} in milliseconds\n")
    print(f"| page of 50 | {' | '.join(f'{size:,} awards' for size in figures)} | ratio |")
    print(f"| --- |{' ---: |' * (len(figures) + 1)}")
    for name in few:
        times = " | ".join(f"{found[name] * 1e3:.1f}" for found in figures.values())
        print(f"| {name} | {times} | {many[name] / few[name]:.1f} |")


def explain(first: Any, rows: int) -> None:
    """How the database finds the rows of each question."""
    from django.db import connection, reset_queries
    from django.test.utils import CaptureQueriesContext

    from insignia_server.kit import scopes

    with scopes.organisation(first.organisation_id):
        for name, ask in questions(rows).items():
            reset_queries()
            with CaptureQueriesContext(connection) as captured:
                ask()
            sql = captured.captured_queries[0]["sql"]
            words = (
                "EXPLAIN (ANALYZE, COSTS OFF)" if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN"
            )
            with connection.cursor() as cursor:
                cursor.execute(f"{words} {sql}")
                lines = "\n".join("  " + str(row[-1]) for row in cursor.fetchall())
            print(f"\n{name}\n{lines}")


if __name__ == "__main__":
    main()
