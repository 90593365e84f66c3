"""What the pages of runs show, in a fixed number of statements each."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from django.db.models import Prefetch, Q, QuerySet
from django.urls import reverse

from testmgmt.cases.domain.sections import Branch, tree_of
from testmgmt.cases.queries import section_rows
from testmgmt.core.attachments import attachments_of
from testmgmt.core.ids import read_id
from testmgmt.core.models import Attachment, TargetKind
from testmgmt.core.search import Hit
from testmgmt.projects.domain import Outcome
from testmgmt.projects.models import Project
from testmgmt.projects.permissions import Asker
from testmgmt.runs.domain import Spot, Tally, tally_of
from testmgmt.runs.models import Execution, Result, Run, StepResult
from testmgmt.runs.queries.rows import visible_runs

HITS = 5
UNSORTED = "Without a section"


def listed_runs(user: Asker, project: Project, *, is_closed: bool, text: str) -> QuerySet[Run]:
    """Return a project's runs, the newest first."""
    runs = visible_runs(user).filter(project=project, closed_at__isnull=not is_closed)
    if text:
        runs = runs.filter(Q(name__icontains=text) | Q(build__icontains=text))
    return runs.select_related("created_by").order_by("-id")


def found(user: Asker, text: str) -> list[Hit]:
    """Return what the palette offers for a text: a few runs by name, build or number."""
    fitting = Q(name__icontains=text) | Q(build__icontains=text)
    number = read_id(text.upper().removeprefix("R-"))
    if number is not None:
        fitting |= Q(pk=number)
    runs = visible_runs(user).filter(fitting).order_by("-id")[:HITS]
    return [Hit(run.key, run.name, reverse("runs:detail", args=[run.pk])) for run in runs]


def sections_of(project_id: int) -> list[Branch]:
    """Return a project's sections as a reader meets them."""
    return tree_of(section_rows(project_id), {})


def spots_of(run_id: int) -> list[Spot]:
    """Return the executions of a run in its order, with the little that a list shows."""
    rows = (
        Execution.objects.filter(run_id=run_id)
        .order_by("position", "id")
        .values_list(
            "pk",
            "case_id",
            "version__title",
            "status__category",
            "status__name",
            "case__section_id",
            "assignee_id",
            "assignee__first_name",
            "assignee__last_name",
            "assignee__username",
        )
    )
    return [
        Spot(
            pk,
            case,
            title,
            Outcome(category),
            status,
            section,
            who,
            f"{a or ''} {b or ''}".strip() or c or "",
        )
        for pk, case, title, category, status, section, who, a, b, c in rows
    ]


@dataclass(frozen=True, slots=True)
class Group:
    """The executions of one section that a page of the list shows."""

    name: str
    counts: Mapping[Outcome, int]
    spots: Sequence[Spot]


class Board:
    """The executions of a run, as the list beside a test shows them."""

    def __init__(self, run: Run, user_id: int) -> None:
        self.run = run
        self.user_id = user_id
        self.spots = spots_of(run.pk)

    @cached_property
    def tally(self) -> Tally:
        """How far the run is."""
        return tally_of(self.spots)

    @cached_property
    def sections(self) -> dict[int | None, str]:
        """The names of the project's sections."""
        rows = section_rows(self.run.project_id)
        return {None: UNSORTED} | {row.id: row.name for row in rows}

    @cached_property
    def shows(self) -> dict[str, list[Spot]]:
        """The ways to narrow the list."""
        return {
            "all": self.spots,
            "mine": [spot for spot in self.spots if spot.assignee_id == self.user_id],
            "open": [spot for spot in self.spots if spot.is_open],
            "failed": [spot for spot in self.spots if spot.outcome == Outcome.FAILED],
        }

    def chosen(self, show: str, text: str) -> list[Spot]:
        """Return what a filter leaves."""
        spots = self.shows.get(show, self.spots)
        wanted = text.casefold()
        return [s for s in spots if wanted in f"c-{s.case_id} {s.title.casefold()}"]

    def grouped(self, spots: Iterable[Spot]) -> list[Group]:
        """Return neighbours of one section together, each with the figures of its section."""
        counts: dict[int | None, Counter[Outcome]] = {}
        for spot in self.spots:
            counts.setdefault(spot.section_id, Counter())[spot.outcome] += 1
        return [
            Group(self.sections.get(section, UNSORTED), counts[section], list(members))
            for section, members in groupby(spots, key=lambda spot: spot.section_id)
        ]


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try as the page tells it, with its evidence."""

    result: Result
    files: Sequence[Attachment]

    @property
    def is_overridden(self) -> bool:
        """Whether the tester decided against what the steps said."""
        suggested = self.result.suggested
        return suggested is not None and suggested.pk != self.result.status_id


def results_of_case(user: Asker, case_id: int) -> QuerySet[Result]:
    """Return the attempts at a case, the newest first, with run, configuration and status."""
    runs = visible_runs(user)
    results = Result.objects.filter(execution__case_id=case_id, execution__run__in=runs)
    related = ("status", "created_by", "execution__run", "execution__configuration")
    return results.select_related(*related).order_by("-id")


def attempts_at(execution: Execution) -> list[Attempt]:
    """Return the tries at an execution, the newest first, in three statements."""
    steps = StepResult.objects.select_related("status").order_by("position")
    results = list(
        execution.results.select_related("status", "suggested", "created_by")
        .prefetch_related(Prefetch("steps", queryset=steps))
        .order_by("-id")
    )
    files: dict[int, list[Attachment]] = {}
    for file in attachments_of(TargetKind.RESULT, [result.pk for result in results]):
        files.setdefault(file.target_id, []).append(file)
    return [Attempt(result, files.get(result.pk, [])) for result in results]
