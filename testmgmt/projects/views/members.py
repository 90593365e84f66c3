"""Pages of who is in a project."""

from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from testmgmt.accounts.requests import AuthedRequest
from testmgmt.core.permissions import Action, Role
from testmgmt.projects import queries, services
from testmgmt.projects.forms import MemberForm
from testmgmt.projects.permissions import require
from testmgmt.web.forms import attempt


def index(request: AuthedRequest, key: str) -> HttpResponse:
    """Show who is in a project, add people and change roles."""
    project = queries.project_named(request.user, key)
    require(request.user, Action.CONFIGURE, project.pk)
    form = MemberForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        save = partial(services.set_member, user=request.user, project_id=project.pk)
        member = attempt(form, partial(save, **form.cleaned_data))
        if member:
            messages.success(request, f"{member.user.name} is {member.role} now.")
            return redirect("projects:members", key=key)
    context = {
        "project": project,
        "members": list(queries.memberships_of(project)),
        "roles": [(role.value, role.title()) for role in Role],
        "form": form,
        "section": "settings",
        "tab": "members",
    }
    return render(request, "projects/members.html", context, status=422 if form.errors else 200)


@require_POST
def remove(request: AuthedRequest, key: str, username: str) -> HttpResponse:
    """Take somebody out of a project."""
    project = queries.project_named(request.user, key)
    services.remove_member(user=request.user, project_id=project.pk, username=username)
    messages.success(request, f"{username} is no longer in {project.name}.")
    return redirect("projects:members", key=key)
