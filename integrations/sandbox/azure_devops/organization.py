"""The organization: what it keeps, who belongs to it, and how work on it is done in one piece."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from integrations.sandbox.azure_devops.accounts import READ, WRITE, Account
from integrations.sandbox.azure_devops.catalogue import PROJECTS, Project, project_of
from integrations.sandbox.azure_devops.errors import no_item, no_project, not_allowed
from integrations.sandbox.azure_devops.model import KINDS, WorkItem
from integrations.sandbox.site import TrackerSite


@dataclass(slots=True)
class Settings:
    """What tests can turn: sizes in bytes or counts, `throttle` in seconds asked to wait."""

    has_markdown: bool = True
    attachment_limit: int = 60 * 1024 * 1024
    wiql_limit: int = 20_000
    revisions_page: int = 1000
    throttle: float = 0.0


class Organization(TrackerSite[WorkItem]):
    """One organization. Everything that reads or writes it runs inside `work`."""

    def __init__(self, name: str, accounts: Mapping[str, Account], path: Path | None) -> None:
        self.name = name
        self.accounts = dict(accounts)
        self.settings = Settings()
        super().__init__(KINDS, WorkItem, path)

    def person(self, text: str) -> Account | None:
        """Return the account that a text means: address, label, display name or id."""
        members = [account for account in self.accounts.values() if account.permissions]
        return next((account for account in members if account.is_called(text)), None)

    def project(self, who: Account, name_or_id: str) -> Project:
        """Return a project that the account may see."""
        for project in PROJECTS:
            if name_or_id.casefold() in (project.name.casefold(), project.id):
                if who.may(READ, project.key):
                    return project
                break
        raise no_project(name_or_id)

    @staticmethod
    def projects(who: Account) -> Sequence[Project]:
        """Return the projects that the account may see."""
        return [project for project in PROJECTS if who.may(READ, project.key)]

    def may(self, who: Account, permission: str, item: WorkItem) -> bool:
        """Say whether the account has a permission for a work item."""
        return who.may(permission, project_of(item.project).key)

    def find(self, who: Account, number: int | str, *, is_deleted: bool = False) -> WorkItem | None:
        """Return a work item that the account may see, None where there is none."""
        found = self.store.get(WorkItem, str(number))
        if found is None or found.is_deleted != is_deleted or not self.may(who, READ, found):
            return None
        return found

    def item(self, who: Account, number: int | str, *, is_deleted: bool = False) -> WorkItem:
        """Return a work item that the account may see."""
        found = self.find(who, number, is_deleted=is_deleted)
        if found is None:
            raise no_item(number)
        return found

    def require_write(self, who: Account, project: Project) -> None:
        """Refuse an account that may only look."""
        if not who.may(WRITE, project.key):
            raise not_allowed(
                "TF237111: The current user does not have permissions to save work items "
                "under the specified area path."
            )
