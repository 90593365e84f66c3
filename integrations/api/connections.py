"""The API of connections: between a project and a tracker, or two trackers."""

from typing import Any
from uuid import UUID

from django.db.models import Q
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response
from rest_framework.views import APIView

from integrations import queries, services
from integrations.serializers.connections import (
    ConnectionBody,
    ConnectionSerializer,
    NewConnectionBody,
    connection_json,
)
from testmgmt.accounts.requests import ApiRequest
from testmgmt.api import filters
from testmgmt.api.exchange import paged, valid
from testmgmt.api.filters import Listing
from testmgmt.api.pagination import OffsetPages
from testmgmt.core.permissions import Scope
from testmgmt.projects.queries import project_for, project_named

CREATED, EMPTY = 201, 204
CONNECTIONS = Listing(
    filters={
        "is_on": filters.flag(Q(status="active"), "Whether it is switched on."),
        "status": filters.text("status", "draft, active, paused or suspended."),
        "tracker": filters.text("endpoints__system__kind", "Kind of tracker at one of its ends."),
    },
    orders={"name": "name", "created": "created_at"},
    default=("created_at", "id"),
)


def shown(request: ApiRequest, connection_id: str | UUID, status: int = 200) -> Response:
    """Answer with a connection as it is now."""
    found = queries.connection_of(request.user, UUID(str(connection_id)))
    return Response(connection_json(found), status)


class ConnectionsView(APIView):
    """Connections."""

    pagination_class = OffsetPages
    write_scope = Scope.ADMIN

    @extend_schema(parameters=CONNECTIONS.parameters(), responses=ConnectionSerializer(many=True))
    def get(self, request: ApiRequest) -> Response:
        """List what my projects, or the token's own, are connected to; staff see more."""
        asked = CONNECTIONS.condition(request.query_params)
        own = request.auth.project_id if request.auth else None
        if named := request.query_params.get("project") or own:
            asked &= Q(project=project_named(request.user, named))
        order = CONNECTIONS.ordering(request.query_params)
        rows = queries.connections_for(request.user, asked, order)
        return paged(self, request, rows, lambda page: [connection_json(one) for one in page])

    @extend_schema(request=NewConnectionBody, responses={201: ConnectionSerializer})
    def post(self, request: ApiRequest) -> Response:
        """Connect a project, or (staff only) two trackers; rules are made, nothing is synced."""
        body = valid(NewConnectionBody, request)
        if "a" in body and "project" in body:
            raise ValidationError({"a": "Name a project here or another tracker, not both."})
        made = _joined(request, body) if "a" in body else _connected(request, body)
        return shown(request, made, CREATED)


def _target(end: dict[str, Any]) -> services.Target:
    return services.Target(end["system"], end["scope"])


def _connected(request: ApiRequest, body: dict[str, Any]) -> UUID:
    project = project_for(request.user, request.auth, body.get("project"))
    made = services.connect_project(
        user=request.user,
        project_id=project.pk,
        target=_target(body["b"]),
        name=body.get("name", ""),
        description=body.get("description", ""),
    )
    return made.pk


def _joined(request: ApiRequest, body: dict[str, Any]) -> UUID:
    made = services.connect_trackers(
        user=request.user,
        a=_target(body["a"]),
        b=_target(body["b"]),
        name=body.get("name", ""),
        description=body.get("description", ""),
    )
    return made.pk


class ConnectionView(APIView):
    """One connection."""

    write_scope = Scope.ADMIN

    @extend_schema(responses=ConnectionSerializer)
    def get(self, request: ApiRequest, connection_id: str) -> Response:
        """Show a connection."""
        return shown(request, connection_id)

    @extend_schema(request=ConnectionBody, responses=ConnectionSerializer)
    def patch(self, request: ApiRequest, connection_id: str) -> Response:
        """Call a connection otherwise, or say what it is for."""
        body = valid(ConnectionBody, request, is_partial=True)
        services.describe(user=request.user, connection_id=UUID(connection_id), **body)
        return shown(request, connection_id)

    @extend_schema(responses={204: None})
    def delete(self, request: ApiRequest, connection_id: str) -> Response:
        """Disconnect: every item on both sides stays."""
        services.disconnect(user=request.user, connection_id=UUID(connection_id))
        return Response(status=EMPTY)


class SwitchView(APIView):
    """The switch of a connection."""

    write_scope = Scope.ADMIN
    to = "on"

    @extend_schema(request=None, responses=ConnectionSerializer)
    def post(self, request: ApiRequest, connection_id: str) -> Response:
        """Switch a connection on or off, as the address says."""
        change = services.enable if self.to == "on" else services.pause
        change(user=request.user, connection_id=UUID(connection_id))
        return shown(request, connection_id)
