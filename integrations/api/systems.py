"""The API of trackers: connect one, test it, look into it."""

from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response
from rest_framework.views import APIView

from integrations import queries, services
from integrations.serializers.systems import (
    HealthSerializer,
    NewSystemBody,
    ScopeBody,
    ScopeSerializer,
    SecretSerializer,
    SystemBody,
    SystemSerializer,
    TypeSerializer,
    VerifiedSerializer,
    health_json,
    schema_json,
    scope_json,
    system_json,
    verified_json,
)
from testmgmt.accounts.requests import ApiRequest
from testmgmt.api import filters
from testmgmt.api.exchange import paged, valid
from testmgmt.api.filters import Listing
from testmgmt.api.pagination import OffsetPages
from testmgmt.core.permissions import Scope
from testmgmt.projects.queries import project_for

CREATED, EMPTY = 201, 204
SYSTEMS = Listing(
    filters={
        "kind": filters.text("kind", "Kind of tracker."),
        "status": filters.text("status", "new, ok, auth or down."),
    },
    orders={"name": "name", "created": "created_at"},
    default=("name", "id"),
)


class SystemsView(APIView):
    """Trackers that somebody may use."""

    pagination_class = OffsetPages
    write_scope = Scope.ADMIN

    @extend_schema(parameters=SYSTEMS.parameters(), responses=SystemSerializer(many=True))
    def get(self, request: ApiRequest) -> Response:
        """List the trackers that I connected, or that a project of mine is connected to."""
        rows = queries.systems_for(
            request.user,
            SYSTEMS.condition(request.query_params),
            SYSTEMS.ordering(request.query_params),
        )
        return paged(self, request, rows, lambda page: [system_json(one) for one in page])

    @extend_schema(request=NewSystemBody, responses={201: SystemSerializer})
    def post(self, request: ApiRequest) -> Response:
        """Remember a tracker and our account there; test it next."""
        body = valid(NewSystemBody, request)
        named = body.pop("project", None) or (request.auth and request.auth.project_id)
        project = project_for(request.user, request.auth, named) if named else None
        made = services.connect_system(
            user=request.user,
            project_id=project.pk if project else None,
            system=services.NewSystem(**body),
        )
        return Response(system_json(made), CREATED)


class SystemView(APIView):
    """One tracker."""

    write_scope = Scope.ADMIN

    @extend_schema(responses=SystemSerializer)
    def get(self, request: ApiRequest, system_id: str) -> Response:
        """Show a tracker; of its secrets, only which are set."""
        return Response(system_json(queries.usable_system(request.user, UUID(system_id))))

    @extend_schema(request=SystemBody, responses=SystemSerializer)
    def patch(self, request: ApiRequest, system_id: str) -> Response:
        """Change a tracker; a secret that is left out stays, but never goes to another address."""
        body = valid(SystemBody, request, is_partial=True)
        services.change_system(user=request.user, system_id=UUID(system_id), changes=body)
        return self.get(request, system_id)

    @extend_schema(responses={204: None})
    def delete(self, request: ApiRequest, system_id: str) -> Response:
        """Forget a tracker that nothing is connected to."""
        services.remove_system(user=request.user, system_id=UUID(system_id))
        return Response(status=EMPTY)


class SystemTestView(APIView):
    """A test of a tracker."""

    write_scope = Scope.ADMIN

    @extend_schema(request=ScopeBody, responses=VerifiedSerializer)
    def post(self, request: ApiRequest, system_id: str) -> Response:
        """Try the address, the account and what it may do; each failure with its fix."""
        scope = valid(ScopeBody, request).get("project", "")
        verified = services.verify_system(user=request.user, system_id=UUID(system_id), scope=scope)
        return Response(verified_json(verified))


class SystemScopesView(APIView):
    """What a tracker holds items in."""

    @extend_schema(responses=ScopeSerializer(many=True))
    def get(self, request: ApiRequest, system_id: str) -> Response:
        """List the projects or repositories that our account sees there, asked now."""
        found = services.scopes_of(user=request.user, system_id=UUID(system_id))
        return Response([scope_json(scope) for scope in found])


class SystemFieldsView(APIView):
    """What a tracker's items hold."""

    @extend_schema(
        parameters=[OpenApiParameter("project", str, required=True)],
        responses=TypeSerializer(many=True),
    )
    def get(self, request: ApiRequest, system_id: str) -> Response:
        """List the types of a project there with their fields, asked now."""
        scope = request.query_params.get("project", "")
        if not scope:
            raise ValidationError({"project": "Name a project there by its id."})
        schema = services.schema_of(user=request.user, system_id=UUID(system_id), scope=scope)
        return Response(schema_json(schema))


class SystemHealthView(APIView):
    """How a tracker does."""

    @extend_schema(responses=HealthSerializer)
    def get(self, request: ApiRequest, system_id: str) -> Response:
        """Show its state in words, breaker, webhook, rate budgets and queue."""
        health = queries.health_of(request.user, UUID(system_id), timezone.now())
        return Response(health_json(health))


class HookSecretView(APIView):
    """The secret that a tracker signs its calls with."""

    write_scope = Scope.ADMIN

    @extend_schema(request=None, responses={201: SecretSerializer})
    def post(self, request: ApiRequest, system_id: str) -> Response:
        """Make a new secret; the old one ends at once."""
        secret = services.renew_hook_secret(user=request.user, system_id=UUID(system_id))
        url = queries.hook_url(UUID(system_id))
        return Response({"url": url, "secret": secret}, CREATED)
