"""The API of runs, executions and results."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from testmgmt.accounts.requests import ApiRequest
from testmgmt.api import filters
from testmgmt.api.exchange import paged, valid
from testmgmt.api.filters import Listing
from testmgmt.api.pagination import OffsetPages
from testmgmt.api.revisions import RevisedView, revised, sent_revision
from testmgmt.core.permissions import Scope
from testmgmt.projects.queries import project_for, project_named
from testmgmt.runs import queries, services
from testmgmt.runs.serializers import (
    BulkBody,
    CloseBody,
    ExecutionBody,
    ExecutionSerializer,
    NewRunBody,
    RerunBody,
    ResultBody,
    ResultSerializer,
    RunBody,
    RunSerializer,
    SelectionBody,
    attempt_of,
    entry_of,
    execution_json,
    result_json,
    run_json,
    selection_of,
)

Row = dict[str, Any]
ID = OpenApiParameter("id", int, OpenApiParameter.PATH)
IF_MATCH = OpenApiParameter("If-Match", str, OpenApiParameter.HEADER, description="An ETag.")

RUNS = Listing(
    filters={
        "id": filters.ids("pk", "Ids, separated by commas."),
        "search": filters.contains("name", "description", "build"),
        "environment": filters.text("environment", "Environment."),
        "build": filters.text("build", "Build."),
        "created_by": filters.text("created_by__username", "Username."),
        "is_closed": filters.flag(Q(closed_at__isnull=False), "Whether it is closed."),
        "created__gte": filters.moment("created_at__gte", "Started since."),
        "created__lt": filters.moment("created_at__lt", "Started before."),
        "updated__gte": filters.moment("updated_at__gte", "Changed since."),
    },
    orders={"id": "id", "name": "name", "created": "created_at", "updated": "updated_at"},
)
EXECUTIONS = Listing(
    filters={
        "id": filters.ids("pk", "Ids, separated by commas."),
        "case": filters.ids("case_id", "Ids of cases."),
        "status": filters.choice("status", "Status by slug or name."),
        "outcome": filters.text("status__category", "Category of the status."),
        "assignee": filters.text("assignee__username", "Username."),
        "is_assigned": filters.flag(Q(assignee__isnull=False), "Whether somebody has it."),
        "search": filters.contains("version__title"),
    },
    default=("position", "id"),
    orders={"position": "position", "updated": "updated_at", "last_result": "last_result_at"},
)
RESULTS = Listing(
    filters={
        "id": filters.ids("pk", "Ids, separated by commas."),
        "run": filters.ids("execution__run_id", "Ids of runs."),
        "execution": filters.ids("execution_id", "Ids of executions."),
        "case": filters.ids("execution__case_id", "Ids of cases."),
        "status": filters.choice("status", "Status by slug or name."),
        "outcome": filters.text("status__category", "Category of the status."),
        "build": filters.text("build", "Build."),
        "created_by": filters.text("created_by__username", "Username."),
        "created__gte": filters.moment("created_at__gte", "Recorded since."),
        "created__lt": filters.moment("created_at__lt", "Recorded before."),
    },
    orders={"id": "id", "created": "created_at"},
)


def _runs(rows: Sequence[Row]) -> list[Row]:
    tallies = queries.tallies_of([row["id"] for row in rows])
    return [run_json(row, tallies[row["id"]]) for row in rows]


def _executions(rows: Sequence[Row]) -> list[Row]:
    return [execution_json(row) for row in rows]


def _results(rows: Sequence[Row]) -> list[Row]:
    steps = queries.step_rows([row["id"] for row in rows])
    return [result_json(row, steps.get(row["id"], [])) for row in rows]


def _within(request: ApiRequest, path: str) -> Q:
    named = request.query_params.get("project")
    return Q(**{path: project_named(request.user, named)}) if named else Q()


def _list_results(view: ViewSet, request: ApiRequest, condition: Q) -> Response:
    asked = condition & RESULTS.condition(request.query_params)
    rows = queries.result_rows(request.user, asked, RESULTS.ordering(request.query_params))
    return paged(view, request, rows, _results)


class RunViewSet(RevisedView, ViewSet):
    """Runs: sets of cases that are executed."""

    pagination_class = OffsetPages
    lookup_value_regex = r"\d{1,18}"
    write_scope = Scope.WRITE

    request: ApiRequest

    def current(self) -> Row:
        return self._json(self.request, self.kwargs["pk"])

    def _json(self, request: ApiRequest, run_id: int | str) -> Row:
        return _runs([queries.run_row(request.user, int(run_id))])[0]

    @extend_schema(parameters=RUNS.parameters(), responses=RunSerializer(many=True))
    def list(self, request: ApiRequest) -> Response:
        """List runs, the newest first."""
        asked = RUNS.condition(request.query_params) & _within(request, "project")
        rows = queries.run_rows(request.user, asked, RUNS.ordering(request.query_params))
        return paged(self, request, rows, _runs)

    @extend_schema(request=NewRunBody, responses={201: RunSerializer})
    def create(self, request: ApiRequest) -> Response:
        """Start a run of named cases, of a section, or of all cases."""
        body = valid(NewRunBody, request)
        project = project_for(request.user, request.auth, body.pop("project", None))
        selection = selection_of(body)
        run = services.create_run(
            user=request.user,
            project_id=project.pk,
            draft=services.Draft(**body),
            selection=selection,
            now=timezone.now(),
        )
        return revised(self._json(request, run.pk), 201)

    @extend_schema(parameters=[ID], responses=RunSerializer)
    def retrieve(self, request: ApiRequest, pk: str) -> Response:
        """Show a run and how far it is."""
        return revised(self._json(request, pk))

    @extend_schema(parameters=[ID, IF_MATCH], request=RunBody, responses=RunSerializer)
    def update(self, request: ApiRequest, pk: str) -> Response:
        """Replace what is said of an open run."""
        blank = {"description": "", "environment": "", "build": ""}
        return self._changed(request, pk, {**blank, **valid(RunBody, request)})

    @extend_schema(parameters=[ID, IF_MATCH], request=RunBody, responses=RunSerializer)
    def partial_update(self, request: ApiRequest, pk: str) -> Response:
        """Change some of what is said of an open run."""
        return self._changed(request, pk, valid(RunBody, request, is_partial=True))

    def _changed(self, request: ApiRequest, pk: str, changes: Row) -> Response:
        services.update_run(
            user=request.user, run_id=int(pk), revision=sent_revision(request), changes=changes
        )
        return revised(self._json(request, pk))

    @extend_schema(parameters=[ID], responses={204: None})
    def destroy(self, request: ApiRequest, pk: str) -> Response:
        """Put a run away."""
        services.delete_run(user=request.user, run_id=int(pk), now=timezone.now())
        return Response(status=204)

    @extend_schema(
        parameters=[ID, *EXECUTIONS.parameters()[1:]], responses=ExecutionSerializer(many=True)
    )
    @action(detail=True)
    def executions(self, request: ApiRequest, pk: str) -> Response:
        """List the executions of a run, in its order."""
        return self._executions(request, pk)

    def _executions(self, request: ApiRequest, pk: str) -> Response:
        run = queries.run_of(request.user, int(pk))
        asked = EXECUTIONS.condition(request.query_params) & Q(run=run)
        order = EXECUTIONS.ordering(request.query_params)
        rows = queries.execution_rows(request.user, asked, order)
        return paged(self, request, rows, _executions)

    @extend_schema(exclude=True)
    @action(detail=True)
    def tests(self, request: ApiRequest, pk: str) -> Response:
        """Answer as `executions` does, under the name that other tools use."""
        return self._executions(request, pk)

    @extend_schema(parameters=[ID], request=SelectionBody, responses=RunSerializer)
    @action(detail=True, methods=["post"])
    def cases(self, request: ApiRequest, pk: str) -> Response:
        """Put more cases into an open run."""
        selection = selection_of(valid(SelectionBody, request))
        services.add_cases(
            user=request.user, run_id=int(pk), selection=selection, now=timezone.now()
        )
        return revised(self._json(request, pk))

    @extend_schema(parameters=[ID], request=CloseBody, responses=RunSerializer)
    @action(detail=True, methods=["post"])
    def close(self, request: ApiRequest, pk: str) -> Response:
        """Close a run: nothing in it changes any more."""
        body = valid(CloseBody, request)
        services.close_run(user=request.user, run_id=int(pk), now=timezone.now(), **body)
        return revised(self._json(request, pk))

    @extend_schema(parameters=[ID], request=None, responses=RunSerializer)
    @action(detail=True, methods=["post"])
    def reopen(self, request: ApiRequest, pk: str) -> Response:
        """Let results be recorded again."""
        services.reopen_run(user=request.user, run_id=int(pk))
        return revised(self._json(request, pk))

    @extend_schema(parameters=[ID], request=RerunBody, responses={201: RunSerializer})
    @action(detail=True, methods=["post"])
    def rerun(self, request: ApiRequest, pk: str) -> Response:
        """Start a new run of what failed here, or stands at other outcomes."""
        body = valid(RerunBody, request)
        run = services.rerun(user=request.user, run_id=int(pk), now=timezone.now(), **body)
        return revised(self._json(request, run.pk), 201)

    @extend_schema(parameters=[ID], request=BulkBody, responses={201: ResultSerializer(many=True)})
    @action(
        detail=True,
        methods=["post"],
        url_path="results/bulk",
        pagination_class=None,
        write_scope=Scope.WRITE_RESULTS,
    )
    def bulk(self, request: ApiRequest, pk: str) -> Response:
        """Record up to 2,000 results, by execution or by case: all of them, or none."""
        entries = [entry_of(entry) for entry in valid(BulkBody, request)["results"]]
        recorded = services.record_results(
            user=request.user, run_id=int(pk), entries=entries, now=timezone.now()
        )
        rows = queries.result_rows(request.user, Q(pk__in=[r.pk for r in recorded]), ("id",))
        return Response(_results(list(rows)), 201)


class ExecutionViewSet(ViewSet):
    """Executions: cases in a run."""

    pagination_class = OffsetPages
    lookup_value_regex = r"\d{1,18}"
    write_scope = Scope.WRITE

    @extend_schema(parameters=[ID], responses=ExecutionSerializer)
    def retrieve(self, request: ApiRequest, pk: str) -> Response:
        """Show an execution."""
        return revised(execution_json(queries.execution_row(request.user, int(pk))))

    @extend_schema(parameters=[ID], request=ExecutionBody, responses=ExecutionSerializer)
    def partial_update(self, request: ApiRequest, pk: str) -> Response:
        """Give an execution to somebody, or to nobody."""
        assignee = valid(ExecutionBody, request)["assignee"] or ""
        run_id = queries.execution_row(request.user, int(pk))["run_id"]
        services.assign(
            user=request.user,
            run_id=run_id,
            execution_ids=[int(pk)],
            assignee=assignee,
            now=timezone.now(),
        )
        return self.retrieve(request, pk)

    @extend_schema(
        methods=["GET"],
        parameters=[ID, *RESULTS.parameters()[1:]],
        responses=ResultSerializer(many=True),
    )
    @extend_schema(
        methods=["POST"],
        parameters=[ID],
        request=ResultBody,
        responses={201: ResultSerializer},
    )
    @action(detail=True, methods=["get", "post"], write_scope=Scope.WRITE_RESULTS)
    def results(self, request: ApiRequest, pk: str) -> Response:
        """List the attempts at an execution, the newest first; or record one."""
        if request.method == "POST":
            return self._record(request, int(pk))
        execution = queries.execution_row(request.user, int(pk))
        return _list_results(self, request, Q(execution=execution["id"]))

    def _record(self, request: ApiRequest, pk: int) -> Response:
        attempt = attempt_of(valid(ResultBody, request))
        result = services.record_result(
            user=request.user, execution_id=pk, attempt=attempt, now=timezone.now()
        )
        return Response(_results([queries.result_row(request.user, result.pk)])[0], 201)


class ResultViewSet(ViewSet):
    """Results: attempts, appended and never edited."""

    pagination_class = OffsetPages
    lookup_value_regex = r"\d{1,18}"

    @extend_schema(parameters=RESULTS.parameters(), responses=ResultSerializer(many=True))
    def list(self, request: ApiRequest) -> Response:
        """List results, the newest first."""
        return _list_results(self, request, _within(request, "execution__run__project"))

    @extend_schema(parameters=[ID], responses=ResultSerializer)
    def retrieve(self, request: ApiRequest, pk: str) -> Response:
        """Show a result with its steps."""
        return Response(_results([queries.result_row(request.user, int(pk))])[0])
