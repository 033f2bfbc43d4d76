"""Many awards in one call, each with an outcome of its own: what the API's bulk endpoint does.

Rows are checked as `award` checks one, with one query for all where it asks the database for each; signed and
written as a batch is (`Mint`, `record`, `store`), some hundred in a transaction.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from insignia.errors import InsigniaError
from insignia_server.achievements import services as achievements
from insignia_server.achievements.models import Achievement, AchievementVersion
from insignia_server.audit import services as audit
from insignia_server.awarding import evidence as evidence_files
from insignia_server.awarding import quota
from insignia_server.awarding.facts import Facts, settled
from insignia_server.awarding.models import Award, AwardSource, AwardState
from insignia_server.awarding.recipients import Recipient, normalised
from insignia_server.awarding.recording import Act, Named, Source, named_by, people_of, record
from insignia_server.credentials import keys, status
from insignia_server.credentials.bulk import Mint, Minted, store
from insignia_server.credentials.checking import KeyChanged
from insignia_server.credentials.models import CredentialState
from insignia_server.credentials.subject import Subject
from insignia_server.kit.errors import NotHere, Refusal, Refused
from insignia_server.kit.ids import uuid7
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.roles import Permission
from insignia_server.webhooks import services as webhooks

SIZE: Final = 250  # rows in a transaction: short enough for SQLite
_ATTEMPTS: Final = 4


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One row: `key` names the act as for `award`, `facts` are its arguments beside the recipient; refusals
    call the row by its `number`."""

    number: int
    key: str
    recipient: Recipient
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class Outcome:
    """What became of a row: `awarded`, `known` (its key had made the award before) or `refused` (why)."""

    state: Literal["awarded", "known", "refused"]
    award: uuid.UUID | None = None
    refusals: tuple[Refusal, ...] = ()


@dataclass(frozen=True)
class _Ready:
    """A row that can be awarded."""

    place: int
    key: str
    recipient: Recipient
    facts: Facts


def award_many(
    *,
    by: Actor,
    achievement: Achievement,
    rows: Sequence[Asked],
    source: AwardSource,
    now: dt.datetime,
    send: bool = True,
    refuse_held: bool = False,
    allow_duplicates: bool = False,
) -> list[Outcome]:
    """Award to many, in order. What is wrong with one row does not stop the others.

    A recipient who stands in an earlier row is refused as in a file (`person.twice`), unless
    `allow_duplicates`; a key of an earlier row is `known` for the same recipient and refused for another one
    (`external.twice`), as is one that named another act before (`key.other`).

    Each chunk of SIZE rows is a transaction: what came before an error of the database
    stays, and the same keys again go on from there.

    Raises:
        Forbidden, NotHere: no permission to award; the achievement is another organisation's.
        Refused: nothing can be awarded at all: the organisation may not, the achievement cannot be, or so
        many need a second person's approval, which a batch gets.
    """
    by.require(Permission.AWARD)
    if achievement.organisation_id != by.organisation_id:
        raise NotHere
    organisation = quota.require_active(by.organisation_id, count=0, now=now)
    version = achievements.awardable(achievement)
    run = _Run(by, version, source, now, send, organisation.language)
    ready = run.check(rows, refuse_held=refuse_held, allow_duplicates=allow_duplicates)
    least = organisation.approval_from
    if least is not None and len(ready) >= least:
        message = _("From {least} awards on, a second person approves here. Upload these as a file: a batch.")
        raise Refused(Refusal(message.format(least=least), "rows", "approval", str(least), str(len(ready))))
    if ready:
        keys.ready(version)
        for start in range(0, len(ready), SIZE):
            run.write(ready[start : start + SIZE])
    return run.outcomes_of(rows)


