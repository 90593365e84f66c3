"""Why an item was synced, or was not: each thing that decides, in words, as it is now."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import F, Q
from django.utils import timezone

from integrations.base.errors import ConnectorError
from integrations.engine.rules import RulesError
from integrations.engine.state import Side
from integrations.models import Connection, Link, LinkEnd, SyncLog, SyncTask, System
from integrations.services.preview import Foreseen, Verdict, foresee, preview_engine
from integrations.services.rights import connection_for
from testmgmt.accounts.models import User
from testmgmt.core.permissions import Action

_VERDICTS = {
    Verdict.CREATE: "With the next sync it gets a counterpart.",
    Verdict.UPDATE: "The next sync writes what is listed below.",
    Verdict.NOTHING: "Both sides are in step; there is nothing to write.",
    Verdict.HOLD: "Fields are held until somebody acts.",
}


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that decides; `is_ok` tells whether it stands in the way."""

    name: str
    is_ok: bool
    words: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything that decides about an item, in the order in which a worker asks."""

    reasons: Sequence[Reason]
    foreseen: Foreseen | None

    @property
    def is_clear(self) -> bool:
        """Whether nothing stands in the way."""
        return all(reason.is_ok for reason in self.reasons)


def explain(*, user: User, connection_id: UUID, item_id: str, side: Side = "a") -> Explanation:
    """Say why an item was, or was not, synced; both sides are read, nothing is written."""
    connection = connection_for(user, connection_id, Action.VIEW)
    reasons = list(_standing(connection, item_id, side))
    foreseen, words = _foreseen(connection, item_id, side)
    if words:
        reasons.append(Reason("Reading both sides", is_ok=False, words=words))
    elif foreseen is not None:
        is_ok = foreseen.verdict not in {Verdict.SKIP, Verdict.ERROR, Verdict.HOLD}
        told = foreseen.reason or _VERDICTS.get(foreseen.verdict, "")
        reasons.append(Reason("Plan", is_ok=is_ok, words=told))
        reasons += [Reason(name, is_ok=False, words=why) for name, why in foreseen.problems]
    last = _last_entry(connection, item_id, side)
    if last is not None:
        is_ok = last.outcome in {SyncLog.Outcome.DONE, SyncLog.Outcome.NOTHING}
        reasons.append(Reason("Last time", is_ok=is_ok, words=last.message))
    return Explanation(reasons, foreseen)


def _standing(connection: Connection, item_id: str, side: Side) -> Iterator[Reason]:
    """Yield what holds before an item is even looked at."""
    is_on = connection.status == Connection.Status.ACTIVE
    told = connection.reason or f"It is {connection.get_status_display().lower()}."
    yield Reason("Connection", is_on, told)
    systems = System.objects.filter(endpoints__connection=connection).exclude(kind="platform")
    for system in systems.distinct().order_by("name"):
        is_resting = system.breaker_until is not None and system.breaker_until > timezone.now()
        is_ok = system.status == System.Status.OK and not is_resting
        words = str(system.get_status_display()) if is_ok else system.status_message
        yield Reason(system.name, is_ok, words or str(system.get_status_display()))
    end = _end(connection, item_id, side)
    if end is None:
        yield Reason("Link", is_ok=True, words="It has no link yet.")
    else:
        is_open = end.link.state in {Link.State.ACTIVE, Link.State.CANDIDATE, Link.State.CREATING}
        partner = end.link.ends.exclude(pk=end.pk).first()
        words = end.link.reason or f"It is linked to {partner or 'nothing yet'}."
        yield Reason("Link", is_open, words)
    task = _task(connection, item_id, end)
    if task is not None:
        is_dead = task.state == SyncTask.State.DEAD
        words = task.error or ("It waits for its turn." if not is_dead else "It was given up.")
        yield Reason("Queue", not task.error and not is_dead, words)


def _end(connection: Connection, item_id: str, side: Side) -> LinkEnd | None:
    ends = LinkEnd.objects.filter(
        endpoint__connection=connection, endpoint__side=side, item_id=item_id
    )
    return ends.select_related("link").first()


def _task(connection: Connection, item_id: str, end: LinkEnd | None) -> SyncTask | None:
    """Return what is still to do for an item."""
    mine = Q(item_id=item_id, link=None) if end is None else Q(link=end.link_id)
    left = Q(generation__gt=F("done")) | Q(state=SyncTask.State.DEAD)
    return SyncTask.objects.filter(mine, left, connection=connection).first()


def _last_entry(connection: Connection, item_id: str, side: Side) -> SyncLog | None:
    end = _end(connection, item_id, side)
    mine = Q(item_id=item_id) if end is None else Q(link=end.link_id) | Q(item_id=item_id)
    return SyncLog.objects.filter(mine, connection=connection).order_by("-at", "-id").first()


def _foreseen(connection: Connection, item_id: str, side: Side) -> tuple[Foreseen | None, str]:
    """Return what a sync would do now, or why nobody can tell."""
    refused = System.objects.filter(
        endpoints__connection=connection, status__in=[System.Status.AUTH, System.Status.DOWN]
    )
    if refused.exists():
        return None, "The tracker is left alone until it answers."
    try:
        found = foresee(preview_engine(connection, is_asked=True), side, [item_id])
    except (ConnectorError, RulesError) as error:
        return None, str(error)
    return (found[0], "") if found else (None, "")
