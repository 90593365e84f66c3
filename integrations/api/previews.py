"""The API of what a sync would do, and of why it did what it did."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response
from rest_framework.views import APIView

from integrations import services
from integrations.api.things import connection_of_thing
from integrations.connectors.platform.reach import thing_named
from integrations.serializers.previews import (
    ExplanationSerializer,
    ForeseenSerializer,
    PreviewBody,
    PreviewJobSerializer,
    PreviewSerializer,
    changes_json,
    explanation_json,
    foreseen_json,
)
from testmgmt.accounts.requests import ApiRequest
from testmgmt.api.exchange import valid

ACCEPTED = 202
SIDE = OpenApiParameter("side", str, enum=["a", "b"], description="Where the item is; a.")


class PreviewsView(APIView):
    """A look ahead."""

    @extend_schema(
        request=PreviewBody, responses={200: ForeseenSerializer, 202: PreviewJobSerializer}
    )
    def post(self, request: ApiRequest, connection_id: str) -> Response:
        """Say what a sync would do: with one item at once, with everything as a job."""
        body, pk = valid(PreviewBody, request), UUID(connection_id)
        if "item" in body:
            foreseen = services.preview_item(
                user=request.user,
                connection_id=pk,
                item_id=body["item"],
                side=body.get("side", "a"),
                is_draft=body.get("is_draft", False),
            )
            return Response(foreseen_json(foreseen))
        job = services.start_preview(
            user=request.user, connection_id=pk, is_draft=body.get("is_draft", False)
        )
        told = {
            "job": f"/api/jobs/{job.pk}",
            "preview": f"/api/connections/{pk}/rules/preview/{job.pk}",
        }
        return Response(told, ACCEPTED, headers={"Location": told["job"]})


class PreviewView(APIView):
    """The outcome of a look ahead."""

    @extend_schema(
        parameters=[
            OpenApiParameter("field", str, description="Show what would change in this field."),
            OpenApiParameter("offset", int),
        ],
        responses=PreviewSerializer,
    )
    def get(self, request: ApiRequest, connection_id: str, job_id: str) -> Response:
        """Show the counts; with a field, twenty items with their values, read at this moment."""
        job = services.preview_result(
            user=request.user, connection_id=UUID(connection_id), job_id=UUID(job_id)
        )
        changes: list[dict[str, Any]] = []
        if name := request.query_params.get("field"):
            offset = _number(request.query_params.get("offset", "0"))
            live = services.live_changes(user=request.user, job=job, field=name, offset=offset)
            changes = changes_json(live)
        return Response(
            {
                "state": job.state,
                "done": job.done,
                "message": job.message,
                "result": job.result,
                "changes": changes,
            }
        )


class ExplainView(APIView):
    """Why an item was, or was not, synced."""

    @extend_schema(
        parameters=[OpenApiParameter("item", str, required=True), SIDE],
        responses=ExplanationSerializer,
    )
    def get(self, request: ApiRequest, connection_id: str) -> Response:
        """Say all that decides about an item, in words; both sides are read now."""
        item = request.query_params.get("item", "")
        if not item:
            raise ValidationError({"item": "Name an item by its id."})
        side = request.query_params.get("side", "a")
        if side not in {"a", "b"}:
            raise ValidationError({"side": "a or b is needed."})
        explanation = services.explain(
            user=request.user,
            connection_id=UUID(connection_id),
            item_id=item,
            side="b" if side == "b" else "a",
        )
        return Response(explanation_json(explanation))


class ThingExplainView(APIView):
    """Why a thing here was, or was not, synced."""

    @extend_schema(
        parameters=[OpenApiParameter("connection", UUID)], responses=ExplanationSerializer
    )
    def get(self, request: ApiRequest, kind: str, pk: str) -> Response:
        """Say all that decides about it, in words; both sides are read now."""
        thing = thing_named(request.user, kind, int(pk))
        explanation = services.explain(
            user=request.user,
            connection_id=connection_of_thing(thing, request.query_params.get("connection")),
            item_id=thing.item_id,
        )
        return Response(explanation_json(explanation))


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal()):
        raise ValidationError({"offset": "A whole number is needed."})
    return int(text)
