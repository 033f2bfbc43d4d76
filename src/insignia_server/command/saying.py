"""What commands say: which database is meant, what is wrong with it, and arguments that are numbers."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path
from typing import Any, Final

_NO_TABLE: Final = ("42P01", "42703")  # SQLSTATE undefined_table, undefined_column


def database_name() -> str:
    """The file, or the address without the password."""
    from django.conf import settings

    known: dict[str, Any] = settings.DATABASES["default"]
    if known["ENGINE"].endswith("sqlite3"):
        return str(known["NAME"])
    user = f"{known['USER']}@" if known.get("USER") else ""
    port = f":{known['PORT']}" if known.get("PORT") else ""
    return f"postgres://{user}{known.get('HOST', '')}{port}/{known['NAME']}"


def incomplete(error: Exception) -> bool:
    """Whether a table or column is missing, so that the database answers but was not migrated."""
    sqlstate = getattr(error.__cause__, "sqlstate", None)
    return sqlstate in _NO_TABLE or "no such table" in str(error) or "no such column" in str(error)


def database_trouble(error: Exception) -> str:
    """What a database error means, and what to do."""
    from django.conf import settings

    name, told = database_name(), " ".join(str(error).split())
    if incomplete(error):
        return f"The database {name} is not complete: {told}\nRun: insignia-server migrate"
    lines = [f"The database {name} does not answer: {told}"]
    folder = Path(name).parent
    if name.startswith("postgres://"):
        lines.append("Is DATABASE_URL right, and the database running?")
    elif not folder.is_dir():
        lines.append(f"There is no folder {folder}. Make it, or set INSIGNIA_HOME or DATABASE_URL.")
        lines += ["insignia-server migrate makes it."] if folder == settings.HOME else []
    else:
        lines.append("May this user read and write the file and its folder?")
    return "\n".join(lines)


def port(text: str) -> int:
    """A port. Raises ArgumentTypeError."""
    if not (text.isascii() and text.isdecimal() and 1 <= int(text[:6]) <= 65535 and len(text) <= 5):
        raise argparse.ArgumentTypeError(f"expected a port from 1 to 65535, got {text!r}")
    return int(text)


def count(text: str) -> int:
    """A whole number from 1 on. Raises ArgumentTypeError."""
    if not (text.isascii() and text.isdecimal() and len(text) < 6 and int(text)):
        raise argparse.ArgumentTypeError(f"expected a whole number from 1 on, got {text!r}")
    return int(text)


def seconds(text: str) -> float:
    """Seconds, more than none and at most an hour. Raises ArgumentTypeError."""
    try:
        value = float(text)
    except ValueError:
        value = 0
    if not 0 < value <= 3600:
        raise argparse.ArgumentTypeError(f"expected seconds, more than 0 and at most 3600, got {text!r}")
    return value


def taken(host: str, number: int) -> str:
    """Why nothing can listen there; empty when it can."""

    async def listen() -> None:
        server = await asyncio.start_server(lambda _reader, writer: writer.close(), host, number)
        server.close()
        await server.wait_closed()

    try:
        asyncio.run(listen())
    except OSError as error:
        why = error.strerror or error
        return f"Nothing can listen at {host}:{number}: {why}. Choose another --host or --port."
    return ""
