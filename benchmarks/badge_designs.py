"""How long a badge takes to be drawn: `python benchmarks/badge_designs.py`. No database."""

from __future__ import annotations

import statistics
import time

from django.conf import settings

settings.configure(USE_I18N=False)

from insignia_server.designs.drawing import compose  # noqa: E402
from insignia_server.designs.examples import EXAMPLES, example_designs  # noqa: E402
from insignia_server.designs.similar import phash  # noqa: E402
from insignia_server.designs.starter import starter  # noqa: E402
from insignia_server.kit.pictures import read_picture, render_png  # noqa: E402


def main() -> None:
    """Prints milliseconds: the middle and the largest of 24 designs, each drawn again (warm)."""
    designs = example_designs()
    _told("compose", [_time(lambda one=one: compose(one)) for one in designs])
    _told("starter", [_time(lambda one=one: starter(name=one.name, seed=one.issuer)) for one in EXAMPLES])
    pictures = [render_png(read_picture(compose(one).svg), 512) for one in designs]
    _told("phash", [_time(lambda one=one: phash(one)) for one in pictures])


def _time(call: object) -> float:
    assert callable(call)
    call()
    begun = time.perf_counter()
    call()
    return 1000 * (time.perf_counter() - begun)


def _told(what: str, times: list[float]) -> None:
    print(f"{what}: {statistics.median(times):.1f} ms in the middle, {max(times):.1f} ms at most")


if __name__ == "__main__":
    main()
