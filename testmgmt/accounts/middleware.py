"""What every request learns from its user."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from testmgmt.accounts.models import User


class TimezoneMiddleware:
    """Show times as they are where the reader is."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Set the zone for the request alone."""
        user = request.user
        zone = ZoneInfo(user.timezone) if isinstance(user, User) else None
        with timezone.override(zone):
            return self.get_response(request)
