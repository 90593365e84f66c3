"""The page on which tests are executed: the list on the left, one test on the right."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from testmgmt.accounts.requests import AuthedRequest
from testmgmt.cases.queries import case_of
from testmgmt.core.permissions import Action
from testmgmt.core.slots import fillers_of
from testmgmt.projects.names import choices_of
from testmgmt.projects.permissions import actions_of
from testmgmt.runs import queries, services
from testmgmt.runs.domain import Spot, next_open
from testmgmt.runs.forms import ResultForm
from testmgmt.web.forms import attempt
from testmgmt.web.htmx import is_fragment, trigger
from testmgmt.web.htmx import redirect as go

LIST_LENGTH = 100
LAST = 20
STATUS = "result_status"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a test stands in the list that is shown."""

    number: int
    total: int
    before: int | None
    after: int | None


def _place(spots: Sequence[Spot], current: int) -> Place:
    ids = [spot.id for spot in spots]
    if current not in ids:
        return Place(0, len(ids), None, ids[0] if ids else None)
    at = ids.index(current)
    after = ids[at + 1] if at + 1 < len(ids) else None
    return Place(at + 1, len(ids), ids[at - 1] if at else None, after)


@dataclass(frozen=True, slots=True)
class Asked:
    """How the list is narrowed; every link of the page keeps it."""

    show: str
    text: str
    page: str

    @property
    def query(self) -> str:
        """The same as it stands in an address."""
        kept = {"show": self.show if self.show != "all" else "", "q": self.text}
        words = urlencode({name: value for name, value in kept.items() if value})
        return f"?{words}" if words else ""


def _asked(request: AuthedRequest) -> Asked:
    return Asked(
        request.GET.get("show", "all"), request.GET.get("q", ""), request.GET.get("page", "")
    )


def _list(board: queries.Board, asked: Asked, current: int | None) -> dict[str, Any]:
    spots = board.chosen(asked.show, asked.text)
    pages = Paginator(spots, LIST_LENGTH)
    place = _place(spots, current or 0)
    return {
        "board": board,
        "asked": asked,
        "page": pages.get_page(asked.page or (max(place.number, 1) - 1) // LIST_LENGTH + 1),
        "place": place,
        "current": current,
    }


def _test(request: AuthedRequest, execution: Any, form: ResultForm | None = None) -> dict[str, Any]:
    actions = actions_of(request.user, execution.run.project_id)
    statuses = choices_of(execution.run.project_id, STATUS)[STATUS]
    steps = execution.version.steps
    return {
        "project": execution.run.project,
        "run": execution.run,
        "actions": actions,
        "execution": execution,
        "form": form or ResultForm(None, None, steps, statuses),
        "attempts": queries.attempts_at(execution),
        "is_outdated": execution.version_id != execution.case.current_id,
        "may_execute": Action.EXECUTE in actions and not execution.run.closed_at,
    }


def detail(request: AuthedRequest, pk: int) -> HttpResponse:
    """Show a run with the test that waits for this person."""
    run = queries.run_of(request.user, pk)
    board = queries.Board(run, request.user.pk)
    waiting = next_open(board.spots, None, request.user.pk) or next(iter(board.spots), None)
    context: dict[str, Any] = {"project": run.project, "run": run}
    if waiting is None:
        context["actions"] = actions_of(request.user, run.project_id)
    else:
        context |= _test(request, queries.execution_of(request.user, waiting.id))
    context |= _list(board, _asked(request), waiting.id if waiting else None)
    context["groups"] = board.grouped(context["page"])
    return render(request, "runs/detail.html", context)


def test(request: AuthedRequest, run_pk: int, pk: int) -> HttpResponse:
    """Show one test of a run; record what was found."""
    execution = queries.execution_of(request.user, pk)
    if execution.run_id != run_pk:
        return redirect("runs:test", run_pk=execution.run_id, pk=pk)
    if request.method == "POST":
        return _recorded(request, execution)
    return _shown(request, _test(request, execution), pk)


def _shown(
    request: AuthedRequest, context: dict[str, Any], current: int, status: int = 200
) -> HttpResponse:
    board = queries.Board(context["run"], request.user.pk)
    context |= _list(board, _asked(request), current)
    context["is_open"] = True
    if is_fragment(request):
        return render(request, "runs/_test.html", context, status=status)
    context["groups"] = board.grouped(context["page"])
    return render(request, "runs/detail.html", context, status=status)


def _recorded(request: AuthedRequest, execution: Any) -> HttpResponse:
    statuses = choices_of(execution.run.project_id, STATUS)[STATUS]
    form = ResultForm(request.POST, request.FILES, execution.version.steps, statuses)

    def save() -> Any:
        return services.record_with_evidence(
            user=request.user,
            execution_id=execution.pk,
            attempt=form.attempt,
            evidence=[services.Evidence(f.name, f.size, f.chunks) for f in form.files_sent],
            now=timezone.now(),
        )

    result = attempt(form, save) if form.is_valid() else None
    if result is None:
        return _shown(request, _test(request, execution, form), execution.pk, 422)
    if "then" in request.POST:
        return go(request, fillers_of("result.report")[0].url(result))
    return _after(request, execution)


def _after(request: AuthedRequest, execution: Any) -> HttpResponse:
    """Go on to the next test; to HTMX also send the changed row and the figures."""
    asked = _asked(request)
    board = queries.Board(execution.run, request.user.pk)
    following = next_open(board.chosen(asked.show, asked.text), execution.pk, request.user.pk)
    target = following.id if following else execution.pk
    url = reverse("runs:test", args=[execution.run_id, target]) + asked.query
    if not is_fragment(request):
        if following is None:
            messages.success(request, "Nothing is left for you in this run.")
        return redirect(url)
    shown = queries.execution_of(request.user, target)
    saved = next(spot for spot in board.spots if spot.id == execution.pk)
    context = _test(request, shown) | _list(board, asked, target)
    context |= {"saved": saved, "is_finished": following is None, "is_open": True}
    answer = render(request, "runs/_recorded.html", context)
    answer["HX-Push-Url"] = url
    return trigger(answer, toast={"text": f"{saved.title}: {saved.status}"})


def of_case(request: AuthedRequest, pk: int) -> HttpResponse:
    """List the last attempts at a case, in whichever run; its page fetches it."""
    case = case_of(request.user, pk)
    results = Paginator(queries.results_of_case(request.user, pk), LAST)
    context = {"project": case.project, "case": case, "page": results.page(1)}
    template = "runs/_of_case.html" if is_fragment(request) else "runs/of_case.html"
    return render(request, template, context)


@require_POST
def take_version(request: AuthedRequest, run_pk: int, pk: int) -> HttpResponse:
    """Test the newest version of the case."""
    services.take_current_version(user=request.user, run_id=run_pk, execution_id=pk)
    return redirect("runs:test", run_pk=run_pk, pk=pk)
