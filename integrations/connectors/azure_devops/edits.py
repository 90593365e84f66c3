"""Writing work items: in the format of text that the server takes, by the states that it allows."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from integrations.base.errors import ConnectorError, InvalidError
from integrations.base.items import Item, Rich, Value
from integrations.connectors.azure_devops.client import Client
from integrations.connectors.azure_devops.shapes import STATE, Shape
from integrations.connectors.azure_devops.states import Steps, no_way, refused, steps_of, way
from integrations.connectors.azure_devops.writing import Operation, Writer, refuse_unknown

Json = Mapping[str, Any]
Values = Mapping[str, Value]
Update = tuple[Item, Values]


@dataclass(slots=True)
class Edits:
    """The writes of one organisation; what they teach of it is kept."""

    client: Client
    writer: Writer
    shapes: Callable[[Iterable[str]], Mapping[str, Shape]]
    has_markdown: bool = True
    known: dict[tuple[str, str], Steps] = field(default_factory=dict)

    def create(self, place: tuple[str, str], values: Values, marker: str) -> tuple[Json, bool]:
        """Create an item of a type in a project; say whether its state has still to be set."""
        shapes = self.shapes(values)
        refuse_unknown(values, shapes)
        try:
            return self._create(place, values, marker), False
        except InvalidError as error:
            if STATE not in values or STATE not in error.fields:
                raise
        begun = {id_: value for id_, value in values.items() if id_ != STATE}
        return self._create(place, begun, marker), True

    def one(self, base: Item, changes: Values) -> Json:
        """Change an item in one call, where nothing stands in the way."""
        as_markdown = self.has_markdown
        patch = self._patch(base, changes, as_markdown=as_markdown)
        try:
            changed: Json = self.client.edit(base.ref.id, patch)
        except InvalidError as error:
            return self._again((base, changes), error, was_markdown=as_markdown)
        return changed

    def many(self, updates: Sequence[Update]) -> list[Json | ConnectorError]:
        """Change items in one call; those that something stands in the way of, one by one."""
        as_markdown = self.has_markdown
        answers: dict[int, Json | ConnectorError] = {}
        patches: dict[int, list[Operation]] = {}
        for place, (base, changes) in enumerate(updates):
            try:
                patches[place] = self._patch(base, changes, as_markdown=as_markdown)
            except ConnectorError as error:
                answers[place] = error
        sent = [(updates[place][0].ref.id, patch) for place, patch in patches.items()]
        if sent:
            answers |= zip(patches, self.client.edit_many(sent), strict=True)
        for place in patches:
            answer = answers[place]
            if isinstance(answer, InvalidError):
                answers[place] = self._settled(updates[place], answer, was_markdown=as_markdown)
        return [answers[place] for place in range(len(updates))]

    def _settled(
        self, update: Update, refusal: InvalidError, *, was_markdown: bool
    ) -> Json | ConnectorError:
        try:
            return self._again(update, refusal, was_markdown=was_markdown)
        except ConnectorError as error:
            return error

    def _again(self, update: Update, error: InvalidError, *, was_markdown: bool) -> Json:
        """Try another way after a refusal that applied nothing, where there is one."""
        base, changes = update
        if STATE in changes and STATE in error.fields:
            return self._walk(base, changes, error)
        if was_markdown and _may_be_the_format(changes, error):
            patch = self._patch(base, changes, as_markdown=False)
            changed: Json = self.client.edit(base.ref.id, patch)
            self.has_markdown = False
            return changed
        raise _blamed(changes, error)

    def _create(self, place: tuple[str, str], values: Values, marker: str) -> Json:
        shapes = self.shapes(values)
        write = self.writer.creation
        patch = write(values, shapes, marker, as_markdown=self.has_markdown)
        try:
            created: Json = self.client.create(*place, patch)
        except InvalidError as error:
            if not self.has_markdown or not _may_be_the_format(values, error):
                raise
            patch = write(values, shapes, marker, as_markdown=False)
            created = self.client.create(*place, patch)
            self.has_markdown = False
        return created

    def _patch(self, base: Item, changes: Values, *, as_markdown: bool) -> list[Operation]:
        shapes = self.shapes(changes)
        refuse_unknown(changes, shapes)
        return self.writer.change(base, changes, shapes, as_markdown=as_markdown)

    def _walk(self, base: Item, changes: Values, error: InvalidError) -> Json:
        """Go from state to state; all else is written with the first step."""
        here, target = str(base.fields.get(STATE) or self._state(base)), str(changes[STATE])
        steps = self._steps(base)
        states = way(steps, here, target)
        if not states:
            raise no_way(steps, base.type, here, target) from error
        if len(states) == 1:
            raise refused(error, steps, here) from error
        raw = self._step(base, {**changes, STATE: states[0]})
        for state in states[1:]:
            raw = self._step(replace(base, rev=str(raw["rev"])), {STATE: state})
        return raw

    def _step(self, base: Item, changes: Values) -> Json:
        patch = self._patch(base, changes, as_markdown=self.has_markdown)
        try:
            changed: Json = self.client.edit(base.ref.id, patch)
        except InvalidError as error:
            raise _blamed(changes, error) from error
        return changed

    def _state(self, base: Item) -> str:
        return str(self.client.item(base.ref.id)["fields"][STATE])

    def _steps(self, base: Item) -> Steps:
        place = (base.ref.scope, base.type)
        if place not in self.known:
            self.known[place] = steps_of(self.client.type(*place))
        return self.known[place]


def _may_be_the_format(values: Values, error: InvalidError) -> bool:
    """Say whether Markdown may be it: a server without refuses a patch and blames no field."""
    return any(isinstance(value, Rich) for value in values.values()) and not error.fields


def _blamed(changes: Values, error: InvalidError) -> InvalidError:
    """Blame the state where it is what asks for a field that nobody wanted to write."""
    if STATE not in changes or not error.fields or error.fields.keys() & changes.keys():
        return error
    asked = " ".join(error.fields.values())
    message = f"The state “{changes[STATE]}” asks for more: {asked}"
    return InvalidError(
        message,
        fields={**error.fields, STATE: message},
        fix="Map the fields that the state asks for.",
    )
