"""Pages of defects."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from testmgmt.accounts.requests import AuthedRequest
from testmgmt.cases.queries import case_of
from testmgmt.core.errors import NotFoundError
from testmgmt.core.ids import read_id
from testmgmt.core.permissions import Action
from testmgmt.core.slots import fillers_of
from testmgmt.defects import queries, services
from testmgmt.defects.forms import DefectForm
from testmgmt.projects.names import choices_of, members_of
from testmgmt.projects.permissions import actions_of, require
from testmgmt.projects.queries import project_named
from testmgmt.runs.queries import execution_of
from testmgmt.web.forms import CommentForm, attempt, comment_by
from testmgmt.web.htmx import is_fragment

PAGE_LENGTH = 50


def _typed(request: AuthedRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def index(request: AuthedRequest, key: str) -> HttpResponse:
    """List a project's defects."""
    project = project_named(request.user, key)
    asked = queries.Asked.of(request.GET.dict())
    defects = queries.listed_defects(request.user, project, asked)
    page = Paginator(defects, PAGE_LENGTH).get_page(request.GET.get("page"))
    ids = [defect.pk for defect in page]
    sightings = queries.sightings_of(ids)
    choices = choices_of(project.pk, *services.CHOICES.values())
    context = {
        "project": project,
        "page": page,
        "rows": [(defect, sightings.get(defect.pk, queries.Sightings())) for defect in page],
        "ids": ids,
        "asked": asked,
        "choices": {name: choices[field].rows for name, field in services.CHOICES.items()},
        "members": members_of(project.pk),
    }
    template = "defects/_table.html" if is_fragment(request) else "defects/list.html"
    return render(request, template, context)


def _form(request: AuthedRequest, project_id: int, initial: dict[str, Any]) -> DefectForm:
    offered = choices_of(project_id, *services.CHOICES.values())
    choices = {name: offered[field] for name, field in services.CHOICES.items()}
    initial = {name: choices[name].default.slug for name in choices} | initial
    return DefectForm(_typed(request), initial, choices, members_of(project_id))


def create(request: AuthedRequest, key: str) -> HttpResponse:
    """Write down a defect; `?result=7` fills it in from that failure."""
    project = project_named(request.user, key)
    require(request.user, Action.EDIT_DEFECTS, project.pk)
    initial: dict[str, Any] = {}
    known: list[Any] = []
    result = None
    if (result_id := read_id(request.GET.get("result", ""))) is not None:
        result = queries.result_for_defect(request.user, result_id)
        initial = queries.initial_of(queries.draft_of(result))
        known = queries.open_defects_of_case(request.user, result.execution.case_id)
    form = _form(request, project.pk, initial)
    if request.method == "POST" and form.is_valid():
        save = partial(services.create_defect, user=request.user, project_id=project.pk)
        if made := attempt(form, partial(save, defect=form.defect)):
            return _made(request, made)
    context = {
        "project": project,
        "form": form,
        "result": result,
        "known": known,
        "crumbs": [("Defects", reverse("defects:list", args=[key])), ("New defect", "")],
        "cancel_url": reverse("defects:list", args=[key]),
    }
    return render(request, "defects/create.html", context, status=422 if form.errors else 200)


def _made(request: AuthedRequest, made: Any) -> HttpResponse:
    """Go to the defect, or hand the form on to the chosen button of another package first."""
    chosen, fillers = read_id(request.POST.get("with", "")), fillers_of("defect.create")
    if chosen is not None and chosen < len(fillers):
        return redirect(fillers[chosen].url(made), preserve_request=True)
    return redirect("defects:detail", pk=made.pk)


def detail(request: AuthedRequest, pk: int) -> HttpResponse:
    """Show a defect, the tests that show it, and what was said of it."""
    return _detail(request, pk, CommentForm(None))


def _detail(request: AuthedRequest, pk: int, form: CommentForm) -> HttpResponse:
    defect = queries.defect_of(request.user, pk)
    results = list(queries.results_of(defect))
    context = {
        "project": defect.project,
        "defect": defect,
        "results": results,
        "comments": list(queries.comments_on(defect)),
        "files": queries.files_of(defect, results),
        "form": form,
        "crumbs": [
            ("Defects", reverse("defects:list", args=[defect.project.key])),
            (defect.key, ""),
        ],
    }
    return render(request, "defects/detail.html", context, status=422 if form.errors else 200)


