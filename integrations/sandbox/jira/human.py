"""What a person does at the tracker, in words: for tests and for the page."""

from typing import Any

from integrations.sandbox.jira import comments, files, issues, reading, workflow
from integrations.sandbox.jira.accounts import Account
from integrations.sandbox.jira.catalogue import (
    FIELDS,
    RESOLUTIONS,
    STATUSES,
    Field,
    Kind,
    Option,
    Project,
)
from integrations.sandbox.jira.errors import JiraError
from integrations.sandbox.jira.model import Attachment, Comment, Issue, Json
from integrations.sandbox.jira.site import Site

_PLAIN = (Kind.LINE, Kind.NUMBER, Kind.DATE, Kind.LABELS)


class Human:
    """One person. Values are given as people see them: names, not ids; text in wiki markup."""

    def __init__(self, site: Site, name: str) -> None:
        self._site = site
        self._name = name

    @property
    def who(self) -> Account:
        """Return the person's account as it is now."""
        return self._site.accounts[self._name]

    def issues(self) -> list[Issue]:
        """Return the issues that the person sees, oldest first."""
        with self._site.work():
            found = self._site.store.all(Issue)
            return [one for one in found if self._site.may(self.who, "BROWSE_PROJECTS", one)]

    def issue(self, key: str) -> Issue:
        """Return an issue."""
        with self._site.work():
            return self._site.issue(self.who, key)

    def status(self, key: str) -> str:
        """Return the name of an issue's status."""
        return STATUSES[self.issue(key).status].name

    def comments(self, key: str) -> list[Comment]:
        """Return an issue's comments, oldest first."""
        with self._site.work():
            return reading.comments(self._site, self.who, self._site.issue(self.who, key))

    def attachments(self, key: str) -> list[Attachment]:
        """Return an issue's files, oldest first."""
        with self._site.work():
            return self._site.store.children(Attachment, self._site.issue(self.who, key).id)

    def text(self, stored: Any) -> str:
        """Return rich text (a description, a comment's body) as wiki markup."""
        return self._site.face.wiki(stored) if stored else ""

    def create(self, project: str, type_: str, **values: Any) -> Issue:
        """Create an issue."""
        with self._site.work():
            found = self._site.project(self.who, project)
            fields = {
                **self._fields(found, values),
                "project": {"key": project},
                "issuetype": {"name": type_},
            }
            return issues.create(self._site, self.who, {"fields": fields})

    def edit(self, key: str, **values: Any) -> Issue:
        """Edit fields, by id or by the name of a custom field."""
        with self._site.work():
            issue = self._site.issue(self.who, key)
            fields = self._fields(self._site.project_of(issue), values)
            return issues.edit(self._site, self.who, issue, {"fields": fields})

    def set_status(self, key: str, name: str, resolution: str = "Done") -> Issue:
        """Bring an issue to a status, through as many steps as the workflow needs."""
        with self._site.work():
            issue = self._site.issue(self.who, key)
            project = self._site.project_of(issue)
            target = next(status for status in project.statuses if status.name == name)
            steps = reading.path(project, issue.status, target.id)
            if not steps and issue.status != target.id:
                raise JiraError(400, [f"No way leads to {name}."])
            for step in steps:
                given = {"resolution": {"name": resolution}} if step.has_screen else {}
                issue = workflow.take_step(self._site, self.who, issue, step.id, given)
            return issue

    def comment(self, key: str, text: str, role: str = "") -> Comment:
        """Comment, for one role only where one is named."""
        raw: Json = {"body": self._site.face.from_wiki(text)}
        if role:
            raw["visibility"] = {"type": "role", "value": role}
        with self._site.work():
            return comments.add(self._site, self.who, self._site.issue(self.who, key), raw)

    def edit_comment(self, comment_id: str, text: str) -> Comment:
        """Change a comment."""
        with self._site.work():
            found = reading.comment(self._site, self.who, comment_id)
            body = {"body": self._site.face.from_wiki(text)}
            return comments.edit(self._site, self.who, found, body)

    def delete_comment(self, comment_id: str) -> None:
        """Delete a comment."""
        with self._site.work():
            found = reading.comment(self._site, self.who, comment_id)
            comments.delete(self._site, self.who, found)

    def attach(self, key: str, name: str, content: bytes) -> Attachment:
        """Attach a file."""
        with self._site.work():
            issue = self._site.issue(self.who, key)
            return files.attach(self._site, self.who, issue, name, content)

    def delete(self, key: str) -> None:
        """Delete an issue."""
        with self._site.work():
            issues.delete(self._site, self.who, self._site.issue(self.who, key))

    def move(self, key: str, project: str) -> Issue:
        """Move an issue to another project."""
        with self._site.work():
            return issues.move(self._site, self.who, self._site.issue(self.who, key), project)

    def _fields(self, project: Project, values: Json) -> Json:
        found = {_field(name): value for name, value in values.items()}
        return {field.id: self._raw(field, project, value) for field, value in found.items()}

    def _raw(self, field: Field, project: Project, value: Any) -> Any:
        if value is None or field.kind in _PLAIN:
            return value
        if field.kind is Kind.RICH:
            return self._site.face.from_wiki(value)
        if field.kind is Kind.USER:
            return self._person(value)
        if field.kind is Kind.OPTIONS:
            return [_chosen(field.options, name) for name in value]
        return _chosen(_options(field, project), value)

    def _person(self, display_name: str) -> Json:
        for account in self._site.accounts.values():
            if display_name in (account.display_name, account.name):
                return self._site.face.person(account, "")
        raise JiraError(400, [f"Nobody is called {display_name}."])


def _field(name: str) -> Field:
    for field in FIELDS.values():
        if name in (field.id, field.name, field.name.lower().replace(" ", "_")):
            return field
    raise JiraError(400, [f"No field is called {name}."])


def _options(field: Field, project: Project) -> tuple[Option, ...]:
    if field.kind is Kind.PRIORITY:
        return project.priorities
    return RESOLUTIONS if field.kind is Kind.RESOLUTION else field.options


def _chosen(options: tuple[Option, ...], name: str) -> Json:
    for option in options:
        if option.name == name:
            return {"id": option.id}
    raise JiraError(400, [f"No option is called {name}."])
