"""Draws a clean SVG in a child process that is kept for the next one, within limits of time and memory."""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import selectors
import subprocess
import sys
import time
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Final

from insignia_server.kit.fonts import FOLDER
from insignia_server.kit.pictures.errors import PictureError

MEMORY: Final = 1024 * 1024 * 1024
"""Address space of the child, in bytes."""

SECONDS: Final = 10.0
"""The longest that one drawing may take, start of the child included."""

MAX_PNG: Final = 64 * 1024 * 1024
_DRAWINGS: Final = 500  # then a new child, so that no leak grows
_CHILD: Final = Path(__file__).with_name("drawing_child.py")


class Draughtsman:
    """One child process for one thread at a time; it is started when first needed and after any failure."""

    def __init__(self, *, memory: int = MEMORY, seconds: float = SECONDS) -> None:
        self._memory = memory
        self._seconds = seconds
        self._lock = Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0
        self._drawn = 0

    def draw(self, svg: bytes, width: int, height: int) -> bytes:
        """The SVG, which must be clean, as a PNG of this size. Raises PictureError rendering."""
        with self._lock:
            deadline = time.monotonic() + self._seconds
            process = self._running()
            try:
                head = {"width": width, "height": height, "bytes": len(svg)}
                answer = _exchange(process, json.dumps(head).encode() + b"\n" + svg, deadline)
            except (OSError, ValueError) as error:
                self._end()
                raise _failed(str(error)) from error
            self._drawn += 1
            if "error" in answer.head:
                raise _failed(str(answer.head["error"]))
            return answer.content

    def close(self) -> None:
        """Ends the child."""
        with self._lock:
            self._end()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._owner != os.getpid():  # after a fork the child belongs to the parent
            self._process = None
        elif self._drawn >= _DRAWINGS or (self._process is not None and self._process.poll() is not None):
            self._end()
        if self._process is None:
            command = [sys.executable, "-I", str(_CHILD), str(self._memory), str(FOLDER)]
            self._process = subprocess.Popen(  # noqa: S603
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={"LC_ALL": "C.UTF-8"},
                cwd="/",
                bufsize=0,
            )
            self._owner, self._drawn = os.getpid(), 0
        return self._process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None or self._owner != os.getpid():
            return
        process.kill()
        for stream in filter(None, (process.stdin, process.stdout)):
            with contextlib.suppress(OSError):
                stream.close()
        process.wait()


class _Answer:
    """An answer of the child while it comes in."""

    def __init__(self) -> None:
        self._read = bytearray()
        self.head: dict[str, object] = {}
        self._start = 0

    def take(self, chunk: bytes) -> bool:
        """Adds bytes; whether the answer is whole. Raises ValueError when it is not one."""
        self._read += chunk
        if not self.head:
            end = self._read.find(b"\n")
            if end == -1:
                return False
            self.head, self._start = json.loads(self._read[:end]), end + 1
        size = self.head.get("bytes", 0)
        if not isinstance(size, int) or size > MAX_PNG:
            raise ValueError("too large a picture")
        return len(self._read) >= self._start + size

    @property
    def content(self) -> bytes:
        """The PNG."""
        return bytes(self._read[self._start :])


def _exchange(process: subprocess.Popen[bytes], request: bytes, deadline: float) -> _Answer:
    """Writes while the pipe takes it and reads until the answer is whole. Raises OSError, ValueError."""
    assert process.stdin is not None  # Popen got PIPE for both
    assert process.stdout is not None
    answer = _Answer()
    rest = memoryview(request)
    with selectors.DefaultSelector() as selector:
        os.set_blocking(process.stdin.fileno(), False)
        selector.register(process.stdin, selectors.EVENT_WRITE)
        selector.register(process.stdout, selectors.EVENT_READ)
        while True:
            left = deadline - time.monotonic()
            ready = selector.select(left) if left > 0 else []
            if not ready:
                raise TimeoutError("out of time")
            for key, _events in ready:
                if key.fileobj is process.stdout:
                    chunk = os.read(key.fd, 1 << 20)
                    if not chunk:
                        raise OSError("the drawing ended early (too much memory, or a defect)")
                    if answer.take(chunk):
                        return answer
                elif rest:
                    rest = rest[os.write(key.fd, rest[: 1 << 16]) :]
                else:
                    selector.unregister(process.stdin)


def _failed(got: str) -> PictureError:
    return PictureError.at("drawing", expected="a picture in time", got=got, code=PictureError.RENDERING)


_shared = Draughtsman()
atexit.register(_shared.close)


@lru_cache(maxsize=64)
def draw(svg: bytes, width: int, height: int) -> bytes:
    """The clean SVG as a PNG of this size, by the child that this process keeps; the last ones are
    remembered. Raises PictureError."""
    return _shared.draw(svg, width, height)