@dataclass
class _Run:
    """One call."""

    by: Actor
    version: AchievementVersion
    source: AwardSource
    now: dt.datetime
    send: bool
    language: str
    outcomes: dict[int, Outcome] = field(default_factory=dict)
    same: dict[int, int] = field(default_factory=dict)  # a row -> the earlier one that has its key
    mint: Mint | None = None

    def check(self, rows: Sequence[Asked], *, refuse_held: bool, allow_duplicates: bool) -> list[_Ready]:
        """The rows that can be awarded; the others have their outcome."""
        known = named_by([row.key for row in rows])
        people = [normalised(row.recipient) for row in rows]
        indexes = [person.blind_index for person, errors, _warnings in people if not errors]
        held = self._held(indexes) if refuse_held else {}
        version, first = self.version, dict[str, int]()
        seen: dict[bytes, int] = {}
        ready = []
        for place, (row, (person, errors, _warnings)) in enumerate(zip(rows, people, strict=True)):
            index = b"" if errors else person.blind_index
            if row.key in known:
                self.outcomes[place] = self._known(known[row.key], row.key, person)
            elif row.key in first:
                self._again(place, first[row.key], rows, people)
                continue
            else:
                facts, more, _more = settled(version.definition, **row.facts, now=self.now)
                errors += more
                if index in held:
                    errors.append(_already_held(held[index], person))
                elif index in seen and (refuse_held or not allow_duplicates):
                    errors.append(_twice(rows[seen[index]].number, person))
                if errors:
                    self.outcomes[place] = Outcome("refused", refusals=tuple(errors))
                else:
                    ready.append(_Ready(place, row.key, person, facts))
            first.setdefault(row.key, place)
            if index and (place not in self.outcomes or self.outcomes[place].state == "known"):
                seen.setdefault(index, place)
        return ready

    def _known(self, before: Named, key: str, person: Recipient) -> Outcome:
        other = before.other(key, person, self.version.achievement_id)
        return Outcome("refused", refusals=(other,)) if other else Outcome("known", before.award)

    def _held(self, indexes: Sequence[bytes]) -> dict[bytes, dt.datetime]:
        """Who holds the badge, since when."""
        rows = Award.objects.filter(
            blind_index__among=list(indexes),
            achievement_id=self.version.achievement_id,
            state=AwardState.ISSUED,
            credential__state__in=(CredentialState.VALID, CredentialState.SUSPENDED),
        ).order_by("pk")
        return {bytes(index): since for index, since in rows.values_list("blind_index", "created_at")}

    def _again(self, place: int, earlier: int, rows: Sequence[Asked], people: Sequence[Any]) -> None:
        """A key of an earlier row: the same act, or a mistake."""
        before, after = people[earlier][0], people[place][0]
        if (before.identifier_kind, before.identifier) == (after.identifier_kind, after.identifier):
            self.same[place] = earlier
            return
        message = _("Row {row} has the same key. Give each row its own, or leave it empty.")
        refusal = Refusal(
            message.format(row=rows[earlier].number),
            "key",
            "external.twice",
            _("each key once"),
            rows[place].key[:200],
        )
        self.outcomes[place] = Outcome("refused", refusals=(refusal,))

    def write(self, ready: Sequence[_Ready]) -> None:
        """Sign and store one chunk; again when a key of an award or of the issuer changed at this moment."""
        left: Sequence[_Ready] = ready
        for attempt in range(_ATTEMPTS):
            left = self._within_quota(left)
            if not left:
                return
            try:
                self._commit(*self._sign(left))
                return
            except Refused as refused:
                if attempt == _ATTEMPTS - 1:
                    self._refuse(left, refused)
            except (IntegrityError, KeyChanged):
                if attempt == _ATTEMPTS - 1:
                    raise
            self.mint = None
            left = self._unknown(left)

    def _unknown(self, ready: Sequence[_Ready]) -> list[_Ready]:
        """Without those whose key was used by somebody else meanwhile."""
        known = named_by([one.key for one in ready])
        for one in ready:
            if one.key in known:
                self.outcomes[one.place] = self._known(known[one.key], one.key, one.recipient)
        return [one for one in ready if one.key not in known]

    def _refuse(self, ready: Sequence[_Ready], refused: Refused) -> None:
        for one in ready:
            self.outcomes[one.place] = Outcome("refused", refusals=tuple(refused.refusals))

    def _within_quota(self, ready: Sequence[_Ready]) -> Sequence[_Ready]:
        """As many as the month's quota leaves; the others are refused."""
        try:
            quota.require_active(self.by.organisation_id, count=len(ready), now=self.now)
        except Refused as refused:
            why = refused.refusals[0]
            left = int(why.expected) if why.code == "quota" else 0
            self._refuse(ready[left:], refused)
            return ready[:left]
        return ready

    def _sign(self, ready: Sequence[_Ready]) -> tuple[list[_Ready], list[Subject], list[Minted]]:
        """Sign outside of the transaction; a row that cannot be signed is refused by itself."""
        with override(self.language):
            mint = self.mint = self.mint or Mint(self.version, now=self.now)
            subjects = [one.facts.subject(one.recipient, uuid7()) for one in ready]
            places = status.allocate(mint.issuer, mint.common.purpose, len(ready), now=self.now)
            try:
                return list(ready), subjects, mint.issue(subjects, places)
            except InsigniaError:
                pass
            good, chosen, minted = [], [], []
            for one, subject, place in zip(ready, subjects, places, strict=True):
                try:
                    minted += mint.issue([subject], [place])
                except InsigniaError as error:
                    self.outcomes[one.place] = Outcome("refused", refusals=_unsigned(error))
                else:
                    good.append(one)
                    chosen.append(subject)
        return good, chosen, minted

    def _commit(self, ready: Sequence[_Ready], subjects: Sequence[Subject], minted: Sequence[Minted]) -> None:
        if not ready or self.mint is None:
            return
        people = people_of([one.recipient.blind_index for one in ready])
        acts = [
            self._act(one, subject, people.get(one.recipient.blind_index))
            for one, subject in zip(ready, subjects, strict=True)
        ]
        written = Source(
            self.version,
            self.mint.issuer,
            self.source,
            self.language,
            self.now,
            self.by.user_id,
            send=self.send,
        )
        with transaction.atomic():
            quota.require_active(self.by.organisation_id, count=len(acts), now=self.now, lock=True)
            record(written, acts)
            named = {act.id: one.facts.evidence for one, act in zip(ready, acts, strict=True)}
            evidence_files.attach(named, now=self.now)
            audit.record_many(
                by=self.by,
                action="award.issue",
                kind="award",
                subjects=[act.id for act in acts],
                source=self.source.value,
            )
            told = [self._told(act) for act in acts]
            webhooks.publish_many(organisation_id=self.by.organisation_id, type="award.issued", data=told)
            store(self.mint, minted)
        for one, act in zip(ready, acts, strict=True):
            self.outcomes[one.place] = Outcome("awarded", act.id)

    def _act(self, one: _Ready, subject: Subject, person: uuid.UUID | None) -> Act:
        recipient = one.recipient
        return Act(
            id=subject.credential_id,
            key=one.key,
            identifier_kind=recipient.identifier_kind,
            identifier=recipient.identifier,
            blind_index=recipient.blind_index,
            email=recipient.email,
            name=recipient.name,
            language=recipient.language,
            details={**one.facts.to_json(), "salt": subject.salt},
            person_id=person,
            claimed_at=self.now if person else None,
        )

    def _told(self, act: Act) -> dict[str, Any]:
        """As single.told says it of a stored award."""
        return {
            "award": str(act.id),
            "credential": f"urn:uuid:{act.id}",
            "achievement": str(self.version.achievement_id),
            "source": self.source.value,
            "batch": None,
            "created_at": self.now.isoformat(),
        }

    def outcomes_of(self, rows: Sequence[Asked]) -> list[Outcome]:
        """The outcome of each row; one with the key of an earlier row has that row's award."""
        for place, earlier in self.same.items():
            first = self.outcomes[earlier]
            self.outcomes[place] = first if first.award is None else Outcome("known", first.award)
        return [self.outcomes[place] for place in range(len(rows))]


def _already_held(since: dt.datetime, person: Recipient) -> Refusal:
    message = _("This person holds the badge already, since {date}.").format(date=since.date().isoformat())
    return Refusal(message, "email", "award.already-held", "", person.identifier)


def _twice(row: int, person: Recipient) -> Refusal:
    message = _("The same person stands in row {row} already. Leave one of the two out, or allow duplicates.")
    return Refusal(message.format(row=row), "email", "person.twice", _("each person once"), person.identifier)


def _unsigned(error: InsigniaError) -> tuple[Refusal, ...]:
    text = _("{place}: expected {expected}, got {got}.")
    return tuple(
        Refusal(
            text.format(place=one.where, expected=one.expected, got=one.got),
            one.where,
            one.code,
            one.expected,
            one.got,
        )
        for one in error.problems
    ) or (Refusal(str(error)),)
