"""The two Jiras where they differ: one method an endpoint."""

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Any, BinaryIO
from urllib.parse import quote

from integrations.base.errors import GoneError
from integrations.base.http import ApiClient
from integrations.connectors.jira.endpoints import MARKER, PAGE, PEOPLE, Found, JiraClient, Json
from integrations.connectors.jira.jql import among
from integrations.connectors.jira.times import millis, moment


class CloudClient(JiraClient):
    """Jira Cloud, REST v3."""

    api = "/rest/api/3"
    census_page = 5_000

    def projects(self) -> Iterable[Json]:
        """List the projects that we see.

        https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-projects/#api-rest-api-3-project-search-get
        """
        return self._pages(f"{self.api}/project/search", "values")

    def search(
        self, jql: str, fields: Sequence[str], token: str | None = None, limit: int = PAGE
    ) -> Found:
        """Search; a page comes with a token for the next one and without a total.

        https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-search/#api-rest-api-3-search-jql-post
        """
        body: dict[str, Any] = {"jql": jql, "fields": fields, "maxResults": limit}
        body |= {"nextPageToken": token} if token else {}
        body |= {"properties": [MARKER]} if fields != ["id"] else {}
        answer = self.http.post(f"{self.api}/search/jql", body)
        page = answer.json()
        return Found(page["issues"], page.get("nextPageToken"), answer.server_now)

    def issues(self, ids: Sequence[str], fields: Sequence[str]) -> Any:
        """Read up to a hundred issues; those that we cannot have are left out.

        https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-issue-bulkfetch-post
        """
        body = {"issueIdsOrKeys": ids, "fields": fields, "properties": [MARKER]}
        return self.http.post(f"{self.api}/issue/bulkfetch", body).json()["issues"]

    def with_markers(self, issues: Sequence[Json], us: str, made_since: int) -> Sequence[Json]:
        """Return issues with our marker: here they all came with it."""
        del us, made_since
        return issues

    def edit(self, id_: str, body: Json, fields: Sequence[str]) -> Any:
        """Change an issue; the answer is the issue as it is now.

        https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-issue-issueidorkey-put
        """
        changed = self.http.put(f"{self.api}/issue/{id_}", body, returnIssue="true").json()
        return changed or self.issue(id_, fields)

    def assignable(self, project: str, text: str) -> Any:
        """Find accounts that issues of a project can be given to, by the start of name or e-mail.

        https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-user-search/#api-rest-api-3-user-assignable-search-get
        """
        path = f"{self.api}/user/assignable/search"
        return self.http.get(path, project=project, query=text, maxResults=PEOPLE).json()

    def content(self, id_: str, name: str) -> AbstractContextManager[BinaryIO]:
        """Stream a file; Jira sends us on to a media store without our credentials.

        https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-attachments/#api-rest-api-3-attachment-content-id-get
        """
        del name
        return self.http.stream(f"{self.api}/attachment/content/{id_}")

    def _permissions(self, wanted: Iterable[str]) -> dict[str, str]:
        return {"permissions": ",".join(wanted)}


class ServerClient(JiraClient):
    """Jira Data Center, REST v2."""

    census_page = 1_000

    def __init__(self, http: ApiClient) -> None:
        super().__init__(http)
        self._markers: dict[str, Any] = {}

    def projects(self) -> Any:
        """List the projects that we see.

        https://docs.atlassian.com/software/jira/docs/api/REST/9.17.0/#api/2/project-getAllProjects
        """
        return self.http.get(f"{self.api}/project").json()

    def search(
        self, jql: str, fields: Sequence[str], token: str | None = None, limit: int = PAGE
    ) -> Found:
        """Search by number of row; issues come without our marker.

        https://docs.atlassian.com/software/jira/docs/api/REST/9.17.0/#api/2/search-searchUsingSearchRequest
        """
        start = int(token or 0)
        # Ids that are gone are a warning then, not an error of the whole search.
        body = {"jql": jql, "fields": fields, "validateQuery": False}
        answer = self.http.post(
            f"{self.api}/search", {**body, "startAt": start, "maxResults": limit}
        )
        page = answer.json()
        following = start + len(page["issues"])
        is_last = not page["issues"] or following >= page["total"]
        return Found(page["issues"], None if is_last else str(following), answer.server_now)

    def issues(self, ids: Sequence[str], fields: Sequence[str]) -> Sequence[Json]:
        """Read up to a hundred issues; those that we cannot have are left out."""
        return self.search(among(ids), fields).issues

    def edit(self, id_: str, body: Json, fields: Sequence[str]) -> Any:
        """Change an issue and read it again.

        https://docs.atlassian.com/software/jira/docs/api/REST/9.17.0/#api/2/issue-editIssue
        """
        self.http.put(f"{self.api}/issue/{id_}", body)
        return self.issue(id_, fields)

    def with_markers(self, issues: Sequence[Json], us: str, made_since: int) -> Sequence[Json]:
        """Return issues with our marker, one call for each that we made since a moment.

        https://docs.atlassian.com/software/jira/docs/api/REST/9.17.0/#api/2/issue/{issueIdOrKey}/properties-getProperty
        """
        return [
            {**issue, "properties": {MARKER: self._marker(str(issue["id"]))}}
            if self._is_ours(issue["fields"], us, made_since)
            else issue
            for issue in issues
        ]

    @staticmethod
    def _is_ours(fields: Json, us: str, made_since: int) -> bool:
        creator = fields.get("creator") or {}
        return creator.get("key") == us and millis(moment(fields["created"])) >= made_since

    def _marker(self, id_: str) -> Any:
        """Read our marker once: it never changes."""
        if id_ not in self._markers:
            try:
                self._markers[id_] = self._json(f"{self.api}/issue/{id_}/properties/{MARKER}")[
                    "value"
                ]
            except GoneError:
                return None
        return self._markers[id_]

    def user(self, key: str) -> Any:
        """Read somebody by the key that never changes.

        https://docs.atlassian.com/software/jira/docs/api/REST/9.17.0/#api/2/user-getUser
        """
        return self.http.get(f"{self.api}/user", key=key).json()

    def assignable(self, project: str, text: str) -> Any:
        """Find accounts that issues of a project can be given to; this Jira wants its key.

        https://docs.atlassian.com/software/jira/docs/api/REST/9.17.0/#api/2/user-findAssignableUsers
        """
        key = self.project(project)["key"] if project.isdigit() else project
        path = f"{self.api}/user/assignable/search"
        return self.http.get(path, project=key, username=text, maxResults=PEOPLE).json()

    def content(self, id_: str, name: str) -> AbstractContextManager[BinaryIO]:
        """Stream a file."""
        return self.http.stream(f"/secure/attachment/{id_}/{quote(name, safe='')}")
