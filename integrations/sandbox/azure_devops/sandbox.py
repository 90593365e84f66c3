"""The whole sandbox in one object: organization, server, faults, and hands to play people with."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from integrations.sandbox.azure_devops import seed
from integrations.sandbox.azure_devops.accounts import Account, people
from integrations.sandbox.azure_devops.app import AzureDevOpsApp, is_api
from integrations.sandbox.azure_devops.human import Human
from integrations.sandbox.azure_devops.model import WorkItem
from integrations.sandbox.azure_devops.organization import Organization, Settings
from integrations.sandbox.tracker import SandboxTracker

_FILE = "azure-devops.sqlite3"
_SETS = ("permissions", "scopes", "hidden_projects")


class SandboxAzureDevOps(SandboxTracker):
    """An Azure DevOps on loopback with one organization, to be used in a `with` block.

    `url` is the address of the organization. `tokens` gives a personal access token for each
    account that may call (admin, sync, ken, mia, reader, outsider); `data` is a folder to keep
    everything in, memory where there is none.
    """

    title = "Azure DevOps"

    def __init__(
        self,
        tokens: Mapping[str, str],
        organization: str = "contoso",
        *,
        data: Path | None = None,
        port: int = 0,
    ) -> None:
        if data is not None:
            data.mkdir(parents=True, exist_ok=True)
        path = data / _FILE if data else None
        self.site = Organization(organization, people(tokens), path)
        app = AzureDevOpsApp(self.site)
        super().__init__(self.site, app, is_api, port=port, context_path=f"/{organization}")

    def account(self, name: str) -> Account:
        """Return an account with its token."""
        return self.site.accounts[name]

    def as_human(self, name: str = "ken") -> Human:
        """Return a person to act as."""
        return Human(self.site, name)

    def items(self) -> list[WorkItem]:
        """Return all work items, oldest first."""
        return self.as_human("admin").items()

    def is_empty(self) -> bool:
        """Say whether there is nothing yet."""
        return not self.items()

    def plant(self) -> None:
        """Fill in a few work items."""
        seed.plant(self.site)

    def state(self) -> Mapping[str, Any]:
        """Return what `change_state` can change, and how many work items there are."""
        return {**super().state(), **asdict(self.site.settings), "items": len(self.items())}

    def change_state(self, changes: Mapping[str, Any]) -> None:
        """Change what every tracker has, and the settings of this one (see `Settings`)."""
        own = {name: changes[name] for name in asdict(Settings()) if name in changes}
        super().change_state({k: v for k, v in changes.items() if k not in own})
        self.site.settings = replace(self.site.settings, **own)

    def change_account(self, name: str, changes: Mapping[str, Any]) -> None:
        """Change an account: token, is_active, time_zone, permissions, scopes, hidden_projects."""
        sets = {key: frozenset(changes[key]) for key in _SETS if key in changes}
        self.site.accounts[name] = replace(self.site.accounts[name], **{**changes, **sets})
