"""Moving an issue to a status: straight, or by the shortest way that we have learnt."""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from integrations.base.errors import InvalidError, UnsupportedError
from integrations.base.items import Option
from integrations.connectors.jira.client import CloudClient, ServerClient
from integrations.connectors.jira.jql import example
from integrations.connectors.jira.shapes import status_option

MAX_HOPS = 4
_RANKS = {"new": 0, "active": 1, "done": 2}
# Resolutions that say no more than that the work is done; sites rename them at will.
_PLAIN_RESOLUTIONS = ("done", "fixed")


class NoWayError(InvalidError, UnsupportedError):
    """The workflow does not lead to a status: a refusal of that one field."""


@dataclass(frozen=True, slots=True)
class Step:
    """A transition: where it leads and what its screen asks for."""

    id: str
    to: str
    category: str
    required: Mapping[str, Sequence[str]]
    """Allowed names of each field that has to be filled in."""


@dataclass(frozen=True, slots=True)
class Place:
    """Issues of one type in one project share a workflow."""

    project: str
    type: str


def read_steps(transitions: Sequence[Mapping[str, Any]]) -> list[Step]:
    """Return transitions as steps."""
    return [
        Step(
            id=str(raw["id"]),
            to=raw["to"]["name"],
            category=status_option(raw["to"]).category,
            required={
                id_: [str(each.get("name") or each.get("value")) for each in _allowed(meta)]
                for id_, meta in (raw.get("fields") or {}).items()
                if meta.get("required")
            },
        )
        for raw in transitions
    ]


