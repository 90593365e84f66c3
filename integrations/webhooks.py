"""Where trackers call: the signature is checked on the raw body, ids become hints, 202."""

from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response
from rest_framework.views import APIView

from integrations import services
from testmgmt.accounts.requests import ApiRequest

ACCEPTED = 202


class HookView(APIView):
    """A tracker's webhook. Whoever calls proves it by the signature, so nobody signs in."""

    authentication_classes = ()
    permission_classes = ()

    @extend_schema(request=OpenApiTypes.OBJECT, responses={202: None})
    def post(self, request: ApiRequest, system_id: str, token: str = "") -> Response:
        """Take a call of a tracker: `token` is the secret, for trackers that cannot sign."""
        call = services.Call(dict(request.headers), _body(request), token)
        services.receive_call(system_id=UUID(system_id), call=call)
        return Response(status=ACCEPTED)


def _body(request: ApiRequest) -> bytes:
    """Return the raw body; one that says it is too large is not read at all."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > services.MAX_BODY:
        raise services.CallTooLargeError(f"At most {services.MAX_BODY} bytes are read.")
    body: bytes = request.read(services.MAX_BODY)
    return body
