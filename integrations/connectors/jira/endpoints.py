"""Jira's endpoints that both Jiras have at the same paths: one method each."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from integrations.base.answers import Answer
from integrations.base.http import ApiClient
from integrations.base.multipart import Multipart
from integrations.base.pagination import OffsetPages

Json = Mapping[str, Any]
MARKER = "tp-sync"
PAGE = 100
PEOPLE = 20


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

    def delete(self, id_: str) -> None:
        """Delete an issue for good.

        https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-issue-issueidorkey-delete
        """
        self.http.delete(f"{self.api}/issue/{id_}")

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

    def detach(self, attachment: str) -> None:
        """Delete a file.

        https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-attachments/#api-rest-api-3-attachment-id-delete
        """
        self.http.delete(f"{self.api}/attachment/{attachment}")

    def link(self, id_: str, body: Json) -> None:
        """Show a link to another system; the one of the same `globalId` is replaced.

        https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-remote-links/#api-rest-api-3-issue-issueidorkey-remotelink-post
        """
        self.http.post(f"{self.api}/issue/{id_}/remotelink", body)

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
