"""Each language is complete: every text is translated, keeps its placeholders, and is compiled."""

from __future__ import annotations

import ast
import gettext
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation

import insignia_server
from insignia_server.achievements.terms import EQF_LEVELS
from insignia_server.kit.statuses import status
from insignia_server.kit.wording import labelled, listed, whole, with_colon

LOCALE = Path(insignia_server.__file__).parent / "locale"
TRANSLATED = [code for code, _name in settings.LANGUAGES if code not in ("en", *settings.PARTIAL_LANGUAGES)]
IN_EACH = pytest.mark.parametrize("code", TRANSLATED)
PLACE = re.compile(r"%\(\w+\)[sd]|%s|%d|\{\w*\}")


def file_of(code: str, name: str) -> Path:
    """The catalogue of one language, as text or compiled."""
    return LOCALE / code / "LC_MESSAGES" / name


def entries(code: str) -> list[dict[str, str]]:
    """The entries of the .po file, without its header."""
    found = []
    for block in file_of(code, "django.po").read_text(encoding="utf-8").split("\n\n")[1:]:
        text = "\n".join(line for line in block.split("\n") if not line.startswith("#"))
        joined = re.sub(r'"\n"', "", text)
        parts = dict(line.split(" ", 1) for line in joined.split("\n") if line)
        if parts:
            found.append({name: str(ast.literal_eval(value)) for name, value in parts.items()})
    return found


@IN_EACH
def test_every_text_is_translated(code: str) -> None:
    missing = [
        one["msgid"]
        for one in entries(code)
        if any(not text for name, text in one.items() if "msgstr" in name)
    ]
    assert missing == []
    assert len(entries(code)) > 2_000


@IN_EACH
def test_placeholders_are_the_same(code: str) -> None:
    wrong = []
    for one in entries(code):
        allowed = set(PLACE.findall(one["msgid"] + one.get("msgid_plural", "")))
        for name, text in one.items():
            if name.startswith("msgstr") and not set(PLACE.findall(text)) <= allowed:
                wrong.append((one["msgid"], text))
    assert wrong == []


@IN_EACH
def test_the_compiled_file_is_up_to_date(code: str) -> None:
    with file_of(code, "django.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    for one in entries(code):
        if "msgid_plural" in one:
            assert compiled.ngettext(one["msgid"], one["msgid_plural"], 1) == one["msgstr[0]"]
        elif "msgctxt" in one:
            assert compiled.pgettext(one["msgctxt"], one["msgid"]) == one["msgstr"]
        else:
            assert compiled.gettext(one["msgid"]) == one["msgstr"]


def test_every_catalogue_has_the_same_texts() -> None:
    """A text that one language got and another one never did is found."""
    known = {code: {(one.get("msgctxt"), one["msgid"]) for one in entries(code)} for code in TRANSLATED}
    assert all(texts == known[TRANSLATED[0]] for texts in known.values())


@pytest.mark.django_db
@IN_EACH
def test_a_page_speaks_the_language(client: Client, code: str) -> None:
    text = client.get("/verify/", headers={"Accept-Language": code}).content.decode()
    assert f'<html lang="{code}"' in text
    with translation.override(code):
        button = translation.gettext("Verify")
    assert button != "Verify"
    assert button in text


@pytest.mark.parametrize(
    ("code", "state", "of", "word"),
    [
        ("fr", "revoked", "", "Révoquée"),  # a key, an access
        ("fr", "revoked", "badge", "Révoqué"),
        ("fr", "suspended", "badge", "Suspendu"),
        ("fr", "suspended", "organisations", "Suspendues"),
        ("fr", "archived", "", "Archivée"),  # an achievement
        ("fr", "archived", "issuer", "Archivé"),
        ("es", "open", "invitation", "Abierta"),
        ("es", "failed", "check", "No superada"),
    ],
)
def test_the_word_of_a_state_agrees_with_what_it_is_said_of(
    code: str, state: str, of: str, word: str
) -> None:
    with translation.override(code):
        assert str(status(state, of).label) == word
    assert str(status(state, of).label) == str(status(state).label)  # in English there is one word


def test_a_colon_and_a_thousand_are_written_as_the_language_does() -> None:
    with translation.override("fr"):
        assert labelled("Motif", "erreur") == "Motif\u00a0: erreur"
        assert with_colon("Voir votre badge") == "Voir votre badge\u00a0:"
        assert whole(12_400) == "12\u00a0400"
    with translation.override("de"):
        assert labelled("Grund", "Fehler") == "Grund: Fehler"
        assert whole(1_001, 1_000) == "1.000+"
    with translation.override("ar"):
        assert listed(["كاتب", "مانح"]) == "كاتب، مانح"
    assert listed(["Author", "Awarder"]) == "Author, Awarder"
    assert (with_colon("Reason"), whole(1_000, 1_000)) == ("Reason:", "1,000")


def test_the_names_of_levels_follow_the_reader() -> None:
    """`%` on a lazy text is done at once: the level stayed English in the French catalogue."""
    with translation.override("fr"):
        assert str(EQF_LEVELS["5"]) == "Niveau 5"
    with translation.override("es"):
        assert str(EQF_LEVELS["5"]) == "Nivel 5"
