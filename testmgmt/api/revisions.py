"""Nobody overwrites unseen: what is read carries its revision, a change may insist on it."""

from typing import Any

from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from testmgmt.core.errors import StaleRevisionError


class RevisionRequiredError(APIException):
    """`?strict=1` was asked for, and no revision was sent."""

    status_code = 428
    default_code = "revision_required"
    default_detail = "Send If-Match with the ETag that you read."


def revised(body: dict[str, Any], status: int = 200) -> Response:
    """Answer with an object and its ETag."""
    return Response(body, status, headers={"ETag": f'"{body["revision"]}"'})


def sent_revision(request: Request) -> int | None:
    """Return the revision that a change insists on; None where any will do."""
    tag = request.headers.get("If-Match", "").strip()
    if not tag and request.query_params.get("strict") == "1":
        raise RevisionRequiredError
    if tag in {"", "*"}:
        return None
    number = tag.removeprefix("W/").strip('"')
    if not number.isdecimal():
        raise StaleRevisionError("This ETag is not one of ours.")
    return int(number)


class RevisedView(APIView):
    """A view of one kind of revised object; a refused revision comes with the present object."""

    def current(self) -> dict[str, Any]:
        """Return the object as it is now."""
        raise NotImplementedError

    def handle_exception(self, exc: Exception) -> Response:
        """Add the present object to the answer 412."""
        response = super().handle_exception(exc)
        if isinstance(exc, StaleRevisionError) and response.data is not None:
            response.data["current"] = self.current()
        return response
