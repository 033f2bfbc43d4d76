"""From what a page of the designer sent to a design: whole as JSON by the script, or field by field."""

from __future__ import annotations

import hashlib
import json
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from django.core.cache import cache
from django.utils.translation import gettext as _

from insignia_server.achievements import designing, pictures
from insignia_server.achievements.models import Achievement, AchievementVersion
from insignia_server.designs import services as families
from insignia_server.designs.drawing import Design, Logo, compose, mend
from insignia_server.designs.families import LEVEL_NAMES, apply, family_of
from insignia_server.designs.models import Family
from insignia_server.designs.starter import starter
from insignia_server.kit.errors import NotHere, Refusal, Refused

STARTS: Final = 6
_PATH: Final = re.compile(r"[a-z_]+(\.[a-z_]+){0,2}", re.ASCII)


@dataclass(frozen=True)
class State:
    """What the page holds: the design, and the family that it belongs to."""

    design: Design
    family: Family | None = None
    level: str = ""

    @property
    def shown(self) -> Design:
        """The design as it is drawn: in the look of its family."""
        return families.applied(self.family, self.design, self.level) if self.family else self.design


def state_of(achievement: Achievement, version: AchievementVersion) -> State:
    """What the newest version looks like."""
    return State(designing.design_of(achievement, version), version.family, version.family_level)


def read(data: Mapping[str, Any], before: State) -> State:
    """What was sent. Raises Refused with every member that is wrong."""
    family, level = _family(data, before)
    return State(read_design(data, before.design), family, level)


def read_design(data: Mapping[str, Any], before: Design) -> Design:
    """The design that was sent: the member `design` is the whole, other fields change what they differ in."""
    value = _whole(data["design"]) if data.get("design") else before.to_json()
    _put_logo(value, data)
    standing = json.loads(json.dumps(value))
    for path in data:
        if path not in ("design", "family", "level", "logo.picture") and _PATH.fullmatch(path):
            _put(value, standing, path, str(data[path]))
    return Design.from_json(value)


def acted(achievement: Achievement, version: AchievementVersion, state: State, act: str) -> State:
    """What a button makes of a design: `mend:<n>`, `start:<n>`, `like:<achievement>` or `leave`."""
    verb, _colon, what = act.partition(":")
    if verb == "mend" and what.isdecimal() and len(what) < 3:
        found = compose(state.shown, logo=pictures.logo_of(achievement, state.shown)).problems
        return replace(state, design=mend(state.shown, found[int(what)])) if int(what) < len(found) else state
    if verb == "start" and what.isdecimal() and len(what) < 3:
        return State(start(achievement, version, int(what)))
    if verb == "leave":
        return State(state.shown)
    if verb == "like":
        return replace(state, design=_like(state.design, what), family=None, level="")
    return state


def start(achievement: Achievement, version: AchievementVersion, number: int) -> Design:
    """One of the suggestions to start from; the first one is the starter itself."""
    return starts(achievement, version)[min(number, STARTS - 1)]


def starts(achievement: Achievement, version: AchievementVersion) -> list[Design]:
    """Suggestions to start from, none of which is like another; kept for a while, since each is tried out."""
    first = pictures.starter_of(achievement, version.definition)
    said = json.dumps([first.to_json(), achievement.issuer.name, version.definition.achievement_type])
    key = f"designs:starts:{achievement.pk}:{hashlib.sha256(said.encode()).hexdigest()[:24]}"
    known = cache.get(key)
    if known is not None:
        return [Design.from_json(one) for one in known]
    found = [first]
    while len(found) < STARTS:
        found.append(_other(achievement, version, len(found), found))
    cache.set(key, [one.to_json() for one in found], 3600)
    return found


def _other(achievement: Achievement, version: AchievementVersion, number: int, taken: list[Design]) -> Design:
    first = taken[0]
    colours = [first.palette.shape] if achievement.issuer.organisation.accent else []
    made = starter(
        name=version.definition.name,
        kind="" if number % 2 else version.definition.achievement_type,
        issuer=achievement.issuer.name,
        colours=colours,
        seed=f"{achievement.pk}-{number}",
        taken=taken,
    )
    return replace(made, level=replace(made.level, value=first.level.value))


def _like(design: Design, key: str) -> Design:
    """In the look of another badge of the organisation."""
    try:
        wanted = uuid.UUID(key)
    except ValueError as broken:
        raise NotHere from broken
    other = Achievement.objects.select_related("issuer__organisation").filter(pk=wanted).first()
    if other is None:
        raise NotHere
    return apply(family_of(designing.design_of(other)), design)


def _family(data: Mapping[str, Any], before: State) -> tuple[Family | None, str]:
    if "family" not in data:
        return before.family, before.level
    key, level = str(data["family"]), str(data.get("level", ""))
    if not key:
        return None, ""
    try:
        found = Family.objects.filter(pk=uuid.UUID(key)).first()
    except ValueError as broken:
        raise NotHere from broken
    if found is None:
        raise NotHere
    return found, level if level in LEVEL_NAMES else ""


def _whole(text: Any) -> dict[str, Any]:
    try:
        value = json.loads(str(text)) if isinstance(text, str) and len(text) < 100_000 else None
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise Refused(Refusal(_("The design is no JSON object."), "design", "design"))
    return value


def _put_logo(value: dict[str, Any], data: Mapping[str, Any]) -> None:
    """Another picture as the logo stands where the last one stood; an empty choice takes the logo out."""
    if (picture := data.get("logo.picture")) is None:
        return
    known = value.get("logo")
    standing = known if isinstance(known, dict) else Logo().to_json()
    value["logo"] = standing | {"picture": str(picture)} if picture else None


def _put(value: dict[str, Any], standing: dict[str, Any], path: str, text: str) -> None:
    """Write a field that differs from what stood there, as the kind of value that stands there."""
    *way, name = path.split(".")
    at: Any = value
    was: Any = standing
    for step in way:
        at, was = (one.get(step) if isinstance(one, dict) else None for one in (at, was))
    if not isinstance(at, dict) or not isinstance(was, dict) or name not in was:
        return
    now = _typed(text, was[name])
    if now != was[name]:
        at[name] = now


def _typed(text: str, like: Any) -> Any:
    if text.startswith("{"):
        return _whole(text)
    if isinstance(like, (int, float)) and not isinstance(like, bool):
        try:
            found = float(text or 0)
        except ValueError:
            return text  # refused with its path
        return int(found) if isinstance(like, int) and found.is_integer() else found
    return text


def mended(design: Design, number: int, *, back: Design) -> Design:
    """A family's look without a problem that its sample has; texts and icon stay those of the family."""
    found = compose(design).problems
    if number >= len(found):
        return back
    better = mend(design, found[number])
    return replace(better, texts=back.texts, icon=back.icon, level=back.level, alt=back.alt)
