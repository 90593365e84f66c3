"""Rows as the API shows them: whole seconds, and addresses below one root."""

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from urllib.parse import quote

from integrations.sandbox.clock import moment
from integrations.sandbox.github.accounts import Account
from integrations.sandbox.github.catalogue import (
    BRANCH,
    ORGANIZATION,
    ORGANIZATION_ID,
    TYPES,
    IssueType,
)
from integrations.sandbox.github.links import PERSON_LINKS, REPOSITORY_LINKS
from integrations.sandbox.github.model import (
    Comment,
    Issue,
    Json,
    Label,
    Milestone,
    Repository,
)
from integrations.sandbox.github.site import Site

_REACTIONS = ("+1", "-1", "laugh", "hooray", "confused", "heart", "rocket", "eyes")


@dataclass(frozen=True, slots=True)
class View:
    """What an account sees; `root` is what the API's addresses begin with."""

    site: Site
    who: Account
    root: str

    @property
    def pages(self) -> str:
        """Return what the addresses of pages begin with."""
        return self.site.base_url

    def person(self, login: str) -> Json:
        """Return an account as everybody sees it."""
        account = self.site.account(login)
        return self._named(account.login, account.id, "User")

    def organization(self) -> Json:
        """Return the organization as an owner."""
        return self._named(ORGANIZATION, ORGANIZATION_ID, "Organization")

    def myself(self, account: Account) -> Json:
        """Return an account with its profile."""
        then = shown_time(0)
        empty = dict.fromkeys(("company", "location", "hireable", "bio", "twitter_username"))
        return {
            **self.person(account.login),
            **empty,
            "name": account.name,
            "email": f"{account.login}@example.com",
            "blog": "",
            **dict.fromkeys(("public_repos", "public_gists", "followers", "following"), 0),
            "created_at": then,
            "updated_at": then,
        }

    def repository_url(self, repository: Repository) -> str:
        """Return where the API has a repository."""
        return f"{self.root}/repos/{repository.full_name}"

    def repository(self, repository: Repository) -> Json:
        """Return a repository as it hangs on other things."""
        url, page = self.repository_url(repository), f"{self.pages}/{repository.full_name}"
        host = self.pages.partition("://")[2]
        issues = self.site.issues(repository)
        still_open = sum(one.state == "open" for one in issues)
        return {
            "id": int(repository.id),
            "node_id": node_id("R", repository.id),
            "name": repository.name,
            "full_name": repository.full_name,
            "private": repository.is_private,
            "owner": self.organization(),
            "html_url": page,
            "description": repository.description,
            "fork": False,
            "url": url,
            **{f"{name}_url": url + path for name, path in REPOSITORY_LINKS.items()},
            "git_url": f"git://{host}/{repository.full_name}.git",
            "ssh_url": f"git@{host}:{repository.full_name}.git",
            "clone_url": f"{page}.git",
            "svn_url": page,
            **dict.fromkeys(("mirror_url", "homepage", "language", "license")),
            **dict.fromkeys(("forks", "forks_count", "stargazers_count", "size"), 0),
            **dict.fromkeys(("watchers", "watchers_count"), 0),
            "open_issues": still_open,
            "open_issues_count": still_open,
            "has_issues": repository.has_issues,
            **dict.fromkeys(("has_projects", "has_wiki", "has_downloads"), True),
            **dict.fromkeys(("has_pages", "has_discussions", "is_template", "disabled"), False),
            "archived": repository.is_archived,
            "allow_forking": False,
            "web_commit_signoff_required": False,
            "topics": [],
            "custom_properties": {},
            "visibility": "private" if repository.is_private else "public",
            "default_branch": BRANCH,
            "created_at": shown_time(repository.created),
            "updated_at": shown_time(repository.updated),
            "pushed_at": shown_time(repository.created),
        }

    def full_repository(self, repository: Repository) -> Json:
        """Return a repository by itself, with what the account may do there."""
        rights = {"admin": "admin", "maintain": "admin", "push": "write", "triage": "triage"}
        allowed = {name: self.who.has(role) for name, role in rights.items()}
        return {
            **self.repository(repository),
            "permissions": {**allowed, "pull": True},
            "organization": self.organization(),
            "network_count": 0,
            "subscribers_count": 0,
        }

    def label(self, label: Label) -> Json:
        """Return a label."""
        return {
            "id": int(label.id),
            "node_id": node_id("LA", label.id),
            "url": f"{self._repository_url(label.repository)}/labels/{quote(label.name, safe='')}",
            "name": label.name,
            "color": label.color,
            "default": label.is_default,
            "description": label.description,
        }

    def milestone(self, milestone: Milestone) -> Json:
        """Return a milestone with the numbers of its issues."""
        repository = self._repository(milestone.repository)
        url = f"{self.repository_url(repository)}/milestones/{milestone.number}"
        inside = [
            one.state for one in self.site.issues(repository) if one.milestone == milestone.id
        ]
        return {
            "url": url,
            "html_url": f"{self.pages}/{repository.full_name}/milestone/{milestone.number}",
            "labels_url": f"{url}/labels",
            "id": int(milestone.id),
            "node_id": node_id("MI", milestone.id),
            "number": milestone.number,
            "title": milestone.title,
            "description": milestone.description,
            "creator": self.person(milestone.creator),
            "open_issues": inside.count("open"),
            "closed_issues": inside.count("closed"),
            "state": milestone.state,
            "created_at": shown_time(milestone.created),
            "updated_at": shown_time(milestone.updated),
            "due_on": shown_time(milestone.due) if milestone.due is not None else None,
            "closed_at": shown_time(milestone.closed) if milestone.closed is not None else None,
        }

    def issue(self, issue: Issue) -> Json:
        """Return an issue or pull request."""
        repository = self._repository(issue.repository)
        url = self.issue_url(issue)
        milestone = self.site.store.get(Milestone, issue.milestone or "")
        people = [self.person(login) for login in issue.assignees]
        links = {name: f"{url}/{name}" for name in ("comments", "events", "timeline")}
        return {
            "url": url,
            "repository_url": self.repository_url(repository),
            "labels_url": f"{url}/labels{{/name}}",
            **{f"{name}_url": link for name, link in links.items()},
            "html_url": self.issue_page(issue),
            "id": int(issue.id),
            "node_id": node_id("PR" if issue.is_pull_request else "I", issue.id),
            "number": issue.number,
            "title": issue.title,
            "user": self.person(issue.author),
            "labels": [self.label(label) for label in self.site.labels(issue)],
            "state": issue.state,
            "locked": issue.is_locked,
            "assignee": people[0] if people else None,
            "assignees": people,
            "milestone": self.milestone(milestone) if milestone else None,
            "comments": len(self.site.store.children(Comment, issue.id)),
            "created_at": shown_time(issue.created),
            "updated_at": shown_time(issue.updated),
            "closed_at": shown_time(issue.closed) if issue.closed is not None else None,
            "closed_by": self.person(issue.closed_by) if issue.closed_by else None,
            "author_association": self.association(issue.author),
            "active_lock_reason": issue.lock_reason,
            "body": issue.body,
            "reactions": _reactions(url),
            "performed_via_github_app": None,
            "state_reason": issue.state_reason,
            **(self._as_pull_request(issue) if issue.is_pull_request else self._as_issue(issue)),
        }

    def comment(self, comment: Comment, issue: Issue) -> Json:
        """Return a comment."""
        url = f"{self._repository_url(issue.repository)}/issues/comments/{comment.id}"
        return {
            "url": url,
            "html_url": f"{self.issue_page(issue)}#issuecomment-{comment.id}",
            "issue_url": self.issue_url(issue),
            "id": int(comment.id),
            "node_id": node_id("IC", comment.id),
            "user": self.person(comment.author),
            "created_at": shown_time(comment.created),
            "updated_at": shown_time(comment.updated),
            "author_association": self.association(comment.author),
            "body": comment.body,
            "reactions": _reactions(url),
            "performed_via_github_app": None,
        }

    def association(self, login: str) -> str:
        """Return how somebody belongs to the organization."""
        return "MEMBER" if self.site.account(login).has("read") else "NONE"

    def issue_url(self, issue: Issue) -> str:
        """Return where the API has an issue."""
        return f"{self._repository_url(issue.repository)}/issues/{issue.number}"

    def issue_page(self, issue: Issue) -> str:
        """Return where people find an issue."""
        kind = "pull" if issue.is_pull_request else "issues"
        name = self._repository(issue.repository).full_name
        return f"{self.pages}/{name}/{kind}/{issue.number}"

    def _as_pull_request(self, issue: Issue) -> Json:
        page = self.issue_page(issue)
        links = {
            "url": f"{self._repository_url(issue.repository)}/pulls/{issue.number}",
            "html_url": page,
            "diff_url": f"{page}.diff",
            "patch_url": f"{page}.patch",
            "merged_at": None,
        }
        return {"draft": False, "pull_request": links}

    def _as_issue(self, issue: Issue) -> Json:
        nothing = ("blocked_by", "total_blocked_by", "blocking", "total_blocking")
        return {
            "type": type_json(find_type(issue.type)) if issue.type else None,
            "sub_issues_summary": {"total": 0, "completed": 0, "percent_completed": 0},
            "issue_dependencies_summary": dict.fromkeys(nothing, 0),
        }

    def _named(self, login: str, id_: int, kind: str) -> Json:
        url = f"{self.root}/users/{login}"
        return {
            "login": login,
            "id": id_,
            "node_id": node_id(kind[0], str(id_)),
            "avatar_url": f"{self.pages}/avatars/u/{id_}?v=4",
            "gravatar_id": "",
            "url": url,
            "html_url": f"{self.pages}/{login}",
            **{name: url + path for name, path in PERSON_LINKS.items()},
            "type": kind,
            "user_view_type": "public",
            "site_admin": False,
        }

    def _repository(self, id_: str) -> Repository:
        found = self.site.store.get(Repository, id_)
        if found is None:
            raise LookupError(f"No repository {id_}.")
        return found

    def _repository_url(self, id_: str) -> str:
        return self.repository_url(self._repository(id_))


