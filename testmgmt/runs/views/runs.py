"""Pages about runs as a whole."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from testmgmt.accounts.requests import AuthedRequest
from testmgmt.core.permissions import Action
from testmgmt.projects.domain import Outcome
from testmgmt.projects.names import members_of
from testmgmt.projects.permissions import require
from testmgmt.projects.queries import project_named
from testmgmt.runs import queries, services
from testmgmt.runs.forms import CloseForm, EditRunForm, ManageForm, NewRunForm, RerunForm
from testmgmt.web.forms import attempt

PAGE_LENGTH = 50


def _typed(request: AuthedRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def index(request: AuthedRequest, key: str) -> HttpResponse:
    """List a project's runs."""
    project = project_named(request.user, key)
    is_closed = request.GET.get("closed") == "1"
    text = request.GET.get("q", "").replace("\0", "").strip()
    runs = queries.listed_runs(request.user, project, is_closed=is_closed, text=text)
    page = Paginator(runs, PAGE_LENGTH).get_page(request.GET.get("page"))
    tallies = queries.tallies_of([run.pk for run in page])
    context = {
        "project": project,
        "page": page,
        "rows": [(run, tallies[run.pk]) for run in page],
        "is_closed": is_closed,
        "text": text,
    }
    return render(request, "runs/list.html", context)


def create(request: AuthedRequest, key: str) -> HttpResponse:
    """Start a run; `?cases=1,2` comes from the repository, where they were ticked."""
    project = project_named(request.user, key)
    require(request.user, Action.EDIT_RUNS, project.pk)
    asked = request.GET.get("cases", "")
    form = NewRunForm(_typed(request), queries.sections_of(project.pk), asked)
    if request.method == "POST" and form.is_valid():
        said = ("name", "description", "environment", "build")
        start = partial(
            services.create_run,
            user=request.user,
            project_id=project.pk,
            draft=services.Draft(**{name: form.cleaned_data[name] for name in said}),
            selection=form.selection,
            now=timezone.now(),
        )
        if run := attempt(form, start):
            return redirect("runs:detail", pk=run.pk)
    context = {
        "project": project,
        "form": form,
        "crumbs": [("Runs", reverse("runs:list", args=[key])), ("New run", "")],
        "cancel_url": reverse("runs:list", args=[key]),
        "chosen": len([part for part in asked.split(",") if part]),
    }
    return render(request, "runs/create.html", context, status=422 if form.errors else 200)


def _form_page(
    request: AuthedRequest, pk: int, template: str, form: Form, save: Callable[[], Any]
) -> HttpResponse:
    """Ask for something about a run, do it, and go where it leads."""
    run = queries.run_of(request.user, pk)
    require(request.user, Action.EDIT_RUNS, run.project_id)
    if request.method == "POST" and form.is_valid():
        after = attempt(form, save)
        if after:
            return redirect("runs:detail", pk=after.pk)
    context = {
        "project": run.project,
        "run": run,
        "tally": queries.tallies_of([pk])[pk],
        "form": form,
        "crumbs": [
            ("Runs", reverse("runs:list", args=[run.project.key])),
            (f"{run.key} {run.name}", reverse("runs:detail", args=[pk])),
        ],
        "cancel_url": reverse("runs:detail", args=[pk]),
    }
    return render(request, template, context, status=422 if form.errors else 200)


def edit(request: AuthedRequest, pk: int) -> HttpResponse:
    """Rename and describe an open run."""
    run = queries.run_of(request.user, pk)
    said = {name: getattr(run, name) for name in ("name", "description", "environment", "build")}
    form = EditRunForm(_typed(request), initial={**said, "revision": run.revision})

    def save() -> Any:
        changes = dict(form.cleaned_data)
        revision = changes.pop("revision")
        return services.update_run(user=request.user, run_id=pk, revision=revision, changes=changes)

    return _form_page(request, pk, "runs/form.html", form, save)


