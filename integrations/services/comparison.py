"""Both sides of a link as they are now, field by field: read live, and nothing of it is kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from integrations import store
from integrations.base.errors import ConnectorError
from integrations.base.items import Denied, Gone, Item, Moved, Ref, Value, Want
from integrations.engine.fields import plan
from integrations.engine.merge import Action as Decided
from integrations.engine.merge import Decision
from integrations.engine.rules import FieldRule, RulesError, UntranslatableError
from integrations.engine.run import Run, value_of
from integrations.engine.state import SIDES, Hold, LinkState, Side
from integrations.models import Connection, SyncTask, System
from integrations.services.engines import engine_of
from integrations.services.rights import connection_for
from integrations.services.wording import words_of
from testmgmt.accounts.models import User
from testmgmt.core.errors import DomainError, NotFoundError
from testmgmt.core.permissions import Action


class Standing(StrEnum):
    """How a field stands."""

    SAME = "same"
    AGREED = "agreed"
    DIFFERS = "differs"
    CONFLICT = "conflict"
    PROBLEM = "problem"


_STANDINGS = {
    Decided.SAME: Standing.SAME,
    Decided.NONE: Standing.AGREED,
    Decided.LEAVE: Standing.AGREED,
    Decided.WRITE: Standing.DIFFERS,
    Decided.HOLD: Standing.CONFLICT,
    Decided.PROBLEM: Standing.PROBLEM,
}
_DIRECTIONS = {
    frozenset({"a", "b"}): "both",
    frozenset({"a"}): "a_to_b",
    frozenset({"b"}): "b_to_a",
}


@dataclass(frozen=True, slots=True)
class Compared:
    """One mapped field on both sides, in words; `why` says what the next sync does and why."""

    field: str
    here: str
    there: str
    direction: str
    standing: Standing
    why: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """A link as both of its sides hold it at this moment."""

    key: str
    url: str
    fields: Sequence[Compared]

    @property
    def differing(self) -> int:
        """How many fields are not in step."""
        settled = {Standing.SAME, Standing.AGREED}
        return sum(field.standing not in settled for field in self.fields)

    def field(self, name: str) -> Compared | None:
        """Return one field, None where it is not mapped."""
        return next((field for field in self.fields if field.field == name), None)


def compare(*, user: User, connection_id: UUID, item_id: str) -> Comparison:
    """Read an item here and its counterpart, and say how each mapped field stands."""
    connection = connection_for(user, connection_id, Action.VIEW)
    run = _run(connection, item_id)
    try:
        items = {side: _read(run, side) for side in SIDES}
        run.know_type("a", items["a"])
        decisions = plan(run, items)
    except ConnectorError as error:
        raise DomainError(str(error), code="connection_failed") from error
    holds = run.link.holds
    fields = [_compared(one, items, holds.get(one.rule.id)) for one in decisions]
    return Comparison(items["b"].key, items["b"].url, fields)


def _run(connection: Connection, item_id: str) -> Run:
    """Return a run that nobody leased, so that its memory refuses every write."""
    task = SyncTask(connection=connection, priority=store.PERSON)
    try:
        engine = engine_of(task, store.database_clock())
    except RulesError as error:
        raise DomainError(f"The rules cannot be read. {error}", code="rules_invalid") from error
    link: LinkState | None = engine.memory.link_at("a", item_id)
    if link is None or len(link.ends) < len(SIDES):
        raise NotFoundError("It has no counterpart there yet.")
    _require_reachable(connection)
    return Run(engine, link)


def _require_reachable(connection: Connection) -> None:
    """Leave a tracker alone that refused us or is down; its worker finds out when it is back."""
    refused = System.objects.filter(
        endpoints__connection=connection, status__in=[System.Status.AUTH, System.Status.DOWN]
    )
    if (system := refused.first()) is not None:
        raise DomainError(system.status_message, code="connection_failed")


def _read(run: Run, side: Side) -> Item:
    end, place = run.link.ends[side], run.place(side)
    ref = Ref(place.connector.system.id, end.scope, end.id)
    found = place.connector.fetch([ref], Want(run.engine.rules.wanted(side)))[ref]
    match found:
        case Item():
            return found
        case Gone():
            raise DomainError(f"{end.key} is gone.", code="gone")
        case Denied(message=message):
            raise DomainError(f"No access to {end.key}: {message}", code="denied")
        case Moved():
            raise DomainError(f"{end.key} moved; the next sync follows it.", code="moved")


def _compared(decision: Decision, items: Mapping[Side, Item], hold: Hold | None) -> Compared:
    rule, standing, why = decision.rule, _STANDINGS[decision.action], decision.why
    if hold is not None and standing is not Standing.CONFLICT:
        standing, why = Standing.PROBLEM, hold.message
    return Compared(
        field=rule.id,
        here=words_of(_held(items["a"], rule, "a")),
        there=words_of(_held(items["b"], rule, "b")),
        direction=_DIRECTIONS[rule.senders],
        standing=standing,
        why=why,
    )


def _held(item: Item, rule: FieldRule, side: Side) -> Value:
    """Return what an item holds, nothing where its rule fails: `why` says that."""
    try:
        return value_of(item, rule, side)
    except UntranslatableError:
        return None
