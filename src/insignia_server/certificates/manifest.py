"""What stands beside the certificates in a ZIP file: the list of all, and of those that could not be made."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Sequence
from typing import Final

from django.utils.translation import gettext as _

from insignia_server.awarding.models import Award
from insignia_server.awarding.querysets import UNDONE
from insignia_server.credentials.models import CredentialState

COLUMNS: Final = ("file", "award", "name", "identifier", "achievement", "issued", "left out because")
MANIFEST: Final = "manifest.csv"
NOT_MADE: Final = "not-made.txt"
_STEM: Final = re.compile(r"[^\w]+")
_RESERVED: Final = 60  # characters of a name that its file keeps


class Manifest:
    """A line for each award of a file, and those whose certificate failed."""

    def __init__(self) -> None:
        self.failures: list[dict[str, str]] = []
        self._text = io.StringIO()
        self._lines = csv.writer(self._text, lineterminator="\r\n")
        self._lines.writerow(COLUMNS)
        self._failed: list[str] = []
        self._names: set[str] = set()

    def name_for(self, award: Award) -> str:
        """A file name that no other certificate of the file has."""
        name = file_name(award)
        while name in self._names:
            name = f"{name.removesuffix('.pdf')}-2.pdf"
        self._names.add(name)
        return name

    def add(self, award: Award, *, file: str, why: str, failed: bool) -> None:
        """Its line; `why` there is no certificate, which is a failure or as it should be."""
        told = [award.name, award.identifier, award.achievement.name, award.created_at.date().isoformat()]
        self._lines.writerow(_safe([file, str(award.pk), *told, why]))
        if failed:
            self.failures.append({"award": str(award.pk), "why": why})
            self._failed.append(f"{award.name or award.identifier} ({award.pk}): {why}")

    def files(self) -> dict[str, str]:
        """The files to add, by name."""
        found = {MANIFEST: "\ufeff" + self._text.getvalue()}
        if self._failed:
            lines = [_("These certificates could not be made:"), "", *self._failed, ""]
            found[NOT_MADE] = "\ufeff" + "\r\n".join(lines)
        return found


def left_out(award: Award) -> str:
    """Why an award has no certificate; empty: it has one."""
    if award.erased:
        return _("the learner was erased")
    if award.shown == UNDONE:
        return _("the award was undone")
    if award.credential.state in (CredentialState.REVOKED, CredentialState.SUPERSEDED):
        return str(CredentialState(award.credential.state).label)
    return ""


def file_name(award: Award) -> str:
    """`ada-lovelace-9f3c2ab01d77.pdf`: letters and digits of the name, and the end of the award's key."""
    kept = unicodedata.normalize("NFC", award.name).casefold()
    stem = _STEM.sub("-", kept).strip("-_")[:_RESERVED].rstrip("-_")
    return f"{stem or 'certificate'}-{award.pk.hex[-12:]}.pdf"


def _safe(cells: Sequence[str]) -> list[str]:
    """What a spreadsheet would run as a formula is text."""
    return [f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell for cell in cells]
