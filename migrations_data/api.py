"""The API of moving in."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.viewsets import ViewSet

from migrations_data import queries, serializers, services
from testmgmt.accounts.requests import ApiRequest
from testmgmt.api import filters
from testmgmt.api.exchange import paged, valid
from testmgmt.api.filters import Listing
from testmgmt.api.pagination import OffsetPages
from testmgmt.core.permissions import Scope
from testmgmt.projects.queries import project_for

Row = dict[str, Any]
ID = OpenApiParameter("id", UUID, OpenApiParameter.PATH)
IMPORTS = Listing(
    filters={
        "source": filters.text("source", "Slug of the source."),
        "stage": filters.text("stage", "scan, mapping, dry_run or run."),
        "state": filters.text("job__state", "queued, running, done, failed or cancelled."),
    },
    orders={"created": "created_at"},
)
LOG = Listing(
    filters={
        "level": filters.text("level", "info, warning or error."),
        "entity": filters.text("entity", "section or case."),
        "code": filters.text("code", "A code of the log, such as DUPLICATE_ID."),
        "origin_id": filters.text("origin_id", "Id in the source, such as C17."),
    },
    orders={"id": "id"},
)


def _imports(rows: Sequence[Any]) -> list[Row]:
    return [serializers.import_json(row) for row in rows]


def _problems(rows: Sequence[Any]) -> list[Row]:
    return [serializers.problem_json(row) for row in rows]


class MigrationViewSet(ViewSet):
    """Imports of files that other tools have exported."""

    write_scope = Scope.ADMIN
    pagination_class = OffsetPages
    lookup_value_regex = "[0-9a-f-]{36}"

    def _answer(self, request: ApiRequest, import_id: str | UUID, status: int = 200) -> Response:
        """Show an import; while work goes on, say where to ask again."""
        import_job = queries.import_of(request.user, UUID(str(import_id)))
        answer = Response(serializers.import_json(import_job), status)
        if status == 202:  # noqa: PLR2004  accepted
            answer["Location"] = reverse(
                "api:migration-detail", kwargs={"pk": import_job.pk}, request=request
            )
        return answer

    @extend_schema(
        parameters=IMPORTS.parameters(), responses=serializers.ImportSerializer(many=True)
    )
    def list(self, request: ApiRequest) -> Response:
        """List imports of the projects that you administer, the newest first."""
        query = request.query_params
        asked = IMPORTS.condition(query) & queries.within(request.user, query.get("project"))
        rows = queries.imports_of(request.user).filter(asked)
        ordered = rows.order_by(*IMPORTS.ordering(query)) if "ordering" in query else rows
        return paged(self, request, ordered, _imports)

    @extend_schema(
        request={"multipart/form-data": serializers.NewImportBody},
        responses={202: serializers.ImportSerializer},
    )
    def create(self, request: ApiRequest) -> Response:
        """Upload a file; it is scanned in the background, and imported at once with a mapping."""
        body = valid(serializers.NewImportBody, request)
        project = project_for(request.user, request.auth, body.get("project"))
        import_job = services.upload(
            user=request.user,
            project=project,
            source=body["source"],
            file_name=body["file"].name,
            chunks=body["file"].chunks(),
            mapping=body.get("mapping"),
        )
        return self._answer(request, import_job.pk, 202)

    @extend_schema(parameters=[ID], responses=serializers.ImportSerializer)
    def retrieve(self, request: ApiRequest, pk: str) -> Response:
        """Show an import: how far it is, what it counted, what it was told."""
        return self._answer(request, pk)

    @extend_schema(
        parameters=[ID],
        request={"application/json": {"type": "object"}},
        responses=serializers.ImportSerializer,
    )
    @action(detail=True, methods=["put"])
    def mapping(self, request: ApiRequest, pk: str) -> Response:
        """Say what becomes of fields and values; what is left out is guessed."""
        services.save_mapping(user=request.user, import_id=UUID(pk), document=request.data)
        return self._answer(request, pk)

    @extend_schema(
        parameters=[ID],
        request=serializers.StartBody,
        responses={202: serializers.ImportSerializer},
    )
    @action(detail=True, methods=["post"])
    def start(self, request: ApiRequest, pk: str) -> Response:
        """Begin, or go on where it stopped."""
        body = valid(serializers.StartBody, request)
        services.start(user=request.user, import_id=UUID(pk), **body)
        return self._answer(request, pk, 202)

    @extend_schema(parameters=[ID], request=None, responses={202: serializers.ImportSerializer})
    @action(detail=True, methods=["post"])
    def cancel(self, request: ApiRequest, pk: str) -> Response:
        """Ask it to stop between two batches."""
        services.cancel(user=request.user, import_id=UUID(pk))
        return self._answer(request, pk, 202)

    @extend_schema(
        parameters=[ID, *LOG.parameters()[1:]],
        responses=serializers.ProblemSerializer(many=True),
    )
    @action(detail=True)
    def log(self, request: ApiRequest, pk: str) -> Response:
        """List the lines of the migration log, in the order in which they were written."""
        query = request.query_params
        rows = queries.import_of(request.user, UUID(pk)).problems.filter(LOG.condition(query))
        order = LOG.ordering(query) if "ordering" in query else ["id"]
        return paged(self, request, rows.order_by(*order), _problems)
