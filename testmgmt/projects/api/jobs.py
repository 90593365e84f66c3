"""The API of long tasks."""

from typing import Any, ClassVar
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from testmgmt.accounts.requests import ApiRequest
from testmgmt.api import filters
from testmgmt.api.exchange import paged
from testmgmt.api.filters import Listing
from testmgmt.api.pagination import OffsetPages
from testmgmt.core.permissions import Scope
from testmgmt.projects import queries, services
from testmgmt.projects.serializers import JobSerializer, job_json

Row = dict[str, Any]
ID = OpenApiParameter("id", UUID, OpenApiParameter.PATH)
JOBS = Listing(
    filters={
        "kind": filters.text("kind", "What it does."),
        "state": filters.text("state", "queued, running, done, failed or cancelled."),
    },
    orders={"created": "created_at"},
)


class JobViewSet(ViewSet):
    """Long tasks: how far they are, and how to stop one."""

    pagination_class = OffsetPages
    lookup_value_regex = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    write_scope: ClassVar[Scope] = Scope.WRITE

    @extend_schema(parameters=JOBS.parameters(), responses=JobSerializer(many=True))
    def list(self, request: ApiRequest) -> Response:
        """List the long tasks of my projects, the newest first."""
        now = timezone.now()
        rows = queries.jobs_of(request.user, request.query_params.get("project"))
        found = rows.filter(JOBS.condition(request.query_params))
        return paged(self, request, found, lambda page: [job_json(job, now) for job in page])

    @extend_schema(parameters=[ID], responses=JobSerializer)
    def retrieve(self, request: ApiRequest, pk: str) -> Response:
        """Show how far a long task is."""
        return Response(job_json(queries.job_of(request.user, UUID(pk)), timezone.now()))

    @extend_schema(parameters=[ID], request=None, responses=JobSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request: ApiRequest, pk: str) -> Response:
        """Ask a long task to stop."""
        now = timezone.now()
        job = services.cancel_job(user=request.user, job_id=UUID(pk), now=now)
        return Response(job_json(job, now), 202)
