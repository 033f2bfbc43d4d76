"""Designs of certificates, and certificates as files."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import quote

from insignia_client.calls import Calls
from insignia_client.models import CertificateDesign, CertificateFiles


class CertificateCalls(Calls):
    """What a client does with certificates."""

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
        path = f"/certificate-designs/{quote(design)}/pictures/{quote(slot)}"
        return CertificateDesign.read(self._upload(path, content, file_name))

    def remove_certificate_picture(self, design: str, slot: str) -> CertificateDesign:
        """Without that picture."""
        path = f"/certificate-designs/{quote(design)}/pictures/{quote(slot)}"
        return CertificateDesign.read(self.request("DELETE", path))

    def get_certificate_design(self, design: str) -> CertificateDesign:
        """One design."""
        return CertificateDesign.read(self.request("GET", f"/certificate-designs/{quote(design)}"))

    def remove_certificate_design(self, design: str) -> None:
        """Certificates that were made with it stay as they are."""
        self.request("DELETE", f"/certificate-designs/{quote(design)}")

    def make_certificate_default(self, design: str) -> CertificateDesign:
        """It becomes the organisation's."""
        return CertificateDesign.read(self.request("POST", f"/certificate-designs/{quote(design)}/default"))

    def use_certificate_design(
        self, design: str, *, issuers: Sequence[str] = (), achievements: Sequence[str] = ()
    ) -> CertificateDesign:
        """These issuer profiles and achievements have it, and no others."""
        body = {"issuers": list(issuers), "achievements": list(achievements)}
        return CertificateDesign.read(self.request("PUT", f"/certificate-designs/{quote(design)}/uses", body))

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
