"""The repository: a project's sections, its cases, and the one that is looked at."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from testmgmt.accounts.requests import AuthedRequest
from testmgmt.cases import queries, services
from testmgmt.cases.forms import BulkForm, FilterForm, QuickAddForm, section_options
from testmgmt.core.ids import read_id
from testmgmt.projects.queries import project_named
from testmgmt.web.forms import attempt
from testmgmt.web.htmx import is_fragment, trigger


@require_safe
def repository(request: AuthedRequest, key: str) -> HttpResponse:
    """Show the tree, the table, and the case that the URL names."""
    project = project_named(request.user, key)
    choices = queries.choices_to_filter(project)
    filters = FilterForm(request.GET, choices)
    wanted = queries.Wanted.of(request.GET, filters.asked)
    view = queries.repository(project, wanted)
    context: dict[str, Any] = {
        "project": project,
        "filters": filters,
        "wanted": wanted,
        "view": view,
        "page": view.page,
        "section_options": section_options(view.tree.branches),
        "add_form": QuickAddForm(),
    }
    if is_fragment(request):
        return render(request, "cases/_list.html", context)
    case_id = read_id(request.GET.get("case", ""))
    if case_id is not None:
        case = queries.case_of(request.user, case_id)
        context |= {"case": case, "facts": queries.facts_of(case), "tab": "steps"}
    return render(request, "cases/list.html", context)


def _back(request: AuthedRequest, key: str) -> HttpResponse:
    """Return to the list as it was; HTMX has it fetch itself anew."""
    if is_fragment(request):
        return HttpResponse(status=204)
    back = request.POST.get("back", "")
    is_ours = url_has_allowed_host_and_scheme(back, {request.get_host()})
    return redirect(back if is_ours else reverse("cases:list", args=[key]))


def _said(request: AuthedRequest, key: str, text: str, tone: str = "good") -> HttpResponse:
    answer = _back(request, key)
    if is_fragment(request):
        return trigger(answer, toast={"text": text, "tone": tone}, **{"cases-changed": {}})
    messages.add_message(request, messages.ERROR if tone == "bad" else messages.SUCCESS, text)
    return answer


def _problem(form: BaseForm) -> str:
    texts = [str(text) for texts in form.errors.values() for text in texts]
    return texts[0] if texts else "Nothing was changed."


@require_POST
def add(request: AuthedRequest, key: str) -> HttpResponse:
    """Make a case of each line that was typed."""
    project = project_named(request.user, key)
    form = QuickAddForm(request.POST)
    if not form.is_valid():
        return _said(request, key, _problem(form), "bad")
    create = partial(services.create_cases, user=request.user, project_id=project.pk)
    made = attempt(form, partial(create, cases=form.cases))
    if not made:
        return _said(request, key, _problem(form), "bad")
    return _said(request, key, f"Added {made[0].key if len(made) == 1 else len(made)}")


def _moved(request: AuthedRequest, form: BulkForm, ids: list[int]) -> str:
    section_id = form.cleaned_data["section"]
    moved = services.move_cases(user=request.user, case_ids=ids, section_id=section_id)
    return f"Moved {len(moved)}"


def _tagged(request: AuthedRequest, form: BulkForm, ids: list[int]) -> str:
    tags = form.cleaned_data["tags"]
    return f"Tagged {len(services.tag_cases(user=request.user, case_ids=ids, tags=tags))}"


def _deleted(request: AuthedRequest, _form: BulkForm, ids: list[int]) -> str:
    return f"{services.delete_cases(user=request.user, case_ids=ids)} in the trash"


def _restored(request: AuthedRequest, _form: BulkForm, ids: list[int]) -> str:
    return f"Restored {services.restore_cases(user=request.user, case_ids=ids)}"


BULK = {"move": _moved, "tag": _tagged, "delete": _deleted, "restore": _restored}


@require_POST
def bulk(request: AuthedRequest, key: str) -> HttpResponse:
    """Move, tag, delete or restore the cases that were ticked."""
    form = BulkForm(request.POST)
    if not form.is_valid():
        return _said(request, key, "Tick at least one case.", "bad")
    act = BULK[form.cleaned_data["action"]]
    said = attempt(form, lambda: act(request, form, form.cleaned_data["case"]))
    if said is None:
        return _said(request, key, _problem(form), "bad")
    return _said(request, key, said)
