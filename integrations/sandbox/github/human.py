"""What a person does at the tracker, in words: for tests and for the page."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from integrations.sandbox.github import access, announce, comments, issues, labels, milestones
from integrations.sandbox.github.accounts import Account
from integrations.sandbox.github.errors import GitHubError, not_found
from integrations.sandbox.github.model import (
    Comment,
    Event,
    Issue,
    Json,
    Label,
    Milestone,
    Repository,
)
from integrations.sandbox.github.site import Site
from integrations.sandbox.github.view import names

Ref = Issue | str


class Human:
    """One person in a browser, which sends line ends as CRLF.

    An issue is named as people write it (`acme/shop#1`) or given itself. Values are given as
    people see them: people by login, labels by name, a milestone by its title.
    """

    def __init__(self, site: Site, login: str) -> None:
        self._site = site
        self._login = login

    @property
    def who(self) -> Account:
        """Return the person's account as it is now."""
        return self._site.accounts[self._login]

    # -- looking

    def issues(self) -> list[Issue]:
        """Return the issues and pull requests that the person sees, oldest first."""
        with self._site.work():
            visible = {one.id for one in self._site.repositories(self.who)}
            return [one for one in self._site.store.all(Issue) if one.repository in visible]

    def issue(self, ref: Ref) -> Issue:
        """Return an issue, wherever it is now."""
        with self._site.work():
            return self._find(ref)

    def key(self, ref: Ref) -> str:
        """Return how people write an issue, such as `acme/shop#1`."""
        with self._site.work():
            found = self._find(ref)
            return f"{self._site.repository_of(found).full_name}#{found.number}"

    def labels(self, ref: Ref) -> list[str]:
        """Return the names of an issue's labels."""
        with self._site.work():
            return names(self._site.labels(self._find(ref)))

    def comments(self, ref: Ref) -> list[Comment]:
        """Return an issue's comments, oldest first."""
        with self._site.work():
            return self._site.store.children(Comment, self._find(ref).id)

    def events(self, ref: Ref) -> list[Event]:
        """Return an issue's history, oldest first."""
        with self._site.work():
            return self._site.store.children(Event, self._find(ref).id)

    # -- issues

    def create(self, repository: str, title: str, **values: Any) -> Issue:
        """Open an issue."""
        with self._site.work():
            found = self._repository(repository)
            raw = {**self._raw(found, values), "title": title}
            return issues.create(self._site, self.who, found, raw)

    def open_pull_request(self, repository: str, title: str, **values: Any) -> Issue:
        """Open a pull request, which has a number among the issues."""
        with self._site.work():
            found = self._repository(repository)
            raw = {**self._raw(found, values), "title": title}
            return issues.create(self._site, self.who, found, raw, is_pull_request=True)

    def edit(self, ref: Ref, **values: Any) -> Issue:
        """Change title, body, labels, assignees, milestone, type."""
        with self._site.work():
            found = self._find(ref)
            raw = self._raw(self._site.repository_of(found), values)
            return issues.edit(self._site, self.who, found, raw)

    def close(self, ref: Ref, reason: str = "completed") -> Issue:
        """Close an issue: completed, not_planned or duplicate."""
        return self._edit(ref, {"state": "closed", "state_reason": reason})

    def reopen(self, ref: Ref) -> Issue:
        """Open a closed issue again."""
        return self._edit(ref, {"state": "open"})

    def lock(self, ref: Ref, reason: str | None = None) -> Issue:
        """Lock an issue."""
        with self._site.work():
            return issues.lock(self._site, self.who, self._find(ref), reason)

    def transfer(self, ref: Ref, repository: str) -> Issue:
        """Move an issue to another repository."""
        with self._site.work():
            target = self._repository(repository)
            return issues.transfer(self._site, self.who, self._find(ref), target)

    def delete(self, ref: Ref) -> None:
        """Delete an issue, which only administrators may."""
        with self._site.work():
            issues.delete(self._site, self.who, self._find(ref))

    # -- comments

    def comment(self, ref: Ref, text: str) -> Comment:
        """Comment."""
        with self._site.work():
            raw = {"body": _typed(text)}
            return comments.add(self._site, self.who, self._find(ref), raw)

    def edit_comment(self, comment_id: str, text: str) -> Comment:
        """Change a comment."""
        with self._site.work():
            found, issue = self._comment(comment_id)
            raw = {"body": _typed(text)}
            return comments.edit(self._site, self.who, found, issue, raw)

    def delete_comment(self, comment_id: str) -> None:
        """Delete a comment."""
        with self._site.work():
            comments.delete(self._site, self.who, *self._comment(comment_id))

    # -- the repository

    def make_label(self, repository: str, name: str, **values: str) -> Label:
        """Make a label."""
        with self._site.work():
            found = self._repository(repository)
            return labels.create(self._site, self.who, found, {"name": name, **values})

    def rename_label(self, repository: str, name: str, new: str) -> Label:
        """Rename a label, on all issues at once."""
        with self._site.work():
            found = self._repository(repository)
            label = self._site.label(found, name)
            if label is None:
                raise not_found()
            return labels.edit(self._site, self.who, found, label, {"new_name": new})

    def make_milestone(self, repository: str, title: str, **values: str) -> Milestone:
        """Make a milestone."""
        with self._site.work():
            found = self._repository(repository)
            return milestones.create(self._site, self.who, found, {"title": title, **values})

    def rename_repository(self, repository: str, name: str) -> Repository:
        """Rename a repository; its old name leads to it."""

        def change(old: Repository) -> Repository:
            former = [*old.former_names, old.full_name.lower()]
            return replace(old, name=name, former_names=former)

        return self._configure(repository, "renamed", change)

    def switch_issues(self, repository: str, *, is_on: bool) -> Repository:
        """Switch a repository's issues on or off."""
        return self._configure(repository, "edited", lambda old: replace(old, has_issues=is_on))

    def archive(self, repository: str) -> Repository:
        """Make a repository read-only."""
        return self._configure(repository, "archived", lambda old: replace(old, is_archived=True))

    def _configure(
        self, repository: str, action: str, change: Callable[[Repository], Repository]
    ) -> Repository:
        with self._site.work():
            access.require_role(self.who, "admin")
            changed = replace(change(self._repository(repository)), updated=self._site.clock.now())
            self._site.store.put(changed)
            announce.repository(self._site, self.who, changed.id, action)
            return changed

    def _edit(self, ref: Ref, raw: Json) -> Issue:
        with self._site.work():
            return issues.edit(self._site, self.who, self._find(ref), raw)

    def _find(self, ref: Ref) -> Issue:
        if isinstance(ref, Issue):
            found = self._site.store.get(Issue, ref.id)
            if found is None:
                raise GitHubError(410, "This issue was deleted")
            return found
        name, _, number = ref.partition("#")
        return self._site.issue(self._repository(name), number)

    def _comment(self, comment_id: str) -> tuple[Comment, Issue]:
        found = self._site.store.get(Comment, comment_id)
        issue = self._site.store.get(Issue, found.issue) if found else None
        if found is None or issue is None:
            raise not_found()
        return found, issue

    def _repository(self, name: str) -> Repository:
        return self._site.repository(self.who, name)

    def _raw(self, repository: Repository, values: Json) -> Json:
        raw = dict(values)
        if raw.get("body"):
            raw["body"] = _typed(raw["body"])
        if raw.get("milestone"):
            raw["milestone"] = self._milestone(repository, raw["milestone"])
        return raw

    def _milestone(self, repository: Repository, title: str) -> int:
        for one in self._site.store.children(Milestone, repository.id):
            if one.title == title:
                return one.number
        raise GitHubError(422, f"No milestone is called {title}.")


def _typed(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\n", "\r\n")
