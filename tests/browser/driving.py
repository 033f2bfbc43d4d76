"""What browser tests share: the running demo, its mails, and what axe finds."""

from __future__ import annotations

import email
import email.policy
import re
import shutil
import socket
import time
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

from playwright.sync_api import Page, ViewportSize

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))),
    None,
)
# Without these, Chromium asks Google's servers for updates at every start.
FLAGS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
PHONE: ViewportSize = {"width": 390, "height": 844}
DESKTOP: ViewportSize = {"width": 1440, "height": 900}


@dataclass(frozen=True)
class Demo:
    """A running demo."""

    url: str
    folder: Path

    def mails(self, address: str) -> list[EmailMessage]:
        """Every mail to an address, oldest first."""
        found = []
        for file in sorted((self.folder / "outbox").glob("*.log"), key=lambda path: path.stat().st_mtime_ns):
            parts = file.read_bytes().split(b"\n" + b"-" * 79 + b"\n")
            found += [
                email.message_from_bytes(part.strip() + b"\n", policy=email.policy.default)
                for part in parts
                if part.strip()
            ]
        return [mail for mail in found if address.lower() in str(mail["To"]).lower()]

    def mail(self, address: str, *, seconds: float = 30, after: int = 0) -> EmailMessage:
        """The newest mail to an address, waited for; `after` of them are known already."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            found = self.mails(address)
            if len(found) > after:
                return found[-1]
            time.sleep(0.2)
        raise AssertionError(f"no mail to {address} within {seconds} s")


def text_of(mail: EmailMessage) -> str:
    """The text part of a mail."""
    body = mail.get_body(preferencelist=("plain",))
    assert body is not None
    return str(body.get_content())


def link_in(mail: EmailMessage, part: str) -> str:
    """The first address in a mail that holds `part`."""
    found = [url for url in re.findall(r"https?://\S+", text_of(mail)) if part in url]
    assert found, text_of(mail)
    return str(found[0])


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    """Whether somebody listens there."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def problems(page: Page, axe: str) -> list[str]:
    """What axe finds on a page against WCAG 2.2 AA, one line each."""
    page.evaluate(axe)
    rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found = page.evaluate("rules => axe.run(document, {runOnly: rules})", rules)
    return [
        f"{one['id']}: {node['target']} {node['failureSummary'][:200]}"
        for one in found["violations"]
        for node in one["nodes"]
    ]
