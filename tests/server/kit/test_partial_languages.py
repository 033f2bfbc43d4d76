"""Arabic is spoken where learners, the public and employers look, and never beside another language."""

from __future__ import annotations

import ast
import gettext
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client, RequestFactory
from django.utils import translation

import insignia_server
from insignia_server.kit.partial_languages import offered, speaks_all
from insignia_server.organisations.models import Organisation
from insignia_server.people.models import User

PACKAGE = Path(insignia_server.__file__).parent
PARTIAL = sorted(settings.PARTIAL_LANGUAGES)
PLACE = re.compile(r"%\(\w+\)[sd]|%s|%d|\{\w*\}")
# Whose texts a reader of a partial language meets: the public faces, sign-in, the report, facts, mails.
FACES = (
    "backpack/",
    "people/",
    "public/",
    "verifier/",
    "console/account/",
    "console/templates/console/account/",
)
SHOWN = (*FACES, "kit/", "mail/templates/", "credentials/report_")
SINGLE = {
    *("achievements/facts.py", "achievements/fields.py", "achievements/terms.py", "awarding/badge_page.py"),
    *("awarding/claim_links.py", "awarding/claims.py", "awarding/evidence.py", "awarding/facts.py"),
    *("awarding/models.py", "awarding/several_claims.py", "console/context.py", "console/start.py"),
    *("console/invitations.py", "console/templates/console/new.html", "console/templates/console/start.html"),
    *("credentials/models.py", "credentials/replaced.py", "issuers/models.py", "mail/kinds.py"),
    *("awarding/embeds.py", "passes/apple.py", "passes/google.py"),
    *("organisations/roles.py", "console/templates/console/invitation.html"),
}
# Of the kit, only the console and the operator's pages use these.
NOT_SHOWN = {
    *("kit/failed_jobs.py", "kit/fetch.py", "kit/look.py", "kit/pdf/layouts.py", "kit/pictures/errors.py"),
    *("kit/templates/kit/console.html", "kit/templates/kit/design.html"),
    *("kit/templates/kit/parts/organisation_switch.html",),
}

Entry = dict[str, str]


def shown(file: str) -> bool:
    """Whether a file, by its path in the package, has texts that must be translated."""
    return file not in NOT_SHOWN and (file in SINGLE or file.startswith(SHOWN))


def parsed(text: str) -> Iterator[tuple[list[str], Entry]]:
    """The entries of a .po file with the files that they occur in, without its header."""
    for block in text.split("\n\n")[1:]:
        lines = block.split("\n")
        files = [
            place.rsplit(":", 1)[0] for line in lines if line.startswith("#:") for place in line[3:].split()
        ]
        joined = re.sub(r'"\n"', "", "\n".join(line for line in lines if not line.startswith("#")))
        parts = dict(line.split(" ", 1) for line in joined.split("\n") if line)
        if parts:
            yield files, {name: str(ast.literal_eval(value)) for name, value in parts.items()}


def catalogue(code: str) -> list[Entry]:
    """What is translated into one language."""
    file = PACKAGE / "locale" / code / "LC_MESSAGES" / "django.po"
    return [entry for _files, entry in parsed(file.read_text(encoding="utf-8"))]


