"""Whether a request fits its operation: unknown members and parameters are refused, and each problem names
its place as the caller wrote it."""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import wraps
from typing import Any, Final, get_args

import pydantic
from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import NinjaAPI, Schema
from ninja.errors import ValidationError, ValidationErrorContext
from ninja.operation import Operation
from pydantic import BaseModel, ConfigDict

from insignia_server.api.problems import Problem
from insignia_server.kit.errors import Refusal, Refused

_SHOWN: Final = 100
_TAGS: Final = frozenset({"str", "dict[str,any]"})  # pydantic's names for the members of a union
_MESSAGES: Final[Mapping[str, Any]] = {
    "missing": gettext_lazy("This is required."),
    "string_type": gettext_lazy("This must be a text."),
    "bool_type": gettext_lazy("This must be true or false."),
    "bool_parsing": gettext_lazy("This must be true or false."),
    "int_type": gettext_lazy("This must be a whole number."),
    "int_parsing": gettext_lazy("This must be a whole number."),
    "int_from_float": gettext_lazy("This must be a whole number."),
    "list_type": gettext_lazy("This must be an array."),
    "dict_type": gettext_lazy("This must be an object."),
    "model_attributes_type": gettext_lazy("This must be an object."),
    "uuid_type": gettext_lazy("This must be a key such as {key}."),
    "uuid_parsing": gettext_lazy("This must be a key such as {key}."),
    "datetime_type": gettext_lazy("This must be a time such as {time}."),
    "datetime_parsing": gettext_lazy("This must be a time such as {time}."),
    "datetime_from_date_parsing": gettext_lazy("This must be a time such as {time}."),
    "literal_error": gettext_lazy("Choose one of: {expected}."),
    "greater_than_equal": gettext_lazy("This must be {ge} or more."),
    "less_than_equal": gettext_lazy("This must be {le} or less."),
    "string_too_short": gettext_lazy("This must have {min_length} characters or more."),
    "string_too_long": gettext_lazy("This must have {max_length} characters or fewer."),
    "string_pattern_mismatch": gettext_lazy("This must match {pattern}."),
    "too_short": gettext_lazy("There must be {min_length} or more; there are {actual_length}."),
    "too_long": gettext_lazy("There must be {max_length} or fewer; there are {actual_length}."),
}
_EXAMPLES: Final = {"key": "0195a7c2-2b1e-7c3a-9d54-3f6e2a1b0c9d", "time": "2026-11-25T12:00:00Z"}
_LIMITS: Final = ("expected", "ge", "le", "min_length", "max_length", "pattern")


class Body(Schema):
    """What a request holds. A member that is not known is refused: a misspelt `valid_until` would sign a
    badge without an end."""

    model_config = ConfigDict(extra="forbid")


class StrictApi(NinjaAPI):
    """An API whose problems name what the caller sent, not what the operation calls it."""

    def validation_error_from_error_contexts(
        self, error_contexts: list[ValidationErrorContext[Any]]
    ) -> ValidationError:
        """All of them at once, as `errors` of a problem."""
        return ValidationError(
            [
                one
                for context in error_contexts
                for one in _of_parameters(context.model, context.pydantic_validation_error)
            ]
        )


def _of_parameters(model: Any, error: pydantic.ValidationError) -> Iterator[dict[str, str]]:
    """What is wrong with the body, the form, the query or the address. The name of the operation's own
    argument is no part of a place."""
    for one in error.errors(include_url=False):
        loc = one["loc"]
        if model.__ninja_param_source__ == "body":
            whole = len(loc) == 1
            yield _told(one, loc[1:], model, loc[:1], whole=whole)
        else:
            yield _told(one, model.__ninja_flatten_map_reverse__.get(loc, loc[-1:]), model, ())


def unfit(model: type[BaseModel], error: pydantic.ValidationError) -> list[dict[str, str]]:
    """What keeps one value from fitting its schema."""
    return [_told(one, one["loc"], model, ()) for one in error.errors(include_url=False)]


def _told(
    one: Any, loc: Sequence[Any], model: Any, before: Sequence[Any], *, whole: bool = False
) -> dict[str, str]:
    steps = [str(step) for step in loc if step not in _TAGS]
    kind, context = one["type"], one.get("ctx", {})
    if kind == "extra_forbidden":
        known = list(_model_at(model, [*before, *loc[:-1]]).model_fields)
        return unknown(".".join(steps), known)
    if whole:
        message = _("Send a JSON object as the body.")
    elif kind in _MESSAGES:
        message = str(_MESSAGES[kind]).format(**{**_EXAMPLES, **context})
    else:
        message = str(one["msg"])
    return {
        "field": ".".join(steps),
        "code": f"schema.{kind}",
        "message": message,
        "expected": next((str(context[name]) for name in _LIMITS if name in context), ""),
        "got": "" if kind == "missing" else _shown(one.get("input")),
    }


