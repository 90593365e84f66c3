"""Settings of a project: connect a tracker, test it, choose its project, map fields, switch on."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from integrations import queries, services
from integrations.base.connector import Connector
from integrations.base.items import Verified
from integrations.forms import CredentialsForm, MappingForm, ScopeForm, SystemForm
from integrations.queries import ConnectionPage
from testmgmt.accounts.requests import AuthedRequest
from testmgmt.core.errors import DomainError, NotFoundError
from testmgmt.core.permissions import Action
from testmgmt.projects.models import Project
from testmgmt.projects.permissions import require
from testmgmt.projects.queries import project_named
from testmgmt.web.forms import attempt
from testmgmt.web.htmx import is_fragment


def _project(request: AuthedRequest, key: str) -> Project:
    project = project_named(request.user, key)
    require(request.user, Action.CONFIGURE, project.pk)
    return project


def _around(project: Project, **more: Any) -> dict[str, Any]:
    return {"project": project, "section": "settings", "tab": "Integrations", **more}


def _kind(slug: str) -> type[Connector]:
    for connector in queries.kinds():
        if connector.kind == slug:
            return connector
    raise NotFoundError("There is no such tracker.")


def index(request: AuthedRequest, key: str) -> HttpResponse:
    """List what a project is connected to, and what it could be."""
    project = _project(request, key)
    context = _around(project, connections=queries.connections_of(project), kinds=queries.kinds())
    return render(request, "integrations/list.html", context)


def create(request: AuthedRequest, key: str, kind: str) -> HttpResponse:
    """Ask for a tracker's address and our account there."""
    project, connector = _project(request, key), _kind(kind)
    form = SystemForm(connector, request.POST or None, may_allow_private=request.user.is_superuser)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        new = services.NewSystem(
            kind=kind,
            name=data["name"],
            base_url=data["base_url"],
            credentials=form.credentials,
            is_private_allowed=data.get("is_private_allowed", False),
        )
        system = attempt(
            form,
            lambda: services.connect_system(user=request.user, project_id=project.pk, system=new),
        )
        if system:
            return redirect("integrations:choose", key=key, system_id=system.pk)
    context = _around(project, form=form, connector=connector)
    status = 422 if form.errors else 200
    return render(request, "integrations/form.html", context, status=status)


def choose(request: AuthedRequest, key: str, system_id: UUID) -> HttpResponse:
    """Test a tracker and choose one of its projects."""
    project = _project(request, key)
    verified = services.verify_system(user=request.user, system_id=system_id)
    scopes = services.scopes_of(user=request.user, system_id=system_id) if verified.is_ok else []
    form = ScopeForm(scopes, request.POST or None)
    if request.method == "POST" and form.is_valid():
        scope = form.chosen
        target = services.Target(system_id, scope.id, f"{scope.name} ({scope.key})")
        connection = attempt(
            form,
            lambda: services.connect_project(
                user=request.user, project_id=project.pk, target=target
            ),
        )
        if connection:
            return redirect("integrations:detail", connection_id=connection.pk)
    system, connector = queries.system_page(system_id)
    context = _around(project, form=form, system=system, connector=connector, verified=verified)
    return render(request, "integrations/choose.html", context, status=422 if form.errors else 200)


def _page(request: AuthedRequest, connection_id: UUID) -> ConnectionPage:
    page = queries.connection_page(request.user, connection_id)
    require(request.user, Action.CONFIGURE, page.project.pk)
    return page


def _mapping(request: AuthedRequest, page: ConnectionPage) -> tuple[MappingForm | None, str]:
    """Return the mapping editor, or why the tracker's fields cannot be read now."""
    if page.version is None:
        return None, "This connection has no rules."
    try:
        here, there = services.schemas_of(user=request.user, connection_id=page.connection.pk)
    except DomainError as error:
        return None, error.message
    return MappingForm(page.version.rules, here, there), ""


def detail(request: AuthedRequest, connection_id: UUID) -> HttpResponse:
    """Show a connection: whether it is on, its mapping, its health, its log."""
    page = _page(request, connection_id)
    mapping, problem = _mapping(request, page)
    context = _around(
        page.project,
        page=page,
        mapping=mapping,
        problem=problem,
        credentials=CredentialsForm(page.tracker, is_kept=True),
    )
    return render(request, "integrations/detail.html", context)


@require_POST
def map_fields(request: AuthedRequest, connection_id: UUID) -> HttpResponse:
    """Publish a changed mapping."""
    page = _page(request, connection_id)
    mapping, problem = _mapping(request, page)
    if mapping is None:
        messages.error(request, problem)
    else:
        document = mapping.changed(request.POST.dict())
        version = services.publish_rules(
            user=request.user, connection_id=connection_id, document=document
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


@require_POST
def remove(request: AuthedRequest, connection_id: UUID) -> HttpResponse:
    """Disconnect; the items stay on both sides."""
    page = _page(request, connection_id)
    services.disconnect(user=request.user, connection_id=connection_id)
    messages.success(request, f"{page.connection.name} is disconnected; every item stays.")
    return redirect("integrations:list", key=page.project.key)


@require_POST
def credentials(request: AuthedRequest, connection_id: UUID) -> HttpResponse:
    """Replace the account's credentials and test them."""
    page = _page(request, connection_id)
    form = CredentialsForm(page.tracker, request.POST, is_kept=True)
    if form.is_valid():
        services.update_credentials(
            user=request.user, system_id=page.far.system.pk, credentials=form.credentials
        )
        verified = services.verify_system(
            user=request.user, system_id=page.far.system.pk, scope=page.far.scope
        )
        _tell(request, verified)
    return redirect("integrations:detail", connection_id=connection_id)


def _tell(request: AuthedRequest, verified: Verified) -> None:
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
    _tell(request, verified)
    return redirect("integrations:detail", connection_id=connection_id)


@require_POST
def replay(request: AuthedRequest, task_id: UUID) -> HttpResponse:
    """Try once more what was given up."""
    task = services.replay(user=request.user, task_id=task_id)
    messages.success(request, "It is tried again.")
    return redirect("integrations:detail", connection_id=task.connection_id)
