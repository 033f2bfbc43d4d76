"""Names of countries (ISO 3166-1 alpha-2) in the reader's language, from Unicode CLDR (countries.json)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from django.utils.translation import get_language

from insignia_server.kit.wording import listed

_SEPARATOR = re.compile(r"\s*[,;/]\s*")


@cache
def _names(language: str) -> Mapping[str, str]:
    table = json.loads(files("insignia_server.achievements").joinpath("countries.json").read_text("utf-8"))
    known = table["languages"]
    place = known.index(language) if language in known else 0
    return {code: names[place] for code, names in table["names"].items()}


def in_words(text: str) -> str:
    """`NO, SE` as `Norway, Sweden`, in the active language; a text with anything but codes as it is."""
    names = _names((get_language() or "en").partition("-")[0])
    codes = _SEPARATOR.split(text.strip())
    return listed(names[code] for code in codes) if all(code in names for code in codes) else text
