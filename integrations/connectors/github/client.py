"""GitHub's endpoints: one method each. A scope is a repository's name as it was when chosen."""

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urlsplit

from integrations.base.answers import Answer
from integrations.base.errors import GoneError, MovedError, ScopeError
from integrations.base.http import ApiClient
from integrations.base.pagination import next_link
from integrations.connectors.github.address import is_repository

Json = Mapping[str, Any]
PAGE = 100
_HEADERS = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}


class GitHubClient:
    """Calls one GitHub; where a repository was renamed, by its new name from then on."""

    def __init__(self, http: ApiClient) -> None:
        self.http = http
        self._names: dict[str, str] = {}

    def name(self, scope: str) -> str:
        """Return the repository's name as far as we know it."""
        if not is_repository(scope):
            raise ScopeError(
                f"“{scope}” is not the name of a repository.", fix="Write it as owner/name."
            )
        return self._names.get(scope, scope)

    # -- the site

    def user(self) -> Answer:
        """Say who we are.

        https://docs.github.com/en/rest/users/users#get-the-authenticated-user
        """
        return self._call("GET", "/user")

    def repositories(self) -> Iterator[Json]:
        """List the repositories that our token reaches.

        https://docs.github.com/en/rest/repos/repos#list-repositories-for-the-authenticated-user
        """
        return self._rows(self._call("GET", "/user/repos", sort="full_name", per_page=PAGE))

    def search(self, query: str, limit: int) -> Any:
        """Search issues; its index lags, so this is for people only.

        https://docs.github.com/en/rest/search/search#search-issues-and-pull-requests
        """
        return self._call("GET", "/search/issues", q=query, per_page=limit).json()["items"]

    # -- a repository

    def repository(self, scope: str) -> Answer:
        """Read a repository, wherever it has moved, and remember its name.

        https://docs.github.com/en/rest/repos/repos#get-a-repository
        """
        answer = self._call("GET", self._path(scope, ""))
        self._names[scope] = answer.json()["full_name"]
        return answer

    def branch(self, scope: str, name: str) -> Any:
        """Read a branch.

        https://docs.github.com/en/rest/branches/branches#get-a-branch
        """
        return self._get(scope, f"/branches/{quote(name, safe='')}").json()

    def issue_types(self, scope: str) -> Any:
        """List the organisation's types of issue, none where the repository has no types.

        https://docs.github.com/en/rest/repos/repos#list-issue-types-for-a-repository
        """
        try:
            return self._get(scope, "/issue-types").json()
        except GoneError:
            return []

    def labels(self, scope: str) -> Iterator[Json]:
        """List a repository's labels.

        https://docs.github.com/en/rest/issues/labels#list-labels-for-a-repository
        """
        return self._rows(self._get(scope, "/labels", per_page=PAGE))

    def milestones(self, scope: str) -> Iterator[Json]:
        """List a repository's milestones, closed ones too.

        https://docs.github.com/en/rest/issues/milestones#list-milestones
        """
        return self._rows(self._get(scope, "/milestones", state="all", per_page=PAGE))

    def assignees(self, scope: str) -> Iterator[Json]:
        """List the accounts that issues can be assigned to.

        https://docs.github.com/en/rest/issues/assignees#list-assignees
        """
        return self._rows(self._get(scope, "/assignees", per_page=PAGE))

    # -- issues

    def latest(self, scope: str, kind: str, etag: str) -> Answer:
        """Look at the newest change; the URL is always the same, so nothing new costs nothing.

        `kind` is `issues` or `issues/comments`.
        https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#use-conditional-requests-if-appropriate
        """
        state = {"state": "all"} if kind == "issues" else {}
        return self._get(
            scope,
            f"/{kind}",
            {"If-None-Match": etag} if etag else {},
            **state,
            sort="updated",
            direction="desc",
            per_page=1,
        )

    def issues(self, scope: str, **filters: str | int) -> Answer:
        """List a page of issues and pull requests.

        https://docs.github.com/en/rest/issues/issues#list-repository-issues
        """
        return self._get(scope, "/issues", None, **{"state": "all", "per_page": PAGE, **filters})

    def all_issues(self, scope: str, **filters: str) -> Iterator[Json]:
        """List all issues and pull requests that pass the filters."""
        return self._rows(self.issues(scope, **filters))

    def comments_since(self, scope: str, since: str) -> Answer:
        """List a page of comments of all issues and pull requests, oldest change first.

        https://docs.github.com/en/rest/issues/comments#list-issue-comments-for-a-repository
        """
        return self._get(
            scope,
            "/issues/comments",
            sort="updated",
            direction="asc",
            since=since,
            per_page=PAGE,
        )

    def page(self, link: str) -> Answer:
        """Read a page that `following` gave."""
        return self._call("GET", link)

    def issue(self, scope: str, number: str) -> Any:
        """Read an issue, wherever it has moved.

        https://docs.github.com/en/rest/issues/issues#get-an-issue
        """
        return self._get(scope, f"/issues/{number}").json()

    def create(self, scope: str, body: Json) -> Json:
        """Create an issue.

        https://docs.github.com/en/rest/issues/issues#create-an-issue
        """
        made: Json = self._write("POST", scope, "/issues", body).json()
        return made

    def edit(self, scope: str, number: str, body: Json) -> Json:
        """Change an issue; the answer is the issue as it is now.

        https://docs.github.com/en/rest/issues/issues#update-an-issue
        """
        changed: Json = self._write("PATCH", scope, f"/issues/{number}", body).json()
        return changed

    # -- comments

    def comments(self, scope: str, number: str) -> Iterator[Json]:
        """List an issue's comments, oldest first.

        https://docs.github.com/en/rest/issues/comments#list-issue-comments
        """
        return self._rows(self._get(scope, f"/issues/{number}/comments", per_page=PAGE))

    def add_comment(self, scope: str, number: str, text: str) -> Any:
        """Add a comment.

        https://docs.github.com/en/rest/issues/comments#create-an-issue-comment
        """
        return self._write("POST", scope, f"/issues/{number}/comments", {"body": text}).json()

    def edit_comment(self, scope: str, comment: str, text: str) -> Any:
        """Replace a comment's text.

        https://docs.github.com/en/rest/issues/comments#update-an-issue-comment
        """
        return self._write("PATCH", scope, f"/issues/comments/{comment}", {"body": text}).json()

    def delete_comment(self, scope: str, comment: str) -> None:
        """Delete a comment.

        https://docs.github.com/en/rest/issues/comments#delete-an-issue-comment
        """
        self._write("DELETE", scope, f"/issues/comments/{comment}")

    # -- inside

    def _rows(self, answer: Answer) -> Iterator[Json]:
        seen: set[str] = set()
        yield from answer.json()
        while (link := following(answer)) and link not in seen:
            seen.add(link)
            answer = self.page(link)
            yield from answer.json()

    def _get(
        self, scope: str, path: str, headers: Mapping[str, str] | None = None, **params: Any
    ) -> Answer:
        answer = self._call("GET", self._path(scope, path), headers, **params)
        # A redirect may have lost what we asked for, so a new name is asked again.
        if self._is_elsewhere(answer, scope, path) and self._is_renamed(scope):
            return self._call("GET", self._path(scope, path), headers, **params)
        return answer

    def _write(self, method: str, scope: str, path: str, body: Json | None = None) -> Answer:
        """Write once; what answered with another address has changed nothing."""
        try:
            return self._send(method, self._path(scope, path), body)
        except MovedError:
            if not self._is_renamed(scope):
                raise
            return self._send(method, self._path(scope, path), body)

    def _path(self, scope: str, path: str) -> str:
        return f"/repos/{self.name(scope)}{path}"

    def _is_elsewhere(self, answer: Answer, scope: str, path: str) -> bool:
        asked = urlsplit(f"{self.http.base_url}{self._path(scope, path)}").path
        return urlsplit(answer.url).path != asked

    def _is_renamed(self, scope: str) -> bool:
        known = self.name(scope)
        self.repository(scope)
        return self.name(scope) != known

    def _call(
        self, method: str, path: str, headers: Mapping[str, str] | None = None, **params: Any
    ) -> Answer:
        return self.http.request(
            method, path, params=params, headers={**_HEADERS, **(headers or {})}
        )

    def _send(self, method: str, path: str, body: Json | None) -> Answer:
        if body is None:
            return self._call(method, path)
        return self.http.request(method, path, json=body, headers=_HEADERS)


def following(answer: Answer) -> str:
    """Return where the next page is, empty on the last one; never on another host than ours."""
    link = next_link(answer)
    if answer.status == HTTPStatus.NOT_MODIFIED or link is None:
        return ""
    parts = urlsplit(link)
    return f"{answer.origin}{parts.path}?{parts.query}"
