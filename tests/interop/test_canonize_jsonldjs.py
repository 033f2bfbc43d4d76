"""Canonical bytes are those of jsonld.js, which Digital Bazaar's stack signs. Installs it from npm."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from credential_documents import HOSTILE, PLAIN, credentials, everything
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from insignia import contexts
from insignia.errors import InsigniaError
from insignia.jsonld.direct import canonize
from insignia.jsonld.loading import bundled_loader
from insignia.jsonld.safety import check_terms
from insignia.resolver import OfflineResolver

LOADER = bundled_loader(OfflineResolver())
SCRIPT = Path(__file__).with_name("canonize.mjs")
PACKAGES = ("jsonld@9.0.0", "rdf-canonize@5.0.0")
NUMBER = int(os.environ.get("INSIGNIA_DOCUMENTS", "200"))
# Named exceptions: JavaScript sorts by UTF-16 unit, so astral characters come before U+E000 to U+FFFF there;
# and rdf-canonize leaves U+FFFE and U+FFFF as they are, which canonical N-Quads writes as UCHAR. A quad that
# jsonld.js makes twice (two empty lists under one property of a node) stands twice in its output. It keeps
# one of two texts that differ in their base direction alone, and forgets the default direction of a context
# where a scoped context follows.
_ASTRAL, _LATE = re.compile("[\U00010000-\U0010ffff]"), re.compile("[\ue000-\uffff]")
_UNESCAPED = re.compile("[\ufffe\uffff]")


def excepted(document: Any) -> bool:
    """Whether JavaScript is known to differ for what is in this document."""
    text = json.dumps(document, ensure_ascii=False)
    return bool(_UNESCAPED.search(text) or (_ASTRAL.search(text) and _LATE.search(text)))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with jsonld.js, installed from npm (or INSIGNIA_JSONLDJS, where it is already)."""
    if not (shutil.which("npm") and shutil.which("node")):
        pytest.skip("npm and node are not installed")
    given_folder = os.environ.get("INSIGNIA_JSONLDJS")
    folder = Path(given_folder) if given_folder else tmp_path_factory.mktemp("jsonldjs")
    if not (folder / "node_modules" / "jsonld").exists():
        command = [
            "npm",
            "install",
            "--no-audit",
            "--no-fund",
            "--no-save",
            "--prefix",
            str(folder),
            *PACKAGES,
        ]
        run = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=180)
        if run.returncode:
            pytest.skip("npm cannot install jsonld and rdf-canonize here")
    shutil.copy(SCRIPT, folder / SCRIPT.name)
    files = {url: json.loads(contexts.bundled(url) or b"{}") for url in contexts.CONTEXTS}
    (folder / "contexts.json").write_text(json.dumps(files))
    return folder


def by_javascript(folder: Path, documents: list[Any]) -> list[dict[str, Any]]:
    text = "".join(json.dumps(document) + "\n" for document in documents)
    command = ["node", SCRIPT.name, "contexts.json"]
    run = subprocess.run(
        command, cwd=folder, input=text, capture_output=True, text=True, check=True, timeout=300
    )
    return [json.loads(line) for line in run.stdout.split("\n") if line]


def canonized(document: Any) -> str | None:
    """Our canonical N-Quads; None where we refuse."""
    try:
        return canonize(document, loader=LOADER).decode()
    except InsigniaError:
        return None


def once(nquads: str | None) -> str | None:
    """Each line once: an RDF dataset is a set."""
    return None if nquads is None else "\n".join(dict.fromkeys(nquads.split("\n")))


def drawn(strategy: st.SearchStrategy[Any]) -> list[Any]:
    """Examples of a strategy, the same in each run."""
    documents: list[Any] = []

    @settings(
        max_examples=NUMBER,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def collect(document: Any) -> None:
        documents.append(document)

    collect()
    return documents


@pytest.mark.parametrize(
    "strategy", [credentials(HOSTILE), everything(PLAIN)], ids=["credentials", "everything"]
)
def test_same_bytes(folder: Path, strategy: st.SearchStrategy[Any]) -> None:
    documents = drawn(strategy)
    same = 0
    for document, theirs in zip(documents, by_javascript(folder, documents), strict=True):
        if excepted(document):
            continue
        ours = canonized(document)
        assert once(theirs.get("nquads")) == ours, (theirs.get("error"), document)
        same += ours is not None
    assert same > NUMBER / 2


UNSAFE = [
    {"colour": "blue"},
    {"type": ["VerifiableCredential", "Undefined"]},
    {"id": "relative"},
    {"issuer": "relative"},
    {"credentialSubject": {"type": "AchievementSubject", "colour": "blue"}},
    {"name": {"@value": None}},
    {"name": {"@value": "x", "@language": "no tag"}},
    {"@odd": "x"},
]


def test_what_safe_mode_refuses_is_refused_here(folder: Path) -> None:
    usual = {
        "@context": [contexts.CREDENTIALS_V2, contexts.OPEN_BADGES_3_0_3],
        "type": ["VerifiableCredential"],
        "issuer": "https://example.org/issuer",
        "credentialSubject": {"type": "AchievementSubject"},
    }
    documents = [{**usual, **change} for change in UNSAFE]
    for document, theirs in zip(documents, by_javascript(folder, documents), strict=True):
        assert "error" in theirs, document
        assert check_terms(document, loader=LOADER), document


DIRECTED = [
    {"name": {"@value": "هتمل", "@language": "ar-EG", "@direction": "rtl"}},
    {"name": {"@value": "x", "@direction": "ltr"}},
    {"name": [{"@value": "x", "@language": "en"}, {"@value": "y", "@language": "en", "@direction": "ltr"}]},
    {"issuer": {"id": "https://example.org/issuer", "name": {"@value": "x", "@direction": "rtl"}}},
]


def test_a_base_direction_is_signed_as_they_do(folder: Path) -> None:
    """docs/adr/0015; eddsa-rdfc-2022-cryptosuite 1.3.0, lib/canonize.js: `rdfDirection: 'i18n-datatype'`."""
    usual = {
        "@context": [contexts.CREDENTIALS_V2],
        "type": ["VerifiableCredential"],
        "issuer": "https://example.org/issuer",
        "credentialSubject": {"id": "https://example.org/subject"},
    }
    documents = [{**usual, **change} for change in DIRECTED]
    for document, theirs in zip(documents, by_javascript(folder, documents), strict=True):
        assert canonized(document) == theirs.get("nquads"), theirs
