"""Pages of projects."""

from functools import partial

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import model_to_dict
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from testmgmt.accounts.requests import AuthedRequest
from testmgmt.core import search as core_search
from testmgmt.core.permissions import Action
from testmgmt.projects import queries, services
from testmgmt.projects.forms import NewProjectForm, ProjectForm
from testmgmt.projects.permissions import may_create_projects, require
from testmgmt.web.forms import attempt
from testmgmt.web.htmx import is_fragment

PAGE_LENGTH = 50


def home(_request: AuthedRequest) -> HttpResponse:
    """Go to the projects."""
    return redirect("projects:list")


def index(request: AuthedRequest) -> HttpResponse:
    """List my projects."""
    is_archived = request.GET.get("archived") == "1"
    projects = queries.listed_projects(request.user, is_archived=is_archived)
    context = {
        "page": Paginator(projects, PAGE_LENGTH).get_page(request.GET.get("page")),
        "is_archived": is_archived,
        "may_create": may_create_projects(request.user),
    }
    return render(request, "projects/list.html", context)


def search(request: AuthedRequest) -> HttpResponse:
    """Find cases, runs, defects and projects; the palette asks for the fragment."""
    text = request.GET.get("q", "")
    groups = core_search.search(request.user, text)
    template = "projects/_hits.html" if is_fragment(request) else "projects/search.html"
    return render(request, template, {"groups": groups, "text": text})


def create(request: AuthedRequest) -> HttpResponse:
    """Make a project."""
    form = NewProjectForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        save = partial(services.create_project, user=request.user)
        project = attempt(form, partial(save, **form.cleaned_data))
        if project:
            return redirect("projects:detail", key=project.key)
    status = 422 if form.errors else 200
    return render(request, "projects/form.html", {"form": form}, status=status)


def detail(request: AuthedRequest, key: str) -> HttpResponse:
    """Show what a project is, who is in it and what happened last."""
    project = queries.project_named(request.user, key)
    context = {
        "project": project,
        "members": list(queries.memberships_of(project)),
        "changes": queries.recent_changes(project),
    }
    return render(request, "projects/detail.html", context)


def settings(request: AuthedRequest, key: str) -> HttpResponse:
    """Rename and describe a project."""
    project = queries.project_named(request.user, key)
    require(request.user, Action.CONFIGURE, project.pk)
    form = ProjectForm(request.POST or None, initial=model_to_dict(project))
    if request.method == "POST" and form.is_valid():
        changes = dict(form.cleaned_data)
        revision = changes.pop("revision")
        save = partial(services.update_project, user=request.user, project_id=project.pk)
        if attempt(form, partial(save, changes=changes, revision=revision)):
            messages.success(request, "Saved.")
            return redirect("projects:settings", key=key)
    context = {"project": project, "form": form, "section": "settings", "tab": "general"}
    return render(request, "projects/settings.html", context, status=422 if form.errors else 200)


@require_POST
def archive(request: AuthedRequest, key: str) -> HttpResponse:
    """Put a project away, or take it out again."""
    project = queries.project_named(request.user, key)
    services.archive_project(
        user=request.user, project_id=project.pk, is_archived=not project.is_archived
    )
    return redirect("projects:list")