def _allowed(meta: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [each for each in meta.get("allowedValues") or [] if isinstance(each, Mapping)]


@dataclass(slots=True)
class Workflows:
    """What is known of the workflows of a site, learnt from every answer."""

    client: CloudClient | ServerClient
    known: dict[tuple[Place, str], list[Step]] = field(default_factory=dict)
    statuses: dict[Place, list[Option]] = field(default_factory=dict)

    def move(
        self, place: Place, issue: str, status: tuple[str, str], given: Mapping[str, Any]
    ) -> None:
        """Move an issue from one status to another; `given` fills in the screens on the way."""
        here, target = status
        is_learnt = (place, here) in self.known
        try:
            self._walk(place, issue, status, given)
        except InvalidError:
            if not is_learnt:
                raise
        else:
            return
        # What was learnt elsewhere may not hold for this issue, or somebody has moved it.
        self._walk(place, issue, (self._status(issue), target), given)

    def _status(self, issue: str) -> str:
        return str(self.client.issue(issue, ["status"])["fields"]["status"]["name"])

    def _walk(
        self, place: Place, issue: str, status: tuple[str, str], given: Mapping[str, Any]
    ) -> None:
        here, target = status
        visited: list[str] = []
        while not _same(here, target):
            visited.append(here)
            step = self._next(place, issue, target, visited)
            if step is None or len(visited) > MAX_HOPS:
                raise self._no_way(place, here, target)
            self._take(place, issue, (here, step), given)
            if _same(step.to, target):
                return
            here = self._status(issue)
            if here in visited:
                raise self._no_way(place, here, target)

    def _take(
        self, place: Place, issue: str, taken: tuple[str, Step], given: Mapping[str, Any]
    ) -> None:
        here, step = taken
        try:
            self.client.transition(issue, step.id, _screen(step, given))
        except InvalidError as error:
            self.known.pop((place, here), None)
            asked = " ".join(error.fields.values()) or error.message
            message = f"Jira refuses the step from “{here}” to “{step.to}”: {asked}"
            raise InvalidError(
                message,
                fields={"status": message},
                fix="Map the fields that the step asks for, or take them off its screen.",
            ) from error

    def _next(self, place: Place, issue: str, target: str, visited: Sequence[str]) -> Step | None:
        """Return the first step of the shortest way, else a step into the unknown."""
        here = visited[-1]
        if not self._leads(place, here, target):
            self._learn(place, here, issue)
        if not self._leads(place, here, target):
            self._refuse_unknown(place, target)
        known = self._shortest(place, here, target, visited)
        return known or self._into_the_unknown(place, target, visited)

    def _leads(self, place: Place, here: str, target: str) -> bool:
        return any(_same(step.to, target) for step in self.known.get((place, here), []))

    def _shortest(
        self, place: Place, here: str, target: str, visited: Sequence[str]
    ) -> Step | None:
        seen = {name.casefold() for name in visited}
        waiting: deque[tuple[str, Step | None, int]] = deque([(here, None, len(visited))])
        while waiting:
            status, first, hops = waiting.popleft()
            for step in self._from(place, status):
                if _same(step.to, target):
                    return first or step
                if step.to.casefold() not in seen and hops < MAX_HOPS:
                    seen.add(step.to.casefold())
                    waiting.append((step.to, first or step, hops + 1))
        return None

    def _into_the_unknown(self, place: Place, target: str, visited: Sequence[str]) -> Step | None:
        """No issue could tell what follows: go on, but never by closing, nor away from the target.

        Where that fails the issue stays where it got to, so each step must lie on the way.
        """
        here, there = self._rank(place, visited[-1]), self._rank(place, target)
        nearest = _RANKS["new"] if there < here else here
        seen = {name.casefold() for name in visited}
        steps = [
            step
            for step in self.known[place, visited[-1]]
            if nearest <= _RANKS[step.category] <= min(max(here, there), _RANKS["active"])
            and step.to.casefold() not in seen
            and (place, step.to) not in self.known
        ]
        return max(steps, key=lambda step: _RANKS[step.category], default=None)

    def _rank(self, place: Place, status: str) -> int:
        found = (each for each in self.statuses[place] if _same(each.name, status))
        return next((_RANKS[each.category] for each in found), _RANKS["new"])

    def _from(self, place: Place, status: str) -> list[Step]:
        """Return the steps out of a status, asked of an issue there: that moves nothing."""
        if (place, status) not in self.known:
            query = example(place.project, place.type, status)
            examples = self.client.search(query, ["status"], None, 1).issues
            if not examples:
                return []
            self._learn(place, status, str(examples[0]["id"]))
        return self.known[place, status]

    def _learn(self, place: Place, status: str, issue: str) -> None:
        self.known[place, status] = read_steps(self.client.transitions(issue))

    def _no_way(self, place: Place, here: str, target: str) -> NoWayError:
        reachable = ", ".join(f"“{step.to}”" for step in self.known.get((place, here), []))
        message = (
            f"The workflow has no way from “{here}” to “{target}” for our account;"
            f" open are: {reachable or 'none'}."
        )
        return _refused(message, "Map the status to one of these, or open the way in Jira.")

    def _refuse_unknown(self, place: Place, target: str) -> None:
        """Nobody wanders through a workflow in search of a status that it does not have."""
        if place not in self.statuses:
            self.statuses[place] = [
                status_option(status)
                for type_ in self.client.statuses(place.project)
                if type_["name"] == place.type
                for status in type_["statuses"]
            ]
        if not any(_same(each.name, target) for each in self.statuses[place]):
            names = ", ".join(f"“{each.name}”" for each in self.statuses[place])
            message = f"{place.type} has no status “{target}” in Jira; it has: {names}."
            raise _refused(message, "Mend the map of statuses.")


def _refused(message: str, fix: str) -> NoWayError:
    return NoWayError(message, fields={"status": message}, fix=fix)


def _same(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()


def _screen(step: Step, given: Mapping[str, Any]) -> dict[str, Any]:
    """Fill in what a step asks for, a resolution by the plainest word where none is given."""
    filled = {id_: given[id_] for id_ in step.required if id_ in given}
    if "resolution" in step.required and "resolution" not in filled:
        plain = (step.to.casefold(), *_PLAIN_RESOLUTIONS)
        names = {name.casefold(): name for name in step.required["resolution"]}
        found = next((names[word] for word in plain if word in names), None)
        filled |= {"resolution": {"name": found}} if found else {}
    return filled
