"""What API views do all day: answer with a page, check a body."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from testmgmt.api.pagination import OffsetPages

Row = dict[str, Any]


def paged(
    view: APIView,
    request: Request,
    rows: QuerySet[Any, Any],
    present: Callable[[Sequence[Any]], list[Row]],
) -> Response:
    """Answer with the page that was asked for; `present` sees the whole page at once."""
    pages = OffsetPages()
    page = pages.paginate_queryset(rows, request, view) or []
    return pages.get_paginated_response(present(page))


def valid(
    serializer: type[Serializer[Any]], request: Request, *, is_partial: bool = False
) -> dict[str, Any]:
    """Return what a body says, as plain values; what is wrong with it is refused."""
    body = serializer(data=request.data, partial=is_partial)
    body.is_valid(raise_exception=True)
    return dict(body.validated_data)
