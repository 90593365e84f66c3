"""Finding an item of a tracker to link: a dialog of the panel, a page without script."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from integrations import queries, services
from integrations.connectors.platform.reach import thing_named
from testmgmt.accounts.requests import AuthedRequest
from testmgmt.core.errors import DomainError, ForbiddenError
from testmgmt.web.htmx import is_fragment

SHOWN = 8


def find(request: AuthedRequest, kind: str, pk: int, connection_id: UUID) -> HttpResponse:
    """Show what is found in the tracker for `?q=`."""
    thing = thing_named(request.user, kind, pk)
    lane = queries.lane_named(thing, connection_id, timezone.now())
    asked = request.GET.get("q", "").strip()
    context = {
        "thing": thing,
        "lane": lane,
        "project": thing.project,
        "asked": asked,
        "crumbs": [(thing.key, reverse("integrations:panel", args=[kind, pk]))],
    }
    if asked:
        try:
            context["found"] = services.find_items(
                user=request.user, connection_id=connection_id, text=asked, limit=SHOWN
            )
        except ForbiddenError:
            raise
        except DomainError as error:
            context["problem"] = error.message
    name = "integrations/_found.html" if is_fragment(request) else "integrations/find.html"
    return render(request, name, context)
