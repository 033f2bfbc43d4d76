"""What the cache raises when it does not answer. Limits that guard nobody then let requests through, all else
is answered 503: docs/operating.md."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Final


def _errors() -> tuple[type[Exception], ...]:
    if find_spec("redis") is None:  # the extra `redis`
        return ()
    from redis.exceptions import RedisError

    return (RedisError,)


CACHE_ERRORS: Final[tuple[type[Exception], ...]] = _errors()
SECONDS: Final = 60  # after which a visitor is asked to try again
