"""The site: its rows, people and clock, with the look-ups that every action begins with."""

import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path

from integrations.sandbox.jira.accounts import Account
from integrations.sandbox.jira.catalogue import PROJECTS, Project
from integrations.sandbox.jira.errors import JiraError, no_issue, no_project
from integrations.sandbox.jira.face import Face
from integrations.sandbox.jira.model import KINDS, Issue, SiteRow
from integrations.sandbox.site import TrackerSite


class Site(TrackerSite[Issue]):
    """One Jira. Everything that reads or writes it runs inside `work`."""

    def __init__(self, face: Face, accounts: Mapping[str, Account], path: Path | None) -> None:
        self.face = face
        self.accounts = dict(accounts)
        self.secret = secrets.token_bytes(32)
        super().__init__(KINDS, Issue, path)

    def begin(self) -> None:
        """Stay of the kind that the folder was begun as."""
        kept = self.store.get(SiteRow, "site")
        if kept is not None and kept.deployment != self.face.deployment:
            raise ValueError(f"This folder holds a Jira of the kind {kept.deployment}.")
        self.store.put(SiteRow("site", self.face.deployment))

    def account(self, account_id: str) -> Account:
        """Return an account that a row refers to."""
        return self.accounts[account_id]

    def project(self, who: Account, key_or_id: str) -> Project:
        """Return a project that the account may see."""
        for project in PROJECTS:
            if key_or_id.upper() in (project.key, project.id):
                if who.may("BROWSE_PROJECTS", project.key):
                    return project
                break
        raise no_project(key_or_id)

    @staticmethod
    def project_of(issue: Issue) -> Project:
        """Return the project that an issue is in."""
        return next(project for project in PROJECTS if project.id == issue.project)

    def projects(self, who: Account) -> Sequence[Project]:
        """Return the projects that the account may see."""
        return [project for project in PROJECTS if who.may("BROWSE_PROJECTS", project.key)]

    def find_issue(self, key_or_id: str) -> Issue | None:
        """Return an issue by id, key or former key."""
        return self.store.get(Issue, key_or_id) or self.store.named(Issue, key_or_id.upper())

    def issue(self, who: Account, key_or_id: str) -> Issue:
        """Return an issue that the account may see."""
        found = self.find_issue(key_or_id)
        if found is None or not self.may(who, "BROWSE_PROJECTS", found):
            raise no_issue()
        return found

    def may(self, who: Account, permission: str, issue: Issue) -> bool:
        """Say whether the account has a permission for an issue."""
        return who.may(permission, self.project_of(issue).key)

    def require(self, who: Account, permission: str, issue: Issue, *, status: int = 403) -> None:
        """Refuse an account that lacks a permission for an issue."""
        if not self.may(who, permission, issue):
            name = permission.replace("_", " ").lower()
            raise JiraError(status, [f"You do not have the permission to {name}."])
