"""Reading what a command is given, and writing what it makes: whole or not at all."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from insignia.cli.boundary import CommandError
from insignia.cli.session import Session

MAX_INPUT = 64 * 1024 * 1024
"""The most that is read from one file, address or standard input, in bytes."""


def read(source: str, session: Session) -> bytes:
    """The bytes of a file, or of standard input for `-`. Raises CommandError, OSError."""
    if source == "-":
        data = session.stdin.read(MAX_INPUT + 1)
    else:
        with Path(source).open("rb") as file:
            data = file.read(MAX_INPUT + 1)
    if len(data) > MAX_INPUT:
        raise CommandError(f"{name_of(source)} is larger than {MAX_INPUT // 1024 // 1024} MiB")
    return data


def name_of(source: str) -> str:
    """What a source is called in messages."""
    return "standard input" if source == "-" else source


def write(target: str | None, data: bytes, session: Session, *, force: bool = False) -> None:
    """Write a result to a new file, or to standard output for `-` and for nothing.

    The file appears whole under its name or not at all; one that is there already is kept unless `force`.
    """
    if target is None or target == "-":
        if _is_binary(data) and session.is_terminal(session.stdout):
            what = "a picture" if data.startswith(b"\x89PNG") else "binary data"
            raise CommandError(
                f"this would print {what} on your terminal", advice="name a file to write to: -o FILE"
            )
        session.write_bytes(data)
        return
    with replacing(Path(target), force=force) as file:
        file.write(data)


@contextlib.contextmanager
def replacing(path: Path, *, force: bool = False, mode: int = 0o666) -> Iterator[BinaryIO]:
    """A file to fill, which takes its place under `path` when the block ends well.

    Raises FileExistsError when there is one already and not `force`.
    """
    if not force and path.exists():
        raise FileExistsError(17, "exists", str(path))
    if path.is_dir():
        raise IsADirectoryError(21, "is a folder", str(path))
    if not path.parent.is_dir():
        raise CommandError(
            f"there is no folder {path.parent}", advice=f"make it with: mkdir -p {path.parent}"
        )
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise type(error)(error.errno, error.strerror, str(path)) from error
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(mode & ~_umask())
        _move(Path(temporary), path, force=force)
    finally:
        Path(temporary).unlink(missing_ok=True)


def _move(temporary: Path, path: Path, *, force: bool) -> None:
    if not force:
        try:
            path.hardlink_to(temporary)  # unlike a rename, this fails when the name was taken meanwhile
        except FileExistsError as error:
            raise FileExistsError(error.errno, error.strerror, str(path)) from error
        except OSError:  # a file system without hard links
            force = not path.exists()
    if force:
        temporary.replace(path)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _is_binary(data: bytes) -> bool:
    if b"\0" in data[:1024]:
        return True
    try:
        data.decode()
    except UnicodeDecodeError:
        return True
    return False
