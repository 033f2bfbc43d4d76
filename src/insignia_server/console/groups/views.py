"""Groups and their rosters."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from insignia_server.awarding import rosters
from insignia_server.console.access import ConsoleRequest, console, need
from insignia_server.console.forms_errors import form_page, posted, refusals_in
from insignia_server.console.groups.forms import GroupForm, ImportForm, PersonForm
from insignia_server.kit import paging
from insignia_server.organisations import groups as services
from insignia_server.organisations.models import Group, GroupMember
from insignia_server.organisations.roles import Permission


def group_of(key: uuid.UUID) -> Group:
    """The group of this key in the organisation, or 404."""
    found: Group = need(Group.objects.filter(pk=key).first())
    return found


@require_safe
@console(Permission.READ)
def listing(request: ConsoleRequest) -> HttpResponse:
    """The groups with how many people are on each roster."""
    archived = request.GET.get("state") == "archived"
    found = Group.objects.filter(archived_at__isnull=not archived)
    if words := request.GET.get("q", "").strip():
        found = found.filter(name__icontains=words)
    page = paging.page(
        found.annotate(people=Count("roster")),
        after=request.GET.get("after"),
        before=request.GET.get("before"),
    )
    may = request.actor.may(Permission.GROUPS)
    context = {"page": page, "archived": archived, "words": words, "may_change": may}
    return render(request, "console/groups/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@console(Permission.GROUPS)
def new(request: ConsoleRequest) -> HttpResponse:
    """A new group; the roster comes next."""
    form = GroupForm(posted(request))
    if form.is_valid():
        with refusals_in(form):
            row = services.create_group(by=request.actor, name=form.cleaned_data["name"])
            return redirect("console:groups:add", request.organisation.slug, row.pk)
    return form_page(request, "console/groups/new.html", form)


@require_safe
@console(Permission.READ)
def detail(request: ConsoleRequest, key: uuid.UUID) -> HttpResponse:
    """The roster, to search and to page through."""
    row = group_of(key)
    found = GroupMember.objects.filter(group=row)
    count = found.count()
    if words := request.GET.get("q", "").strip():
        found = found.filter(Q(name__icontains=words) | Q(email__icontains=words))
    page = paging.page(found, after=request.GET.get("after"), before=request.GET.get("before"))
    may = request.actor.may(Permission.GROUPS) and row.archived_at is None
    context = {"row": row, "page": page, "count": count, "words": words, "may_change": may}
    context |= {"may_archive": request.actor.may(Permission.GROUPS)}
    return render(request, "console/groups/detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@console(Permission.GROUPS)
def add(request: ConsoleRequest, key: uuid.UUID) -> HttpResponse:
    """Add one person, a file or a pasted list; what is wrong or looks wrong is told by its line."""
    row, posting = group_of(key), request.method == "POST"
    one = "email" in request.POST
    person = PersonForm(request.POST if posting and one else None)
    many = ImportForm(request.POST, request.FILES) if posting and not one else ImportForm()
    form: PersonForm | ImportForm = person if one else many
    problems: list[Told] = []
    if form.is_valid():
        with refusals_in(form, **{"1": "email"} if one else {}):
            lines = _one(person) if one else many.lines()
            result = services.import_roster(by=request.actor, group=row, lines=lines)
            problems = _to_look_at(lines, result)
            _tell(request, result)
            if not problems:
                return redirect("console:groups:detail", request.organisation.slug, row.pk)
    left_out = sum(one.refused for one in problems)
    context = {"row": row, "person": person, "many": many, "problems": problems, "left_out": left_out}
    return form_page(request, "console/groups/add.html", form, **context)


@require_http_methods(["GET", "HEAD", "POST"])
@console(Permission.GROUPS)
def rename(request: ConsoleRequest, key: uuid.UUID) -> HttpResponse:
    """Another name."""
    row = group_of(key)
    form = GroupForm(posted(request), initial={"name": row.name})
    if form.is_valid():
        with refusals_in(form):
            services.rename_group(by=request.actor, group=row, name=form.cleaned_data["name"])
            return redirect("console:groups:detail", request.organisation.slug, row.pk)
    return form_page(request, "console/groups/new.html", form, row=group_of(key))


@require_POST
@console(Permission.GROUPS)
def archive(request: ConsoleRequest, key: uuid.UUID) -> HttpResponse:
    """Put the group away, or take it back."""
    away = request.POST.get("archive") == "yes"
    row = services.archive_group(by=request.actor, group=group_of(key), now=timezone.now() if away else None)
    words = _("%(name)s is in the archive.") if away else _("%(name)s is out of the archive.")
    messages.success(request, words % {"name": row.name})
    return redirect("console:groups:detail", request.organisation.slug, row.pk)


@require_POST
@console(Permission.GROUPS)
def remove(request: ConsoleRequest, key: uuid.UUID, person: uuid.UUID) -> HttpResponse:
    """Take somebody off the roster."""
    row = group_of(key)
    found: GroupMember = need(GroupMember.objects.filter(group=row, pk=person).first())
    services.remove_from_group(by=request.actor, person=found)
    messages.success(request, _("%(who)s is off the roster.") % {"who": found.name or found.email})
    return redirect("console:groups:detail", request.organisation.slug, row.pk)


@dataclass(frozen=True)
class Told:
    """A line that somebody should look at; `refused`: it is not on the roster."""

    line: int
    got: str
    message: str
    suggestion: str
    refused: bool


def _to_look_at(lines: Sequence[services.RosterLine], result: services.RosterResult) -> list[Told]:
    """What was left out and what looks wrong, by line, as the check of a batch tells it."""
    found = rosters.remarks(lines)
    better = {one.line: one.suggestion for one in found if one.suggestion}
    refused = [
        Told(int(one.field), one.got, one.message, better.get(int(one.field), ""), True)
        for one in result.problems
    ]
    out = {one.line for one in refused}
    kept = [
        Told(one.line, one.got, one.message, one.suggestion, False) for one in found if one.line not in out
    ]
    return sorted([*refused, *kept], key=lambda one: one.line)


def _one(person: PersonForm) -> list[services.RosterLine]:
    return [services.RosterLine(1, person.cleaned_data["email"], person.cleaned_data["name"])]


def _tell(request: ConsoleRequest, result: services.RosterResult) -> None:
    words = _("%(added)d added, %(renamed)d given another name, %(unchanged)d were there already.")
    counts = {"added": result.added, "renamed": result.renamed, "unchanged": result.unchanged}
    messages.success(request, words % counts)
