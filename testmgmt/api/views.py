"""What the API answers where there is no view, or where a view broke."""

import orjson
from django.http import HttpRequest, HttpResponse
from django.views import defaults

from testmgmt.api.errors import CONTENT_TYPE, problem


def _is_api(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def _answer(status: int, code: str, detail: str) -> HttpResponse:
    body = orjson.dumps(problem(status, code, detail, {}))
    return HttpResponse(body, status=status, content_type=CONTENT_TYPE)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer an address that does not exist."""
    if _is_api(request):
        return _answer(404, "not_found", "There is no such address.")
    return defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer for a fault of ours; the log has the reason."""
    if _is_api(request):
        return _answer(500, "server_error", "Something broke on our side; the log has the reason.")
    return defaults.server_error(request)
