"""The API of projects."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db.models import Q
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from testmgmt.accounts.requests import ApiRequest
from testmgmt.api import filters
from testmgmt.api.exchange import paged, valid
from testmgmt.api.filters import Listing
from testmgmt.api.pagination import OffsetPages
from testmgmt.api.revisions import RevisedView, revised, sent_revision
from testmgmt.core.permissions import Scope
from testmgmt.projects import queries, services
from testmgmt.projects.serializers import (
    NewProjectBody,
    ProjectBody,
    ProjectSerializer,
    project_json,
)

Row = dict[str, Any]
ID = OpenApiParameter("id", str, OpenApiParameter.PATH, description="Id or key of the project.")
NAMED = r"\d{1,18}|[A-Za-z][A-Za-z0-9]*"

PROJECTS = Listing(
    filters={
        "id": filters.ids("pk", "Ids, separated by commas."),
        "key": filters.text("key", "Key."),
        "search": filters.contains("name", "key", "description"),
        "is_archived": filters.flag(Q(is_archived=True), "Whether it is put away."),
        "updated__gte": filters.moment("updated_at__gte", "Changed since."),
    },
    orders={"id": "id", "name": "name", "key": "key", "updated": "updated_at"},
)


def _present(rows: Sequence[Any]) -> list[Row]:
    return [project_json(project) for project in rows]


class ProjectViewSet(RevisedView, ViewSet):
    """Projects: what is tested, by whom."""

    request: ApiRequest
    pagination_class = OffsetPages
    lookup_value_regex = NAMED
    write_scope: ClassVar[Scope] = Scope.ADMIN

    def current(self) -> Row:
        return project_json(queries.project_named(self.request.user, self.kwargs["pk"]))

    @extend_schema(parameters=PROJECTS.parameters(), responses=ProjectSerializer(many=True))
    def list(self, request: ApiRequest) -> Response:
        """List the projects that I may see."""
        condition = PROJECTS.condition(request.query_params)
        order = PROJECTS.ordering(request.query_params)
        return paged(self, request, queries.projects_of(request.user, condition, order), _present)

    @extend_schema(request=NewProjectBody, responses={201: ProjectSerializer})
    def create(self, request: ApiRequest) -> Response:
        """Make a project; administrators of the installation may."""
        body = valid(NewProjectBody, request)
        return revised(project_json(services.create_project(user=request.user, **body)), 201)

    @extend_schema(parameters=[ID], responses=ProjectSerializer)
    def retrieve(self, request: ApiRequest, pk: str) -> Response:  # noqa: ARG002  the framework's signature
        """Show a project."""
        return revised(self.current())

    @extend_schema(parameters=[ID], request=ProjectBody, responses=ProjectSerializer)
    def partial_update(self, request: ApiRequest, pk: str) -> Response:
        """Rename, describe or archive a project."""
        project = queries.project_named(request.user, pk)
        body = valid(ProjectBody, request, is_partial=True)
        project = services.update_project(
            user=request.user,
            project_id=project.pk,
            changes=body,
            revision=sent_revision(request),
        )
        return revised(project_json(project))

    @extend_schema(parameters=[ID], responses={204: None})
    def destroy(self, request: ApiRequest, pk: str) -> Response:
        """Archive a project; nothing is lost."""
        project = queries.project_named(request.user, pk)
        services.archive_project(user=request.user, project_id=project.pk, is_archived=True)
        return Response(status=204)
