"""One organisation as far as we know it: who we are there, what fields and projects it has."""

import re
from collections.abc import Iterable, Mapping
from functools import cached_property

from integrations.base.auth import Auth
from integrations.base.config import SystemConfig
from integrations.base.http import ApiClient, Observer
from integrations.connectors.azure_devops.calls import Json
from integrations.connectors.azure_devops.client import Client
from integrations.connectors.azure_devops.dialect import AzureDialect
from integrations.connectors.azure_devops.edits import Edits
from integrations.connectors.azure_devops.people import People
from integrations.connectors.azure_devops.reading import Reader
from integrations.connectors.azure_devops.shapes import SYSTEM, Shape, shape_of
from integrations.connectors.azure_devops.writing import Writer

_PROJECT = re.compile(
    r"/([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})/_apis/wit/", re.IGNORECASE
)


class Site:
    """Everything is asked at first need and kept for as long as the connector lives."""

    def __init__(self, system: SystemConfig, observer: Observer | None) -> None:
        self.system = system
        self.base_url = system.base_url.strip().rstrip("/")
        self._observer = observer
        self._projects: dict[str, str] = {}

    @cached_property
    def client(self) -> Client:
        """The door to the organisation; the user name before the token stays empty."""
        token = self.system.credentials.get("token", "").strip()
        return Client(
            ApiClient(
                self.base_url,
                Auth.basic("", token),
                dialect=AzureDialect(),
                is_private_allowed=self.system.is_private_allowed,
                system=self.system,
                observer=self._observer,
            )
        )

    @cached_property
    def us(self) -> str:
        """The id of our identity."""
        return self.system.account_id or str(
            self.client.connection().json()["authenticatedUser"]["id"]
        )

    @cached_property
    def reader(self) -> Reader:
        """The reader of this organisation's payloads."""
        return Reader(self.system.id, self.base_url, self.us, self.scope_of)

    @cached_property
    def people(self) -> People:
        """Who works there."""
        return People(self.client)

    @cached_property
    def edits(self) -> Edits:
        """The writes."""
        return Edits(self.client, Writer(self.base_url, self.people.unique_name), self.shapes)

    @cached_property
    def all_shapes(self) -> Mapping[str, Shape]:
        """The shapes of all fields of the organisation."""
        described = {field["referenceName"]: shape_of(field) for field in self.client.fields()}
        return {**described, **{id_: SYSTEM[id_] for id_ in SYSTEM if id_ in described}}

    def shapes(self, names: Iterable[str]) -> Mapping[str, Shape]:
        """Return shapes that cover these fields; the common ones are known without a call."""
        return SYSTEM if set(names) <= set(SYSTEM) else self.all_shapes

    def scope_of(self, raw: Json) -> str:
        """Return the id of an item's project: from its address, else by the project's name."""
        own = ((raw.get("_links") or {}).get("self") or {}).get("href", "")
        found = _PROJECT.search(str(raw.get("url") or "")) or _PROJECT.search(str(own))
        if found:
            return found[1].lower()
        name = str(raw["fields"]["System.TeamProject"])
        if name not in self._projects:
            self._projects[name] = str(self.client.project(name).json()["id"]).lower()
        return self._projects[name]
