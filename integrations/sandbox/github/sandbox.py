"""The whole sandbox in one object: site, server, faults, and hands to play people with."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from integrations.sandbox.github import seed
from integrations.sandbox.github.accounts import ROLES, Account, people
from integrations.sandbox.github.app import GitHubApp, is_api
from integrations.sandbox.github.human import Human
from integrations.sandbox.github.model import Issue
from integrations.sandbox.github.site import Site
from integrations.sandbox.tracker import SandboxTracker

_FILE = "github.sqlite3"
_LIMITS = ("core_limit", "search_limit", "content_limit")
_REFUSALS = (403, 429)


class SandboxGitHub(SandboxTracker):
    """A GitHub on loopback, to be used in a `with` block.

    `tokens` gives a secret for each account that may call (admin, sync, ken, mia, reader,
    outsider); `data` is a folder to keep everything in, memory where there is none. The API
    answers at the root, and below `/api/v3` as an Enterprise Server does.
    """

    title = "GitHub"

    def __init__(
        self, tokens: Mapping[str, str], *, data: Path | None = None, port: int = 0
    ) -> None:
        if data is not None:
            data.mkdir(parents=True, exist_ok=True)
        self.site = Site(people(tokens), data / _FILE if data else None)
        super().__init__(self.site, GitHubApp(self.site), is_api, port=port)

    def is_empty(self) -> bool:
        """Say whether there is no issue yet."""
        return not self.issues()

    def plant(self) -> None:
        """Create a few issues."""
        seed.plant(self.site)

    # -- what callers need

    def account(self, login: str) -> Account:
        """Return an account with its token."""
        return self.site.accounts[login]

    # -- people

    def as_human(self, login: str = "ken") -> Human:
        """Return a person to act as."""
        return Human(self.site, login)

    def issues(self) -> list[Issue]:
        """Return all issues and pull requests, oldest first."""
        return self.as_human("admin").issues()

    # -- levers

    def change_account(self, name: str, changes: Mapping[str, Any]) -> None:
        """Change an account: token, is_active, role, scopes, permissions, hidden_repositories.

        `permissions` such as `{"issues": "write"}` makes its token a fine-grained one, null a
        classic one.
        """
        found = dict(changes)
        if found.get("role", "") not in ROLES:
            raise ValueError(f"{found['role']} is not a role")
        if "scopes" in found:
            found["scopes"] = tuple(found["scopes"])
        if "hidden_repositories" in found:
            found["hidden_repositories"] = frozenset(found["hidden_repositories"])
        self.site.accounts[name] = replace(self.site.accounts[name], **found)

    def state(self) -> Mapping[str, Any]:
        """Return what `change_state` can change, and how many issues there are."""
        quota = self.site.quota
        return {
            **super().state(),
            "core_limit": quota.limits["core"],
            "search_limit": quota.limits["search"],
            "content_limit": quota.content_limit,
            "limit_status": quota.refusal,
            "issues": len(self.issues()),
        }

    def change_state(self, changes: Mapping[str, Any]) -> None:
        """Set also `core_limit` (an hour), `search_limit`, `content_limit` (a minute; 0 is none).

        All windows begin anew then. `limit_status` is what a used up limit answers: 403 or 429.
        """
        own = {key: int(changes[key]) for key in (*_LIMITS, "limit_status") if key in changes}
        if own.get("limit_status", 403) not in _REFUSALS:
            raise ValueError("limit_status must be 403 or 429")
        super().change_state({key: changes[key] for key in changes if key not in own})
        quota = self.site.quota
        quota.limits["core"] = own.get("core_limit", quota.limits["core"])
        quota.limits["search"] = own.get("search_limit", quota.limits["search"])
        quota.content_limit = own.get("content_limit", quota.content_limit)
        quota.refusal = own.get("limit_status", quota.refusal)
        if own:
            quota.forget()
