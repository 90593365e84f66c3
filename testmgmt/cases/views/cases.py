"""Pages of one case: what it says, how it went, what was changed."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from testmgmt.accounts.requests import AuthedRequest
from testmgmt.cases import queries, services
from testmgmt.web.forms import CommentForm, comment_by
from testmgmt.web.htmx import is_fragment

TABS = ("steps", "results", "defects", "history")


@require_safe
def detail(request: AuthedRequest, pk: int) -> HttpResponse:
    """Show a case: as a page, or in the pane of the repository."""
    return _detail(request, pk, CommentForm(None))


@require_POST
def comment(request: AuthedRequest, pk: int) -> HttpResponse:
    """Say something of a case."""
    form, said = comment_by(request.POST, partial(services.say, user=request.user, case_id=pk))
    if said is None:
        return _detail(request, pk, form)
    return redirect(reverse("cases:detail", args=[pk]) + f"#comment-{said.pk}")


def _detail(request: AuthedRequest, pk: int, form: CommentForm) -> HttpResponse:
    case = queries.case_of(request.user, pk)
    tab = request.GET.get("tab", "steps")
    context: dict[str, Any] = {
        "project": case.project,
        "case": case,
        "tab": tab if tab in TABS else "steps",
        "facts": queries.facts_of(case),
        "versions": queries.versions_of(request.user, pk) if tab == "history" else [],
    }
    if is_fragment(request):
        return render(request, "cases/_panel.html", context)
    home = reverse("cases:list", args=[case.project.key])
    sections = [(row.name, f"{home}?section={row.id}") for row in queries.path_of(case)]
    context |= {
        "crumbs": [("Cases", home), *sections, (case.key, "")],
        "comments": list(queries.comments_on(case)),
        "files": list(queries.files_of(case)),
        "form": form,
    }
    return render(request, "cases/detail.html", context, status=422 if form.errors else 200)


@require_safe
def history(request: AuthedRequest, pk: int) -> HttpResponse:
    """Show what is different between two versions of a case."""
    comparison = queries.comparison_of(
        request.user, pk, request.GET.get("from", ""), request.GET.get("to", "")
    )
    context = {
        "project": comparison.case.project,
        "case": comparison.case,
        "comparison": comparison,
        "crumbs": [
            ("Cases", reverse("cases:list", args=[comparison.case.project.key])),
            (comparison.case.key, reverse("cases:detail", args=[pk])),
            ("History", ""),
        ],
    }
    return render(request, "cases/history.html", context)


@require_POST
def restore_version(request: AuthedRequest, pk: int, number: int) -> HttpResponse:
    """Make a case say again what an old version said."""
    services.restore_version(user=request.user, case_id=pk, number=number)
    messages.success(request, f"Version {number} is back, as a new version.")
    return redirect("cases:detail", pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: AuthedRequest, pk: int) -> HttpResponse:
    """Ask, then put a case into the trash."""
    case = queries.case_of(request.user, pk)
    home = reverse("cases:list", args=[case.project.key])
    if request.method == "POST":
        services.delete_case(user=request.user, case_id=pk)
        messages.success(request, f"{case.key} is in the trash.")
        return redirect(home)
    context = {
        "project": case.project,
        "case": case,
        "crumbs": [("Cases", home), (case.key, "")],
        "cancel_url": reverse("cases:detail", args=[pk]),
    }
    return render(request, "cases/delete.html", context)


@require_POST
def restore(request: AuthedRequest, pk: int) -> HttpResponse:
    """Take a case out of the trash."""
    services.restore_cases(user=request.user, case_ids=[pk])
    messages.success(request, "The case is back.")
    return redirect("cases:detail", pk=pk)
