"""From the words on the command line to the documents that they stand for."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from insignia.cli.boundary import CommandError, doing, file_error
from insignia.cli.files import name_of, read
from insignia.cli.session import Session

if TYPE_CHECKING:
    from insignia.baking import Baked

SUFFIXES = frozenset(
    {
        ".json",
        ".jsonld",
        ".png",
        ".svg",
        ".pdf",
        ".jwt",
        ".jws",
        ".jsonl",
        ".ndjson",
        ".vc",
        ".sdjwt",
        ".cose",
        ".cbor",
    }
)
"""What is looked at in a folder; a file that is named is always read."""


@dataclass(frozen=True, slots=True)
class Item:
    """One document: where it came from, and its bytes or what went wrong with reading them.

    `found` tells that it was met in a folder and not named.
    """

    name: str
    content: bytes = b""
    baked: Baked | None = None
    error: CommandError | None = None
    found: bool = False


def items(words: Iterable[str], session: Session, fetch: Callable[[str], bytes]) -> Iterator[Item]:
    """The documents behind files, folders (with all below them), web addresses and `-`.

    Pictures and certificates are unbaked; each line of a .jsonl file is a document. Never raises for
    a single document.
    """
    reader = partial(read, session=session)
    for word in words:
        if word.startswith(("http://", "https://")):
            yield from _load(word, fetch)
        elif word != "-" and Path(word).is_dir():
            for path in _below(Path(word)):
                yield from (replace(item, found=True) for item in _load(str(path), reader))
        else:
            yield from _load(word, reader)


def opened(name: str, content: bytes) -> Item:
    """The document itself, taken out of the picture or certificate where it is one. Raises CommandError."""
    from insignia import baking

    if baking.container_of(content) is None:
        return Item(name, content)
    with doing(f"cannot read a credential from {name}"):
        baked = baking.unbake(content)
    return Item(name, baked.content, baked)


def _load(word: str, reader: Callable[[str], bytes]) -> Iterator[Item]:
    name = name_of(word)
    try:
        content = reader(word)
        if word.endswith((".jsonl", ".ndjson")):
            yield from _lines(name, content)
            return
        item = opened(name, content)
    except OSError as error:
        item = Item(name, error=file_error(error))
    except CommandError as error:
        item = Item(name, error=error)
    yield item


def _lines(name: str, content: bytes) -> Iterator[Item]:
    for number, line in enumerate(content.splitlines(), 1):
        if line.strip():
            yield Item(f"{name}:{number}", line)


def _below(folder: Path) -> Iterator[Path]:
    """The files of a folder that may hold a credential, in order; links to folders are not followed."""
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if Path(name).suffix.lower() in SUFFIXES and not name.startswith("."):
                yield Path(place, name)
