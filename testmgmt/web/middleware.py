"""What happens around every request."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

from testmgmt.core import audit
from testmgmt.core.errors import DomainError
from testmgmt.web.htmx import is_fragment, trigger


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


class DomainErrorMiddleware:
    """Show a broken rule that no form has shown: a toast to HTMX, a page to everybody else."""

    TEMPLATES = {404: "404.html", 403: "403.html"}

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Stand aside until something is raised."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer broken rules; real faults go on to become a 500."""
        if not isinstance(error, DomainError):
            return None
        if is_fragment(request):
            answer = HttpResponse(error.message, status=error.status, content_type="text/plain")
            return trigger(answer, toast={"text": error.message, "tone": "bad"})
        template = self.TEMPLATES.get(error.status, "refused.html")
        return render(request, template, {"message": error.message}, status=error.status)


class FragmentMiddleware:
    """Keep a page and the fragments of the same address apart in every cache."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Name the header that decides which of the two an answer is."""
        response = self.get_response(request)
        patch_vary_headers(response, ["HX-Request"])
        return response
