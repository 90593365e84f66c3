"""The people of the organization, what each may do, and what each token is good for."""

import hashlib
import uuid
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, replace

READ = "READ"
WRITE = "WRITE"
DELETE = "DELETE"
DESTROY = "DESTROY"
BYPASS = "BYPASS_RULES"
HOOKS = "EDIT_SUBSCRIPTIONS"
PERMISSIONS = frozenset({READ, WRITE, DELETE, DESTROY, BYPASS, HOOKS})

WORK = "vso.work"
WORK_WRITE = "vso.work_write"
_FULL = frozenset({WORK, WORK_WRITE})
_CONTRIBUTE = frozenset({READ, WRITE, DELETE})


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may call; an account without a token cannot, one not active has expired."""

    name: str
    display_name: str
    permissions: frozenset[str]
    scopes: frozenset[str] = _FULL
    time_zone: str = "UTC"
    token: str = ""
    is_active: bool = True
    hidden_projects: frozenset[str] = frozenset()

    @property
    def unique_name(self) -> str:
        """Return the address that identities are written by."""
        return f"{self.name}@example.com"

    @property
    def label(self) -> str:
        """Return the identity as service hooks write it."""
        return f"{self.display_name} <{self.unique_name}>"

    @property
    def identity(self) -> str:
        """Return the id that never changes."""
        return str(uuid.UUID(bytes=hashlib.sha256(self.name.encode()).digest()[:16], version=4))

    @property
    def descriptor(self) -> str:
        """Return how the graph names the account."""
        return f"aad.{b64encode(self.identity.encode()).decode().rstrip('=')}"

    def may(self, permission: str, project: str = "") -> bool:
        """Say whether the account has a permission, in a project where one is named."""
        return project not in self.hidden_projects and permission in self.permissions

    def is_called(self, text: str) -> bool:
        """Say whether a text means this account."""
        known = (self.unique_name, self.label, self.display_name, self.identity, self.descriptor)
        return text.strip().casefold() in {one.casefold() for one in known}


_PEOPLE = (
    Account("admin", "Ada Admin", PERMISSIONS),
    Account("sync", "Test Platform", _CONTRIBUTE),
    Account("ken", "Ken Ito", _CONTRIBUTE, time_zone="Asia/Tokyo"),
    Account("mia", "Mia Lund", _CONTRIBUTE, time_zone="Europe/Berlin"),
    Account("reader", "Rita Reed", frozenset({READ})),
    Account("outsider", "Otto Outside", frozenset()),
)


def people(tokens: Mapping[str, str]) -> dict[str, Account]:
    """Return all accounts by name, each with the token given for its name."""
    unknown = set(tokens) - {account.name for account in _PEOPLE}
    if unknown:
        raise ValueError(f"No such account: {', '.join(sorted(unknown))}")
    found = [replace(account, token=tokens.get(account.name, "")) for account in _PEOPLE]
    return {account.name: account for account in found}
