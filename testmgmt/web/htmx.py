"""All that the server knows of HTMX."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect as plain_redirect
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails


def is_fragment(request: HttpRequest) -> bool:
    """Whether only a fragment is asked for: by HTMX, and neither boosted nor a history restore."""
    htmx: HtmxDetails = request.htmx  # type: ignore[attr-defined]  # set by the middleware
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def trigger(response: HttpResponse, **events: Any) -> HttpResponse:
    """Make the page fire events once the answer is in."""
    response["HX-Trigger"] = json.dumps(events)
    return response


def redirect(request: HttpRequest, url: str) -> HttpResponse:
    """Send the browser elsewhere, whoever asked."""
    return HttpResponseClientRedirect(url) if is_fragment(request) else plain_redirect(url)
