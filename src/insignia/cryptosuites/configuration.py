"""Canonical proof configurations from a template: for small documents they cost as much as the document.

A plain configuration is one node. Under the same contexts it differs from another in two values only,
and their lines stay where they are, because what sorts first in a line is its predicate.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from insignia.cryptosuites.suite import Input

_MAXIMUM: Final = 256
_PLAIN: Final = frozenset({"type", "cryptosuite", "created", "verificationMethod", "proofPurpose"})
_PURPOSES: Final = ("assertionMethod", "authentication")
_TEXT: Final = {str}
_MOMENT: Final = re.compile(r"[0-9]{4}-[0-9T:.Z+-]{6,40}")
# Only characters that neither JSON-LD nor N-Quads changes. What precedes the colon could be a term.
_PART: Final = r"(?:[A-Za-z0-9._~:/?@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+"
_URL: Final = re.compile(rf"(https://|did:)(?!//){_PART}(?:#{_PART})?")
_MARK: Final = "insignia-slot"
_CREATED: Final = "1999-12-31T23:59:58Z"
_Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class _Template:
    """The canonical text around the two values. `documents` keeps the contexts of the key alive."""

    documents: tuple[Any, ...]
    parts: tuple[str, str, str]
    created_first: bool

    def fill(self, created: str, method: str) -> bytes:
        first, second = (created, method) if self.created_first else (method, created)
        before, between, after = self.parts
        return f"{before}{first}{between}{second}{after}".encode()


_templates: dict[_Key, _Template | None] = {}


def canonize_configuration(given: Input) -> bytes:
    """The canonical N-Quads of `given.options` under the contexts of `given.document`.

    Equal to `jsonld.canonize`, which does the work for the first configuration of its kind and for all
    that are not plain. Raises JsonLdError, CanonicalizationError.
    """
    created, method = given.options.get("created"), given.options.get("verificationMethod")
    found = _URL.fullmatch(method) if type(method) is str else None
    if found is None or type(created) is not str or not _MOMENT.fullmatch(created):
        return _canonize(given, given.options)
    key = _key(given, found.group(1))
    if key is None:
        return _canonize(given, given.options)
    template = _templates.get(key)
    if template is not None:
        return template.fill(created, found.group())
    canonical = _canonize(given, given.options)
    documents = tuple(map(given.loader, _contexts(given)))
    if key not in _templates and all(getattr(document, "bundled", False) for document in documents):
        template = _learn(given, found.group(1) + _MARK, documents)
        if len(_templates) >= _MAXIMUM:
            _templates.clear()
        holds = template is not None and template.fill(created, found.group()) == canonical
        _templates[key] = template if holds else None
    return canonical


def _canonize(given: Input, options: Mapping[str, Any]) -> bytes:
    from insignia import jsonld

    configuration = {"@context": given.document.get("@context"), **options}
    return jsonld.canonize(configuration, loader=given.loader, algorithm=given.algorithm, safe=True)


def _contexts(given: Input) -> list[Any]:
    context = given.document.get("@context")
    return context if type(context) is list else [context]


def _key(given: Input, scheme: str) -> _Key | None:
    """What decides the text apart from the two values; None where the configuration is not plain.

    Contexts are told apart by identity: templates are made of bundled ones, which are loaded once.
    """
    options, urls = given.options, _contexts(given)
    if not options.keys() <= _PLAIN or {*map(type, urls), *map(type, options.values())} != _TEXT:
        return None
    purpose = options.get("proofPurpose")
    if purpose not in _PURPOSES:
        return None
    documents = map(id, map(given.loader, urls))
    return (given.algorithm, scheme, options.get("type"), options.get("cryptosuite"), purpose, *documents)


def _learn(given: Input, method: str, documents: tuple[Any, ...]) -> _Template | None:
    """The template of a configuration, from one whose two values cannot be mistaken for anything else."""
    marked = {**given.options, "created": _CREATED, "verificationMethod": method}
    text = _canonize(given, marked).decode()
    if text.count(method) != 1 or text.count(_CREATED) != 1:
        return None
    created_first = text.index(_CREATED) < text.index(method)
    one, other = (_CREATED, method) if created_first else (method, _CREATED)
    before, _, rest = text.partition(one)
    between, _, after = rest.partition(other)
    return _Template(documents, (before, between, after), created_first)
