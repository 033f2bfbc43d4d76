"""Step 1: does the document conform to its data model, and to the schemas that it names?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from insignia import contexts, credential, schema
from insignia.credential import Kind
from insignia.errors import InsigniaError, Problem, ResolveError, show
from insignia.report import Check, Report, Verdict
from insignia.resolver import Document, Purpose
from insignia.verification.render.words import harmless
from insignia.verification.run import Run, absent, failed, listing, passed, unchecked, unreachable
from insignia.verification.subject import identifier_of, listed

Json = Any
VerifyInside = Callable[[Run, credential.Secured], Report]

# Open Badges 3.0 names the first, VC JSON Schema 1.0 the others.
SCHEMA_TYPES = ("1EdTechJsonSchemaValidator2019", "JsonSchema", "JsonSchemaCredential")
_NAMES = {
    Kind.ACHIEVEMENT: "Open Badges 3.0",
    Kind.ENDORSEMENT: "the endorsements of Open Badges 3.0",
    Kind.CLR: "the Comprehensive Learner Record 2.0",
    Kind.PRESENTATION: "the presentations of Verifiable Credentials",
    Kind.STATUS_LIST: "status lists",
    Kind.OTHER_VC: "Verifiable Credentials",
}


def data_model(run: Run) -> Iterator[Check]:
    """The data model and its JSON Schema; a subject that is identified (Open Badges 3.0, 8.1, step 1)."""
    problems = []
    for problem in schema.check(run.document, run.secured.kind, run.secured.data_model):
        if _code(problem) in run.policy.tolerated:
            run.warn("data-model", f"Tolerated by this policy: {harmless(problem, 200)}.", problem.where)
        else:
            problems.append(problem)
    for advised in () if run.asked else schema.advise(run.document, run.secured.kind, run.secured.data_model):
        run.warn("data-model.advice", f"Others may refuse this: {harmless(advised, 200)}.", advised.where)
    name = f"{_NAMES[run.secured.kind]} (data model {run.secured.data_model})"
    if not problems:
        yield passed("data-model", f"It conforms to {name}.")
        return
    first = problems[0]
    more = f" There are {len(problems) - 1} more such problems." if len(problems) > 1 else ""
    yield failed(
        "data-model",
        f"It does not conform to {name}: {harmless(first, 200)}.{more}",
        first.code,
        advice="Ask the issuer for a corrected credential.",
        where=first.where,
        facts={"problems": listing(problems)},
    )


def _code(problem: Problem) -> str:
    """The code that a policy may tolerate; a single value in the place of an array has its own."""
    lone = problem.code == "schema.type" and problem.expected == "an array"
    return "schema.array" if lone else problem.code


def schemas(run: Run, verify_inside: VerifyInside) -> Iterator[Check]:
    """Each member of `credentialSchema` (Open Badges 3.0, 8.1, step 1; VC JSON Schema 1.0)."""
    named = run.document.get("credentialSchema")
    if not named:
        yield absent("schema", "It names no schema of its own.")
        return
    for index, entry in enumerate(listed(named)):
        where = f"/credentialSchema/{index}" if isinstance(named, list) else "/credentialSchema"
        yield _one_schema(run, entry, where, verify_inside)


def _one_schema(run: Run, entry: Json, where: str, verify_inside: VerifyInside) -> Check:
    url = identifier_of(entry)
    kind = entry.get("type") if isinstance(entry, dict) else None
    if kind not in SCHEMA_TYPES or not url:
        return unchecked(
            "schema",
            f"Its schema is of a type that this verifier does not know: {harmless(show(kind), 80)}.",
            "schema.unknown-type",
            where=where,
            facts={"schema": url},
        )
    facts = {"schema": url, "type": kind}
    try:
        document = _schema_document(run, url, kind)
        if document is not None and kind == "JsonSchemaCredential":
            doubt = _untrusted(run, document.content, verify_inside)
            if doubt is not None:
                return doubt(where, facts)
        # Some name the schemas of 1EdTech with the type `JsonSchema`; ours stand for them in either case.
        known = entry if document else {**entry, "type": SCHEMA_TYPES[0]}
        found = schema.apply(run.document, known, document.json() if document else None)
    except ResolveError as error:
        message = f"The schema that it names could not be fetched: {harmless(url, 120)}."
        return unchecked("schema", message, error.code, advice=unreachable(error), where=where, facts=facts)
    return _result(found, where, facts)


def _schema_document(run: Run, url: str, kind: str) -> Document | None:
    """The document of a schema; None where the bundled one is taken."""
    if url in contexts.SCHEMAS and kind != "JsonSchemaCredential":
        return None
    return run.shared.resolve(url, Purpose.SCHEMA)


def _result(found: schema.SchemaResult, where: str, facts: dict[str, Json]) -> Check:
    if found.result is schema.Result.SUCCESS:
        return passed("schema", "It matches the schema that it names.", where, facts)
    facts = {**facts, "problems": listing(found.problems)}
    first = harmless(found.problems[0], 200) if found.problems else "no reason given"
    if found.result is schema.Result.FAILURE:
        message = f"It does not match the schema that it names: {first}."
        advice = "Ask the issuer for a corrected credential."
        return failed("schema", message, "schema.mismatch", advice=advice, where=where, facts=facts)
    message = f"Whether it matches its schema cannot be told: {first}."
    return unchecked("schema", message, "schema.indeterminate", where=where, facts=facts)


def _untrusted(
    run: Run, content: bytes, verify_inside: VerifyInside
) -> Callable[[str, Mapping[str, Json]], Check] | None:
    """Why a JsonSchemaCredential cannot be relied on: it must itself verify (VC JSON Schema 1.0, 2.2)."""
    try:
        report = verify_inside(run, credential.parse(content))
    except InsigniaError as error:
        reason, message = error.code, f"The credential of its schema cannot be read: {error.problems[0]}."
        return lambda where, facts: unchecked("schema", harmless(message), reason, where=where, facts=facts)
    if report.verdict is Verdict.VALID:
        return None
    problem = next(report.failed(), None) or next(report.not_checked())
    message = f"The credential of its schema does not verify: {problem.message}"
    result = failed if report.verdict is Verdict.INVALID else unchecked
    return lambda where, facts: result("schema", message, "schema.unverified", where=where, facts=facts)
