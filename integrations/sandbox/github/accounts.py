"""The people of the site, what they may do in its repositories, and what their tokens allow."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

ROLES = ("", "read", "triage", "write", "admin")
_LEVELS = ("", "read", "write", "admin")


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may call; an account without a token cannot.

    `scopes` are those of a classic token. `permissions`, where given, makes the token a
    fine-grained one: a level (read, write) for each area, such as `{"issues": "write"}`.
    """

    login: str
    id: int
    name: str
    role: str
    token: str = ""
    scopes: tuple[str, ...] = ("repo",)
    permissions: Mapping[str, str] | None = None
    is_active: bool = True
    hidden_repositories: frozenset[str] = frozenset()

    def has(self, role: str) -> bool:
        """Say whether the account's role is at least that one."""
        return self.is_active and ROLES.index(self.role) >= ROLES.index(role)

    def token_allows(self, area: str, level: str) -> bool:
        """Say whether a fine-grained token reaches that far; a classic one always does."""
        if self.permissions is None:
            return True
        return _LEVELS.index(self.permissions.get(area, "")) >= _LEVELS.index(level)

    @property
    def reaches_private(self) -> bool:
        """Say whether the token opens private repositories."""
        return self.permissions is not None or "repo" in self.scopes


ANONYMOUS = Account("", 0, "Anonymous", "", scopes=())
GHOST = Account("ghost", 10137, "Deleted user", "", scopes=())

_PEOPLE = (
    Account("admin", 5001, "Ada Admin", "admin", scopes=("repo", "admin:repo_hook")),
    Account("sync", 5002, "Test Platform", "write"),
    Account("ken", 5003, "Ken Ito", "write"),
    Account("mia", 5004, "Mia Lund", "write"),
    Account("reader", 5005, "Rita Reed", "read"),
    Account("outsider", 5006, "Otto Outside", ""),
)
_TEAM = ("amy", "ben", "eli", "ivy", "leo", "noa", "tim", "uma")


def people(tokens: Mapping[str, str]) -> dict[str, Account]:
    """Return all accounts by login, each with the token given for it; the team has none."""
    unknown = set(tokens) - {account.login for account in _PEOPLE}
    if unknown:
        raise ValueError(f"No such account: {', '.join(sorted(unknown))}")
    team = [
        Account(login, 5100 + number, login.title(), "write") for number, login in enumerate(_TEAM)
    ]
    found = [replace(one, token=tokens.get(one.login, "")) for one in _PEOPLE]
    return {account.login: account for account in [*found, *team]}


def holder(accounts: Iterable[Account], token: str) -> Account | None:
    """Return whose token it is."""
    for account in accounts:
        is_same = secrets.compare_digest(account.token.encode(), token.encode())
        if account.token and account.is_active and is_same:
            return account
    return None
