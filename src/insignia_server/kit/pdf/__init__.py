"""Certificates as PDF: made for print and for machines, with the signed credential inside."""

from insignia_server.kit.pdf.attachment import MAX_ATTACHMENT, attached
from insignia_server.kit.pdf.certificate import CertificateData, certificate

__all__ = ["MAX_ATTACHMENT", "CertificateData", "attached", "certificate"]
