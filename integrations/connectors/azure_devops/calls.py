"""Calling one organisation: versions, headers, pages, and the parts of a batch."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from integrations.base.answers import Answer
from integrations.base.errors import ConnectorError
from integrations.base.http import ApiClient
from integrations.base.pagination import OffsetPages
from integrations.connectors.azure_devops.pace import Pace

Json = Mapping[str, Any]
VERSION = "7.1"
PAGE = 100
# Otherwise a refused token is answered with the page where people sign in.
HEADERS = {"X-TFS-FedAuthRedirect": "Suppress"}


@dataclass(frozen=True, slots=True)
class Calls:
    """The door to one organisation, or to one collection of a server."""

    http: ApiClient
    pace: Pace = field(default_factory=Pace)

    def _send(
        self,
        method: str,
        path: str,
        *,
        version: str = VERSION,
        params: Json | None = None,
        json: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        answer = self.http.request(
            method,
            path,
            params={**(params or {}), "api-version": version},
            json=json,
            headers=HEADERS | dict(headers or {}),
        )
        self.pace.heard(answer)
        return answer

    def _values(self, path: str, **params: Any) -> Sequence[Json]:
        found: Sequence[Json] = self._send("GET", path, params=params).json().get("value") or []
        return found

    def _rows(self, path: str) -> Iterable[Json]:
        def fetch(start: int) -> tuple[Sequence[Json], bool]:
            rows = self._values(path, **{"$top": PAGE, "$skip": start})
            return rows, len(rows) < PAGE

        return OffsetPages(fetch)

    def _answered(self, answer: Answer, part: Json) -> Json | ConnectorError:
        """Read one part of a batch's answer, whose body is JSON or JSON as text."""
        body = part.get("body") or ""
        text = body if isinstance(body, str) else json.dumps(body)
        try:
            item: Json = self.http.checked(
                Answer(
                    method="PATCH",
                    url=answer.url,
                    status=int(part["code"]),
                    headers=part.get("headers") or {},
                    body=text.encode(),
                )
            ).json()
        except ConnectorError as error:
            return error
        return item


def part(text: str) -> str:
    """Return a name as one part of a path."""
    return quote(text, safe="")
