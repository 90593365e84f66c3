"""Settings of a project: what it is connected to, how fields are mapped, on and off."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from integrations import queries, services
from integrations.base.items import Verified
from integrations.forms import MappingForm
from integrations.queries import ConnectionPage
from testmgmt.accounts.requests import AuthedRequest
from testmgmt.core.errors import DomainError
from testmgmt.core.permissions import Action
from testmgmt.projects.permissions import require
from testmgmt.projects.queries import project_named
from testmgmt.web.htmx import is_fragment


def configured_project(request: AuthedRequest, key: str) -> Any:
    """Return a project whose settings the person may change."""
    project = project_named(request.user, key)
    require(request.user, Action.CONFIGURE, project.pk)
    return project


def around(project: Any, *trail: str, **more: Any) -> dict[str, Any]:
    """Return what every page of these settings shows; `trail` names the page below the list."""
    crumbs = [
        ("Settings", reverse("projects:settings", args=[project.key])),
        ("Integrations", reverse("integrations:list", args=[project.key]) if trail else ""),
        *((name, "") for name in trail),
    ]
    return {
        "project": project,
        "section": "settings",
        "tab": "Integrations",
        "crumbs": crumbs,
        **more,
    }


def index(request: AuthedRequest, key: str) -> HttpResponse:
    """List what a project is connected to, and what it could be."""
    project = configured_project(request, key)
    context = around(
        project,
        connections=queries.connections_of(project),
        kinds=queries.kinds(),
        systems=queries.usable_systems(request.user),
    )
    return render(request, "integrations/list.html", context)


def _page(request: AuthedRequest, connection_id: UUID) -> ConnectionPage:
    page = queries.connection_page(request.user, connection_id)
    require(request.user, Action.CONFIGURE, page.project.pk)
    return page


def _mapping(request: AuthedRequest, page: ConnectionPage) -> tuple[MappingForm | None, str]:
    """Return the mapping editor, or why the tracker's fields cannot be read now."""
    if page.version is None:
        return None, "This connection has no rules."
    if page.is_unreachable:
        return None, page.far.system.status_message
    try:
        here, there = services.schemas_of(user=request.user, connection_id=page.connection.pk)
    except DomainError as error:
        return None, error.message
    return MappingForm(page.version.rules, here, there), ""


def detail(request: AuthedRequest, connection_id: UUID) -> HttpResponse:
    """Show a connection: whether it is on, its mapping, its health, its log."""
    page = _page(request, connection_id)
    mapping, problem = _mapping(request, page)
    return _detail(request, page, mapping=mapping, problem=problem)


def _detail(request: AuthedRequest, page: ConnectionPage, **more: Any) -> HttpResponse:
    context = around(page.project, page.connection.name, page=page, **more)
    status = 422 if more.get("clashes") else 200
    return render(request, "integrations/detail.html", context, status=status)


@require_POST
def map_fields(request: AuthedRequest, connection_id: UUID) -> HttpResponse:
    """Publish a changed mapping; one that cannot be published comes back with its answers."""
    page = _page(request, connection_id)
    mapping, problem = _mapping(request, page)
    if mapping is None:
        return _detail(request, page, mapping=None, problem=problem)
    mapping = mapping.answered(request.POST.dict())
    if mapping.clashes:
        return _detail(request, page, mapping=mapping, clashes=mapping.clashes)
    version = services.publish_rules(
        user=request.user, connection_id=connection_id, document=mapping.document
    )
    messages.success(request, f"Saved as version {version.number}; it holds from now.")
    return redirect("integrations:detail", connection_id=connection_id)


@require_POST
def switch(request: AuthedRequest, connection_id: UUID) -> HttpResponse:
    """Switch a connection on or off."""
    is_on = request.POST.get("to") == "on"
    change = services.enable if is_on else services.pause
    connection = change(user=request.user, connection_id=connection_id)
    messages.success(request, f"{connection.name} is {'on' if is_on else 'off'}.")
    return redirect("integrations:detail", connection_id=connection_id)


def remove(request: AuthedRequest, connection_id: UUID) -> HttpResponse:
    """Disconnect after saying what stays: every item on both sides."""
    page = _page(request, connection_id)
    if request.method == "POST":
        services.disconnect(user=request.user, connection_id=connection_id)
        messages.success(request, f"{page.connection.name} is disconnected; every item stays.")
        return redirect("integrations:list", key=page.project.key)
    context = around(
        page.project,
        page.connection.name,
        page=page,
        cancel_url=reverse("integrations:detail", args=[connection_id]),
    )
    return render(request, "integrations/remove.html", context)


def tell(request: AuthedRequest, verified: Verified) -> None:
    """Say in one sentence how a test ended."""
    failed = next((check for check in verified.checks if not check.is_ok), None)
    if failed is None:
        messages.success(request, f"Signed in as {verified.account_name}; all checks passed.")
    else:
        messages.error(request, f"{failed.message} {failed.fix}".strip())


@require_POST
def test(request: AuthedRequest, connection_id: UUID) -> HttpResponse:
    """Test the connection and show the checklist."""
    page = _page(request, connection_id)
    verified = services.verify_system(
        user=request.user, system_id=page.far.system.pk, scope=page.far.scope
    )
    if is_fragment(request):
        return render(request, "integrations/_checklist.html", {"verified": verified})
    tell(request, verified)
    return redirect("integrations:detail", connection_id=connection_id)


@require_POST
def replay(request: AuthedRequest, task_id: UUID) -> HttpResponse:
    """Try once more what was given up."""
    task = services.replay(user=request.user, task_id=task_id)
    messages.success(request, "It is tried again.")
    return redirect("integrations:detail", connection_id=task.connection_id)
