"""Strategies: Open Badges 3.0 credentials of every shape, and documents that use all of JSON-LD."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from insignia import contexts

EXTENSIONS = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"
CONTEXTS = [contexts.CREDENTIALS_V2, contexts.OPEN_BADGES_3_0_3, EXTENSIONS]
INLINE = {
    "ext": "https://ext.example/vocab#",
    "note": "ext:note",
    "english": {"@id": "ext:english", "@language": "en-GB"},
    "ordered": {"@id": "ext:ordered", "@container": "@list"},
    "orderedRefs": {"@id": "ext:orderedRefs", "@type": "@id", "@container": "@list"},
    "anything": {"@id": "ext:anything", "@type": "@json"},
    "ref": {"@id": "ext:ref", "@type": "@id"},
    "word": {"@id": "ext:word", "@type": "@vocab"},
    "count": {"@id": "ext:count", "@type": "http://www.w3.org/2001/XMLSchema#integer"},
    "measure": {"@id": "ext:measure", "@type": "http://www.w3.org/2001/XMLSchema#double"},
    "labels": {"@id": "ext:labels", "@container": "@language"},
    "parts": {"@id": "ext:parts", "@container": "@index"},
    "graph": {"@id": "ext:graph", "@container": "@graph"},
    "partOf": {"@reverse": "ext:part"},
    "scoped": {"@id": "ext:scoped", "@type": "@vocab", "@context": {"inside": "ext:inside"}},
}
PLAIN = st.text(alphabet="abcdefgh ÄÖ“”é漢", max_size=12)
HOSTILE = st.one_of(
    PLAIN,
    st.text(max_size=8),
    st.sampled_from(
        [
            '"',
            "\\",
            "\n\r\t\b\f",
            "\x00",
            "\x0b\x1f",
            "\x7f",
            "\u0085\u2028",
            "\ufffe\uffff",
            "～\U0001f600",
            "\\u0041",
        ]
    ),
    st.sampled_from(["%s", "", "_:b0", "@id", "https://example.org/x", "x" * 300]),
)
IRI = st.one_of(
    st.integers(0, 5).map(lambda i: f"https://example.org/{i}"),
    st.sampled_from(
        ["urn:uuid:1", "did:example:1", "http://example.org/ü", "mailto:a@example.org", "tag:x,2026:y"]
    ),
)


def _some(draw: st.DrawFn, members: dict[str, st.SearchStrategy[Any]]) -> dict[str, Any]:
    """An object with some of these members."""
    return {name: draw(value) for name, value in members.items() if draw(st.booleans())}


def _node(kind: str, members: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[dict[str, Any]]:
    @st.composite
    def node(draw: st.DrawFn) -> dict[str, Any]:
        result: dict[str, Any] = {"type": draw(st.sampled_from([kind, [kind]]))}
        if draw(st.booleans()):
            result["id"] = draw(IRI)
        return {**result, **_some(draw, members)}

    return node()


def credentials(text: st.SearchStrategy[str] = PLAIN) -> st.SearchStrategy[dict[str, Any]]:
    """Credentials under the v2 and Open Badges contexts; nothing in them is undefined or relative."""
    image = st.one_of(IRI, _node("Image", {"caption": text}))
    alignment = _node(
        "Alignment",
        {"targetName": text, "targetUrl": IRI, "targetCode": text, "targetDescription": text},
    )
    level = _node(
        "RubricCriterionLevel", {"name": text, "level": text, "alignment": st.lists(alignment, max_size=1)}
    )
    description = _node(
        "ResultDescription",
        {
            "name": text,
            "valueMin": text,
            "rubricCriterionLevel": st.lists(level, max_size=3),
            "allowedValue": st.lists(text, max_size=3),
        },
    )
    address = _node(
        "Address",
        {
            "addressCountry": text,
            "geo": _node(
                "GeoCoordinates", {"latitude": st.floats(-90, 90), "longitude": st.integers(-180, 180)}
            ),
        },
    )
    identity = _node(
        "IdentityObject", {"hashed": st.booleans(), "identityHash": text, "salt": text, "identityType": text}
    )
    profile = _node(
        "Profile",
        {
            "name": text,
            "image": image,
            "address": address,
            "email": text,
            "url": IRI,
            "dateOfBirth": st.just("1990-01-01"),
        },
    )
    achievement = _node(
        "Achievement",
        {
            "name": text,
            "criteria": st.one_of(
                st.fixed_dictionaries({"narrative": text}), st.fixed_dictionaries({"id": IRI})
            ),
            "alignment": st.lists(alignment, max_size=3),
            "tag": st.lists(text, max_size=3),
            "image": image,
            "creator": profile,
            "creditsAvailable": st.one_of(st.integers(0, 9), st.floats(0, 50)),
            "resultDescription": st.lists(description, max_size=2),
        },
    )
    subject = _node(
        "AchievementSubject",
        {
            "identifier": st.lists(identity, max_size=2),
            "result": st.lists(
                _node("Result", {"value": text, "resultDescription": IRI, "status": text}), max_size=3
            ),
            "achievement": achievement,
            "source": profile,
        },
    )
    evidence = _node("Evidence", {"name": text, "narrative": text, "genre": text})
    status = _node(
        "BitstringStatusListEntry",
        {"statusListIndex": text, "statusPurpose": text, "statusListCredential": IRI},
    )

    @st.composite
    def credential(draw: st.DrawFn) -> dict[str, Any]:
        result: dict[str, Any] = {
            "@context": list(CONTEXTS),
            "type": [
                "VerifiableCredential",
                draw(st.sampled_from(["OpenBadgeCredential", "AchievementCredential"])),
            ],
            "issuer": draw(st.one_of(IRI, profile)),
            "credentialSubject": draw(st.one_of(subject, st.lists(subject, min_size=1, max_size=2))),
        }
        more = {
            "id": IRI,
            "name": text,
            "validFrom": st.just("2026-01-01T00:00:00Z"),
            "evidence": st.lists(evidence, max_size=3),
            "credentialStatus": st.one_of(status, st.lists(status, max_size=2)),
            "image": image,
            "description": st.one_of(text, st.none()),
        }
        return {**result, **_some(draw, more)}

    return credential()


def everything(text: st.SearchStrategy[str] = PLAIN) -> st.SearchStrategy[dict[str, Any]]:
    """Credentials with an inline context, whose terms use what JSON-LD has: lists, maps, graphs, JSON."""
    scalar = st.one_of(text, st.integers(-(10**6), 10**6), st.booleans(), st.floats(-1e6, 1e6))
    value_object = st.one_of(
        st.fixed_dictionaries({"@value": text, "@language": st.sampled_from(["en", "de-CH"])}),
        st.fixed_dictionaries({"@value": text, "@type": st.just("ext:kind")}),
        st.fixed_dictionaries({"@value": scalar}),
    )
    leaf = st.fixed_dictionaries({}, optional={"id": IRI, "type": st.just("ext:Leaf"), "note": scalar})
    many = {
        "note": st.one_of(scalar, value_object, st.lists(st.one_of(scalar, value_object, leaf), max_size=3)),
        "english": text,
        "ordered": st.one_of(scalar, st.lists(st.one_of(scalar, leaf), max_size=3)),
        "orderedRefs": st.lists(IRI, max_size=3),
        "anything": st.recursive(
            scalar,
            lambda inner: st.lists(inner, max_size=2) | st.dictionaries(text, inner, max_size=2),
            max_leaves=4,
        ),
        "ref": st.one_of(IRI, leaf, st.lists(IRI, max_size=3)),
        "word": st.sampled_from(["note", "ext:word", "https://example.org/w"]),
        "count": st.one_of(st.integers(0, 9), text),
        "measure": st.one_of(st.integers(0, 9), st.floats(0, 9)),
        "labels": st.dictionaries(st.sampled_from(["en", "fr"]), text, max_size=2),
        "parts": st.dictionaries(text, leaf, max_size=2),
        "graph": st.fixed_dictionaries({"note": text}),
        "partOf": st.fixed_dictionaries({"id": IRI, "note": text}),
        "scoped": st.one_of(st.just("inside"), st.fixed_dictionaries({"inside": text})),
        "ext:free": text,
        "@context": st.just({"local": "ext:local"}),
    }

    @st.composite
    def document(draw: st.DrawFn) -> dict[str, Any]:
        result = draw(credentials(text))
        result["@context"] = [*CONTEXTS, INLINE]
        result.update({k: v for k, v in _some(draw, many).items() if k != "@context"})
        inner = result["credentialSubject"]
        for node in inner if isinstance(inner, list) else [inner]:
            node.update(_some(draw, many))
            if "@context" in node:
                node["local"] = draw(text)
        return result

    return document()
