"""The API of a connection's rules: draft, check, publish, go back."""

from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.response import Response
from rest_framework.views import APIView

from integrations import queries, services
from integrations.serializers.connections import (
    DocumentBody,
    RulesSerializer,
    ValidatedSerializer,
    VersionSerializer,
    VersionWithRulesSerializer,
    problems_json,
    rules_json,
    version_json,
)
from testmgmt.accounts.requests import ApiRequest
from testmgmt.api.exchange import paged, valid
from testmgmt.api.pagination import OffsetPages
from testmgmt.core.permissions import Scope

CREATED = 201
NUMBER = OpenApiParameter("number", int, OpenApiParameter.PATH)


class RulesView(APIView):
    """The rules of a connection."""

    write_scope = Scope.ADMIN

    @extend_schema(responses=RulesSerializer)
    def get(self, request: ApiRequest, connection_id: str) -> Response:
        """Show the rules that hold, and the draft."""
        connection = queries.connection_of(request.user, UUID(connection_id))
        published, draft = queries.current_rules(connection)
        return Response({"published": rules_json(published), "draft": rules_json(draft)})

    @extend_schema(request=OpenApiTypes.OBJECT, responses=VersionWithRulesSerializer)
    def put(self, request: ApiRequest, connection_id: str) -> Response:
        """Keep a document as the draft; it holds for nothing before it is published."""
        draft = services.save_draft(
            user=request.user, connection_id=UUID(connection_id), document=request.data
        )
        return Response(rules_json(draft))


class ValidateView(APIView):
    """A check of rules."""

    write_scope = Scope.ADMIN

    @extend_schema(request=DocumentBody, responses=ValidatedSerializer)
    def post(self, request: ApiRequest, connection_id: str) -> Response:
        """Say all that is wrong with a document, each with its path; nothing is kept."""
        body, pk = valid(DocumentBody, request), UUID(connection_id)
        document = body["rules"] if "rules" in body else queries.draft_of(request.user, pk).rules
        problems = services.problems_of(user=request.user, connection_id=pk, document=document)
        return Response(problems_json(problems))


class PublishView(APIView):
    """The moment from which rules hold."""

    write_scope = Scope.ADMIN

    @extend_schema(request=None, responses={201: VersionWithRulesSerializer})
    def post(self, request: ApiRequest, connection_id: str, number: str = "") -> Response:
        """Publish the draft; with a number, the rules of that version once more."""
        pk = UUID(connection_id)
        if number:
            made = services.publish_again(user=request.user, connection_id=pk, number=int(number))
        else:
            made = services.publish_draft(user=request.user, connection_id=pk)
        return Response(rules_json(made), CREATED)


class VersionsView(APIView):
    """The rules that held once."""

    pagination_class = OffsetPages

    @extend_schema(responses=VersionSerializer(many=True))
    def get(self, request: ApiRequest, connection_id: str) -> Response:
        """List the versions, the newest first."""
        connection = queries.connection_of(request.user, UUID(connection_id))
        rows = queries.versions_of(connection)
        return paged(self, request, rows, lambda page: [version_json(one) for one in page])


class VersionView(APIView):
    """One version of the rules."""

    @extend_schema(parameters=[NUMBER], responses=VersionWithRulesSerializer)
    def get(self, request: ApiRequest, connection_id: str, number: str) -> Response:
        """Show a version with its document."""
        connection = queries.connection_of(request.user, UUID(connection_id))
        return Response(rules_json(queries.version_of(connection, int(number))))