@pytest.fixture(scope="module")
def located(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[list[str], Entry]]:
    """Every text of the package with its files: `makemessages` over a copy of it, since it writes there."""
    if shutil.which("xgettext") is None:
        pytest.skip("no xgettext here (Debian: apt-get install gettext)")
    copy = tmp_path_factory.mktemp("texts") / "insignia_server"
    left = shutil.ignore_patterns("locale", "static", "__pycache__", "*.ttf", "*.pyc", "migrations")
    shutil.copytree(PACKAGE, copy, ignore=left)
    (copy / "locale").mkdir()
    subprocess.run(
        [sys.executable, "-m", "django", "makemessages", "-l", "ar", "--no-wrap"],
        cwd=copy,
        env={name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"},
        check=True,
        capture_output=True,
    )
    return list(parsed((copy / "locale/ar/LC_MESSAGES/django.po").read_text(encoding="utf-8")))


@pytest.mark.parametrize("code", PARTIAL)
def test_every_text_of_the_faces_is_translated(code: str, located: list[tuple[list[str], Entry]]) -> None:
    known = {(one.get("msgctxt"), one["msgid"]) for one in catalogue(code) if not _empty(one)}
    wanted = [
        (min(filter(shown, files)), entry) for files, entry in located if any(shown(file) for file in files)
    ]
    missing = [
        (file, one["msgid"]) for file, one in wanted if (one.get("msgctxt"), one["msgid"]) not in known
    ]
    assert missing == []
    assert len(wanted) > 1_000


def _empty(entry: Entry) -> bool:
    return any(not text for name, text in entry.items() if name.startswith("msgstr"))


@pytest.mark.parametrize("code", PARTIAL)
def test_placeholders_are_the_same_in_every_form(code: str) -> None:
    """A plural form for one number may leave the number out, nothing else."""
    wrong = []
    for one in catalogue(code):
        allowed = set(PLACE.findall(one["msgid"] + one.get("msgid_plural", "")))
        counted = {place for place in allowed if "msgid_plural" in one}
        for name, text in one.items():
            if name.startswith("msgstr") and text:
                found = set(PLACE.findall(text))
                if not found <= allowed or (not counted and found != allowed):
                    wrong.append((one["msgid"], text))
    assert wrong == []


@pytest.mark.parametrize("code", PARTIAL)
def test_the_compiled_file_is_up_to_date(code: str) -> None:
    with (PACKAGE / "locale" / code / "LC_MESSAGES" / "django.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    for one in catalogue(code):
        if _empty(one):
            continue
        if "msgid_plural" in one:
            assert compiled.ngettext(one["msgid"], one["msgid_plural"], 1) == one["msgstr[1]"]
        elif "msgctxt" in one:
            assert compiled.pgettext(one["msgctxt"], one["msgid"]) == one["msgstr"]
        else:
            assert compiled.gettext(one["msgid"]) == one["msgstr"]


def test_what_is_put_into_an_arabic_sentence_is_isolated() -> None:
    """UAX #9, 2.4: a name in Latin letters moves no mark beside it, in a mail's text and in JSON too."""
    names = re.compile(
        r"(.?)(?:%\((?:name|issuer|achievement|email)\)s|\{(?:name|issuer|address|problem)\})(.?)"
    )
    around = [match for one in catalogue("ar") for match in names.findall(" ".join(_translated(one)))]
    assert len(around) > 100
    assert {pair for pair in around if pair != ("\u2068", "\u2069")} == set()


def _translated(entry: Entry) -> list[str]:
    return [text for name, text in entry.items() if name.startswith("msgstr")]


@pytest.mark.parametrize(
    ("count", "form"),
    [
        (0, "لا شيء يحتاج"),
        (1, "شيء واحد"),
        (2, "شيئان"),
        (3, "3 أشياء"),
        (10, "10 أشياء"),
        (11, "11 شيئًا"),
        (99, "99 شيئًا"),
        (100, "100 شيء "),
        (103, "103 أشياء"),
    ],
)
def test_the_six_plurals(count: int, form: str) -> None:
    """CLDR, ar: zero, one, two, few (n % 100 = 3..10), many (n % 100 = 11..99), other."""
    with translation.override("ar"):
        said = translation.ngettext(
            "There is something to correct", "There are %(n)s things to correct", count
        ) % {"n": count}
    assert form in said


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/", "/verify/", "/accounts/login/", "/nothing/"])
def test_the_faces_speak_arabic_from_right_to_left(client: Client, address: str) -> None:
    answer = client.get(address, headers={"Accept-Language": "ar"})
    text = answer.content.decode()
    assert '<html lang="ar" dir="rtl"' in text
    assert 'value="ar" lang="ar" aria-pressed="true"' in text
    assert answer["Content-Language"] == "ar"


@pytest.mark.django_db
def test_the_console_is_in_one_complete_language(client: Client, organisation: Organisation) -> None:
    client.force_login(User.objects.get(email=f"owner@{organisation.slug}.example"))
    at = f"/console/{organisation.slug}/"
    answer = client.get(at, headers={"Accept-Language": "ar"})
    text = answer.content.decode()
    assert '<html lang="en" dir="ltr"' in text
    assert answer["Content-Language"] == "en"
    assert not re.search("[\u0600-\u06ff]", text)  # nor is it offered there
    assert client.get(at, headers={"Accept-Language": "de"})["Content-Language"] == "de"


@pytest.mark.django_db
def test_the_api_answers_in_one_complete_language(client: Client) -> None:
    answer = client.get("/api/v1/awards", headers={"Accept-Language": "ar"})
    assert answer.status_code == 401
    assert not re.search(r"[\u0600-\u06ff]|\\u06", answer.content.decode())


def test_a_view_of_an_unknown_place_speaks_complete_languages_only() -> None:
    def view() -> None: ...

    view.__module__ = "insignia_server.publicity"
    assert not speaks_all(view)  # type: ignore[arg-type]
    request = RequestFactory().get("/")
    assert "ar" in dict(offered(request))
    request.complete_languages_only = True  # type: ignore[attr-defined]
    assert "ar" not in dict(offered(request))
    assert dict(offered(request)).keys() == set(dict(settings.LANGUAGES)) - {"ar"}


def test_no_instance_has_a_partial_language_as_its_own() -> None:
    assert settings.LANGUAGE_CODE not in settings.PARTIAL_LANGUAGES
    assert set(dict(settings.LANGUAGES)) >= settings.PARTIAL_LANGUAGES
