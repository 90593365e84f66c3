"""The API of who is in a project."""

from typing import Any, ClassVar

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from testmgmt.accounts.requests import ApiRequest
from testmgmt.api.exchange import paged, valid
from testmgmt.api.pagination import OffsetPages
from testmgmt.core.permissions import Scope
from testmgmt.projects import queries, services
from testmgmt.projects.serializers import MemberBody, MemberSerializer, RoleBody, member_json

Row = dict[str, Any]
ID = OpenApiParameter("project", str, OpenApiParameter.PATH, description="Id or key.")
USERNAME = OpenApiParameter("username", str, OpenApiParameter.PATH)


class MemberViewSet(ViewSet):
    """Who is in a project, and as what."""

    pagination_class = OffsetPages
    lookup_field = "username"
    lookup_value_regex = r"[\w.@+-]+"
    write_scope: ClassVar[Scope] = Scope.ADMIN

    @extend_schema(parameters=[ID], responses=MemberSerializer(many=True))
    def list(self, request: ApiRequest, project: str) -> Response:
        """List the members by name."""
        rows = queries.memberships_of(queries.project_named(request.user, project))
        return paged(self, request, rows, lambda page: [member_json(member) for member in page])

    @extend_schema(parameters=[ID], request=MemberBody, responses={201: MemberSerializer})
    def create(self, request: ApiRequest, project: str) -> Response:
        """Add somebody, or change their role."""
        body = valid(MemberBody, request)
        return Response(self._set(request, project, body["username"], body["role"]), 201)

    @extend_schema(parameters=[ID, USERNAME], request=RoleBody, responses=MemberSerializer)
    def partial_update(self, request: ApiRequest, project: str, username: str) -> Response:
        """Change somebody's role."""
        role = valid(RoleBody, request)["role"]
        return Response(self._set(request, project, username, role))

    @extend_schema(parameters=[ID, USERNAME], responses={204: None})
    def destroy(self, request: ApiRequest, project: str, username: str) -> Response:
        """Take somebody out of the project."""
        found = queries.project_named(request.user, project)
        services.remove_member(user=request.user, project_id=found.pk, username=username)
        return Response(status=204)

    def _set(self, request: ApiRequest, project: str, username: str, role: str) -> Row:
        found = queries.project_named(request.user, project)
        member = services.set_member(
            user=request.user, project_id=found.pk, username=username, role=role
        )
        return member_json(member)
