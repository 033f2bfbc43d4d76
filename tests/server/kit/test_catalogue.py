"""German is complete: every text has a translation, its placeholders, and a compiled file that is current."""

from __future__ import annotations

import ast
import gettext
import re
from pathlib import Path

import pytest
from django.test import Client

import insignia_server

FOLDER = Path(insignia_server.__file__).parent / "locale" / "de" / "LC_MESSAGES"
PLACE = re.compile(r"%\(\w+\)[sd]|%s|%d|\{\w*\}")


def entries() -> list[dict[str, str]]:
    """The entries of the .po file, without its header."""
    found = []
    for block in (FOLDER / "django.po").read_text(encoding="utf-8").split("\n\n")[1:]:
        text = "\n".join(line for line in block.split("\n") if not line.startswith("#"))
        joined = re.sub(r'"\n"', "", text)
        parts = dict(line.split(" ", 1) for line in joined.split("\n") if line)
        if parts:
            found.append({name: str(ast.literal_eval(value)) for name, value in parts.items()})
    return found


def test_every_text_is_translated() -> None:
    missing = [
        one["msgid"] for one in entries() if any(not text for name, text in one.items() if "msgstr" in name)
    ]
    assert missing == []
    assert len(entries()) > 2_000


def test_placeholders_are_the_same() -> None:
    wrong = []
    for one in entries():
        allowed = set(PLACE.findall(one["msgid"] + one.get("msgid_plural", "")))
        for name, text in one.items():
            if name.startswith("msgstr") and not set(PLACE.findall(text)) <= allowed:
                wrong.append((one["msgid"], text))
    assert wrong == []


def test_the_compiled_file_is_up_to_date() -> None:
    with (FOLDER / "django.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    for one in entries():
        if "msgid_plural" in one:
            assert compiled.ngettext(one["msgid"], one["msgid_plural"], 1) == one["msgstr[0]"]
        elif "msgctxt" in one:
            assert compiled.pgettext(one["msgctxt"], one["msgid"]) == one["msgstr"]
        else:
            assert compiled.gettext(one["msgid"]) == one["msgstr"]


@pytest.mark.django_db
def test_a_page_speaks_german(client: Client) -> None:
    text = client.get("/verify/", headers={"Accept-Language": "de"}).content.decode()
    assert '<html lang="de"' in text
    assert "prüfen" in text
