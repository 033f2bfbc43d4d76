"""`insignia issue --credentials`: a learner's record from badges that were issued before."""

from __future__ import annotations

import argparse
from typing import Any

from insignia.cli.boundary import UsageError, doing
from insignia.cli.files import name_of, read
from insignia.cli.session import Session


def described(options: argparse.Namespace, session: Session, description: dict[str, Any]) -> dict[str, Any]:
    """The unsigned record. Raises CommandError."""
    from insignia import baking, credential, issuing
    from insignia.cli.issue import identifier

    if options.recipients is not None:
        raise UsageError("a record is one learner's", advice="leave --recipients out")
    held = []
    for name in options.credentials:
        with doing(f"{name} cannot be put into the record"):
            content = read(name, session)
            if baking.container_of(content) is not None:
                content = baking.unbake(content).content
            held.append(credential.parse(content))
    now = session.clock().replace(microsecond=0)
    with doing(f"{name_of(options.description)} cannot be issued"):
        return issuing.record(description, held, now=now, identifier=lambda: identifier(session))