def edit(request: AuthedRequest, pk: int) -> HttpResponse:
    """Change what is said of a defect."""
    defect = queries.defect_of(request.user, pk)
    require(request.user, Action.EDIT_DEFECTS, defect.project_id)
    form = _form(request, defect.project_id, queries.initial_of_defect(defect))
    if request.method == "POST" and form.is_valid():
        save = partial(services.update_defect, user=request.user, defect_id=pk)
        revision = form.cleaned_data["revision"]
        if attempt(form, partial(save, change=form.change, revision=revision)):
            return redirect("defects:detail", pk=pk)
    context = {
        "project": defect.project,
        "defect": defect,
        "form": form,
        "crumbs": [
            ("Defects", reverse("defects:list", args=[defect.project.key])),
            (defect.key, reverse("defects:detail", args=[pk])),
        ],
        "cancel_url": reverse("defects:detail", args=[pk]),
    }
    return render(request, "defects/form.html", context, status=422 if form.errors else 200)


def delete(request: AuthedRequest, pk: int) -> HttpResponse:
    """Put a defect away after saying what stays."""
    defect = queries.defect_of(request.user, pk)
    require(request.user, Action.DELETE, defect.project_id)
    if request.method == "POST":
        services.delete_defect(user=request.user, defect_id=pk, now=timezone.now())
        messages.success(request, f"{defect.key} was deleted.")
        return redirect("defects:list", key=defect.project.key)
    context = {
        "project": defect.project,
        "defect": defect,
        "cancel_url": reverse("defects:detail", args=[pk]),
    }
    return render(request, "defects/delete.html", context)


@require_POST
def comment(request: AuthedRequest, pk: int) -> HttpResponse:
    """Say something of a defect."""
    form, said = comment_by(request.POST, partial(services.say, user=request.user, defect_id=pk))
    if said is None:
        return _detail(request, pk, form)
    return redirect(reverse("defects:detail", args=[pk]) + f"#comment-{said.pk}")


@require_POST
def link(request: AuthedRequest, pk: int) -> HttpResponse:
    """Say that one more result shows this defect."""
    result_id = read_id(request.POST.get("result", ""))
    if result_id is None:
        raise NotFoundError("There is no such result.")
    services.link_results(user=request.user, defect_id=pk, result_ids=[result_id])
    return redirect("defects:detail", pk=pk)


@require_POST
def unlink(request: AuthedRequest, pk: int, result_id: int) -> HttpResponse:
    """Say that a result shows something else."""
    services.unlink_results(user=request.user, defect_id=pk, result_ids=[result_id])
    return redirect("defects:detail", pk=pk)


def of_execution(request: AuthedRequest, pk: int) -> HttpResponse:
    """List what is known to be wrong with the case of an execution, for the page of its run."""
    execution = execution_of(request.user, pk)
    context = {
        "project": execution.run.project,
        "execution": execution,
        "known": queries.open_defects_of_case(request.user, execution.case_id),
        "actions": actions_of(request.user, execution.run.project_id),
    }
    template = "defects/_of_execution.html" if is_fragment(request) else "defects/of_execution.html"
    return render(request, template, context)


def of_case(request: AuthedRequest, pk: int) -> HttpResponse:
    """List the defects that results of a case show; its page fetches it."""
    case = case_of(request.user, pk)
    groups = queries.defects_of_case(request.user, pk)
    context = {"project": case.project, "case": case, "groups": groups}
    template = "defects/_of_case.html" if is_fragment(request) else "defects/of_case.html"
    return render(request, template, context)


@require_POST
def retest(request: AuthedRequest, pk: int) -> HttpResponse:
    """Ask for another attempt at every test that shows a defect."""
    number = services.retest_all(user=request.user, defect_id=pk, now=timezone.now())
    messages.success(request, f"{number} tests wait for a retest.")
    return redirect("defects:detail", pk=pk)
