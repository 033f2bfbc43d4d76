"""What all tests share: no network, repeatable random inputs, the vectors, and no silent skips."""

from __future__ import annotations

import fnmatch
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from shared_vectors import MISSING, read_vectors

ROOT = Path(__file__).resolve().parent.parent
LOOPBACK = ["127.0.0.1", "::1"]
ALLOWED_SKIPS = Path(__file__).with_name("allowed-skips.txt")
IN_CI = os.environ.get("CI", "").lower() in {"1", "true"}

settings.register_profile(
    "ci", derandomize=True, deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("dev", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("deep", max_examples=5_000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if IN_CI else "dev"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The library's tests open no socket at all; the others reach this machine only.

    A library test that needs a server on this machine says so with `@pytest.mark.allow_hosts(["127.0.0.1"])`.
    """
    for item in items:
        if item.get_closest_marker("allow_hosts") or item.get_closest_marker("enable_socket"):
            continue
        if "library" in item.path.relative_to(ROOT).parts:
            item.add_marker(pytest.mark.disable_socket)
        else:
            item.add_marker(pytest.mark.allow_hosts(LOOPBACK))


@pytest.fixture(scope="session")
def vectors() -> Callable[[str], list[dict[str, Any]]]:
    """`vectors("rdfc10")` gives the cases of that file, or skips where the files are not at hand."""

    def load(name: str) -> list[dict[str, Any]]:
        cases = read_vectors(name)
        if not cases:
            pytest.skip(MISSING)
        return cases

    return load


def skip_reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    """The sentence that a skipped test gave."""
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return reason.removeprefix("Skipped: ")


def allowed_skips() -> list[tuple[str, str]]:
    """Pairs of test pattern and reason: the skips that are accepted in CI."""
    lines = ALLOWED_SKIPS.read_text(encoding="utf-8").splitlines()
    rows = [line.split(" # ", 1) for line in lines if line.strip() and not line.startswith("#")]
    return [(row[0].strip(), row[1].strip()) for row in rows]


@pytest.hookimpl(wrapper=True)
def pytest_terminal_summary(terminalreporter: Any) -> Iterator[None]:
    """Say plainly what was skipped and why."""
    yield
    skipped: dict[str, int] = {}
    for report in terminalreporter.stats.get("skipped", []):
        reason = skip_reason(report)
        skipped[reason] = skipped.get(reason, 0) + 1
    for reason, count in sorted(skipped.items()):
        terminalreporter.write_line(f"skipped {count}: {reason}")


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """In CI a skip that no committed line allows is a failure: not checked is not passed."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if not IN_CI or reporter is None or hasattr(session.config, "workerinput"):
        return
    patterns = [pattern for pattern, _ in allowed_skips()]
    for report in reporter.stats.get("skipped", []):
        if not any(fnmatch.fnmatchcase(report.nodeid, pattern) for pattern in patterns):
            reporter.write_line(f"skipped without leave (tests/allowed-skips.txt): {report.nodeid}", red=True)
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
