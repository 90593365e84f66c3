"""Jira's endpoints: one method each, the two Jiras apart where they differ."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO
from urllib.parse import quote

from integrations.base.answers import Answer
from integrations.base.errors import GoneError
from integrations.base.http import ApiClient
from integrations.base.multipart import Multipart
from integrations.base.pagination import OffsetPages
from integrations.connectors.jira.jql import among
from integrations.connectors.jira.times import millis, moment

Json = Mapping[str, Any]
MARKER = "tp-sync"
PAGE = 100


@dataclass(frozen=True, slots=True)
class Found:
    """A page of a search; `token` fetches the next one, None on the last."""

    issues: Sequence[Json]
    token: str | None
    server_now: datetime | None


def server_info(http: ApiClient) -> Answer:
    """Ask what this is; the same on every Jira, and open to anybody.

    https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-server-info/#api-rest-api-3-serverinfo-get
    """
    return http.get("/rest/api/2/serverInfo")


class JiraClient:
    """What both Jiras have at the same paths."""

    api = "/rest/api/2"

    def __init__(self, http: ApiClient) -> None:
        self.http = http

    def myself(self) -> Any:
        """Say who we are; the only honest test of credentials.

        https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-myself/#api-rest-api-3-myself-get
        """
        return self._json(f"{self.api}/myself")

    def project(self, project: str) -> Any:
        """Read a project by id or key.

        https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-projects/#api-rest-api-3-project-projectidorkey-get
        """
        return self._json(f"{self.api}/project/{quote(project, safe='')}")

    def permissions(self, project: str, wanted: Iterable[str]) -> Any:
        """Ask what we may do in a project; Data Center names all, whatever is wanted.

        https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-permissions/#api-rest-api-3-mypermissions-get
        """
        name = "projectId" if project.isdigit() else "projectKey"
        answer = self.http.get(
            f"{self.api}/mypermissions", **{name: project, **self._permissions(wanted)}
        )
        return answer.json()["permissions"]

    def fields(self) -> Any:
        """List all fields of the site with their types.

        https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-fields/#api-rest-api-3-field-get
        """
        return self.http.get(f"{self.api}/field").json()

    def statuses(self, project: str) -> Any:
        """List a project's types, each with the statuses of its workflow.

        https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-projects/#api-rest-api-3-project-projectidorkey-statuses-get
        """
        path = f"{self.api}/project/{quote(project, safe='')}/statuses"
        return self.http.get(path).json()

    def issue_types(self, project: str) -> Iterable[Json]:
        """List the types that we may create.

        https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-issue-createmeta-projectidorkey-issuetypes-get
        """
        path = f"{self.api}/issue/createmeta/{quote(project, safe='')}/issuetypes"
        return self._pages(path, "issueTypes")

    def create_fields(self, project: str, type_id: str) -> Iterable[Json]:
        """List the fields that a new issue of a type takes.

        https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-issue-createmeta-projectidorkey-issuetypes-issuetypeid-get
        """
        path = f"{self.api}/issue/createmeta/{quote(project, safe='')}/issuetypes/{type_id}"
        return self._pages(path, "fields")

    def issue(self, id_: str, fields: Iterable[str]) -> Any:
        """Read an issue with our marker.

        https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-issue-issueidorkey-get
        """
        path = f"{self.api}/issue/{id_}"
        return self.http.get(path, fields=",".join(fields), properties=MARKER).json()

    def create(self, body: Json) -> str:
        """Create an issue; the answer is no more than its id and key.

        https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-issue-post
        """
        return str(self.http.post(f"{self.api}/issue", body).json()["id"])

    def transitions(self, id_: str) -> Any:
        """List the steps open to us now, with what their screens ask for.

        https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-issue-issueidorkey-transitions-get
        """
        path = f"{self.api}/issue/{id_}/transitions"
        return self.http.get(path, expand="transitions.fields").json()["transitions"]

    def transition(self, id_: str, step: str, fields: Json) -> None:
        """Take a step of the workflow.

        https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-issue-issueidorkey-transitions-post
        """
        body = {"transition": {"id": step}, **({"fields": fields} if fields else {})}
        self.http.post(f"{self.api}/issue/{id_}/transitions", body)

    def comments(self, id_: str) -> Iterable[Json]:
        """List an issue's comments, oldest first, with our marker.

        https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-comments/#api-rest-api-3-issue-issueidorkey-comment-get
        """
        path = f"{self.api}/issue/{id_}/comment"
        return self._pages(path, "comments", orderBy="created", expand="properties")

    def add_comment(self, id_: str, body: Json) -> Any:
        """Add a comment.

        https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-comments/#api-rest-api-3-issue-issueidorkey-comment-post
        """
        return self.http.post(f"{self.api}/issue/{id_}/comment", body).json()

    def edit_comment(self, id_: str, comment: str, body: Json) -> Any:
        """Replace a comment's text.

        https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-comments/#api-rest-api-3-issue-issueidorkey-comment-id-put
        """
        return self.http.put(f"{self.api}/issue/{id_}/comment/{comment}", body).json()

    def delete_comment(self, id_: str, comment: str) -> None:
        """Delete a comment.

        https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-comments/#api-rest-api-3-issue-issueidorkey-comment-id-delete
        """
        self.http.delete(f"{self.api}/issue/{id_}/comment/{comment}")

    def attach(self, id_: str, form: Multipart) -> Any:
        """Attach a file.

        https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-attachments/#api-rest-api-3-issue-issueidorkey-attachments-post
        """
        path = f"{self.api}/issue/{id_}/attachments"
        # Without this header Jira takes the upload for a forged form of a browser.
        return self.http.upload(path, form, {"X-Atlassian-Token": "no-check"}).json()[0]

    def _json(self, path: str) -> Any:
        return self.http.get(path).json()

    def _permissions(self, wanted: Iterable[str]) -> dict[str, str]:
        del wanted
        return {}

    def _pages(self, path: str, name: str, **params: str) -> Iterable[Json]:
        """Walk through pages; Data Center names the rows of `createmeta` just `values`."""

        def fetch(start: int) -> tuple[Sequence[Json], bool]:
            page = self.http.get(path, startAt=start, maxResults=PAGE, **params).json()
            rows: Sequence[Json] = page.get(name) or page.get("values") or []
            return rows, start + len(rows) >= page.get("total", 0)

        return OffsetPages(fetch)


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
        try:
            return self._json(f"{self.api}/issue/{id_}/properties/{MARKER}")["value"]
        except GoneError:
            return None

    def user(self, key: str) -> Any:
        """Read somebody by the key that never changes.

        https://docs.atlassian.com/software/jira/docs/api/REST/9.17.0/#api/2/user-getUser
        """
        return self.http.get(f"{self.api}/user", key=key).json()

    def content(self, id_: str, name: str) -> AbstractContextManager[BinaryIO]:
        """Stream a file."""
        return self.http.stream(f"/secure/attachment/{id_}/{quote(name, safe='')}")
