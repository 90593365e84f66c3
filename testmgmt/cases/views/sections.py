"""Pages of sections: make, change, delete."""

from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from testmgmt.accounts.requests import AuthedRequest
from testmgmt.cases import queries, services
from testmgmt.cases.domain import NewSection, SectionChange
from testmgmt.cases.forms import SectionForm
from testmgmt.core.permissions import Action
from testmgmt.projects.permissions import require
from testmgmt.projects.queries import project_named
from testmgmt.web.forms import attempt


def _home(key: str, section_id: int | None = None) -> str:
    url = reverse("cases:list", args=[key])
    return url if section_id is None else f"{url}?section={section_id}"


@require_http_methods(["GET", "HEAD", "POST"])
def create(request: AuthedRequest, key: str) -> HttpResponse:
    """Make a section."""
    project = project_named(request.user, key)
    require(request.user, Action.EDIT_CASES, project.pk)
    branches = queries.branches_of(project)
    initial = {"parent": request.GET.get("parent", "")}
    form = SectionForm(branches, request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        save = partial(services.create_section, user=request.user, project_id=project.pk)
        made = attempt(form, lambda: save(section=NewSection(**form.values)))
        if made:
            return redirect(_home(key, made.pk))
    context = {
        "project": project,
        "form": form,
        "crumbs": [("Cases", _home(key)), ("New section", "")],
        "cancel_url": _home(key),
    }
    status = 422 if form.is_bound else 200
    return render(request, "cases/section_form.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: AuthedRequest, pk: int) -> HttpResponse:
    """Rename, describe or move a section."""
    section = queries.section_of(request.user, pk)
    project = section.project
    require(request.user, Action.EDIT_CASES, project.pk)
    branches = queries.branches_of(project)
    initial = {
        "name": section.name,
        "description": section.description,
        "parent": str(section.parent_id or ""),
    }
    form = SectionForm(branches, request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        save = partial(services.update_section, user=request.user, section_id=pk)
        if attempt(form, lambda: save(change=SectionChange(**form.values))):
            return redirect(_home(project.key, pk))
    context = {
        "project": project,
        "form": form,
        "edited": section,
        "crumbs": [("Cases", _home(project.key)), (section.name, "")],
        "cancel_url": _home(project.key, pk),
    }
    status = 422 if form.is_bound else 200
    return render(request, "cases/section_form.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: AuthedRequest, pk: int) -> HttpResponse:
    """Show what a deletion takes along, then delete."""
    removal = queries.removal_of(request.user, pk)
    project = removal.section.project
    if request.method == "POST":
        is_trashing = request.POST.get("cases") == "trash"
        remove = services.delete_section if is_trashing else services.dissolve_section
        count = remove(user=request.user, section_id=pk)
        where = "in the trash" if is_trashing else "unsorted now"
        messages.success(request, f"{removal.section.name} is gone; {count} cases are {where}.")
        return redirect(_home(project.key))
    context = {
        "project": project,
        "removal": removal,
        "crumbs": [("Cases", _home(project.key)), (removal.section.name, "")],
        "cancel_url": _home(project.key, pk),
    }
    return render(request, "cases/section_delete.html", context)
