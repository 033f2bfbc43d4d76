"""Thousands at once: rows to signed JSON lines, in the order of the rows, with several processes."""

from __future__ import annotations

import gc
import hmac
import multiprocessing
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, BinaryIO

from insignia.errors import InsigniaError, IssuingError, Problem
from insignia.issuing.compiled import CompiledAchievement
from insignia.issuing.drafting import draft
from insignia.issuing.recipients import Reader, repeated, who
from insignia.issuing.shapes import describers, is_indexed, shape_template
from insignia.issuing.signing import IssuerKey
from insignia.issuing.table import Row, Table
from insignia.profile import identity_hash
from insignia.resolver import OfflineResolver, Resolver

CHUNK = 500
_SHAPES_KEPT = 256
_MINIMUM_SECRET = 16

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """What every row has in common.

    `description` is that of `draft` without the recipient; the key's controller becomes a missing issuer.
    `secret` (16 bytes or more, kept by the issuer) gives each recipient the same credential identifier and
    salt in every run, and nobody else can compute them. `created` is the time of the proofs, `now` the
    default of `valid_from`. `indices`, one for each row, are positions in the status list of the description.
    The plan travels to other processes, so its key and its resolver must be picklable when there are several.
    """

    description: Mapping[str, Any]
    key: IssuerKey
    secret: bytes = field(repr=False)
    created: datetime
    now: datetime
    suite: str = "eddsa-rdfc-2022"
    indices: Sequence[int] | None = None
    resolver: Resolver = field(default_factory=OfflineResolver)
    shadow: int = 0


@dataclass(frozen=True, slots=True)
class BulkResult:
    """How many were issued, and what was wrong with the rows that were not, in the order of their lines."""

    issued: int
    problems: tuple[Problem, ...]


def issue_rows(
    plan: Plan, table: Table, out: BinaryIO, *, processes: int = 1, progress: Progress | None = None
) -> BulkResult:
    """Writes one signed credential a line for every good row, in the order of the rows.

    With the same plan and table the bytes are the same, however many processes there are. `progress` is
    called with the rows done and all rows. Raises IssuingError when the description itself is wrong.
    """
    _Issuing(plan, table.headings)  # a wrong description is told before anything is written
    twice, problems = repeated(table)
    indices = plan.indices or ()
    if plan.indices is not None and len(indices) < len(table.rows):
        expected, got = f"{len(table.rows)} positions in the status list", str(len(indices))
        raise IssuingError.at("/indices", expected=expected, got=got, code="bulk.indices")
    numbered = [
        (row, indices[position] if plan.indices is not None else None)
        for position, row in enumerate(table.rows)
        if row.line not in twice
    ]
    issued, done = 0, len(table.rows) - len(numbered)
    for lines, found, size in _results(plan, table, numbered, processes):
        out.write(lines)
        problems.extend(found)
        issued += size - len({p.where.partition(",")[0] for p in found})
        done += size
        if progress is not None:
            progress(done, len(table.rows))
    ordered = sorted([*table.problems, *problems], key=lambda p: int(p.where.split(",")[0].split()[1]))
    return BulkResult(issued, tuple(ordered))


def check_rows(plan: Plan, table: Table) -> tuple[Problem, ...]:
    """The dry run: what `issue_rows` would say of each row, with nothing signed."""
    issuing = _Issuing(plan, table.headings)
    _, problems = repeated(table)
    for row in table.rows:
        fields = issuing.reader.read(row, problems)
        if fields is not None and plan.indices is None and issuing.indexed != ("status_index" in fields):
            problems.append(_index_problem(row, issuing.indexed))
    ordered = sorted([*table.problems, *problems], key=lambda p: int(p.where.split(",")[0].split()[1]))
    return tuple(ordered)


Numbered = tuple[Row, int | None]
ChunkResult = tuple[bytes, list[Problem], int]
_issuing: _Issuing | None = None


def _results(plan: Plan, table: Table, rows: list[Numbered], processes: int) -> Iterator[ChunkResult]:
    chunks = [rows[start : start + CHUNK] for start in range(0, len(rows), CHUNK)]
    if processes <= 1 or len(chunks) <= 1:
        issuing = _Issuing(plan, table.headings)
        yield from (issuing.chunk(chunk) for chunk in chunks)
        return
    # Forking is fast, and safe only while there is one thread.
    alone = threading.active_count() == 1 and "fork" in multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("fork" if alone else "spawn")
    with ProcessPoolExecutor(
        processes, mp_context=context, initializer=_start, initargs=(plan, table.headings)
    ) as pool:
        yield from pool.map(_chunk, chunks)


def _start(plan: Plan, headings: Mapping[str, str]) -> None:
    global _issuing
    _issuing = _Issuing(plan, headings)
    gc.freeze()  # what a fork brings along need not be looked through again and again


