"""The sync panel of a defect: how it stands, Sync, Refresh, conflicts, log."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from integrations import queries, services
from integrations.connectors.platform.reach import Thing, defect_named
from integrations.queries import LaneState
from testmgmt.accounts.requests import AuthedRequest
from testmgmt.core.permissions import Action
from testmgmt.projects.permissions import actions_of
from testmgmt.web.htmx import is_fragment

_UNSETTLED = frozenset({LaneState.BUSY})
MAX_CELLS = 200


def _context(request: AuthedRequest, thing: Thing) -> dict[str, Any]:
    lanes = queries.lanes_of(thing, timezone.now())
    actions = actions_of(request.user, thing.project.pk)
    return {
        "thing": thing,
        "project": thing.project,
        "lanes": lanes,
        "log": queries.log_of(thing),
        "is_busy": any(lane.state in _UNSETTLED for lane in lanes),
        "may_sync": Action.SYNC in actions,
        "may_configure": Action.CONFIGURE in actions,
    }


def panel(request: AuthedRequest, pk: int) -> HttpResponse:
    """Show how a defect stands; while it is synced the page asks again, then reads itself anew."""
    thing = defect_named(request.user, pk)
    context = _context(request, thing)
    response = render(request, "integrations/_panel.html", context)
    if "watch" in request.GET and not context["is_busy"]:
        response["HX-Refresh"] = "true"
    return response


@require_POST
def sync(request: AuthedRequest, pk: int) -> HttpResponse:
    """Have a defect synced; Refresh is the same, because a sync looks at both sides."""
    thing = defect_named(request.user, pk)
    services.request_sync(user=request.user, project_id=thing.project.pk, item_ids=[thing.item_id])
    return _again(request, thing)


@require_POST
def resolve(request: AuthedRequest, pk: int, conflict_id: UUID) -> HttpResponse:
    """Choose whose value wins."""
    thing = defect_named(request.user, pk)
    services.resolve_conflict(
        user=request.user, conflict_id=conflict_id, choice=request.POST.get("choice", "")
    )
    return _again(request, thing)


def _again(request: AuthedRequest, thing: Thing) -> HttpResponse:
    if is_fragment(request):
        return render(request, "integrations/_panel.html", _context(request, thing))
    return redirect("defects:detail", pk=thing.pk)


def cells(request: AuthedRequest) -> HttpResponse:
    """Show for a page of a list which item of a tracker each defect is; one request a page."""
    wanted = [int(pk) for pk in request.GET.get("ids", "").split(",") if pk.isdecimal()]
    found = queries.cells_of(request.user, wanted[:MAX_CELLS])
    return render(request, "integrations/_cells.html", {"cells": found})
