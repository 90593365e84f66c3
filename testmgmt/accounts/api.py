"""The API of signing in: tokens, and who I am."""

from typing import Any, ClassVar

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import ViewSet

from testmgmt.accounts import queries, services
from testmgmt.accounts.authentication import by_password
from testmgmt.accounts.requests import ApiRequest
from testmgmt.accounts.serializers import (
    NewTokenSerializer,
    PersonSerializer,
    RevokedSerializer,
    SignInBody,
    TokenBody,
    TokenSerializer,
    person_json,
    token_json,
)
from testmgmt.api.exchange import paged, valid
from testmgmt.api.pagination import OffsetPages
from testmgmt.core.permissions import Scope

Row = dict[str, Any]


def _made(request: ApiRequest, body: Row) -> Response:
    project = queries.own_project(request.user, body.pop("project"))
    key, token = services.create_token(user=request.user, project=project, **body)
    return Response({**token_json(key), "token": token}, 201)


class SignInView(APIView):
    """Trade a password for a token; guesses are counted together with those on the page."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(request=SignInBody, responses={201: NewTokenSerializer}, auth=[])
    def post(self, request: ApiRequest) -> Response:
        """Make a token for somebody who knows their password."""
        body = valid(SignInBody, request)
        request.user = by_password(request, body.pop("username"), body.pop("password"))
        return _made(request, body)

    def get_authenticate_header(self, request: Request) -> str:  # noqa: ARG002  the framework's signature
        """Make a wrong password 401, not 403."""
        return 'Bearer realm="api"'


class MeView(APIView):
    """Whoever asks."""

    @extend_schema(responses=PersonSerializer)
    def get(self, request: ApiRequest) -> Response:
        """Show who I am."""
        return Response(person_json(request.user))


class TokenViewSet(ViewSet):
    """One's own tokens. A token needs the scope admin to make others."""

    pagination_class = OffsetPages
    lookup_value_regex = r"\d{1,18}"
    write_scope: ClassVar[Scope] = Scope.ADMIN

    @extend_schema(responses=TokenSerializer(many=True))
    def list(self, request: ApiRequest) -> Response:
        """List my tokens, the newest first."""
        rows = queries.tokens_of(request.user)
        return paged(self, request, rows, lambda page: [token_json(key) for key in page])

    @extend_schema(request=TokenBody, responses={201: NewTokenSerializer})
    def create(self, request: ApiRequest) -> Response:
        """Make a token."""
        return _made(request, valid(TokenBody, request))

    @extend_schema(
        parameters=[OpenApiParameter("id", int, OpenApiParameter.PATH)], responses={204: None}
    )
    def destroy(self, request: ApiRequest, pk: str) -> Response:
        """Revoke one of my tokens."""
        services.revoke_token(user=request.user, token_id=int(pk))
        return Response(status=204)


class RevokeAllView(APIView):
    """The way out when tokens may have leaked."""

    write_scope: ClassVar[Scope] = Scope.READ

    @extend_schema(request=None, responses=RevokedSerializer)
    def post(self, request: ApiRequest) -> Response:
        """Revoke all of my tokens, this one too."""
        return Response({"revoked": services.revoke_all_tokens(user=request.user)})
