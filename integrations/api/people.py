"""The API of people: whose an account of a tracker is."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.response import Response
from rest_framework.views import APIView

from integrations.queries.people import matched, people_of
from integrations.serializers.people import AccountBody, AccountSerializer, person_json
from integrations.services.identities import forget_person, match_person
from testmgmt.accounts.requests import ApiRequest
from testmgmt.api.exchange import paged, valid
from testmgmt.api.pagination import OffsetPages
from testmgmt.core.permissions import Scope


class PeopleView(APIView):
    """The accounts of a tracker that are known."""

    pagination_class = OffsetPages
    write_scope = Scope.ADMIN

    @extend_schema(responses=AccountSerializer(many=True))
    def get(self, request: ApiRequest, system_id: str) -> Response:
        """List the accounts, found by the sync or named by somebody."""
        rows = people_of(request.user, UUID(system_id))
        return paged(self, request, rows, lambda page: [person_json(one) for one in matched(page)])

    @extend_schema(request=AccountBody, responses=AccountSerializer)
    def put(self, request: ApiRequest, system_id: str) -> Response:
        """Say whose an account is; this goes before whatever the sync finds out."""
        body = valid(AccountBody, request)
        made = match_person(user=request.user, system_id=UUID(system_id), **body)
        return Response(person_json(matched([made])[0]))


class PersonView(APIView):
    """One account."""

    write_scope = Scope.ADMIN

    @extend_schema(responses={204: None})
    def delete(self, request: ApiRequest, system_id: str, identity_id: str) -> Response:
        """Forget whose an account is."""
        forget_person(user=request.user, system_id=UUID(system_id), identity_id=UUID(identity_id))
        return Response(status=204)
