"""The members of a proof, checked one by one (VC Data Integrity 1.0, section 2.1)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from insignia.cryptosuites import timestamps
from insignia.errors import Problem, show

_URL: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`\x00-\x20]+")


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and value != ""


def _is_url(value: Any) -> bool:
    return isinstance(value, str) and _URL.fullmatch(value) is not None


def _is_moment(value: Any) -> bool:
    return isinstance(value, str) and timestamps.parse(value) is not None


def _is_texts(value: Any) -> bool:
    """A string, or a set of strings: not empty, none twice."""
    if isinstance(value, list):
        return bool(value) and all(map(_is_text, value)) and len(set(value)) == len(value)
    return _is_text(value)


_RULES: Final[Mapping[str, tuple[str, Callable[[Any], bool]]]] = {
    "id": ("a URL", _is_url),
    "type": ("a string", _is_text),
    "cryptosuite": ("a string", _is_text),
    "verificationMethod": ("a URL", _is_url),
    "proofPurpose": ("a string", _is_text),
    "created": ("a date and time such as 2026-01-31T12:00:00Z", _is_moment),
    "expires": ("a date and time such as 2026-01-31T12:00:00Z", _is_moment),
    "domain": ("a string or an array of different strings", _is_texts),
    "challenge": ("a string", _is_text),
    "nonce": ("a string", _is_text),
    "previousProof": ("a string or an array of different strings", _is_texts),
    "proofValue": ("a string", _is_text),
}
_REQUIRED: Final = ("type", "verificationMethod", "proofPurpose")


def check_options(options: Mapping[str, Any], code: str) -> list[Problem]:
    """What is wrong with the members of a proof, each with the error type `code`.

    Members that no specification names are left to the suite: under RDFC they must be defined by a
    context, under JCS they are signed as they stand. Null is refused: JSON-LD would drop it unsigned.
    """
    problems = [
        Problem("/" + name, _RULES[name][0], "nothing", code) for name in _REQUIRED if name not in options
    ]
    for name, value in options.items():
        rule = _RULES.get(name)
        if rule is not None and not rule[1](value):
            problems.append(Problem("/" + name, rule[0], show(value), code))
        elif value is None:
            problems.append(Problem("/" + name, "a value", "null", code))
    return problems
