"""After a new key-encryption key was put first: seal every secret under it."""

from __future__ import annotations

import argparse


def arguments(parser: argparse.ArgumentParser) -> None:
    """Nothing can be said."""


def run(options: argparse.Namespace) -> int:
    """Keys of issuers and secrets of webhooks."""
    from insignia_server.issuers.reseal import reseal
    from insignia_server.webhooks.services import reseal_all as reseal_webhooks

    print(f"sealed anew: {reseal().changed} signing keys, {reseal_webhooks()} webhook secrets")
    return 0
