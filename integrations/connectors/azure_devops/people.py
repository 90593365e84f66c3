"""Who works here: identities go by an id that never changes, and are written by their name."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from integrations.base.errors import DeniedError, InvalidError
from integrations.base.items import Person
from integrations.connectors.azure_devops.calls import Json
from integrations.connectors.azure_devops.client import Client
from integrations.connectors.azure_devops.reading import person

MOST = 20


@dataclass(slots=True)
class People:
    """The members of the teams, learnt at first need."""

    client: Client
    known: dict[str, Person] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)

    def find(self, project: str, text: str) -> Sequence[Person]:
        """Find members of a project's teams by e-mail address or by part of the name."""
        wanted = text.strip().casefold()
        members = {found.id: found for found in self._members(project)}.values()
        exact = [found for found in members if wanted in {_email(found), found.name.casefold()}]
        others = [
            found
            for found in members
            if found not in exact and (wanted in found.name.casefold() or wanted in _email(found))
        ]
        return [*exact, *others][:MOST]

    def unique_name(self, field_: str, wanted: Person) -> str:
        """Return the name by which somebody is written; InvalidError where nobody knows them."""
        id_ = wanted.id or ""
        if id_ and id_ not in self.known and not wanted.email:
            for project in self.client.projects():
                self._learn(str(project["id"]))
        found = self.known.get(id_, wanted)
        if not found.email:
            message = f"Azure DevOps does not know {wanted.name} (any more)."
            raise InvalidError(message, fields={field_: message}, fix="Map the person.")
        return found.email

    def _members(self, project: str) -> Iterable[Person]:
        for team in self.client.teams(project):
            for member in self.client.members(project, str(team["id"])):
                found = _member(member)
                if found is not None and found.id:
                    self.known[found.id] = found
                    yield found

    def _learn(self, project: str) -> None:
        if project in self.seen:
            return
        self.seen.add(project)
        try:
            list(self._members(project))
        except DeniedError:
            return


def _member(raw: Json) -> Person | None:
    identity = raw.get("identity") or {}
    return None if identity.get("isContainer") else person(identity)


def _email(found: Person) -> str:
    return (found.email or "").casefold()
