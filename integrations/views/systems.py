"""Connecting a tracker: enter it, test it, choose one of its projects; change it later."""

from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from integrations import queries, services
from integrations.base.items import Scope, Verified
from integrations.forms import AccessForm, ScopeForm, SystemForm
from integrations.queries import SystemPage
from integrations.views.settings import around, configured_project, tell
from testmgmt.accounts.requests import AuthedRequest
from testmgmt.web.forms import attempt


def _typed(request: AuthedRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def create(request: AuthedRequest, key: str, kind: str) -> HttpResponse:
    """Ask for a tracker's address and our account there."""
    project, tracker = configured_project(request, key), queries.kind_named(kind)
    form = SystemForm(
        tracker.config_fields,
        _typed(request),
        may_allow_private=request.user.is_superuser,
        initial={"name": queries.free_system_name(tracker.label)},
    )
    if form.is_valid():
        new = services.NewSystem(
            kind=kind,
            name=form.cleaned_data["name"],
            base_url=form.cleaned_data["base_url"],
            credentials=form.credentials,
            is_private_allowed=form.is_private,
        )
        connect = partial(services.connect_system, user=request.user, project_id=project.pk)
        if system := attempt(form, partial(connect, system=new)):
            return redirect("integrations:choose", key=key, system_id=system.pk)
    context = around(
        project,
        f"Connect {tracker.label}",
        form=form,
        tracker=tracker,
        guide=queries.guide_of(kind),
        cancel_url=reverse("integrations:list", args=[key]),
    )
    return render(request, "integrations/form.html", context, status=422 if form.errors else 200)


def choose(request: AuthedRequest, key: str, system_id: UUID) -> HttpResponse:
    """Test a tracker and choose one of its projects."""
    project = configured_project(request, key)
    page = queries.system_page(request.user, system_id)
    verified = services.verify_system(user=request.user, system_id=system_id)
    scopes = _scopes(request, project, page) if verified.is_ok else []
    form = ScopeForm(scopes, _typed(request))
    if form.is_valid():
        scope = form.chosen
        target = services.Target(system_id, scope.id, f"{scope.name} ({scope.key})")
        connect = partial(services.connect_project, user=request.user, project_id=project.pk)
        if connection := attempt(form, partial(connect, target=target)):
            return redirect("integrations:detail", connection_id=connection.pk)
    context = around(project, page.system.name, form=form, page=page, verified=verified)
    return render(request, "integrations/choose.html", context, status=422 if form.errors else 200)


def _scopes(request: AuthedRequest, project: Any, page: SystemPage) -> list[Scope]:
    """Return the tracker's projects that this one is not connected to yet."""
    known = {
        far.scope for far in queries.connections_of(project) if far.system_id == page.system.pk
    }
    offered = services.scopes_of(user=request.user, system_id=page.system.pk)
    return [scope for scope in offered if scope.id not in known]


def edit(request: AuthedRequest, key: str, system_id: UUID) -> HttpResponse:
    """Change a tracker's address and our account there, and test them."""
    project = configured_project(request, key)
    page = queries.system_page(request.user, system_id)
    form = AccessForm(
        page.tracker.config_fields,
        _typed(request),
        may_allow_private=request.user.is_superuser,
        initial={**page.known, "is_private_allowed": page.system.is_private_allowed},
    )
    if form.is_valid():
        access = services.Access(form.cleaned_data["base_url"], form.credentials, form.is_private)
        save = partial(services.update_system, user=request.user, system_id=system_id)
        if attempt(form, partial(save, access=access)):
            return _tested(request, project, page)
    context = around(
        project,
        page.system.name,
        form=form,
        page=page,
        guide=queries.guide_of(page.system.kind),
        cancel_url=_back(project, page),
    )
    return render(request, "integrations/access.html", context, status=422 if form.errors else 200)


def hook(request: AuthedRequest, key: str, system_id: UUID) -> HttpResponse:
    """Show where the tracker calls us; a new secret is shown once, on the answer itself."""
    project = configured_project(request, key)
    made: dict[str, str] = {}
    if request.method == "POST":
        secret = services.renew_hook_secret(user=request.user, system_id=system_id)
        url = queries.hook_url(system_id)
        made = {"secret": secret, "token_url": f"{url}/token/{secret}"}
    page = queries.system_page(request.user, system_id)
    context = around(project, page.system.name, "Webhook", page=page, **made)
    context["back_url"] = _back(project, page)
    context["hook"] = queries.hook_health(page.system, timezone.now())
    context["guide"] = queries.guide_of(page.system.kind)
    response = render(request, "integrations/hook.html", context)
    response["Cache-Control"] = "no-store"
    return response


def _tested(request: AuthedRequest, project: Any, page: SystemPage) -> HttpResponse:
    verified: Verified = services.verify_system(user=request.user, system_id=page.system.pk)
    if verified.is_ok:
        tell(request, verified)
    return redirect(_back(project, page) if verified.is_ok else _choose(project, page))


def _choose(project: Any, page: SystemPage) -> str:
    return reverse("integrations:choose", args=[project.key, page.system.pk])


def _back(project: Any, page: SystemPage) -> str:
    """Return where a system is shown: its connection, while there is none the choice of one."""
    for far in queries.connections_of(project):
        if far.system_id == page.system.pk:
            return reverse("integrations:detail", args=[far.connection_id])
    return _choose(project, page)
