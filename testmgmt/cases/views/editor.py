"""The editor of cases. It works without script too: each button then asks the server."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from testmgmt.accounts.requests import AuthedRequest
from testmgmt.cases import queries, services
from testmgmt.cases.domain import CaseChange, NewCase, Step, steps_of_text
from testmgmt.cases.domain.merging import Clash, clashes
from testmgmt.cases.domain.steps import edited, from_json
from testmgmt.cases.forms import CaseForm, filled, initial_of, sent_steps
from testmgmt.core.permissions import Action
from testmgmt.projects.permissions import require
from testmgmt.projects.queries import project_named
from testmgmt.web.forms import attempt

PASTE = "paste"


@dataclass(slots=True)
class Sheet:
    """What the editor shows: the form, the rows of steps, and where somebody else was faster."""

    form: CaseForm
    rows: Sequence[Step]
    clashes: list[Clash] = field(default_factory=list)

    @property
    def values(self) -> dict[str, Any]:
        """What was typed, in the words of the domain."""
        return {**self.form.values, "steps": filled(self.rows)}


def _commanded(request: AuthedRequest, offer: queries.Offer) -> Sheet:
    """Return the sheet after one of its buttons: nothing is saved, nothing is checked."""
    rows, command = sent_steps(request.POST), request.POST["do"]
    if command == PASTE:
        rows = filled(rows) + steps_of_text(request.POST.get("pasted", ""))
    else:
        rows = edited(rows, command)
    return Sheet(CaseForm(offer, initial=CaseForm.sent(offer, request.POST)), rows)


def _sheet(
    request: AuthedRequest, offer: queries.Offer, initial: dict[str, Any], rows: Sequence[Step]
) -> Sheet:
    if request.method != "POST":
        return Sheet(CaseForm(offer, initial=initial), rows)
    if "do" in request.POST:
        return _commanded(request, offer)
    return Sheet(CaseForm(offer, request.POST, initial=initial), sent_steps(request.POST))


def _saved(sheet: Sheet, save: Callable[[], Any]) -> Any:
    """Call a service for a sheet that was sent and is sound."""
    is_sound = sheet.form.is_bound and sheet.form.is_valid()
    return attempt(sheet.form, save) if is_sound else None


def _shown(
    request: AuthedRequest, sheet: Sheet, offer: queries.Offer, **context: Any
) -> HttpResponse:
    shown = {
        "form": sheet.form,
        "rows": sheet.rows or [Step()],
        "clashes": sheet.clashes,
        "known_tags": offer.tags,
    }
    status = 409 if sheet.clashes else 422 if sheet.form.errors else 200
    return render(request, "cases/form.html", {**context, **shown}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def create(request: AuthedRequest, key: str) -> HttpResponse:
    """Write a new case."""
    project = project_named(request.user, key)
    require(request.user, Action.EDIT_CASES, project.pk)
    offer = queries.offer_of(project)
    defaults = {name: offer.choices[of].default.slug for name, of in queries.CHOICES.items()}
    initial = {**defaults, "section": request.GET.get("section", ""), "title": ""}
    sheet = _sheet(request, offer, initial, [])
    make = partial(services.create_case, user=request.user, project_id=project.pk)
    case = _saved(sheet, lambda: make(case=NewCase(**sheet.values)))
    if case:
        messages.success(request, f"{case.key} is written down.")
        again = f"{reverse('cases:create', args=[key])}?section={case.section_id or ''}"
        return redirect(
            again if "again" in request.POST else reverse("cases:detail", args=[case.pk])
        )
    home = reverse("cases:list", args=[key])
    crumbs = [("Cases", home), ("New case", "")]
    return _shown(request, sheet, offer, project=project, crumbs=crumbs, cancel_url=home)


def _change(request: AuthedRequest, values: dict[str, Any]) -> CaseChange:
    """Return the change that was typed; what shall stay as the other left it is not in it."""
    theirs = {name for name in values if request.POST.get(f"take-{name}") == "theirs"}
    return CaseChange(**{name: value for name, value in values.items() if name not in theirs})


def _overtaken(request: AuthedRequest, pk: int, sheet: Sheet, offer: queries.Offer) -> Sheet:
    """Show both texts; whoever saves again has seen the other's."""
    case = queries.case_of(request.user, pk)
    mine = {name: value for name, value in sheet.values.items() if name != "note"}
    base = queries.version_values(case, sheet.form.cleaned_data["version"] or 0)
    data = request.POST.copy()
    data["revision"], data["version"] = str(case.revision), str(queries.number_of(case))
    return Sheet(CaseForm(offer, data), sheet.rows, clashes(base, mine, queries.values_of(case)))


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: AuthedRequest, pk: int) -> HttpResponse:
    """Change a case; whoever comes second sees both texts."""
    case = queries.case_of(request.user, pk)
    require(request.user, Action.EDIT_CASES, case.project_id)
    offer = queries.offer_of(case.project)
    values = queries.values_of(case)
    initial = {**initial_of(values), "revision": case.revision, "version": queries.number_of(case)}
    sheet = _sheet(request, offer, initial, from_json(values["steps"]))
    update = partial(services.update_case, user=request.user, case_id=pk)
    saved = _saved(
        sheet,
        lambda: update(
            change=_change(request, sheet.values), revision=sheet.form.cleaned_data["revision"]
        ),
    )
    home = reverse("cases:detail", args=[pk])
    is_late = sheet.form.is_bound and sheet.form.has_error("revision")
    if is_late:
        sheet = _overtaken(request, pk, sheet, offer)
    if saved or (is_late and not sheet.clashes):  # both wrote the same
        messages.success(request, f"{case.key} is saved.")
        return redirect(home)
    crumbs = [("Cases", reverse("cases:list", args=[case.project.key])), (case.key, home)]
    crumbs.append(("Edit", ""))
    context = {"project": case.project, "case": case, "crumbs": crumbs, "cancel_url": home}
    return _shown(request, sheet, offer, **context)


@require_POST
def paste(request: AuthedRequest) -> HttpResponse:
    """Answer with the rows of a list that was pasted."""
    rows = steps_of_text(request.POST.get("pasted", ""))
    return render(request, "cases/_step_rows.html", {"rows": rows})
