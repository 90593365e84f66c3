"""The site: its rows, people and clock, with the look-ups that every action begins with."""

from collections.abc import Mapping
from pathlib import Path

from integrations.sandbox.github.accounts import GHOST, Account
from integrations.sandbox.github.catalogue import LABELS, repositories
from integrations.sandbox.github.errors import GitHubError, not_found
from integrations.sandbox.github.model import (
    KINDS,
    Grave,
    Issue,
    Label,
    Repository,
    place,
)
from integrations.sandbox.github.quota import Quota
from integrations.sandbox.site import TrackerSite


class Site(TrackerSite[Issue]):
    """One GitHub. Everything that reads or writes it runs inside `work`."""

    def __init__(self, accounts: Mapping[str, Account], path: Path | None) -> None:
        self.accounts = dict(accounts)
        super().__init__(KINDS, Issue, path)
        self.quota = Quota(self.clock)

    def begin(self) -> None:
        """Make the repositories with their labels, where there are none."""
        if self.store.all(Repository):
            return
        for repository in repositories(self.clock.now()):
            self.store.put(repository)
            for name, color, about in LABELS:
                id_ = self.next_id("label", 9001)
                self.store.put(Label(id_, repository.id, name, color, about, is_default=True))

    def account(self, login: str) -> Account:
        """Return an account that a row refers to."""
        return self.accounts.get(login, GHOST)

    def next_id(self, kind: str, first: int) -> str:
        """Give out the id of a new row."""
        return str(self.store.next_number(kind, first))

    def next_place(self, repository: str) -> int:
        """Give out the number of a new issue or pull request of a repository."""
        return self.store.next_number(place(repository, "issue"))

    # -- repositories

    def sees(self, who: Account, repository: Repository) -> bool:
        """Say whether the account may know of a repository."""
        if repository.full_name in who.hidden_repositories:
            return False
        return not repository.is_private or (who.has("read") and who.reaches_private)

    def repositories(self, who: Account) -> list[Repository]:
        """Return the repositories that the account may see."""
        return [one for one in self.store.all(Repository) if self.sees(who, one)]

    def repository(self, who: Account, name_or_id: str) -> Repository:
        """Return a repository that the account may see, by id or any of its full names."""
        by_name = self.store.named(Repository, name_or_id.lower())
        found = by_name or self.store.get(Repository, name_or_id)
        if found is None or not self.sees(who, found):
            raise not_found()
        return found

    def repository_of(self, issue: Issue) -> Repository:
        """Return the repository that an issue is in."""
        found = self.store.get(Repository, issue.repository)
        if found is None:
            raise not_found()
        return found

    def people_of(self, repository: Repository) -> list[Account]:
        """Return who may be assigned in a repository, by login."""
        able = [one for one in self.accounts.values() if one.has("triage")]
        return sorted(
            (one for one in able if self.sees(one, repository)), key=lambda one: one.login
        )

    # -- issues

    def issue(self, repository: Repository, number: str | int) -> Issue:
        """Return an issue by its number; one that moved away is returned where it is now."""
        here = place(repository.id, number)
        if self.store.get(Grave, here) is not None:
            raise GitHubError(410, "This issue was deleted")
        found = self.store.named(Issue, here)
        if found is None:
            raise not_found()
        is_here = found.repository == repository.id
        if is_here and not repository.has_issues and not found.is_pull_request:
            raise GitHubError(410, "Issues has been disabled in this repository.")
        return found

    def issues(self, repository: Repository) -> list[Issue]:
        """Return issues and pull requests; only the latter where issues are switched off."""
        found = self.store.children(Issue, repository.id)
        return [one for one in found if repository.has_issues or one.is_pull_request]

    def label(self, repository: Repository, name: str) -> Label | None:
        """Return a label by its name, however it is written."""
        return self.store.named(Label, place(repository.id, name.lower()))

    def labels(self, issue: Issue) -> list[Label]:
        """Return an issue's labels, in the order of their names."""
        found = [self.store.get(Label, id_) for id_ in issue.labels]
        return sorted((one for one in found if one), key=lambda one: one.name.lower())