def _chunk(rows: list[Numbered]) -> ChunkResult:
    if _issuing is None:
        raise RuntimeError("the process was not started by issue_rows")
    return _issuing.chunk(rows)


class _Issuing:
    """One process's share of the work: a compiled achievement for each shape of row that it meets."""

    def __init__(self, plan: Plan, headings: Mapping[str, str]) -> None:
        from insignia import jsonld

        if len(plan.secret) < _MINIMUM_SECRET:
            got = f"{len(plan.secret)} bytes"
            raise IssuingError.at("/secret", expected="16 bytes or more", got=got, code="bulk.secret")
        self._plan = plan
        self._loader = jsonld.bundled_loader(plan.resolver)
        self._shapes: dict[tuple[str, ...], CompiledAchievement] = {}
        self.indexed = is_indexed(plan.description)
        example = {**plan.description, "recipient": {"id": "did:example:recipient"}}
        if self.indexed:
            example["status"] = {**plan.description["status"], "index": 0}
        document = draft(example, now=plan.now, identifier=self._fixed())
        self._achievement = document["credentialSubject"]["achievement"]
        valued, levelled = describers(self._achievement)
        levels = levelled["rubricCriterionLevel"] if levelled else []
        names = {level["name"].casefold(): level["id"] for level in levels if "name" in level}
        self.reader = Reader(headings, valued, names, document["validFrom"])

    def chunk(self, rows: Iterable[Numbered]) -> ChunkResult:
        """The lines of the good rows, the problems of the others, and how many rows there were."""
        lines: list[bytes] = []
        problems: list[Problem] = []
        size = 0
        for row, position in rows:
            size += 1
            fields = self.reader.read(row, problems)
            if fields is None:
                continue
            if position is not None:
                fields["status_index"] = str(position)
            if self.indexed != ("status_index" in fields):
                problems.append(_index_problem(row, self.indexed))
                continue
            try:
                lines.append(self._issue(fields))
            except InsigniaError as error:
                problems.append(
                    Problem(f"line {row.line}", error.problems[0].expected, error.problems[0].got, error.code)
                )
        return b"".join(line + b"\n" for line in lines), problems, size

    def _issue(self, fields: dict[str, str]) -> bytes:
        keyed = hmac.digest(self._plan.secret, f"{self._achievement['id']}\n{who(fields)}".encode(), "sha256")
        fields.setdefault("credential_id", _uuid(keyed))
        if self._plan.suite == "ob-jwt" and "did" not in fields:  # the claim `sub` needs an id
            subject = hmac.digest(self._plan.secret, f"sub {fields['credential_id']}".encode(), "sha256")
            fields["did"] = _uuid(subject)
        salt = keyed[16:].hex()
        for name in ("email", "student_id"):
            if name in fields:
                fields[f"{name}_salt"] = salt
                fields[f"{name}_hash"] = identity_hash(fields.pop(name), salt)
        credits = fields.pop("credits", None)
        return self._shape(fields, credits).issue(fields, self._plan.created)

    def _shape(self, fields: Mapping[str, str], credits: str | None) -> CompiledAchievement:
        key = (*sorted(fields), f"credits={credits}")
        if key not in self._shapes:
            if len(self._shapes) >= _SHAPES_KEPT:
                self._shapes.clear()
            self._shapes[key] = self._compile(fields, credits)
        return self._shapes[key]

    def _compile(self, fields: Mapping[str, str], credits: str | None) -> CompiledAchievement:
        plan = self._plan
        template, slots = shape_template(
            plan.description, frozenset(fields), credits, now=plan.now, identifier=self._fixed()
        )
        return CompiledAchievement.compile(
            template,
            slots,
            signer=plan.key.signer,
            verification_method=plan.key.verification_method,
            suite=plan.suite,
            loader=self._loader,
            shadow=plan.shadow,
        )

    def _fixed(self) -> Callable[[], str]:
        """Identifiers that come in the same order every time: for the achievement and its results."""
        counter = iter(range(1_000_000))
        return lambda: _uuid(hmac.digest(self._plan.secret, b"shared %d" % next(counter), "sha256"))


def _index_problem(row: Row, indexed: bool) -> Problem:
    if indexed:
        return Problem(f"line {row.line}", "a position in the status list", "none", "row.status-index")
    expected = "no position: the description names no status list"
    return Problem(f"line {row.line}", expected, row.cells["status_index"], "row.status-index")


def _uuid(octets: bytes) -> str:
    """A version 4 UUID (RFC 9562) from 16 octets, as a URN."""
    octets = octets[:6] + bytes([octets[6] & 0x0F | 0x40, octets[7], octets[8] & 0x3F | 0x80]) + octets[9:16]
    text = octets.hex()
    return f"urn:uuid:{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
