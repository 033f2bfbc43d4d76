"""Profile and erasure."""

from __future__ import annotations

from collections.abc import Callable

from allauth.usersessions.models import UserSession
from django.test import Client

from insignia_server.audit.models import Pseudonym
from insignia_server.organisations.models import Member, Organisation
from insignia_server.people.models import User

Browser = Callable[[User], Client]


def test_the_profile_is_saved(make_user: Callable[..., User], browser: Browser) -> None:
    ann = make_user("ann@example.org")
    values = {"name": "Ann Other", "language": "de", "time_zone": "Europe/Berlin"}
    assert browser(ann).post("/accounts/profile/", values).status_code == 302
    ann.refresh_from_db()
    assert (ann.name, ann.language, ann.time_zone) == ("Ann Other", "de", "Europe/Berlin")


def test_a_profile_needs_a_name_and_a_place(make_user: Callable[..., User], browser: Browser) -> None:
    answer = browser(make_user("ann@example.org")).post(
        "/accounts/profile/", {"name": "  ", "time_zone": "Mars"}
    )
    assert set(answer.context["form"].errors) == {"name", "time_zone"}


def test_erasing_needs_the_address_and_leaves_nothing(
    organisation: Organisation, member: Callable[..., User], browser: Browser
) -> None:
    user = member("author")
    key = user.pk
    Pseudonym.objects.create(user_id=key)
    client = browser(user)
    wrong = client.post("/accounts/erase/", {"email": "other@example.org"})
    assert (wrong.status_code, User.objects.filter(pk=key).exists()) == (422, True)
    done = client.post("/accounts/erase/", {"email": user.email.upper()})
    assert done.headers["location"] == "/"
    assert not User.objects.filter(pk=key).exists()
    assert not Member.plain.filter(user_id=key).exists()
    assert not Pseudonym.objects.filter(user_id=key).exists()
    assert client.get("/accounts/profile/").status_code == 302


def test_the_only_owner_cannot_go(
    owner_browser: Client, its_owner: User, organisation: Organisation, make_user: Callable[..., User]
) -> None:
    page = owner_browser.get("/accounts/erase/").content.decode()
    assert "only owner" in page
    owner_browser.post("/accounts/erase/", {"email": its_owner.email})
    assert User.objects.filter(pk=its_owner.pk).exists()
    Member.plain.create(organisation=organisation, user=make_user("two@example.org"), roles=["owner"])
    owner_browser.post("/accounts/erase/", {"email": its_owner.email})
    assert not User.objects.filter(pk=its_owner.pk).exists()


def test_one_of_my_sessions_is_ended_and_nobody_elses(make_user: Callable[..., User]) -> None:
    ann, ben = make_user("ann@example.org"), make_user("ben@example.org")
    here, there, third, his = Client(), Client(), Client(), Client()
    for client in (here, there, third):
        client.force_login(ann)
    his.force_login(ben)
    for client in (here, there, third, his):
        client.get("/accounts/profile/")

    def key(client: Client) -> int:
        return int(UserSession.objects.get(session_key=client.session.session_key).pk)

    foreign, mine = key(his), key(here)
    page = here.get("/accounts/sessions/").content.decode()
    assert f"/accounts/sessions/{key(there)}/end/" in page
    assert f"/accounts/sessions/{mine}/end/" not in page
    assert here.get(f"/accounts/sessions/{key(there)}/end/").status_code == 405
    assert here.post(f"/accounts/sessions/{key(there)}/end/")["Location"] == "/accounts/sessions/"
    assert there.get("/accounts/profile/").status_code == 302
    assert third.get("/accounts/profile/").status_code == 200
    assert here.post(f"/accounts/sessions/{foreign}/end/").status_code == 404
    assert his.get("/accounts/profile/").status_code == 200
    assert here.post(f"/accounts/sessions/{mine}/end/")["Location"] == "/accounts/logout/"
    assert here.get("/accounts/profile/").status_code == 200
