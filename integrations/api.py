"""The API of syncs and connections."""

from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.response import Response
from rest_framework.views import APIView

from integrations import queries, services
from integrations.connectors.platform.reach import Thing, defect_named
from integrations.serializers import (
    ChoiceBody,
    ConnectionSerializer,
    LaneSerializer,
    LogSerializer,
    VerifiedSerializer,
    connection_json,
    lane_json,
    log_json,
    verified_json,
)
from testmgmt.accounts.requests import ApiRequest
from testmgmt.api import filters
from testmgmt.api.exchange import paged, valid
from testmgmt.api.filters import Listing
from testmgmt.api.pagination import OffsetPages
from testmgmt.core.permissions import Action, Scope
from testmgmt.projects.permissions import require
from testmgmt.projects.queries import project_for

ACCEPTED = 202
CHOICES = {"ours": "a", "theirs": "b", "release": "release"}
LOG = Listing(
    filters={
        "action": filters.text("action", "What was done."),
        "outcome": filters.text("outcome", "How it ended."),
        "since": filters.moment("at__gte", "Since a moment."),
    },
    orders={"at": "at"},
    default=("-at", "-id"),
)
CONNECTIONS = Listing(
    filters={"is_on": filters.flag(Q(connection__status="active"), "Whether it is switched on.")},
    orders={"name": "connection__name"},
    default=("connection__created_at", "id"),
)


def _lanes(thing: Thing) -> list[dict[str, object]]:
    return [lane_json(lane) for lane in queries.lanes_of(thing, timezone.now())]


def _synced(request: ApiRequest, pk: str) -> Response:
    thing = defect_named(request.user, int(pk))
    services.request_sync(user=request.user, project_id=thing.project.pk, item_ids=[thing.item_id])
    return Response(_lanes(thing), ACCEPTED, headers={"Location": f"/api/defects/{pk}/sync"})


class DefectSyncView(APIView):
    """A defect and its counterparts."""

    @extend_schema(responses=LaneSerializer(many=True))
    def get(self, request: ApiRequest, pk: str) -> Response:
        """Tell how a defect stands in each connection of its project."""
        return Response(_lanes(defect_named(request.user, int(pk))))

    @extend_schema(request=None, responses={202: LaneSerializer(many=True)})
    def post(self, request: ApiRequest, pk: str) -> Response:
        """Have a defect synced; ask the same address how it went."""
        return _synced(request, pk)


class DefectRefreshView(APIView):
    """A defect's news from its trackers."""

    @extend_schema(request=None, responses={202: LaneSerializer(many=True)})
    def post(self, request: ApiRequest, pk: str) -> Response:
        """Fetch what changed in the tracker; what changed here goes out as well."""
        return _synced(request, pk)


class DefectConflictView(APIView):
    """A field of a defect that stands still."""

    @extend_schema(request=ChoiceBody, responses={202: LaneSerializer(many=True)})
    def post(self, request: ApiRequest, pk: str, conflict_id: str) -> Response:
        """Choose whose value wins, or let a field go on that was written again and again."""
        thing = defect_named(request.user, int(pk))
        choice = CHOICES[valid(ChoiceBody, request)["choice"]]
        services.resolve_conflict(user=request.user, conflict_id=UUID(conflict_id), choice=choice)
        return Response(_lanes(thing), ACCEPTED)


class DefectSyncLogView(APIView):
    """What the sync did with a defect."""

    pagination_class = OffsetPages

    @extend_schema(parameters=LOG.parameters(), responses=LogSerializer(many=True))
    def get(self, request: ApiRequest, pk: str) -> Response:
        """List the newest decisions first."""
        thing = defect_named(request.user, int(pk))
        rows = queries.log_rows(
            thing, LOG.condition(request.query_params), LOG.ordering(request.query_params)
        )
        return paged(self, request, rows, lambda page: [log_json(entry) for entry in page])


class IntegrationsView(APIView):
    """Connections of a project."""

    pagination_class = OffsetPages

    @extend_schema(parameters=CONNECTIONS.parameters(), responses=ConnectionSerializer(many=True))
    def get(self, request: ApiRequest) -> Response:
        """List what a project is connected to; without `project`, the token's own."""
        project = project_for(request.user, request.auth, request.query_params.get("project"))
        condition = CONNECTIONS.condition(request.query_params)
        order = CONNECTIONS.ordering(request.query_params)
        rows = queries.far_endpoints(project.pk).filter(condition).order_by(*order)
        return paged(self, request, rows, lambda page: [connection_json(far) for far in page])


class VerifyView(APIView):
    """A test of a connection."""

    write_scope = Scope.ADMIN

    @extend_schema(request=None, responses=VerifiedSerializer)
    def post(self, request: ApiRequest, connection_id: str) -> Response:
        """Try the address, the account and what it may do."""
        page = queries.connection_page(request.user, UUID(connection_id))
        require(request.user, Action.CONFIGURE, page.project.pk)
        verified = services.verify_system(
            user=request.user, system_id=page.far.system.pk, scope=page.far.scope
        )
        return Response(verified_json(verified))


class SwitchView(APIView):
    """The switch of a connection."""

    write_scope = Scope.ADMIN

    @extend_schema(
        request=None,
        responses=ConnectionSerializer,
        parameters=[OpenApiParameter("to", str, OpenApiParameter.PATH, enum=["on", "off"])],
    )
    def post(self, request: ApiRequest, connection_id: str, to: str) -> Response:
        """Switch a connection on or off."""
        change = services.enable if to == "on" else services.pause
        change(user=request.user, connection_id=UUID(connection_id))
        return Response(
            connection_json(queries.connection_page(request.user, UUID(connection_id)).far)
        )
