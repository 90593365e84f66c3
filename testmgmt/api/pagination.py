"""The one page format: {count, next, previous, results}, by offset or by cursor.

`?limit=&offset=` is the default; `?cursor=` (empty for the first page) walks large sets by key,
the newest first, without counting; `?count=false` leaves the count out.
"""

from collections.abc import Sequence
from typing import Any

from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination, CursorPagination, LimitOffsetPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

DEFAULT_LIMIT = 50
MAX_LIMIT = 500


class _CursorPages(CursorPagination):
    page_size = DEFAULT_LIMIT
    page_size_query_param = "limit"
    max_page_size = MAX_LIMIT
    ordering = "-id"


class _OffsetPages(LimitOffsetPagination):
    default_limit = DEFAULT_LIMIT
    max_limit = MAX_LIMIT

    def get_count(self, queryset: Any) -> int:
        if self.request is not None and self.request.query_params.get("count") == "false":
            return MAX_LIMIT * 1_000_000
        return super().get_count(queryset)


def _checked_number(request: Request, name: str, smallest: int) -> None:
    text = request.query_params.get(name)
    if text is not None and not (text.isdigit() and int(text) >= smallest):
        raise ValidationError({name: f"A whole number of at least {smallest} is needed."})


def _check_walk(request: Request) -> None:
    """Refuse an order where a cursor is named: it walks by key alone."""
    if request.query_params.get("ordering"):
        said = "A cursor walks the newest first; leave it out to choose an order."
        raise ValidationError({"ordering": said})


class OffsetPages(BasePagination):
    """Picks the way by the query: a cursor where the caller names one, else an offset."""

    def paginate_queryset(
        self, queryset: Any, request: Request, view: APIView | None = None
    ) -> list[Any] | None:
        """Return one page of rows."""
        _checked_number(request, "limit", 1)
        _checked_number(request, "offset", 0)
        self._is_counted = request.query_params.get("count") != "false"
        self._way = self._way_of(request)
        return self._way.paginate_queryset(queryset, request, view)

    def _way_of(self, request: Request) -> CursorPagination | LimitOffsetPagination:
        if "cursor" not in request.query_params:
            return _OffsetPages()
        _check_walk(request)
        return _CursorPages()

    def get_paginated_response(self, data: Sequence[Any]) -> Response:
        """Wrap a page of rows."""
        body: dict[str, Any] = {}
        if isinstance(self._way, LimitOffsetPagination) and self._is_counted:
            body["count"] = self._way.count
        body["next"] = self._way.get_next_link()
        body["previous"] = self._way.get_previous_link()
        body["results"] = data
        return Response(body)

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Describe the page for OpenAPI."""
        link = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {
                "count": {"type": "integer"},
                "next": link,
                "previous": link,
                "results": schema,
            },
        }

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:  # noqa: ARG002  the framework's signature
        """Name the query parameters for OpenAPI."""
        number = {"type": "integer", "minimum": 0}
        return [
            {"name": "limit", "in": "query", "schema": {**number, "maximum": MAX_LIMIT}},
            {"name": "offset", "in": "query", "schema": number},
            {"name": "cursor", "in": "query", "schema": {"type": "string"}},
            {"name": "count", "in": "query", "schema": {"type": "boolean"}},
        ]
