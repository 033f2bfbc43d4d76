"""The main resources. Members that a newer server adds are in `raw`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Self


@dataclass(frozen=True, kw_only=True)
class Resource:
    """What all have in common."""

    raw: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def read(cls, body: Mapping[str, Any]) -> Self:
        """The resource in an answer; times become `datetime`."""
        values = {one.name: _value(one.type, body.get(one.name)) for one in fields(cls) if one.name != "raw"}
        return cls(**values, raw=body)


def _value(kind: Any, value: Any) -> Any:
    return dt.datetime.fromisoformat(value) if "datetime" in str(kind) and isinstance(value, str) else value


@dataclass(frozen=True, kw_only=True)
class Organisation(Resource):
    """The tenant of the key, with its look: colours as #rrggbb, `public_theme` auto, light or dark, pictures
    by address; empty without one."""

    id: str
    name: str
    slug: str
    state: str
    language: str
    time_zone: str
    accent: str
    second_colour: str
    public_theme: str
    logo: str
    logo_dark: str
    cover: str


@dataclass(frozen=True, kw_only=True)
class Issuer(Resource):
    """An issuer profile."""

    id: str
    slug: str
    name: str
    did: str
    page: str
    archived_at: dt.datetime | None


@dataclass(frozen=True, kw_only=True)
class Achievement(Resource):
    """What can be earned, and where (`earn_url`). `version` is the number of the newest published version."""

    id: str
    issuer: str
    name: str
    code: str
    state: str
    version: int | None
    has_draft: bool
    earn_url: str
    page: str
    updated_at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class Award(Resource):
    """An award. `credential` is the signed credential, None in lists."""

    id: str
    achievement: str
    email: str
    name: str
    state: str
    state_reason: str
    delivery: str
    issued_at: dt.datetime
    valid_from: dt.datetime
    valid_until: dt.datetime | None
    superseded_by: str | None
    page: str
    credential: Mapping[str, Any] | str | None


@dataclass(frozen=True, kw_only=True)
class Batch(Resource):
    """A file of many awards, and how far it is."""

    id: str
    name: str
    state: str
    percent: int
    rows: int
    good: int
    bad: int
    signed: int
    refused: int
    sent: int
    hold_until: dt.datetime | None
    failure: str


@dataclass(frozen=True, kw_only=True)
class BulkOutcome(Resource):
    """What became of one row: `awarded`, `known` or `refused`."""

    row: int
    outcome: str
    award: str | None
    errors: list[dict[str, str]]


@dataclass(frozen=True, kw_only=True)
class Affected(Resource):
    """What a compromised key left behind: `uncounted` and `anchored` can be issued again."""

    uncounted: int
    anchored: int
    suspended: int
    over: int
    elsewhere: int


@dataclass(frozen=True, kw_only=True)
class Reissue(Resource):
    """Issuing again what a compromised key signed: `running`, `done` or `failed`."""

    id: str
    key: str
    which: str
    state: str
    percent: int
    total: int
    reissued: int
    refused: int
    refusals: list[dict[str, str]]
    failure: str
    finished_at: dt.datetime | None


@dataclass(frozen=True, kw_only=True)
class Erasure(Resource):
    """A learner who is erased: `running` or `done`; `badges` says what became of those that were saved."""

    id: str
    state: str
    badges: str
    counts: dict[str, int]
    created_at: dt.datetime
    finished_at: dt.datetime | None


@dataclass(frozen=True, kw_only=True)
class BadgeDesign(Resource):
    """How a badge looks: `design` is its document, `stamp` what `seen` names when it is set, `problems` what
    cannot be read in it. `drawn` is false where the picture is the organisation's own."""

    design: dict[str, Any]
    stamp: str
    drawn: bool
    family: str | None
    level: str
    problems: list[dict[str, str]]
    suggested_alt: str


@dataclass(frozen=True, kw_only=True)
class Drawing(Resource):
    """A design as SVG; nothing was kept."""

    svg: str
    design: dict[str, Any]
    problems: list[dict[str, str]]


@dataclass(frozen=True, kw_only=True)
class Icon(Resource):
    """An icon that a design can have."""

    id: str
    label: str
    tags: list[str]


@dataclass(frozen=True, kw_only=True)
class Alike(Resource):
    """A badge that looks alike: of 64 bits `distance` differ; `own`: of this organisation."""

    achievement: str
    version: int | None
    name: str
    issuer: str
    distance: int
    own: bool
    picture: str


@dataclass(frozen=True, kw_only=True)
class Family(Resource):
    """One look for many badges: `document` is what they share, `fixes` the paths that come from it."""

    id: str
    name: str
    document: dict[str, Any]
    fixes: list[str]
    archived: bool
    stamp: str
    created_at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class FamilyMember(Resource):
    """A badge of a family; `changes`: restyling draws its draft anew."""

    achievement: str
    name: str
    version: int | None
    level: str
    changes: bool


@dataclass(frozen=True, kw_only=True)
class Palette(Resource):
    """Colours that the organisation keeps, by their roles."""

    id: str
    name: str
    colours: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class CertificateDesign(Resource):
    """How certificates look; `default`: the organisation's design."""

    id: str
    name: str
    layout: str
    paper: str
    orientation: str
    accent: str
    second: str
    ornament: str
    blocks: list[str]
    signatures: list[dict[str, str]]
    wording: dict[str, dict[str, str]]
    pictures: list[str]
    default: bool
    issuers: list[str]
    achievements: list[str]


@dataclass(frozen=True, kw_only=True)
class CertificateFiles(Resource):
    """ZIP files of certificates: `running`, `done`, `failed` or `expired`; `files` are those that are ready.

    `failure`: why it failed; `failures`: award and why of certificates that could not be made.
    """

    id: str
    state: str
    percent: int
    total: int
    packed: int
    left_out: int
    failed: int
    failures: list[dict[str, str]]
    failure: str
    files: list[dict[str, int]]
    created_at: dt.datetime
    finished_at: dt.datetime | None
    expires_at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class Decided(Resource):
    """What became of one claim of several."""

    claim: str
    decided: bool
    award: str | None
    errors: list[str]


@dataclass(frozen=True, kw_only=True)
class Recipient:
    """Whom an award is for."""

    email: str = ""
    name: str = ""
    identifier: str = ""
    identifier_kind: str = ""
    language: str = ""
