"""The client: one method for each thing that is asked often, `request` for everything else."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Literal, Self
from urllib.parse import quote, urlencode

from insignia_client.models import (
    Achievement,
    Affected,
    Award,
    Batch,
    BulkOutcome,
    CertificateDesign,
    CertificateFiles,
    Decided,
    Erasure,
    Issuer,
    Organisation,
    Recipient,
    Reissue,
)
from insignia_client.transport import Answer, Transport, form

Json = Any


class Client:
    """A key to an instance: `Client("https://badges.example.edu", "insignia_…")`.

    Each POST carries an Idempotency-Key and is tried again when the server is busy or out of reach. Pass
    `key` to name an act yourself, so that a program that was started anew does nothing twice. Every method
    raises `ApiError` (errors.py).
    """

    def __init__(
        self, base_url: str, key: str, *, timeout: float = 30.0, attempts: int = 5, **more: Any
    ) -> None:
        self._transport = Transport(base_url, key, timeout=timeout, attempts=attempts, **more)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Let the connection go."""
        self._transport.close()

    def request(
        self,
        method: str,
        path: str,
        body: Json = None,
        *,
        query: Mapping[str, Any] | None = None,
        key: str | None = None,
    ) -> Json:
        """Any operation of the API: `client.request("GET", "/groups")`. Returns the JSON of the answer."""
        content = None if body is None else json.dumps(body, default=_plain).encode()
        headers = {} if body is None else {"Content-Type": "application/json"}
        return self._send(method, path, content, headers, query=query, key=key).json()

    def pages(self, path: str, **query: Any) -> Iterator[dict[str, Any]]:
        """Every item of a list, newest first, page by page."""
        after: str | None = None
        while True:
            page = self.request("GET", path, query={**query, "after": after})
            yield from page["items"]
            after = page["next"]
            if after is None:
                return

    def organisation(self) -> Organisation:
        """The organisation of the key."""
        return Organisation.read(self.request("GET", "/organisation"))

    def issuers(self) -> Iterator[Issuer]:
        """All issuer profiles."""
        return (Issuer.read(one) for one in self.pages("/issuers"))

    def achievements(self, *, state: str = "", search: str = "") -> Iterator[Achievement]:
        """Achievements, by default all but the archived."""
        found = self.pages("/achievements", state=state, search=search)
        return (Achievement.read(one) for one in found)

    def award(
        self,
        achievement: str,
        recipient: Recipient,
        *,
        key: str | None = None,
        valid_from: dt.datetime | None = None,
        valid_until: dt.datetime | None = None,
        results: Sequence[Mapping[str, str]] = (),
        evidence: Sequence[Mapping[str, str]] = (),
        narrative: str = "",
        send: bool = True,
    ) -> Award:
        """Award an achievement. The same `key` again gives the first award."""
        body = {
            "achievement": achievement,
            "recipient": asdict(recipient),
            "valid_from": valid_from,
            "valid_until": valid_until,
            "results": [dict(one) for one in results],
            "evidence": [dict(one) for one in evidence],
            "narrative": narrative,
            "send": send,
        }
        return Award.read(self.request("POST", "/awards", body, key=key))

    def award_many(
        self,
        achievement: str,
        rows: Sequence[Mapping[str, Any]],
        *,
        key: str | None = None,
        send: bool = True,
        allow_duplicates: bool = False,
    ) -> list[BulkOutcome]:
        """Award to up to 1,000 people; each row (`{"recipient": {…}, …}`) has an outcome of its own. Who
        stands in two rows is refused in the second, unless `allow_duplicates`."""
        body = {"achievement": achievement, "rows": [dict(one) for one in rows], "send": send}
        if allow_duplicates:
            body["allow_duplicates"] = True
        done = self.request("POST", "/awards/bulk", body, key=key)
        return [BulkOutcome.read(one) for one in done["rows"]]

    def awards(self, **filters: Any) -> Iterator[Award]:
        """Newest first; filters as the API has them: `achievement`, `batch`, `state`, `search`, `since`, …"""
        return (Award.read(one) for one in self.pages("/awards", **filters))

    def get_award(self, award: str) -> Award:
        """One award with its credential."""
        return Award.read(self.request("GET", f"/awards/{quote(award)}"))

    def embeds(self, award: str, *, size: str = "card", theme: str = "auto") -> dict[str, str]:
        """Snippets that show the badge elsewhere, by name: component, html, markdown, readme, signature."""
        query = {"size": size, "theme": theme}
        found = self.request("GET", f"/awards/{quote(award)}/embeds", query=query)
        return {one["name"]: one["content"] for one in found["snippets"]}

    def correct(self, award: str, *, reason: str, key: str | None = None, **changes: Any) -> Award:
        """The new award that takes the old one's place."""
        body = {"reason": reason, **changes}
        return Award.read(self.request("POST", f"/awards/{quote(award)}/correct", body, key=key))

    def revoke(self, award: str, *, reason: str, send: bool = True) -> Award:
        """Revoke for good; the learner reads the reason."""
        return self._act(award, "revoke", reason, send)

    def suspend(self, award: str, *, reason: str, send: bool = True) -> Award:
        """Suspend until it is reinstated."""
        return self._act(award, "suspend", reason, send)

    def reinstate(self, award: str, *, reason: str = "", send: bool = True) -> Award:
        """Make it valid again."""
        return self._act(award, "reinstate", reason, send)

    def credential(self, award: str) -> bytes:
        """The signed bytes."""
        return self._send("GET", f"/credentials/{quote(award)}", None, {}).content

    def upload_evidence(self, content: bytes, *, file_name: str, key: str | None = None) -> dict[str, Any]:
        """Keep a file of evidence; its `url` goes into `evidence` of an award within a day."""
        body, kind = form({}, file_name, content)
        made: dict[str, Any] = self._send("POST", "/evidence", body, {"Content-Type": kind}, key=key).json()
        return made

    def upload_batch(
        self, content: bytes, *, file_name: str, achievement: str = "", name: str = "", key: str | None = None
    ) -> Batch:
        """Upload a CSV or XLSX file; poll `batch` until its state is `draft` (with a `failure`: it cannot be
        used), then `check_batch`, look at it, and `confirm_batch`."""
        fields = {"name": name, **({"achievement": achievement} if achievement else {})}
        body, kind = form(fields, file_name, content)
        return Batch.read(self._send("POST", "/batches", body, {"Content-Type": kind}, key=key).json())

    def batch(self, batch: str) -> Batch:
        """How far it is; cheap, so poll it."""
        return Batch.read(self.request("GET", f"/batches/{quote(batch)}"))

    def check_batch(self, batch: str) -> Batch:
        """Start the dry run; poll `batch` until its state is `checked`."""
        return Batch.read(self.request("POST", f"/batches/{quote(batch)}/check"))

    def confirm_batch(self, batch: str) -> Batch:
        """Let it be signed after the hold."""
        return Batch.read(self.request("POST", f"/batches/{quote(batch)}/confirm"))

    def batch_file(
        self,
        batch: str,
        *,
        what: Literal["problems", "outcomes"] = "outcomes",
        format: Literal["csv", "xlsx"] = "csv",
        only_bad: bool = False,
        wait: float = 600.0,
    ) -> bytes:
        """The file as it came, with what is wrong with each row, or what became of it. The server writes a
        long one in the background: it is asked for it again for up to `wait` seconds.

        Raises:
            ApiError; Unavailable: it is still being written.
        """
        path = f"/batches/{quote(batch)}/{what}/file?format={format}"
        path += "&only_bad=true" if only_bad else ""
        return self._transport.awaited(f"/api/v1{path}", wait=wait)

    def verify(self, credential: Mapping[str, Any] | str, *, policy: str = "strict") -> dict[str, Any]:
        """The report on a credential, whatever its verdict."""
        given = credential if isinstance(credential, str) else dict(credential)
        report: dict[str, Any] = self.request(
            "POST", "/verifications", {"credential": given, "policy": policy}
        )
        return report

    def affected(self, issuer: str, key: str) -> Affected:
        """What a compromised key left behind."""
        return Affected.read(self.request("GET", f"/issuers/{quote(issuer)}/keys/{quote(key)}/affected"))

    def reissue(
        self, issuer: str, key: str, *, reason: str, everything: bool = False, send: bool = True
    ) -> Reissue:
        """Issue again what a compromised key signed; poll `get_reissue` until its state is `done`."""
        body = {"reason": reason, "which": "all" if everything else "uncounted", "send": send}
        path = f"/issuers/{quote(issuer)}/keys/{quote(key)}/reissue"
        return Reissue.read(self.request("POST", path, body))

    def get_reissue(self, reissue: str) -> Reissue:
        """How far it is; cheap, so poll it."""
        return Reissue.read(self.request("GET", f"/reissues/{quote(reissue)}"))

    def erase_learner(self, identifier: str, *, identifier_kind: str = "", revoke: bool = False) -> Erasure:
        """Erase what the organisation holds of a learner; poll `get_erasure` until its state is `done`."""
        badges = "revoke" if revoke else "keep"
        body = {"identifier": identifier, "identifier_kind": identifier_kind, "badges": badges}
        return Erasure.read(self.request("POST", "/erasures", body))

    def get_erasure(self, erasure: str) -> Erasure:
        """How far it is; cheap, so poll it."""
        return Erasure.read(self.request("GET", f"/erasures/{quote(erasure)}"))

    def certificate_designs(self) -> Iterator[CertificateDesign]:
        """Every design of certificates, newest first."""
        return (CertificateDesign.read(one) for one in self.pages("/certificate-designs"))

    def create_certificate_design(self, name: str, **values: Any) -> CertificateDesign:
        """A new design; the first one becomes the organisation's. `values`: layout, paper, accent, …"""
        return CertificateDesign.read(self.request("POST", "/certificate-designs", {"name": name, **values}))

    def change_certificate_design(self, design: str, name: str, **values: Any) -> CertificateDesign:
        """The whole design anew; its pictures stay."""
        path = f"/certificate-designs/{quote(design)}"
        return CertificateDesign.read(self.request("PUT", path, {"name": name, **values}))

    def set_certificate_picture(
        self, design: str, slot: str, content: bytes, *, file_name: str
    ) -> CertificateDesign:
        """The `logo`, `signature-1` or `signature-2` of a design."""
        body, kind = form({}, file_name, content)
        path = f"/certificate-designs/{quote(design)}/pictures/{quote(slot)}"
        return CertificateDesign.read(self._send("POST", path, body, {"Content-Type": kind}).json())

    def preview_certificate(self, **values: Any) -> bytes:
        """A PNG of a design that need not exist; nothing is kept."""
        body = json.dumps(values).encode()
        headers = {"Content-Type": "application/json"}
        return self._send("POST", "/certificate-designs/preview", body, headers).content

    def request_certificates(
        self, *, batch: str = "", achievement: str = "", awards: Sequence[str] = (), language: str = ""
    ) -> CertificateFiles:
        """Ask for certificates as ZIP files; poll `certificate_files` until it is `done` or `failed`."""
        body = {"awards": list(awards), "language": language}
        body |= {name: key for name, key in (("batch", batch), ("achievement", achievement)) if key}
        return CertificateFiles.read(self.request("POST", "/certificate-files", body))

    def certificate_files(self, key: str) -> CertificateFiles:
        """How far it is; cheap, so poll it."""
        return CertificateFiles.read(self.request("GET", f"/certificate-files/{quote(key)}"))

    def make_certificates_again(self, key: str) -> CertificateFiles:
        """One that failed goes on where it was; of any other the same is asked for anew."""
        return CertificateFiles.read(self.request("POST", f"/certificate-files/{quote(key)}/again"))

    def download_certificates(self, key: str, number: int = 1) -> bytes:
        """One of the ZIP files, counted from 1."""
        return self._send("GET", f"/certificate-files/{quote(key)}/{number}", None, {}).content

    def approve_claims(self, claims: Sequence[str]) -> list[Decided]:
        """Award up to a hundred claims; each has an outcome of its own."""
        done = self.request("POST", "/claims/approve", {"claims": list(claims)})
        return [Decided.read(one) for one in done]

    def decline_claims(self, claims: Sequence[str], *, reason: str) -> list[Decided]:
        """Decline up to a hundred claims; the learners read the reason."""
        done = self.request("POST", "/claims/decline", {"claims": list(claims), "reason": reason})
        return [Decided.read(one) for one in done]

    def _act(self, award: str, act: str, reason: str, send: bool) -> Award:
        body = {"reason": reason, "send": send}
        return Award.read(self.request("POST", f"/awards/{quote(award)}/{act}", body))

    def _send(
        self,
        method: str,
        path: str,
        body: bytes | None,
        headers: Mapping[str, str],
        *,
        query: Mapping[str, Any] | None = None,
        key: str | None = None,
    ) -> Answer:
        given = {name: _plain(value) for name, value in (query or {}).items() if value not in (None, "")}
        address = f"/api/v1{path}" + (f"?{urlencode(given)}" if given else "")
        return self._transport.send(method, address, body, headers, key=key)


def _plain(value: Any) -> Any:
    """What JSON and queries have no form for."""
    return value.isoformat() if isinstance(value, dt.datetime) else str(value)
