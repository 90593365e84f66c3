"""One GitHub as far as we know it: who we are there, and what its repositories know by name."""

from collections.abc import Iterable, Sequence
from functools import cached_property, partial

from integrations.base.auth import Auth
from integrations.base.config import SystemConfig
from integrations.base.errors import InvalidError
from integrations.base.http import ApiClient, Observer
from integrations.base.items import Item, Person, Rich
from integrations.connectors.github.address import api_of
from integrations.connectors.github.body import Body
from integrations.connectors.github.client import GitHubClient, Json
from integrations.connectors.github.dialect import GitHubDialect
from integrations.connectors.github.mapping import (
    Before,
    Places,
    Reader,
    item_id,
    number_of,
    person,
)

EXISTING = "existing"
"""What a person enters who wants no new labels."""


class Site:
    """Everything is asked at first need and kept for as long as the connector lives."""

    def __init__(self, system: SystemConfig, observer: Observer | None) -> None:
        self.system = system
        self._observer = observer
        self._logins: dict[str, str] = {}
        self._known: dict[str, tuple[Sequence[str], str]] = {}
        self._people: dict[str, Sequence[Json]] = {}
        self._milestones: dict[str, dict[str, int]] = {}
        self._labels: dict[str, frozenset[str]] = {}

    @cached_property
    def client(self) -> GitHubClient:
        """The client, signed in."""
        http = ApiClient(
            api_of(self.system.base_url),
            Auth.bearer(self.system.credentials.get("token", "").strip()),
            dialect=GitHubDialect(),
            is_private_allowed=self.system.is_private_allowed,
            system=self.system,
            observer=self._observer,
        )
        return GitHubClient(http)

    @cached_property
    def me(self) -> Json:
        """Our account, asked anew: people may change its name."""
        found: Json = self.client.user().json()
        return found

    @cached_property
    def reader(self) -> Reader:
        """The reader of this GitHub's payloads."""
        us = self.system.account_id or str(self.me["id"])
        return Reader(self.system.id, us, self.branch)

    @property
    def branch(self) -> str:
        """The branch that links point to, empty for each repository's own default."""
        return self.system.credentials.get("branch", "").strip()

    def learn(self, raw: Json) -> Body:
        """Remember who is who, and what a write replaces besides the fields that it is about."""
        people, body = raw.get("assignees") or [], Body.read(raw.get("body"))
        self._logins |= {str(one["id"]): one["login"] for one in [*people, raw.get("user")] if one}
        self._known[item_id(raw)] = ([one["login"] for one in people], body.mention)
        return body

    def places(self, scope: str) -> Places:
        """Return what turns our names into a repository's."""
        return Places(
            login=partial(self._login, scope),
            milestone=partial(self._milestone, scope),
            labels=partial(self._known_labels, scope),
        )

    def before(self, base: Item, names: Iterable[str]) -> Before:
        """Return what a write to these fields replaces, read once more where it is not known."""
        text = base.fields.get("body", Rich(""))
        native = text.native if isinstance(text, Rich) else ""
        is_open = ("body" in names and native is None) or base.ref.id not in self._known
        if is_open and {"body", "assignee"} & set(names):
            raw = self.client.issue(base.ref.scope, number_of(base.ref.id))
            native = self.learn(raw).text
        assignees, mention = self._known.get(base.ref.id, ((), ""))
        return Before(Body(native or "", base.marker, mention), assignees)

    def people(self, scope: str) -> Sequence[Json]:
        """Return the accounts that issues of a repository can be assigned to."""
        if scope not in self._people:
            self._people[scope] = list(self.client.assignees(scope))
            self._logins |= {str(one["id"]): one["login"] for one in self._people[scope]}
        return self._people[scope]

    def find_people(self, scope: str, text: str) -> Sequence[Person]:
        """Return those whose login, name or address has the text, an equal one first."""
        wanted = text.strip().lstrip("@").casefold()
        told = [(one, _told(one)) for one in self.people(scope)]
        found = [(one, words) for one, words in told if any(wanted in word for word in words)]
        found.sort(key=lambda each: wanted not in each[1])
        return [known for one, _ in found if (known := person(one))]

    def _login(self, scope: str, who: Person) -> str:
        if who.id not in self._logins:
            self.people(scope)
        if who.id not in self._logins:
            message = f"Nothing in this repository can be assigned to {who.name}."
            raise InvalidError(message, fields={"assignee": message}, fix="Map the person.")
        return self._logins[who.id]

    def _milestone(self, scope: str, title: str) -> int:
        if title not in self._milestones.get(scope, {}):
            rows = self.client.milestones(scope)
            self._milestones[scope] = {row["title"]: row["number"] for row in rows}
        if title not in self._milestones[scope]:
            message = f"The repository has no milestone “{title}”."
            raise InvalidError(message, fields={"milestone": message}, fix="Create it in GitHub.")
        return self._milestones[scope][title]

    def _known_labels(self, scope: str, names: frozenset[str]) -> list[str]:
        """GitHub makes labels that are missing; refuse them where a person wants none."""
        if self.system.credentials.get("new_labels", "").strip().casefold() == EXISTING:
            wanted = {name.casefold(): name for name in names}
            if not self._labels.get(scope, frozenset()) >= set(wanted):
                rows = self.client.labels(scope)
                self._labels[scope] = frozenset(row["name"].casefold() for row in rows)
            missing = sorted(wanted[name] for name in set(wanted) - self._labels[scope])
            if missing:
                message = f"The repository has no label {', '.join(map('“{}”'.format, missing))}."
                raise InvalidError(message, fields={"labels": message}, fix="Create it in GitHub.")
        return sorted(names)


def _told(raw: Json) -> set[str]:
    return {str(raw.get(name) or "").casefold() for name in ("login", "name", "email")} - {""}
