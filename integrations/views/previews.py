"""Pages of what a sync would do, and of why it did what it did."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from integrations import queries, services
from integrations.connectors.platform.reach import thing_named
from integrations.views.settings import around
from testmgmt.accounts.requests import AuthedRequest
from testmgmt.core.errors import DomainError
from testmgmt.core.permissions import Action
from testmgmt.projects.permissions import actions_of
from testmgmt.web.htmx import is_fragment


@require_POST
def start(request: AuthedRequest, connection_id: UUID) -> HttpResponse:
    """Have counted what a sync of everything would do."""
    job = services.start_preview(user=request.user, connection_id=connection_id)
    return redirect("projects:job", pk=job.pk)


def show(request: AuthedRequest, connection_id: UUID, job_id: UUID) -> HttpResponse:
    """Show the counts; `?field=` shows its values, read at this moment."""
    job = services.preview_result(user=request.user, connection_id=connection_id, job_id=job_id)
    connection = queries.connection_of(request.user, connection_id)
    name = request.GET.get("field", "")
    context = around(connection.project, connection.name, "Preview", job=job, field=name)
    context["connection"] = connection
    if name:
        try:
            context["changes"] = services.live_changes(user=request.user, job=job, field=name)
        except DomainError as error:
            context["problem"] = error.message
    if is_fragment(request):
        return render(request, "integrations/_changes.html", context)
    return render(request, "integrations/preview.html", context)


def explain(request: AuthedRequest, kind: str, pk: int, connection_id: UUID) -> HttpResponse:
    """Say why a thing was, or was not, synced."""
    thing = thing_named(request.user, kind, pk)
    lane = queries.lane_named(thing, connection_id, timezone.now())
    explanation = services.explain(
        user=request.user, connection_id=connection_id, item_id=thing.item_id
    )
    context = {
        "thing": thing,
        "lane": lane,
        "explanation": explanation,
        "project": thing.project,
        "may_configure": Action.CONFIGURE in actions_of(request.user, thing.project.pk),
        "crumbs": [(thing.key, reverse("integrations:panel", args=[kind, pk]))],
        "fragment": "integrations/_explanation.html",
    }
    template = "_explanation" if is_fragment(request) else "fragment"
    return render(request, f"integrations/{template}.html", context)
