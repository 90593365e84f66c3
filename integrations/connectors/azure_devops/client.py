"""Azure DevOps' endpoints: one method each, version 7.1."""

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Any, BinaryIO, Literal

from integrations.base.answers import Answer
from integrations.base.errors import ConnectorError
from integrations.base.pagination import CursorPages
from integrations.connectors.azure_devops.calls import HEADERS, VERSION, Calls, Json, part
from integrations.connectors.azure_devops.upload import Body

Patch = Sequence[Json]
COMMENTS = "7.1-preview.4"
CONNECTION = "7.1-preview.1"
BATCH = 200
"""How many work items one call reads or writes at most."""
MOST_IDS = 19_999
"""How many ids a query may find; one more is an error of the whole query."""
PATCH = {"Content-Type": "application/json-patch+json"}
_STREAM = {"Content-Type": "application/octet-stream"}

Format = Literal["markdown", "html"]


class Client(Calls):
    """One organisation, or one collection of a server."""

    __slots__ = ()

    # -- discovery

    def connection(self) -> Answer:
        """Say who we are; public preview since the first version, in no document of the vendor's.

        https://learn.microsoft.com/azure/devops/integrate/get-started/authentication/pats
        """
        return self._send("GET", "/_apis/connectionData", version=CONNECTION)

    def projects(self) -> Iterable[Json]:
        """List the projects that we see.

        https://learn.microsoft.com/rest/api/azure/devops/core/projects/list?view=azure-devops-rest-7.1
        """
        return self._rows("/_apis/projects")

    def project(self, project: str) -> Answer:
        """Read a project by id or name.

        https://learn.microsoft.com/rest/api/azure/devops/core/projects/get?view=azure-devops-rest-7.1
        """
        return self._send("GET", f"/_apis/projects/{part(project)}")

    def teams(self, project: str) -> Iterable[Json]:
        """List a project's teams.

        https://learn.microsoft.com/rest/api/azure/devops/core/teams/get-teams?view=azure-devops-rest-7.1
        """
        return self._rows(f"/_apis/projects/{part(project)}/teams")

    def members(self, project: str, team: str) -> Iterable[Json]:
        """List who is in a team.

        https://learn.microsoft.com/rest/api/azure/devops/core/teams/get-team-members-with-extended-properties?view=azure-devops-rest-7.1
        """
        return self._rows(f"/_apis/projects/{part(project)}/teams/{part(team)}/members")

    def types(self, project: str) -> Sequence[Json]:
        """List the types of work items.

        https://learn.microsoft.com/rest/api/azure/devops/wit/work-item-types/list?view=azure-devops-rest-7.1
        """
        return self._values(f"/{part(project)}/_apis/wit/workitemtypes")

    def type(self, project: str, name: str) -> Any:
        """Read a type with the steps between its states.

        https://learn.microsoft.com/rest/api/azure/devops/wit/work-item-types/get?view=azure-devops-rest-7.1
        """
        path = f"/{part(project)}/_apis/wit/workitemtypes/{part(name)}"
        return self._send("GET", path).json()

    def type_fields(self, project: str, name: str) -> Sequence[Json]:
        """List the fields of a type with the values that each takes.

        https://learn.microsoft.com/rest/api/azure/devops/wit/work-item-types-field/list?view=azure-devops-rest-7.1
        """
        path = f"/{part(project)}/_apis/wit/workitemtypes/{part(name)}/fields"
        return self._values(path, **{"$expand": "allowedValues"})

    def states(self, project: str, name: str) -> Sequence[Json]:
        """List the states of a type with their categories.

        https://learn.microsoft.com/rest/api/azure/devops/wit/work-item-type-states/list?view=azure-devops-rest-7.1
        """
        return self._values(f"/{part(project)}/_apis/wit/workitemtypes/{part(name)}/states")

    def fields(self) -> Sequence[Json]:
        """List all fields of the organisation with the kind of value each holds.

        https://learn.microsoft.com/rest/api/azure/devops/wit/fields/list?view=azure-devops-rest-7.1
        """
        return self._values("/_apis/wit/fields")

    # -- reading

    def items(self, ids: Sequence[str]) -> dict[str, Json]:
        """Read up to 200 work items with their links; those that we cannot have are left out.

        Fields and links exclude each other in a request, so all fields come.
        https://learn.microsoft.com/rest/api/azure/devops/wit/work-items/get-work-items-batch?view=azure-devops-rest-7.1
        """
        return self._batch_read({"ids": _numbers(ids), "$expand": "relations"})

    def fields_of(self, ids: Sequence[str], names: Sequence[str]) -> dict[str, Json]:
        """Read some fields of up to 200 work items."""
        return self._batch_read({"ids": _numbers(ids), "fields": names})

    def item(self, id_: str) -> Any:
        """Read a work item with its links.

        https://learn.microsoft.com/rest/api/azure/devops/wit/work-items/get-work-item?view=azure-devops-rest-7.1
        """
        return self._send(
            "GET", f"/_apis/wit/workitems/{id_}", params={"$expand": "relations"}
        ).json()

    def in_bin(self, project: str, id_: str) -> Any:
        """Read what the recycle bin tells about a deleted work item.

        https://learn.microsoft.com/rest/api/azure/devops/wit/recyclebin/get?view=azure-devops-rest-7.1
        """
        return self._send("GET", f"/{part(project)}/_apis/wit/recyclebin/{id_}").json()

    def query(self, project: str, wiql: str, most: int = MOST_IDS) -> list[str]:
        """Return the ids that a query finds; moments count to the second, not to the day.

        https://learn.microsoft.com/rest/api/azure/devops/wit/wiql/query-by-wiql?view=azure-devops-rest-7.1
        """
        params = {"timePrecision": "true", "$top": most}
        path = f"/{part(project)}/_apis/wit/wiql"
        found = self._send("POST", path, json={"query": wiql}, params=params).json()
        return [str(each["id"]) for each in found.get("workItems") or []]

    def revisions(self, project: str, params: Json) -> Answer:
        """Read the next page of the feed of revisions.

        https://learn.microsoft.com/rest/api/azure/devops/wit/reporting-work-item-revisions/read-reporting-revisions-get?view=azure-devops-rest-7.1
        """
        path = f"/{part(project)}/_apis/wit/reporting/workitemrevisions"
        return self._send("GET", path, params=params)

    def comments(self, project: str, id_: str) -> Iterable[Json]:
        """List a work item's comments, oldest first.

        https://learn.microsoft.com/rest/api/azure/devops/wit/comments/get-comments?view=azure-devops-rest-7.1
        """

        def fetch(token: str | None) -> tuple[Sequence[Json], str | None]:
            params = {"$top": BATCH, "order": "asc", "continuationToken": token}
            path = _comments(project, id_)
            page = self._send("GET", path, version=COMMENTS, params=params).json()
            return page.get("comments") or [], page.get("continuationToken") or None

        return CursorPages(fetch)

    def content(self, project: str, id_: str, name: str) -> AbstractContextManager[BinaryIO]:
        """Stream a file.

        https://learn.microsoft.com/rest/api/azure/devops/wit/attachments/get?view=azure-devops-rest-7.1
        """
        path = f"/{part(project)}/_apis/wit/attachments/{part(id_)}"
        params = {"fileName": name, "download": "true", "api-version": VERSION}
        return self.http.stream(path, **params)

    # -- writing

    def create(self, project: str, name: str, patch: Patch) -> Any:
        """Create a work item; the answer is the item.

        https://learn.microsoft.com/rest/api/azure/devops/wit/work-items/create?view=azure-devops-rest-7.1
        """
        return self._send("POST", _of_type(project, name), json=patch, headers=PATCH).json()

    def try_create(self, project: str, name: str, patch: Patch) -> None:
        """Ask whether a work item could be created; nothing is stored."""
        params = {"validateOnly": "true"}
        self._send("POST", _of_type(project, name), json=patch, headers=PATCH, params=params)

    def edit(self, id_: str, patch: Patch) -> Any:
        """Change a work item; the answer is the item as it is now.

        https://learn.microsoft.com/rest/api/azure/devops/wit/work-items/update?view=azure-devops-rest-7.1
        """
        return self._send("PATCH", _item(id_), json=patch, headers=PATCH).json()

    def edit_links(self, id_: str, patch: Patch) -> Any:
        """Change the links of a work item; the answer is the item with its links."""
        params = {"$expand": "relations"}
        return self._send("PATCH", _item(id_), json=patch, headers=PATCH, params=params).json()

    def edit_many(self, patches: Sequence[tuple[str, Patch]]) -> list[Json | ConnectorError]:
        """Change up to 200 work items, each for itself: its present state or its error.

        https://learn.microsoft.com/rest/api/azure/devops/wit/work-item-batch-update?view=azure-devops-rest-7.1
        """
        body = [
            {
                "method": "PATCH",
                "uri": f"{_item(id_)}?api-version={VERSION}",
                "headers": PATCH,
                "body": patch,
            }
            for id_, patch in patches
        ]
        answer = self._send("PATCH", "/_apis/wit/$batch", json=body)
        return [self._answered(answer, part) for part in answer.json()["value"]]

    def delete(self, id_: str) -> None:
        """Move a work item to the recycle bin.

        https://learn.microsoft.com/rest/api/azure/devops/wit/work-items/delete?view=azure-devops-rest-7.1
        """
        self._send("DELETE", _item(id_))

    def add_comment(self, project: str, id_: str, text: str, kind: Format) -> Any:
        """Add a comment.

        https://learn.microsoft.com/rest/api/azure/devops/wit/comments/add-comment?view=azure-devops-rest-7.1
        """
        path, params = _comments(project, id_), {"format": kind}
        return self._send("POST", path, version=COMMENTS, json={"text": text}, params=params).json()

    def edit_comment(self, place: tuple[str, str], comment: str, text: str, kind: Format) -> Any:
        """Replace a comment's text; `place` is project and item.

        https://learn.microsoft.com/rest/api/azure/devops/wit/comments/update-work-item-comment?view=azure-devops-rest-7.1
        """
        path, params = f"{_comments(*place)}/{comment}", {"format": kind}
        return self._send(
            "PATCH", path, version=COMMENTS, json={"text": text}, params=params
        ).json()

    def delete_comment(self, project: str, id_: str, comment: str) -> None:
        """Delete a comment.

        https://learn.microsoft.com/rest/api/azure/devops/wit/comments/delete?view=azure-devops-rest-7.1
        """
        self._send("DELETE", f"{_comments(project, id_)}/{comment}", version=COMMENTS)

    def upload(self, project: str, name: str, body: Body) -> str:
        """Send a file, piece by piece; return the address by which a work item links to it.

        https://learn.microsoft.com/rest/api/azure/devops/wit/attachments/create?view=azure-devops-rest-7.1
        """
        sent = self.http.request(
            "POST",
            f"/{part(project)}/_apis/wit/attachments",
            params={"fileName": name, "api-version": VERSION},
            data=body if body.is_sized else iter(body),
            headers=HEADERS | _STREAM,
        )
        self.pace.heard(sent)
        return str(sent.json()["url"])

    # -- inside

    def _batch_read(self, body: dict[str, Any]) -> dict[str, Json]:
        body["errorPolicy"] = "omit"
        found = self._send("POST", "/_apis/wit/workitemsbatch", json=body).json()
        return {str(each["id"]): each for each in found["value"] if each}


def _item(id_: str) -> str:
    return f"/_apis/wit/workitems/{id_}"


def _of_type(project: str, name: str) -> str:
    return f"/{part(project)}/_apis/wit/workitems/${part(name)}"


def _comments(project: str, id_: str) -> str:
    return f"/{part(project)}/_apis/wit/workItems/{id_}/comments"


def _numbers(ids: Sequence[str]) -> list[int]:
    return [int(id_) for id_ in ids]
