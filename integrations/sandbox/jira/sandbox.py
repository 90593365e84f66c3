"""The whole sandbox in one object: site, server, faults, and hands to play people with."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from integrations.sandbox.jira import seed
from integrations.sandbox.jira.accounts import Account, people
from integrations.sandbox.jira.app import JiraApp, is_api
from integrations.sandbox.jira.cloud import Cloud
from integrations.sandbox.jira.face import Face
from integrations.sandbox.jira.human import Human
from integrations.sandbox.jira.model import Issue
from integrations.sandbox.jira.server import DataCenter
from integrations.sandbox.jira.site import Site
from integrations.sandbox.tracker import SandboxTracker

FACES: Mapping[str, type[Face]] = {"cloud": Cloud, "server": DataCenter}
_FILE = "jira.sqlite3"
_SETS = ("permissions", "roles", "hidden_projects")


class SandboxJira(SandboxTracker):
    """A Jira on loopback, to be used in a `with` block.

    `tokens` gives a secret for each account that may call (admin, sync, ken, mia, reader,
    outsider); `data` is a folder to keep everything in, memory where there is none.
    """

    def __init__(
        self,
        tokens: Mapping[str, str],
        deployment: str = "cloud",
        *,
        data: Path | None = None,
        port: int = 0,
        context_path: str = "",
    ) -> None:
        if data is not None:
            data.mkdir(parents=True, exist_ok=True)
        self.site = Site(FACES[deployment](), people(tokens), data / _FILE if data else None)
        self.title = f"Jira ({deployment})"
        super().__init__(
            self.site, JiraApp(self.site), is_api, port=port, context_path=context_path
        )

    def is_empty(self) -> bool:
        """Say whether there is no issue yet."""
        return not self.issues()

    def plant(self) -> None:
        """Create a few issues."""
        seed.plant(self.site)

    # -- what callers need

    def account(self, name: str) -> Account:
        """Return an account with its token."""
        return self.site.accounts[name]

    # -- people

    def as_human(self, name: str = "ken") -> Human:
        """Return a person to act as."""
        return Human(self.site, name)

    def issues(self) -> list[Issue]:
        """Return all issues, oldest first."""
        return self.as_human("admin").issues()

    def change_account(self, name: str, changes: Mapping[str, Any]) -> None:
        """Change an account: token, time_zone, is_active, permissions, roles, hidden_projects."""
        sets = {key: frozenset(changes[key]) for key in _SETS if key in changes}
        self.site.accounts[name] = replace(self.site.accounts[name], **{**changes, **sets})

    # -- levers

    def state(self) -> Mapping[str, Any]:
        """Return what `change_state` can change, and how many issues there are."""
        return {
            "deployment": self.site.face.deployment,
            **super().state(),
            "issues": len(self.issues()),
        }