def type_json(type_: IssueType) -> Json:
    """Return a type of issue."""
    return {
        "id": type_.id,
        "node_id": node_id("IT", str(type_.id)),
        "name": type_.name,
        "description": type_.description,
        "color": type_.color,
        "created_at": shown_time(0),
        "updated_at": shown_time(0),
        "is_enabled": True,
    }


def find_type(name: str) -> IssueType:
    """Return the type of that name, however it is written; LookupError where there is none."""
    for type_ in TYPES:
        if type_.name.lower() == name.lower():
            return type_
    raise LookupError(name)


def shown_time(millis: int) -> str:
    """Return a time as GitHub writes it, in whole seconds."""
    return f"{moment(millis):%Y-%m-%dT%H:%M:%SZ}"


@cache
def node_id(kind: str, id_: str) -> str:
    """Return the id that GraphQL knows a thing by; nobody should read anything in it."""
    digest = hashlib.sha256(f"{kind}{id_}".encode()).digest()[:12]
    return f"{kind}_{urlsafe_b64encode(digest).decode()}"


def _reactions(url: str) -> Json:
    return {"url": f"{url}/reactions", "total_count": 0, **dict.fromkeys(_REACTIONS, 0)}


def names(labels: Sequence[Label]) -> list[str]:
    """Return the names of labels."""
    return [label.name for label in labels]
