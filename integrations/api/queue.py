"""The API of what waits, what was given up, what stands still, and of the sync in numbers."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import QueryDict
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.renderers import BaseRenderer
from rest_framework.response import Response
from rest_framework.views import APIView

from integrations import queries, services
from integrations.serializers.queue import (
    ConflictSerializer,
    MetricsSerializer,
    ReplayBody,
    ReplayedSerializer,
    SideBody,
    TaskSerializer,
    conflict_json,
    metrics_json,
    metrics_text,
    task_json,
)
from testmgmt.accounts.requests import ApiRequest
from testmgmt.api import filters
from testmgmt.api.exchange import paged, valid
from testmgmt.api.filters import Filter, Listing
from testmgmt.api.pagination import OffsetPages
from testmgmt.api.rendering import OrjsonRenderer
from testmgmt.projects.queries import project_named

ACCEPTED = 202


def _id(path: str, words: str) -> Filter:
    def parse(text: str) -> Q:
        try:
            return Q(**{path: UUID(text)})
        except ValueError as error:
            raise ValueError("An id is needed.") from error

    return Filter(parse, words)


def _state(text: str) -> Q:
    if text not in queries.STATES:
        raise ValueError(f"One of {', '.join(queries.STATES)} is needed.")
    return queries.STATES[text]


TASKS = Listing(
    filters={
        "state": Filter(_state, "ready, waiting, dead or done; without it, all that is not done."),
        "connection": _id("connection", "Id of a connection."),
        "system": _id("system", "Id of a tracker."),
        "why": filters.text("why", "What asked for it."),
    },
    orders={"due": "due_at", "priority": "priority", "attempts": "attempts"},
    default=("priority", "due_at", "id"),
)
CONFLICTS = Listing(
    filters={
        "is_open": filters.flag(Q(resolved_at=None), "Whether it still stands; true by default."),
        "connection": _id("link__connection", "Id of a connection."),
        "link": _id("link", "Id of a link."),
        "kind": filters.text("kind", "conflict, value, refused, not_applied or fuse."),
        "field": filters.text("field", "Name of the mapped field."),
        "since": filters.moment("opened_at__gte", "Opened since."),
    },
    orders={"opened": "opened_at", "field": "field"},
    default=("-opened_at", "-id"),
)
METRICS = Listing(
    filters={"connection": _id("pk", "Of this connection only.")}, orders={}, default=("id",)
)


def _within(request: ApiRequest, path: str) -> Q:
    """Return the project asked for as a condition; a stranger's does not exist."""
    named = request.query_params.get("project")
    return Q(**{path: project_named(request.user, named)}) if named else Q()


class QueueView(APIView):
    """The queue of the sync."""

    pagination_class = OffsetPages

    @extend_schema(parameters=TASKS.parameters(), responses=TaskSerializer(many=True))
    def get(self, request: ApiRequest) -> Response:
        """List what is to be done, what comes first at the top."""
        query: QueryDict = request.query_params
        asked = TASKS.condition(query) & _within(request, "connection__project")
        if "state" not in query:
            asked &= ~queries.STATES["done"]
        rows = queries.tasks_of(request.user, asked, TASKS.ordering(query))
        return paged(self, request, rows, lambda page: [task_json(one) for one in page])


class TaskView(APIView):
    """One row of the queue."""

    @extend_schema(responses=TaskSerializer)
    def get(self, request: ApiRequest, task_id: str) -> Response:
        """Show a row, with why it is where it is."""
        return Response(task_json(queries.task_of(request.user, UUID(task_id))))


class ReplayView(APIView):
    """Another try."""

    @extend_schema(request=None, responses={202: TaskSerializer})
    def post(self, request: ApiRequest, task_id: str) -> Response:
        """Try once more what was given up."""
        services.replay(user=request.user, task_id=UUID(task_id))
        return Response(task_json(queries.task_of(request.user, UUID(task_id))), ACCEPTED)


class ReplayAllView(APIView):
    """Another try for everything."""

    @extend_schema(request=ReplayBody, responses={202: ReplayedSerializer})
    def post(self, request: ApiRequest) -> Response:
        """Try once more all that was given up where I may sync."""
        connection = valid(ReplayBody, request).get("connection")
        count = services.replay_all(user=request.user, connection_id=connection)
        return Response({"replayed": count}, ACCEPTED)


class ConflictsView(APIView):
    """Fields that stand still."""

    pagination_class = OffsetPages

    @extend_schema(parameters=CONFLICTS.parameters(), responses=ConflictSerializer(many=True))
    def get(self, request: ApiRequest) -> Response:
        """List the fields that wait for a person, the newest first."""
        query: QueryDict = request.query_params
        asked = CONFLICTS.condition(query) & _within(request, "link__connection__project")
        if "is_open" not in query:
            asked &= Q(resolved_at=None)
        rows = queries.conflicts_of(request.user, asked, CONFLICTS.ordering(query))
        return paged(self, request, rows, lambda page: [conflict_json(one) for one in page])


class ConflictView(APIView):
    """One field that stands still."""

    @extend_schema(responses=ConflictSerializer)
    def get(self, request: ApiRequest, conflict_id: str) -> Response:
        """Show a conflict; both values are compared live on the item's own page."""
        return Response(conflict_json(queries.conflict_of(request.user, UUID(conflict_id))))


class ResolveView(APIView):
    """A choice."""

    @extend_schema(request=SideBody, responses={202: ConflictSerializer})
    def post(self, request: ApiRequest, conflict_id: str) -> Response:
        """Choose the side whose value wins, or let a field go on that its fuse stopped."""
        pk = UUID(conflict_id)
        choice = valid(SideBody, request)["choice"]
        services.resolve_conflict(user=request.user, conflict_id=pk, choice=choice)
        return Response(conflict_json(queries.conflict_of(request.user, pk)), ACCEPTED)


class PrometheusRenderer(BaseRenderer):
    """Answers with numbers as Prometheus reads them."""

    media_type = "text/plain"
    format = "prometheus"
    charset = "utf-8"

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,  # noqa: ARG002  the framework's signature
        renderer_context: Mapping[str, Any] | None = None,  # noqa: ARG002  the framework's signature
    ) -> bytes:
        """Return the text; an error stays what it says."""
        is_numbers = "lag_seconds" in data
        text = metrics_text(data) if is_numbers else f"# {data.get('detail', '')}\n"
        return text.encode()


class MetricsView(APIView):
    """The sync in numbers."""

    renderer_classes = (OrjsonRenderer, PrometheusRenderer)

    @extend_schema(
        parameters=[
            *METRICS.parameters(),
            OpenApiParameter("format", str, enum=["json", "prometheus"]),
        ],
        responses=MetricsSerializer,
    )
    def get(self, request: ApiRequest) -> Response:
        """Show lag, queue, writes, budgets, holds of the last hour, on what I may see."""
        asked = METRICS.condition(request.query_params) & _within(request, "project")
        return Response(metrics_json(queries.metrics_of(request.user, asked, timezone.now())))
