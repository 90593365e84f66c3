"""The organization: what it keeps, who belongs to it, and how work on it is done in one piece."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from werkzeug.http import http_date

from integrations.sandbox.azure_devops.accounts import READ, WRITE, Account
from integrations.sandbox.azure_devops.catalogue import PROJECTS, Project, project_of
from integrations.sandbox.azure_devops.errors import no_item, no_project, not_allowed
from integrations.sandbox.azure_devops.model import KINDS, WorkItem
from integrations.sandbox.clock import Clock
from integrations.sandbox.courier import Courier, Parcel
from integrations.sandbox.index import Index
from integrations.sandbox.store import Edit, Store


@dataclass(slots=True)
class Settings:
    """What tests can turn: sizes in bytes or counts, `throttle` in seconds asked to wait."""

    has_markdown: bool = True
    attachment_limit: int = 60 * 1024 * 1024
    wiql_limit: int = 20_000
    revisions_page: int = 1000
    throttle: float = 0.0


class Organization:
    """One organization. Everything that reads or writes it runs inside `work`."""

    def __init__(self, name: str, accounts: Mapping[str, Account], path: Path | None) -> None:
        self.name = name
        self.accounts = dict(accounts)
        self.settings = Settings()
        self.clock = Clock()
        self.base_url = ""
        self.index = Index(WorkItem, self.clock)
        self.courier = Courier()
        self._parcels: list[Parcel] = []
        self.store = Store(KINDS, path, self._committed)
        with self.work():
            self.index.fill(self.store.all(WorkItem))

    def close(self) -> None:
        """Stop the courier and let go of the file."""
        self.courier.close()
        self.store.close()

    @contextmanager
    def work(self) -> Iterator[None]:
        """Do all of the block or nothing, alone; what it announces leaves afterwards."""
        with self.store.transaction():
            try:
                yield
            except BaseException:
                self._parcels = []
                raise

    def reset(self) -> None:
        """Forget all work items."""
        with self.work():
            self.store.clear()

    def http_date(self) -> str:
        """Return the clock's time for the Date header."""
        return http_date(self.clock.now() / 1000)

    def announce(self, parcel: Parcel) -> None:
        """Tell a subscriber once the work is kept."""
        self._parcels.append(parcel)

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

    def _committed(self, edits: Sequence[Edit]) -> None:
        self.index.note(edits)
        parcels, self._parcels = self._parcels, []
        self.courier.send(parcels)
