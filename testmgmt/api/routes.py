"""Addresses of the API: with and without the last slash, and neither is ever redirected."""

from typing import Any

from django.urls import URLPattern, re_path
from rest_framework.routers import SimpleRouter
from rest_framework.views import APIView


class OptionalSlashRouter(SimpleRouter):
    """Routes of view sets; ids are numbers unless a view set says otherwise."""

    def __init__(self) -> None:
        super().__init__()
        self.trailing_slash = "/?"


def route(pattern: str, view: type[APIView], name: str, **initial: Any) -> URLPattern:
    """Return the route of one view; the pattern is a regular expression."""
    return re_path(rf"^{pattern}/?$", view.as_view(**initial), name=name)
