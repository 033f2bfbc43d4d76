"""Places in a status list, given out at random and each only once.

Beside the list `revoked.json` stands `revoked.json.taken`, one index a line: a list does not show which of
its places are given away, since most badges are never revoked.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from insignia.cli.boundary import CommandError
from insignia.cli.session import Session

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def take(path: str, entries: int, count: int, session: Session) -> list[int]:
    """So many free places of a list with `entries` places, noted as taken before anything is signed.

    They are random, so that nobody who sees one learns when the badge was issued (Bitstring Status List,
    section 4.2, group privacy). Raises CommandError when there are too few, or the notes cannot be read.
    """
    register = Path(f"{path}.taken")
    with register.open("a+") as file:
        _lock(file)
        file.seek(0)
        taken = set(_noted(register, file))
        if count > entries - len(taken):
            raise CommandError(
                f"{path} has {entries - len(taken):,} free places, and {count:,} are needed",
                advice="make another list with: insignia status make",
            )
        chosen = list(_chosen(entries, count, taken, session))
        file.writelines(f"{index}\n" for index in chosen)
    return chosen


def _chosen(entries: int, count: int, taken: set[int], session: Session) -> Iterator[int]:
    bits = (entries - 1).bit_length()
    while count:
        index = int.from_bytes(session.random(8)) >> (64 - bits)
        if index < entries and index not in taken:
            taken.add(index)
            count -= 1
            yield index


def _lock(file: TextIO) -> None:
    """Until the file is closed, another run that wants places has to wait."""
    try:
        import fcntl
    except ImportError:  # Windows
        return
    fcntl.flock(file, fcntl.LOCK_EX)


def _noted(register: Path, lines: Iterable[str]) -> Iterator[int]:
    for number, line in enumerate(lines, 1):
        if not line.rstrip("\n").isdecimal():
            raise CommandError(f"line {number} of {register} is not an index")
        yield int(line)
