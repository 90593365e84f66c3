"""Invitations, and what another installation calls: signed requests, nobody signs in."""

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import BinaryIO
from uuid import UUID

from django.http import FileResponse, HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response
from rest_framework.views import APIView

from integrations import queries, services
from integrations.base.signing import signed_path
from integrations.serializers.connections import connection_json
from integrations.serializers.peers import (
    AcceptBody,
    InvitationSerializer,
    InviteBody,
    PairedSerializer,
    wish_of,
)
from testmgmt.accounts.requests import ApiRequest
from testmgmt.api.exchange import valid
from testmgmt.core.errors import DomainError
from testmgmt.core.permissions import Scope
from testmgmt.projects.queries import project_for

CREATED = 201
MAX_BODY = 1024 * 1024


def _shown(made: services.Invitation) -> Response:
    told = {"connection": made.connection_id, "code": made.code, "expires_at": made.expires_at}
    return Response(told, CREATED)


class InvitationsView(APIView):
    """Invitations."""

    write_scope = Scope.ADMIN

    @extend_schema(request=InviteBody, responses={201: InvitationSerializer})
    def post(self, request: ApiRequest) -> Response:
        """Make a connection that waits for another installation, and the code to hand over."""
        body = valid(InviteBody, request)
        project = project_for(request.user, request.auth, body.get("project"))
        made = services.invite(
            user=request.user,
            project_id=project.pk,
            wish=wish_of(body),
            conflicts=body["conflicts"],
        )
        return _shown(made)


class InvitationView(APIView):
    """The invitation of a connection."""

    write_scope = Scope.ADMIN

    @extend_schema(request=None, responses={201: InvitationSerializer})
    def post(self, request: ApiRequest, connection_id: str) -> Response:
        """Replace a code that nobody used yet."""
        pk = UUID(connection_id)
        return _shown(services.renew_invitation(user=request.user, connection_id=pk))


class AcceptView(APIView):
    """The accepting side."""

    write_scope = Scope.ADMIN

    @extend_schema(request=AcceptBody, responses={201: PairedSerializer})
    def post(self, request: ApiRequest) -> Response:
        """Pair a project with the installation that made a code."""
        body = valid(AcceptBody, request)
        project = project_for(request.user, request.auth, body.get("project"))
        made = services.accept_invitation(
            user=request.user,
            project_id=project.pk,
            code=body["code"],
            wish=wish_of(body),
            is_reachable=body["is_reachable"],
        )
        shown = connection_json(queries.connection_of(request.user, made.pk))
        words = queries.pairing_of(made.pk).fingerprint
        return Response({**shown, "fingerprint": words}, CREATED)


# -- called by the other installation


class PeerView(APIView):
    """A request that proves by its signature whose it is."""

    authentication_classes = ()
    permission_classes = ()
    schema = None

    @staticmethod
    def signed(request: ApiRequest) -> services.SignedRequest:
        """Return the request as it was signed."""
        return services.SignedRequest(
            str(request.method),
            signed_path(request.get_full_path()),
            request.headers,
            _body(request),
            time.time(),
        )


class PeerAcceptView(PeerView):
    """The one request without a signature: it shows the secret of a code."""

    def post(self, request: ApiRequest) -> Response:
        """Take a code, once."""
        if len(_body(request)) > MAX_BODY or not isinstance(request.data, dict):
            raise DomainError("This is no request to pair.")
        caller = request.META.get("REMOTE_ADDR", "")
        return Response(services.admit(body=request.data, caller=caller))


class PeerChangesView(PeerView):
    """What changed in the view."""

    def get(self, request: ApiRequest) -> Response:
        """Tell which items may have changed since a cursor."""
        peer = services.admitted(self.signed(request))
        return Response(services.changes(peer=peer, cursor=request.GET.get("cursor", "")))


class PeerItemsView(PeerView):
    """Items of the view."""

    def post(self, request: ApiRequest) -> Response:
        """Show items as they are now."""
        peer = services.admitted(self.signed(request))
        ids = request.data.get("ids") if isinstance(request.data, dict) else None
        if not isinstance(ids, list) or not all(isinstance(one, str) for one in ids):
            raise DomainError("Ids are needed.", field="ids")
        return Response({"items": services.replicas(peer=peer, ids=ids)})


class PeerFileView(PeerView):
    """A file of the view."""

    def get(self, request: ApiRequest, item_id: str, attachment_id: str) -> HttpResponseBase:
        """Stream a file."""
        peer = services.admitted(self.signed(request))
        opened = services.attachment(peer=peer, item_id=item_id, attachment_id=attachment_id)
        return FileResponse(_Opened(opened), content_type="application/octet-stream")


class _Opened:
    """A file whose surroundings are left once it is read or the caller has gone."""

    def __init__(self, context: AbstractContextManager[BinaryIO]) -> None:
        self._context = context
        self._file = context.__enter__()

    def read(self, size: int = -1) -> bytes:
        return self._file.read(size)

    def __iter__(self) -> Iterator[bytes]:
        return iter(lambda: self._file.read(256 * 1024), b"")

    def close(self) -> None:
        self._context.__exit__(None, None, None)


def _body(request: ApiRequest) -> bytes:
    """Return the raw body; Django itself refuses one that is too large."""
    body: bytes = request._request.body  # noqa: SLF001  the signature is over the raw bytes
    return body
