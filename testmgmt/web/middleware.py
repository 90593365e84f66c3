"""What happens around every request."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from testmgmt.core import audit


class AuditContextMiddleware:
    """Remember the caller's address for the audit of this request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Set the origin for the request alone."""
        token = audit.origin.set(audit.Origin(ip=request.META.get("REMOTE_ADDR")))
        try:
            return self.get_response(request)
        finally:
            audit.origin.reset(token)
