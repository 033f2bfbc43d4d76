"""`reseal_keys`: after a new first key was put into KEY_ENCRYPTION_KEYS."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from insignia_server.issuers.reseal import reseal
from insignia_server.kit.sealing import SealBroken


class Command(BaseCommand):
    help = "Seals all signing keys by the first of KEY_ENCRYPTION_KEYS, so that the others can be taken away."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            done = reseal()
        except SealBroken as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"{done.changed} keys resealed, {done.unchanged} were sealed by the first key already."
        )
