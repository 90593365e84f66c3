"""What API views do all day: answer with a page, check a body."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from rest_framework.exceptions import ValidationError
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


def _refuse_unknown(body: Serializer[Any], data: Any) -> None:
    if not isinstance(data, Mapping):
        raise ValidationError("An object is needed.")
    unknown = [name for name in data if name not in body.fields]
    if unknown:
        known = ", ".join(name for name, field in body.fields.items() if not field.read_only)
        message = f"There is no such field. There are: {known}."
        raise ValidationError(dict.fromkeys(unknown, message))


def valid(
    serializer: type[Serializer[Any]], request: Request, *, is_partial: bool = False
) -> dict[str, Any]:
    """Return what a body says, as plain values; a field that nobody knows is never ignored."""
    body = serializer(data=request.data, partial=is_partial)
    _refuse_unknown(body, request.data)
    body.is_valid(raise_exception=True)
    return dict(body.validated_data)