def close(request: AuthedRequest, pk: int) -> HttpResponse:
    """Close a run after saying what is still open in it."""
    form = CloseForm(_typed(request))

    def save() -> Any:
        return services.close_run(
            user=request.user,
            run_id=pk,
            now=timezone.now(),
            rest_name=form.cleaned_data["rest_name"],
        )

    return _form_page(request, pk, "runs/close.html", form, save)


def rerun(request: AuthedRequest, pk: int) -> HttpResponse:
    """Start a new run of what failed, or stands at other outcomes."""
    run = queries.run_of(request.user, pk)
    initial = {"name": f"{run.name}, again"[:255], "outcomes": [Outcome.FAILED, Outcome.BLOCKED]}
    form = RerunForm(_typed(request), initial=initial)

    def save() -> Any:
        return services.rerun(user=request.user, run_id=pk, now=timezone.now(), **form.cleaned_data)

    return _form_page(request, pk, "runs/rerun.html", form, save)


def reopen(request: AuthedRequest, pk: int) -> HttpResponse:
    """Let results be recorded again."""
    if request.method == "POST":
        services.reopen_run(user=request.user, run_id=pk)
    return redirect("runs:detail", pk=pk)


def delete(request: AuthedRequest, pk: int) -> HttpResponse:
    """Put a run away after saying what goes with it."""
    run = queries.run_of(request.user, pk)
    require(request.user, Action.DELETE, run.project_id)
    if request.method == "POST":
        services.delete_run(user=request.user, run_id=pk, now=timezone.now())
        messages.success(request, f"{run.key} was deleted.")
        return redirect("runs:list", key=run.project.key)
    context = {
        "project": run.project,
        "run": run,
        "tally": queries.tallies_of([pk])[pk],
        "cancel_url": reverse("runs:detail", args=[pk]),
    }
    return render(request, "runs/delete.html", context)


def manage(request: AuthedRequest, pk: int) -> HttpResponse:
    """Assign, retest or remove the tests that are ticked."""
    run = queries.run_of(request.user, pk)
    require(request.user, Action.EDIT_RUNS, run.project_id)
    board = queries.Board(run, request.user.pk)
    members = members_of(run.project_id)
    usernames = [member.username for member in members]
    form = ManageForm(_typed(request), [spot.id for spot in board.spots], usernames)
    if request.method == "POST" and form.is_valid():
        messages.success(request, _managed(request, pk, form))
        return redirect(request.get_full_path())
    spots = board.chosen(request.GET.get("show", "all"), request.GET.get("q", ""))
    context = {
        "project": run.project,
        "run": run,
        "board": board,
        "page": Paginator(spots, 4 * PAGE_LENGTH).get_page(request.GET.get("page")),
        "members": members,
        "form": form,
        "show": request.GET.get("show", "all"),
        "text": request.GET.get("q", ""),
        "crumbs": [
            ("Runs", reverse("runs:list", args=[run.project.key])),
            (f"{run.key} {run.name}", reverse("runs:detail", args=[pk])),
            ("All tests", ""),
        ],
    }
    return render(request, "runs/manage.html", context, status=422 if form.errors else 200)


def _managed(request: AuthedRequest, pk: int, form: ManageForm) -> str:
    values, user, now = form.cleaned_data, request.user, timezone.now()
    tests: list[int] = values["tests"]
    if values["action"] == "assign":
        person = values["assignee"]
        services.assign(user=user, run_id=pk, execution_ids=tests, assignee=person, now=now)
        return f"{len(tests)} tests given to {person or 'nobody'}."
    if values["action"] == "retest":
        services.retest(user=user, run_id=pk, execution_ids=tests, comment="", now=now)
        return f"{len(tests)} tests wait for a retest."
    services.remove_cases(user=user, run_id=pk, execution_ids=tests)
    return f"{len(tests)} tests taken out."
