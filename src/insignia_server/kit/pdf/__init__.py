"""Certificates as PDF: made for print and for machines, with the signed credential inside."""

from insignia_server.kit.pdf.certificate import CertificateData, certificate, preview, undrawable
from insignia_server.kit.pdf.layouts import BLOCKS, LAYOUTS, ORNAMENTS, PAPERS
from insignia_server.kit.pdf.look import PLACEHOLDERS, Look, Signature, Wording, unknown_placeholders

__all__ = [
    "BLOCKS",
    "LAYOUTS",
    "ORNAMENTS",
    "PAPERS",
    "PLACEHOLDERS",
    "CertificateData",
    "Look",
    "Signature",
    "Wording",
    "certificate",
    "preview",
    "undrawable",
    "unknown_placeholders",
]