def _shown(value: Any) -> str:
    if isinstance(value, str):
        return value[:_SHOWN]
    if value is None or isinstance(value, (bool, int, float)):
        return json.dumps(value)[:_SHOWN]
    return ""


def unknown(field: str, known: Collection[str]) -> dict[str, str]:
    """The error for a name that nothing here has; the nearest one is offered."""
    return unknown_value(field, field.rpartition(".")[2], known)


def unknown_value(field: str, value: str, known: Collection[str]) -> dict[str, str]:
    """The same for a value that is one of a few names."""
    name = value[:_SHOWN]
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    listed = ", ".join(sorted(known))
    if near:
        message = _("“{name}” is not known here. Did you mean “{near}”?").format(name=name, near=near[0])
    elif known:
        message = _("“{name}” is not known here. Known are: {known}.").format(name=name, known=listed)
    else:
        message = _("“{name}” is not known here: nothing can be given.").format(name=name)
    return {
        "field": field[:300],
        "code": "unknown",
        "message": message,
        "expected": listed,
        "got": name,
    }


def _model_at(model: Any, steps: Iterable[Any]) -> Any:
    """The schema that stands at a place in another one."""
    for step in steps:
        if isinstance(step, str) and step in model.model_fields:
            model = next(_models(model.model_fields[step].annotation), model)
    return model


def _models(annotation: Any) -> Iterator[Any]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models(part)


def only_known(run: Any) -> Callable[..., Any]:
    """Refuse parameters, form fields and bodies of which an operation knows nothing, and what is given twice
    where one value is taken, before it runs."""
    operation: Operation = run.__self__
    sources: dict[str, list[str]] = {}
    lists: set[str] = set()
    for model in operation.models:
        lists.update(getattr(model, "__ninja_collection_fields__", ()))
        names = getattr(model, "__ninja_flatten_map__", None) or model.model_fields
        sources.setdefault(str(model.__ninja_param_source__), []).extend(names)
    in_forms = [*sources.get("form", ()), *sources.get("file", ())]

    @wraps(run)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        wrong = _strange(request.GET, sources.get("query", ())) + _repeated(request.GET, lists)
        if in_forms:
            wrong += _strange([*request.POST, *request.FILES], in_forms)
            wrong += _repeated(request.POST, lists) + _repeated(request.FILES, lists)
        elif "body" not in sources and request.method != "GET" and request.body.strip() not in (b"", b"{}"):
            message = _("This operation takes no body.")
            wrong.append({"field": "", "code": "body", "message": message, "expected": "", "got": ""})
        if wrong:
            raise Problem(422, " ".join(one["message"] for one in wrong), errors=wrong)
        return run(request, *args, **kwargs)

    return checked


def _strange(given: Iterable[str], known: Collection[str]) -> list[dict[str, str]]:
    return [unknown(name, known) for name in given if name not in known]


def _repeated(given: MultiValueDict[str, Any], lists: Collection[str]) -> list[dict[str, str]]:
    """Names that stand there more than once: which of the values was meant cannot be known."""
    return [
        {
            "field": name[:300],
            "code": "repeated",
            "message": _("“{name}” is given more than once. Give it once.").format(name=name[:_SHOWN]),
            "expected": "1",
            "got": str(len(values)),
        }
        for name, values in given.lists()
        if len(values) > 1 and name not in lists
    ]


@contextmanager
def sent_as(**names: str) -> Iterator[None]:
    """Say fields of refusals by the names that the caller sent: `sent_as(email="recipient.email")`.

    `rest` (when given) stands before every other field. Raises Refused, renamed.
    """
    rest = names.pop("rest_of", "")
    try:
        yield
    except Refused as refused:
        raise Refused(*(_renamed(one, names, rest) for one in refused.refusals)) from refused


def renamed(refusals: Iterable[Refusal], names: Mapping[str, str]) -> list[Refusal]:
    """The same for refusals that are no exception."""
    return [_renamed(one, names, "") for one in refusals]


def _renamed(one: Refusal, names: Mapping[str, str], rest: str) -> Refusal:
    first, dot, more = one.field.partition(".")
    if first in names:
        field = names[first] + dot + more
    else:
        field = f"{rest}.{one.field}" if rest and one.field else one.field
    return Refusal(one.message, field, one.code, one.expected, one.got)
