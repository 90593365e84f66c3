"""The sync panel of a defect or case: how it stands, Sync, Refresh, links, conflicts, log."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_POST

from integrations import queries, services
from integrations.connectors.platform.reach import Thing, thing_named
from integrations.queries import LaneState
from integrations.richtext.differences import marked
from testmgmt.accounts.requests import AuthedRequest
from testmgmt.core.errors import DomainError, ForbiddenError
from testmgmt.core.ids import read_id
from testmgmt.core.permissions import Action
from testmgmt.projects.permissions import actions_of
from testmgmt.web.htmx import is_fragment

MAX_CELLS = 200
_SECTIONS = {"defect": "defects", "case": "cases"}
SOON, LATER = 1, 5
"""Seconds after which the panel asks again: while it is synced, and while it waits."""


def _page_of(thing: Thing) -> str:
    return reverse(f"{_SECTIONS[thing.kind]}:detail", args=[thing.pk])


def _around(thing: Thing) -> dict[str, Any]:
    section = _SECTIONS[thing.kind]
    crumbs = [
        (section.capitalize(), reverse(f"{section}:list", args=[thing.project.key])),
        (thing.key, _page_of(thing)),
    ]
    return {"thing": thing, "project": thing.project, "section": section, "crumbs": crumbs}


def _shown(request: AuthedRequest, name: str, context: dict[str, Any]) -> HttpResponse:
    """Show a fragment; to whoever has no script, as a page of its own."""
    fragment = f"integrations/_{name}.html"
    if is_fragment(request):
        return render(request, fragment, context)
    return render(request, "integrations/fragment.html", {**context, "fragment": fragment})


def _moment(text: str) -> datetime | None:
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    return moment if moment and moment.tzinfo else None


def _context(request: AuthedRequest, thing: Thing, since: datetime | None = None) -> dict[str, Any]:
    now = timezone.now()
    lanes = queries.lanes_of(thing, now)
    actions = actions_of(request.user, thing.project.pk)
    return {
        **_around(thing),
        "lanes": lanes,
        "since": since or now,
        "poll_every": _poll_every({lane.state for lane in lanes}),
        "may_sync": Action.SYNC in actions,
        "may_configure": Action.CONFIGURE in actions,
    }


def _poll_every(states: set[LaneState]) -> int:
    if LaneState.BUSY in states:
        return SOON
    return LATER if LaneState.WAITING in states else 0


def panel(request: AuthedRequest, kind: str, pk: int) -> HttpResponse:
    """Show how a thing stands; while it is synced the panel asks again.

    `?since=` says since when it asks: if the sync wrote to the thing meanwhile, its page is old.
    """
    thing, since = thing_named(request.user, kind, pk), _moment(request.GET.get("since", ""))
    context = _context(request, thing, since)
    if since is None or context["poll_every"] == SOON:
        return _shown(request, "panel", context)
    response = _shown(request, "panel", {**context, "log": queries.log_of(thing)})
    if queries.has_news(thing, since):
        response["HX-Refresh"] = "true"
    return response


def log(request: AuthedRequest, kind: str, pk: int) -> HttpResponse:
    """Show what the sync did with a thing."""
    thing = thing_named(request.user, kind, pk)
    return _shown(request, "log", {**_around(thing), "log": queries.log_of(thing)})


def keep(request: AuthedRequest, kind: str, pk: int) -> HttpResponse:
    """Offer to keep a comment here, where comments of a thing go to trackers."""
    thing = thing_named(request.user, kind, pk)
    lanes = queries.lanes_of(thing, timezone.now())
    trackers = [lane.tracker for lane in lanes if lane.sends_comments]
    return _shown(request, "keep", {**_around(thing), "trackers": trackers})


def compare(request: AuthedRequest, kind: str, pk: int, connection_id: UUID) -> HttpResponse:
    """Show both sides as they are now; nothing of it is stored."""
    thing = thing_named(request.user, kind, pk)
    lane = queries.lane_named(thing, connection_id, timezone.now())
    context = {**_around(thing), "lane": lane}
    context["may_configure"] = Action.CONFIGURE in actions_of(request.user, thing.project.pk)
    try:
        context["comparison"] = services.compare(
            user=request.user, connection_id=connection_id, item_id=thing.item_id
        )
    except DomainError as error:
        context["problem"] = error.message
    return _shown(request, "comparison", context)


def versions(
    request: AuthedRequest, kind: str, pk: int, connection_id: UUID, field: str
) -> HttpResponse:
    """Show both texts of a field that is in conflict, with what differs marked."""
    thing = thing_named(request.user, kind, pk)
    lane = queries.lane_named(thing, connection_id, timezone.now())
    context = {**_around(thing), "lane": lane}
    try:
        comparison = services.compare(
            user=request.user, connection_id=connection_id, item_id=thing.item_id
        )
    except DomainError as error:
        context["problem"] = error.message
    else:
        compared = comparison.field(field)
        if compared is not None:
            context["here"], context["there"] = marked(compared.here, compared.there)
    return _shown(request, "versions", context)


@require_POST
def sync(request: AuthedRequest, kind: str, pk: int) -> HttpResponse:
    """Have a thing synced; Refresh is the same, because a sync looks at both sides."""
    thing, since = thing_named(request.user, kind, pk), timezone.now()
    services.request_sync(user=request.user, project_id=thing.project.pk, item_ids=[thing.item_id])
    return _again(request, thing, since)


@require_POST
def resolve(request: AuthedRequest, kind: str, pk: int, conflict_id: UUID) -> HttpResponse:
    """Choose whose value wins."""
    thing, since = thing_named(request.user, kind, pk), timezone.now()
    services.resolve_conflict(
        user=request.user, conflict_id=conflict_id, choice=request.POST.get("choice", "")
    )
    return _again(request, thing, since)


@require_POST
def start_over(request: AuthedRequest, kind: str, pk: int, link_id: UUID) -> HttpResponse:
    """Make a new counterpart in place of the one that was deleted."""
    thing, since = thing_named(request.user, kind, pk), timezone.now()
    services.start_over(user=request.user, link_id=link_id)
    return _again(request, thing, since)


@require_POST
def link(request: AuthedRequest, kind: str, pk: int, connection_id: UUID) -> HttpResponse:
    """Join a thing to an item that is there already."""
    thing, since = thing_named(request.user, kind, pk), timezone.now()
    there = request.POST.get("there", "").strip()
    try:
        services.link_items(
            user=request.user, connection_id=connection_id, here=thing.item_id, there=there
        )
    except ForbiddenError:
        raise
    except DomainError as error:
        refusal = {"refused": connection_id, "refusal": error.message, "asked": there}
        return _again(request, thing, since, refusal)
    return _again(request, thing, since)


@require_POST
def unlink(request: AuthedRequest, kind: str, pk: int, connection_id: UUID) -> HttpResponse:
    """Stop keeping a thing in step; both items stay as they are."""
    thing, since = thing_named(request.user, kind, pk), timezone.now()
    services.unlink_thing(user=request.user, thing=thing, connection_id=connection_id)
    return _again(request, thing, since)


def _again(
    request: AuthedRequest, thing: Thing, since: datetime, refusal: dict[str, Any] | None = None
) -> HttpResponse:
    if is_fragment(request):
        context = _context(request, thing, since) | (refusal or {})
        return render(request, "integrations/_panel.html", context)
    if refusal:
        messages.error(request, refusal["refusal"])
    return redirect(_page_of(thing))


def cells(request: AuthedRequest) -> HttpResponse:
    """Show for a page of a list which item of a tracker each defect is; one request a page."""
    asked = (read_id(pk) for pk in request.GET.get("ids", "").split(","))
    wanted = [pk for pk in asked if pk is not None][:MAX_CELLS]
    column = read_id(request.GET.get("column", "0")) or 0
    context = {"cells": queries.cells_of(request.user, wanted), "column": column}
    return render(request, "integrations/_cells.html", context)
