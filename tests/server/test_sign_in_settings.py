"""SOCIALACCOUNT_PROVIDERS and SAML: what is wrong is said at start; what is right is passed on."""

from __future__ import annotations

import json
from typing import Any

import pytest

from insignia_server.config.sign_in import read

OIDC: dict[str, Any] = {
    "provider_id": "campus",
    "name": "Campus",
    "client_id": "insignia",
    "secret": "a-secret-of-the-test",
    "settings": {"server_url": "https://login.example.edu:8443/realms/campus"},
}
SAML: dict[str, Any] = {
    "provider_id": "idp",
    "name": "Campus",
    "client_id": "campus",
    "settings": {
        "idp": {
            "entity_id": "https://idp.example.edu/",
            "sso_url": "https://idp.example.edu/sso",
            "x509cert": "M",
        }
    },
}


def given(provider: str, *apps: Any) -> str:
    return json.dumps({provider: {"APPS": list(apps)}})


def test_nothing_is_no_sign_in() -> None:
    for text in ("", "{}"):
        found = read(text, saml=False)
        assert (found.providers, found.origins, found.problems) == ({}, (), ())


def test_what_is_right_is_passed_on_and_its_origin_is_where_browsers_may_go() -> None:
    found = read(given("openid_connect", OIDC), saml=False)
    assert found.problems == ()
    assert found.providers == {"openid_connect": {"APPS": [OIDC]}}
    assert found.origins == ("https://login.example.edu:8443",)


def with_(app: dict[str, Any], **settings: Any) -> dict[str, Any]:
    return {**app, "settings": {**app["settings"], **settings}}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "is not JSON (line 1, column 2)"),
        ("[]", "must be an object"),
        ('{"google": {"APPS": []}}', "'google' is not known here"),
        ('{"openid_connect": []}', 'must have "APPS"'),
        (given("openid_connect", {**OIDC, "secret": ""}), "must have 'secret'"),
        (given("openid_connect", {**OIDC, "provider_id": "a/b"}), "stands in addresses"),
        (given("openid_connect", {**OIDC, "settings": {}}), "must have 'server_url'"),
        (given("openid_connect", {**OIDC, "settings": None}), "must have 'settings'"),
        (
            given("openid_connect", with_(OIDC, server_url="http://login.example.edu")),
            "must begin with https://",
        ),
        (given("openid_connect", with_(OIDC, server_url="https://a; script-src *")), "is not an address"),
        (given("openid_connect", with_(OIDC, server_url="https://[")), "is not an address"),
        (given("openid_connect", with_(OIDC, verified_email="yes")), "'verified_email' must be"),
        (given("openid_connect", OIDC, {**OIDC, "provider_id": "b"}), "another app has the same 'client_id'"),
        (given("openid_connect", OIDC, {**OIDC, "client_id": "b"}), "another app has the same 'provider_id'"),
        (given("saml", SAML), "SAML is off. Set SAML=true."),
        (given("saml", {**SAML, "settings": {"idp": {"entity_id": "x"}}}), "must have 'metadata_url', or"),
        (given("saml", {**SAML, "settings": {}}), "must have 'idp' with 'entity_id'"),
    ],
)
def test_what_is_wrong_is_said_and_no_secret_is(text: str, said: str) -> None:
    problems = "\n".join(read(text, saml=False).problems)
    assert said in problems
    assert "a-secret-of-the-test" not in problems


def test_saml_without_its_packages_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("insignia_server.config.sign_in.find_spec", lambda name: None)
    (problem,) = read(given("saml", SAML), saml=True).problems
    assert 'pip install "insignia[server,saml]"' in problem


def test_plain_http_is_for_this_machine_only() -> None:
    found = read(given("openid_connect", with_(OIDC, server_url="http://localhost:9000")), saml=False)
    assert (found.problems, found.origins) == ((), ("http://localhost:9000",))
