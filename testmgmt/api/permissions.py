"""What a token's scopes allow. The owner's role is checked by the services, as for pages.

The framework loads this module while its own views are loading, so it names no view class.
"""

from typing import Any, Protocol, runtime_checkable

from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from testmgmt.core.permissions import Scope


@runtime_checkable
class ScopedToken(Protocol):
    """Whatever signed the caller in and limits what may be done."""

    scopes: list[str]


def _needed(request: Request, view: Any) -> Scope:
    if request.method in SAFE_METHODS:
        return Scope.READ
    scope: Scope = getattr(view, "write_scope", Scope.WRITE)
    return scope


_INCLUDES = {
    Scope.ADMIN: {Scope.ADMIN, Scope.WRITE, Scope.WRITE_RESULTS, Scope.READ},
    Scope.WRITE: {Scope.WRITE, Scope.WRITE_RESULTS, Scope.READ},
    Scope.WRITE_RESULTS: {Scope.WRITE_RESULTS, Scope.READ},
    Scope.READ: {Scope.READ},
}


class HasScope(BasePermission):
    """Signed in, and a token may do what is asked (a view may set `write_scope`)."""

    message = "This token's scopes do not allow that."

    def has_permission(self, request: Request, view: Any) -> bool:
        """Answer for the whole view; objects are reached through scoped queries only."""
        if not request.user.is_authenticated:
            return False
        if not isinstance(request.auth, ScopedToken):
            return True
        held = set[Scope]().union(*(_INCLUDES[Scope(scope)] for scope in request.auth.scopes))
        return _needed(request, view) in held
