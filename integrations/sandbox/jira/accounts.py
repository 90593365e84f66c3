"""The people of the site and what each may do."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace

PERMISSIONS: Mapping[str, str] = {
    "BROWSE_PROJECTS": "Browse Projects",
    "CREATE_ISSUES": "Create Issues",
    "EDIT_ISSUES": "Edit Issues",
    "TRANSITION_ISSUES": "Transition Issues",
    "ASSIGN_ISSUES": "Assign Issues",
    "ASSIGNABLE_USER": "Assignable User",
    "MODIFY_REPORTER": "Modify Reporter",
    "DELETE_ISSUES": "Delete Issues",
    "ADD_COMMENTS": "Add Comments",
    "EDIT_ALL_COMMENTS": "Edit All Comments",
    "EDIT_OWN_COMMENTS": "Edit Own Comments",
    "DELETE_ALL_COMMENTS": "Delete All Comments",
    "DELETE_OWN_COMMENTS": "Delete Own Comments",
    "CREATE_ATTACHMENTS": "Create Attachments",
    "ADMINISTER": "Administer Jira",
}

_READ = frozenset({"BROWSE_PROJECTS"})
_WORK = _READ | {
    "CREATE_ISSUES",
    "EDIT_ISSUES",
    "TRANSITION_ISSUES",
    "ASSIGN_ISSUES",
    "ASSIGNABLE_USER",
    "ADD_COMMENTS",
    "EDIT_OWN_COMMENTS",
    "DELETE_OWN_COMMENTS",
    "CREATE_ATTACHMENTS",
}


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may call; an account without a token cannot."""

    name: str
    number: int
    display_name: str
    permissions: frozenset[str]
    roles: frozenset[str] = frozenset()
    time_zone: str = "Europe/Berlin"
    token: str = ""
    is_active: bool = True
    hidden_projects: frozenset[str] = frozenset()

    @property
    def email(self) -> str:
        """Return the address that Cloud signs in with."""
        return f"{self.name}@example.com"

    @property
    def account_id(self) -> str:
        """Return the id that Cloud knows the account by."""
        return hashlib.sha256(self.name.encode()).hexdigest()[:24]

    @property
    def key(self) -> str:
        """Return the id that Data Center never changes."""
        return f"JIRAUSER{self.number}"

    def may(self, permission: str, project_key: str = "") -> bool:
        """Say whether the account has a permission, in a project where one is named."""
        is_hidden = project_key in self.hidden_projects
        return self.is_active and not is_hidden and permission in self.permissions


ANONYMOUS = Account("", 0, "Anonymous", frozenset(), time_zone="UTC")

_PEOPLE = (
    Account(
        "admin",
        10100,
        "Ada Admin",
        frozenset(PERMISSIONS),
        frozenset({"Administrators", "Developers"}),
    ),
    Account("sync", 10101, "Test Platform", _WORK, frozenset({"Developers"})),
    Account("ken", 10102, "Ken Ito", _WORK, frozenset({"Developers"}), "Asia/Tokyo"),
    Account("mia", 10103, "Mia Lund", _WORK, frozenset({"Developers"})),
    Account("reader", 10104, "Rita Reed", _READ),
    Account("outsider", 10105, "Otto Outside", frozenset()),
)


def people(tokens: Mapping[str, str]) -> dict[str, Account]:
    """Return all accounts by name, each with the token given for its name."""
    unknown = set(tokens) - {account.name for account in _PEOPLE}
    if unknown:
        raise ValueError(f"No such account: {', '.join(sorted(unknown))}")
    found = [replace(account, token=tokens.get(account.name, "")) for account in _PEOPLE]
    return {account.name: account for account in found}
