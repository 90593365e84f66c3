"""The API of the sync of one thing here: a defect or a test case."""

import re
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response
from rest_framework.views import APIView

from integrations import queries, services
from integrations.connectors.platform.reach import Thing, thing_named
from integrations.serializers.things import (
    ChoiceBody,
    FoundSerializer,
    LinkBody,
    LogSerializer,
    SyncSerializer,
    UnlinkBody,
    found_json,
    log_json,
    sync_json,
)
from testmgmt.accounts.requests import ApiRequest
from testmgmt.api import filters
from testmgmt.api.exchange import paged, valid
from testmgmt.api.filters import Listing
from testmgmt.api.pagination import OffsetPages

ACCEPTED, CREATED = 202, 201
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
WAIT = [
    OpenApiParameter("wait", int, description="Seconds to wait for the result, at most 30."),
    OpenApiParameter(
        "Prefer", str, OpenApiParameter.HEADER, description="wait=10: the same, by RFC 7240."
    ),
]
_PREFERRED = re.compile(r"(?:^|[,;\s])wait\s*=\s*\"?(\d{1,6})\"?", re.IGNORECASE)


def _wait(request: ApiRequest) -> float:
    """Return how many seconds the caller wants to wait for the result."""
    asked = request.query_params.get("wait")
    if asked is None:
        preferred = _PREFERRED.search(request.headers.get("Prefer", ""))
        return float(preferred[1]) if preferred else 0.0
    if not (asked.isascii() and asked.isdecimal()):
        raise ValidationError({"wait": "A whole number of seconds is needed."})
    return float(asked)


def _address(kind: str, thing: Thing) -> str:
    return f"/api/{kind}/{thing.pk}/sync"


def _told(request: ApiRequest, kind: str, thing: Thing) -> Response:
    """Answer with the result if it is there within the wait, else with where to look for it."""
    seconds = _wait(request)
    lanes = services.settled_lanes(thing, seconds)
    body = sync_json(_address(kind, thing), lanes)
    headers = {"Location": body["job"]}
    if seconds and "Prefer" in request.headers:
        headers["Preference-Applied"] = f"wait={int(min(seconds, services.MAX_WAIT))}"
    return Response(body, 200 if seconds and body["is_done"] else ACCEPTED, headers=headers)


class SyncView(APIView):
    """A thing and its counterparts."""

    @extend_schema(responses=SyncSerializer)
    def get(self, request: ApiRequest, kind: str, pk: str) -> Response:
        """Tell how it stands in each connection of its project, and whether a sync is under way."""
        thing = thing_named(request.user, kind, int(pk))
        lanes = queries.lanes_of(thing, timezone.now())
        return Response(sync_json(_address(kind, thing), lanes))

    @extend_schema(
        request=None, parameters=WAIT, responses={200: SyncSerializer, 202: SyncSerializer}
    )
    def post(self, request: ApiRequest, kind: str, pk: str) -> Response:
        """Have it synced: 200 where that was done within the wait, else 202 and where to look."""
        thing = thing_named(request.user, kind, int(pk))
        services.request_sync(
            user=request.user, project_id=thing.project.pk, item_ids=[thing.item_id]
        )
        return _told(request, kind, thing)


class RefreshView(SyncView):
    """A thing's news from its trackers."""

    http_method_names = ("post", "options")

    @extend_schema(
        request=None, parameters=WAIT, responses={200: SyncSerializer, 202: SyncSerializer}
    )
    def post(self, request: ApiRequest, kind: str, pk: str) -> Response:
        """Fetch what changed in the tracker; what changed here goes out as well."""
        return super().post(request, kind, pk)


class LinkView(APIView):
    """Items of trackers that were there before."""

    @extend_schema(
        parameters=[
            OpenApiParameter("search", str, required=True, description="Key, address or words."),
            OpenApiParameter("connection", UUID),
        ],
        responses=FoundSerializer(many=True),
    )
    def get(self, request: ApiRequest, kind: str, pk: str) -> Response:
        """Look in the tracker for items to link."""
        thing = thing_named(request.user, kind, int(pk))
        text = request.query_params.get("search", "").strip()
        if not text:
            raise ValidationError({"search": "A key, an address or words of the title."})
        found = services.find_items(
            user=request.user,
            connection_id=connection_of_thing(thing, request.query_params.get("connection")),
            text=text,
        )
        return Response([found_json(one) for one in found])

    @extend_schema(
        request=LinkBody, parameters=WAIT, responses={200: SyncSerializer, 202: SyncSerializer}
    )
    def post(self, request: ApiRequest, kind: str, pk: str) -> Response:
        """Link an existing item by its key or address; the rules say who wins at first."""
        thing = thing_named(request.user, kind, int(pk))
        body = valid(LinkBody, request)
        services.link_items(
            user=request.user,
            connection_id=connection_of_thing(thing, body.get("connection")),
            here=thing.item_id,
            there=body["item"],
        )
        return _told(request, kind, thing)


class UnlinkView(APIView):
    """The end of a link."""

    @extend_schema(request=UnlinkBody, responses=SyncSerializer)
    def post(self, request: ApiRequest, kind: str, pk: str) -> Response:
        """Stop keeping two items in step; both stay as they are."""
        thing = thing_named(request.user, kind, int(pk))
        services.unlink_thing(
            user=request.user,
            thing=thing,
            connection_id=valid(UnlinkBody, request).get("connection"),
        )
        lanes = queries.lanes_of(thing, timezone.now())
        return Response(sync_json(_address(kind, thing), lanes))


class HeldView(APIView):
    """A field of a thing that stands still."""

    @extend_schema(request=ChoiceBody, responses={202: SyncSerializer})
    def post(self, request: ApiRequest, kind: str, pk: str, conflict_id: str) -> Response:
        """Choose whose value wins, or let a field go on that was written again and again."""
        thing = thing_named(request.user, kind, int(pk))
        choice = CHOICES[valid(ChoiceBody, request)["choice"]]
        services.resolve_conflict(user=request.user, conflict_id=UUID(conflict_id), choice=choice)
        return _told(request, kind, thing)


class SyncLogView(APIView):
    """What the sync did with a thing."""

    pagination_class = OffsetPages

    @extend_schema(parameters=LOG.parameters(), responses=LogSerializer(many=True))
    def get(self, request: ApiRequest, kind: str, pk: str) -> Response:
        """List the newest decisions first."""
        thing = thing_named(request.user, kind, int(pk))
        query = request.query_params
        rows = queries.log_rows(thing, LOG.condition(query), LOG.ordering(query))
        return paged(self, request, rows, lambda page: [log_json(entry) for entry in page])


def connection_of_thing(thing: Thing, named: UUID | str | None) -> UUID:
    """Return the connection that is meant: the named one, else the project's only one."""
    if named:
        try:
            return UUID(str(named))
        except ValueError as error:
            raise ValidationError({"connection": "An id is needed."}) from error
    fars = list(queries.far_endpoints(thing.project.pk)[:2])
    if len(fars) != 1:
        said = "This project has several: name one." if fars else "This project is not connected."
        raise ValidationError({"connection": said})
    return fars[0].connection_id
