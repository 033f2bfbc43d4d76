"""Which proofs a document has, and which of them a proof follows (VC Data Integrity 1.0, section 2.1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from insignia.errors import Problem, ProofError, show


def listed(value: Any) -> list[Mapping[str, Any]]:
    """The proofs of a document. Raises ProofError (PARSING_ERROR) when one is not an object."""
    if value is None:
        return []
    proofs = value if isinstance(value, list) else [value]
    problems = [
        Problem(f"/proof/{i}" if isinstance(value, list) else "/proof", "an object", show(p), "PARSING_ERROR")
        for i, p in enumerate(proofs)
        if not isinstance(p, dict)
    ]
    if problems:
        raise ProofError(problems)
    return list(proofs)


def matching(
    previous: Any, proofs: Sequence[Mapping[str, Any]], code: str
) -> tuple[list[Mapping[str, Any]], list[Problem]]:
    """The proofs that `previousProof` names, in the document's order (section 4.3, steps 4 and 5)."""
    if previous is None:
        return [], []
    wanted = texts(previous)
    if not wanted:
        return [], [Problem("/previousProof", "the id of a proof, or several", show(previous), code)]
    found = [proof for proof in proofs if isinstance(proof.get("id"), str) and proof["id"] in wanted]
    ids = [proof["id"] for proof in found]
    problems = [
        Problem("/previousProof", "the id of one other proof", f"{show(name)}, {count} times", code)
        for name in sorted(wanted)
        if (count := ids.count(name)) != 1
    ]
    return found, problems


def texts(value: Any) -> set[str]:
    items = value if isinstance(value, list) else [value]
    return {item for item in items if isinstance(item, str)}
