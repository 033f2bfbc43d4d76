"""From a payload with digests to claims (RFC 9901, section 7.1, step 3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NoReturn

from insignia.errors import ParseError, show
from insignia.sd_jwt.disclosures import ALGORITHM, DIGESTS, ELEMENT, HASHES, Disclosure
from insignia.strict_json import pointer

Json = Any
MAX_DEPTH: Final = 100
MAX_DISCLOSURES: Final = 10_000


@dataclass(frozen=True, slots=True)
class Unpacked:
    """The claims, the places that were disclosed (JSON Pointers into `claims`, each with its disclosure), and
    how many digests have no disclosure: those are hidden, or decoys; nobody can tell which."""

    claims: dict[str, Json] = field(hash=False)
    places: tuple[tuple[str, Disclosure], ...]
    hidden: int


def algorithm_of(payload: Mapping[str, Json]) -> str:
    """The hash algorithm of a payload. Raises ParseError (`sd-jwt.hash`) for an unknown one."""
    named = payload.get(ALGORITHM, "sha-256")
    if not isinstance(named, str) or named not in HASHES:
        _refuse(f"/{ALGORITHM}", " or ".join(HASHES), show(named), "sd-jwt.hash")
    return named


def unpack(payload: Mapping[str, Json], disclosures: Iterable[Disclosure]) -> Unpacked:
    """The claims of a payload with what was disclosed of it.

    Raises ParseError: `sd-jwt.hash`, `sd-jwt.digests` (malformed, or twice the same), `sd-jwt.kind` (a claim
    where an element is, or the reverse), `sd-jwt.clash` (a claim that is there already), `sd-jwt.reserved`,
    `sd-jwt.unreferenced` (section 7.1, 3.5: "If any Disclosure was not referenced by digest value in the
    Issuer-signed JWT (directly or recursively via other Disclosures), the SD-JWT MUST be rejected"),
    `sd-jwt.size`.
    """
    algorithm = algorithm_of(payload)
    known: dict[str, Disclosure] = {}
    for disclosure in disclosures:
        if len(known) >= MAX_DISCLOSURES:
            _refuse("", f"at most {MAX_DISCLOSURES} disclosures", "more", "sd-jwt.size")
        if known.setdefault(disclosure.digest(algorithm), disclosure) is not disclosure:
            _refuse("", "each disclosure once", "one twice", "sd-jwt.digests")
    reader = _Reader(known)
    without = {name: value for name, value in payload.items() if name != ALGORITHM}
    claims = reader.mapping(without, "", 0)
    for disclosure in reader.known.values():
        what = "an element" if disclosure.name is None else f"the claim {show(disclosure.name)}"
        _refuse(
            "",
            "disclosures that the issuer signed",
            f"{what}, which is not among them",
            "sd-jwt.unreferenced",
        )
    return Unpacked(claims, tuple(reader.places), reader.hidden)


@dataclass(slots=True)
class _Reader:
    """One pass over a payload: `known` holds the disclosures that no digest has named yet."""

    known: dict[str, Disclosure]
    seen: set[str] = field(default_factory=set)
    places: list[tuple[str, Disclosure]] = field(default_factory=list)
    hidden: int = 0

    def value(self, value: Json, where: str, depth: int) -> Json:
        if depth > MAX_DEPTH:
            _refuse(where, f"at most {MAX_DEPTH} levels", "more", "sd-jwt.size")
        if isinstance(value, dict):
            return self.mapping(value, where, depth)
        return self.array(value, where, depth) if isinstance(value, list) else value

    def mapping(self, value: Mapping[str, Json], where: str, depth: int) -> dict[str, Json]:
        for name in (ELEMENT, ALGORITHM):
            if name in value:
                got = f"{show(name)} among the claims"
                _refuse(where, "reserved names in their own places only", got, "sd-jwt.reserved")
        found = {
            name: self.value(member, where + pointer(name), depth + 1)
            for name, member in value.items()
            if name != DIGESTS
        }
        digests = value.get(DIGESTS, [])
        if not isinstance(digests, list):
            _refuse(where + pointer(DIGESTS), "an array of digests", show(digests), "sd-jwt.digests")
        for digest in digests:
            disclosure = self._take(digest, where)
            if disclosure is None:
                continue
            if disclosure.name is None:
                got = "the disclosure of an element of an array"
                _refuse(where, "the disclosure of a claim", got, "sd-jwt.kind")
            if disclosure.name in found or disclosure.name == ALGORITHM:
                _refuse(where, "each claim once", show(disclosure.name), "sd-jwt.clash")
            place = where + pointer(disclosure.name)
            self.places.append((place, disclosure))
            found[disclosure.name] = self.value(disclosure.value, place, depth + 1)
        return found

    def array(self, value: list[Json], where: str, depth: int) -> list[Json]:
        found: list[Json] = []
        for element in value:
            place = where + pointer(len(found))
            if not isinstance(element, dict) or ELEMENT not in element:
                found.append(self.value(element, place, depth + 1))
                continue
            if len(element) != 1:
                _refuse(place, 'an object with "..." alone', show(sorted(element)), "sd-jwt.digests")
            disclosure = self._take(element[ELEMENT], where)
            if disclosure is None:
                continue
            if disclosure.name is not None:
                _refuse(place, "the disclosure of an element", "that of a claim", "sd-jwt.kind")
            self.places.append((place, disclosure))
            found.append(self.value(disclosure.value, place, depth + 1))
        return found

    def _take(self, digest: Json, where: str) -> Disclosure | None:
        """The disclosure of a digest; none where it is hidden."""
        if not isinstance(digest, str):
            _refuse(where, "a digest", show(digest), "sd-jwt.digests")
        if digest in self.seen:  # section 7.1, 3.4
            _refuse(where, "each digest once", "one twice", "sd-jwt.digests")
        self.seen.add(digest)
        disclosure = self.known.pop(digest, None)
        if disclosure is None:
            self.hidden += 1
        return disclosure


def _refuse(where: str, expected: str, got: str, code: str) -> NoReturn:
    raise ParseError.at(where, expected=expected, got=got, code=code)
