"""Certificates: the designs of an organisation, the PDF of an award, many of them in a ZIP."""
