"""What a person chooses for a batch."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final, Literal

from django.utils.translation import gettext as _

from insignia_server.awarding.recipients import LIMITS, told
from insignia_server.awarding.sheets.links import LinkCheck, TextCheck
from insignia_server.kit.errors import Refusal, Refused
from insignia_server.mail.compose import supported

DEFAULTS: Final = (
    *("awarded_on", "expires_on", "evidence_url", "evidence_narrative", "narrative", "locale"),
)


@dataclass(frozen=True, kw_only=True)
class Options:
    """How the file is read and what is done with it.

    `mapping`: field of a row (sheets.FIELDS, `result:<key>`) to the heading of its column. `defaults`: texts
    for fields that a row leaves empty (DEFAULTS; days as YYYY-MM-DD). `held`: whether who holds the badge is
    only warned of or refused. `date_order`: how 03/04/2025 is read; empty: as the organisation says, or
    found out. `send`: write to the learners.
    """

    sheet: str = ""
    delimiter: str = ""
    encoding: str = ""
    mapping: dict[str, str] = field(default_factory=dict)
    defaults: dict[str, str] = field(default_factory=dict)
    date_order: Literal["", "dmy", "mdy"] = ""
    held: Literal["warn", "refuse"] = "warn"
    send: bool = True

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Options:
        """What `to_json` gave."""
        return cls(**stored)

    def to_json(self) -> dict[str, Any]:
        """As it is stored."""
        return asdict(self)

    def changed(self, values: Mapping[str, Any]) -> Options:
        """With other values.

        Raises:
            Refused: an unknown name, or a value that cannot be.
        """
        unknown = sorted(set(values) - set(asdict(self)))
        if unknown:
            known = ", ".join(asdict(self))
            raise Refused(Refusal(_("There is no such option."), unknown[0], "choice", known, unknown[0]))
        made = replace(self, **values)
        refusals = list(_problems(made))
        if refusals:
            raise Refused(*refusals)
        return replace(
            made,
            mapping={name: heading for name, heading in made.mapping.items() if heading},
            defaults={name: _normal(name, text) for name, text in made.defaults.items() if text.strip()},
        )


def _normal(name: str, text: str) -> str:
    return supported(text.strip()) if name == "locale" else text.strip()


def _problems(options: Options) -> list[Refusal]:
    found = []
    for name, value, known in (
        ("date_order", options.date_order, ("", "dmy", "mdy")),
        ("held", options.held, ("warn", "refuse")),
    ):
        if value not in known:
            found.append(Refusal(_("Choose one of these."), name, "choice", ", ".join(known), str(value)))
    for name, text in options.defaults.items():
        found += _default(name, text.strip()) if name in DEFAULTS else [_unknown(name)]
    return found


def _unknown(name: str) -> Refusal:
    message = _("A default cannot be given for this.")
    return Refusal(message, f"defaults.{name}", "choice", ", ".join(DEFAULTS), name)


def _default(name: str, text: str) -> list[Refusal]:
    place = f"defaults.{name}"
    if not text:
        return []
    if name in ("awarded_on", "expires_on"):
        try:
            dt.date.fromisoformat(text)
        except ValueError:
            message = _("Give a day as year-month-day.")
            return [Refusal(message, place, "date.unreadable", "2026-11-25", text[:100])]
        return []
    if name == "evidence_url":
        links, findings = LinkCheck(LIMITS.link)(text)
        if len(links) > 1:
            return [Refusal(_("Give one link."), place, "link.invalid", "1", str(len(links)))]
    elif name == "locale":
        return []
    else:
        _checked, findings = TextCheck(LIMITS.narrative)(text)
    return [refusal for is_error, refusal in told(place, findings) if is_error]
