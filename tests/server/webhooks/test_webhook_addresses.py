"""Where events may be sent: said when the address is typed, not when the first event is lost.

Issue 3: 'every fetch of a foreign URL guarded against SSRF (private ranges, redirects, DNS rebinding, …)'.
"""

from __future__ import annotations

from typing import Any

import pytest

from insignia_server.kit.errors import Refused
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.models import Organisation
from insignia_server.webhooks import services
from insignia_server.webhooks.models import Endpoint

PRIVATE = [
    *("https://127.0.0.1/x", "https://127.1/x", "https://2130706433/x", "https://0x7f000001/x"),
    *("https://0177.0.0.1/x", "https://0/x", "https://10.0.0.8/x", "https://172.16.4.4/x"),
    *("https://192.168.1.1/x", "https://169.254.169.254/latest/meta-data", "https://100.64.0.1/x"),
    *("https://[::1]/x", "https://[::ffff:10.0.0.1]/x", "https://[fd00::1]/x", "https://[fe80::1]/x"),
    *("https://[64:ff9b::7f00:1]/x", "https://0.0.0.0/x", "https://224.0.0.1/x", "https://localhost/x"),
    *("https://LOCALHOST./x", "https://app.localhost/x", "https://printer.local/x"),
    *("https://vault.internal/x", "https://hooks.example:22/x", "https://me:secret@hooks.example/x"),
    *("https://hooks.example\\@10.0.0.1/x", "https:///x", "https://[::1/x", "https://127.0.0.1./x"),
]


@pytest.mark.parametrize("url", PRIVATE)
def test_what_no_event_could_reach_is_refused(owner: Actor, scoped: Organisation, url: str) -> None:
    with pytest.raises(Refused) as caught:
        services.create_endpoint(by=owner, url=url)
    (refusal,) = caught.value.refusals
    assert (refusal.field, refusal.code, refusal.got) == ("url", "blocked", url)
    assert "the address must be of a public server" in refusal.message
    assert not Endpoint.objects.exists()


@pytest.mark.parametrize(
    "url",
    [
        *("https://hooks.example/x", "https://hooks.example:8443/x?a=b", "https://93.184.215.14/x"),
        *("https://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]/x", "https://locale.example/x"),
    ],
)
def test_public_addresses_are_taken_without_asking_anybody(
    owner: Actor, scoped: Organisation, url: str
) -> None:
    assert services.create_endpoint(by=owner, url=url)[0].url == url


def test_what_the_operator_maps_may_be_private(owner: Actor, scoped: Organisation, settings: Any) -> None:
    settings.FETCH_MAPS = {"https://localhost": "http://127.0.0.1:9000"}
    assert services.create_endpoint(by=owner, url="https://localhost/x")[0].url == "https://localhost/x"
