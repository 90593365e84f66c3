"""How allauth signs people in here."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter


class ClosedSignupAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth carries no types
    """Accounts are made by administrators, never by strangers."""

    def is_open_for_signup(self, request: Any) -> bool:  # noqa: ARG002  allauth's signature
        """Refuse to register anybody."""
        return False
