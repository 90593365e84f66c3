"""The engine's memory: one link's state, saved whole under the lease of its task."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from integrations.base.items import Ref
from integrations.engine.ports import Entry, FencedError, Result
from integrations.engine.state import Hold, LinkState, Side, other
from integrations.models import (
    AttachmentLink,
    CommentLink,
    Conflict,
    Connection,
    Endpoint,
    Link,
    LinkEnd,
    SyncLog,
    SyncTask,
)
from integrations.models import Intent as IntentRow
from integrations.store import clusters, queue, rows

_PARTS = ("ends__endpoint", "intents", "comments", "attachments", "conflicts")
_TRAVELS = {"created", "updated"}
_MOST_CALLS = 32_767
_OUTCOMES = {
    Result.OK: SyncLog.Outcome.DONE,
    Result.HELD: SyncLog.Outcome.HELD,
    Result.WAITING: SyncLog.Outcome.RETRY,
    Result.SKIPPED: SyncLog.Outcome.SKIPPED,
    Result.FAILED: SyncLog.Outcome.FAILED,
}


def utc_now() -> datetime:
    """Return the present moment by this worker's own clock."""
    return datetime.now(UTC)


def nothing_spent() -> tuple[int, int]:
    """Tell of no call: the memory of somebody who makes none."""
    return 0, 0


class LinkMemory:
    """Implements `engine.ports.Memory` for the task of one worker.

    `spent` gives the calls, and their milliseconds, since it was asked last: the log keeps them.
    `loaded` holds links that were read for a whole batch; each is taken from it once.
    """

    def __init__(
        self,
        task: SyncTask,
        endpoints: Mapping[Side, Endpoint],
        version: int,
        *,
        now: Callable[[], datetime] = utc_now,
        spent: Callable[[], tuple[int, int]] = nothing_spent,
        loaded: dict[UUID, Link] | None = None,
    ) -> None:
        self.task = task
        self.endpoints = endpoints
        self.version = version
        self.done = 0
        self._now = now
        self._spent = spent
        self._loaded = {} if loaded is None else loaded
        self._known: dict[UUID, LinkState] = {}
        self._unheld: set[UUID] = set()
        self._fresh_until = 0.0

    def link(self, link: UUID) -> LinkState | None:
        """Return a link of this connection by its id."""
        row = self._loaded.pop(link, None)
        return self._read(pk=link) if row is None else self._state(row)

    def link_at(self, side: Side, item_id: str) -> LinkState | None:
        """Return the link that an item belongs to, a closed one included."""
        return self._read(ends__endpoint=self.endpoints[side], ends__item_id=item_id)

    def member_at(self, item: Ref, target: Side) -> str:
        """Return the key of an item that a chain of links joins to `item` in the target's scope."""
        return clusters.member_at(item, self.endpoints[target])

    def is_contested(self, item: Ref, target: Side, link: UUID) -> bool:
        """Whether another connection is just creating a counterpart of `item` there."""
        return clusters.is_contested(item, self.endpoints[target], link)

    def open(self, link: LinkState) -> LinkState:
        """Remember a new link, or return the one that its item has already."""
        try:
            with transaction.atomic():
                Link.objects.create(
                    pk=link.id,
                    connection_id=self.task.connection_id,
                    origin_side=link.origin,
                    state=link.phase.value,
                )
                self._save_ends(link, {})
        except IntegrityError:
            end = link.ends[link.origin]
            return self.link(link.id) or self.link_at(link.origin, end.id) or link
        self._known[link.id] = link
        return link

    def guard(self) -> None:
        """Make sure that the lease is ours, and renew it where it is half over; else stop."""
        is_fresh = time.monotonic() < self._fresh_until
        if not (queue.is_ours(self.task) if is_fresh else self._renewed()):
            raise FencedError

    @transaction.atomic
    def save(self, link: LinkState, *entries: Entry) -> None:
        """Save what changed of a link, and the log of it; nothing once the lease is lost."""
        if not self._renewed():
            raise FencedError
        before = self._known.get(link.id) or self._read(pk=link.id)
        Link.objects.filter(pk=link.id).update(
            state=link.phase.value,
            reason=link.reason[:500],
            fields=rows.fields_json(link.fields),
            fuse=rows.writes_json(link.writes),
            updated_at=Now(),
        )
        self._save_ends(link, before.ends if before else {})
        self._save_intent(link, before)
        self._save_comments(link, before)
        self._save_files(link, before)
        self._save_holds(link)
        self._log(link.id, entries, link)
        self._known[link.id] = link

    def _renewed(self) -> bool:
        """Prolong the lease, which also keeps others from it until our transaction ends."""
        self._fresh_until = time.monotonic() + queue.LEASE.total_seconds() / 2
        return queue.renew(self.task)

    def note(self, link: UUID | None, *entries: Entry) -> None:
        """Write log rows."""
        self._log(link, entries)

    def _log(
        self, link_id: UUID | None, entries: Sequence[Entry], link: LinkState | None = None
    ) -> None:
        if not entries:
            return
        self.done += len(entries)
        calls, milliseconds = self._spent()
        log = [self._row(link_id, entry) for entry in entries]
        log[0].calls, log[0].milliseconds = min(calls, _MOST_CALLS), milliseconds
        for row, entry in zip(log, entries, strict=True):
            row.lag_seconds = self._lag(entry, link)
        SyncLog.objects.bulk_create(log)

    def _lag(self, entry: Entry, link: LinkState | None) -> int | None:
        """Return the seconds from a change on one side to its write on the other."""
        source = link.ends.get(other(entry.to)) if link and entry.to else None
        if source is None or source.updated_at is None or entry.action not in _TRAVELS:
            return None
        return max(0, int((self._now() - source.updated_at).total_seconds()))

    def _read(self, **which: object) -> LinkState | None:
        row = _whole(self.task.connection_id).filter(**which).first()
        return None if row is None else self._state(row)

    def _state(self, row: Link) -> LinkState:
        state = self._known[row.pk] = rows.link_state(row)
        if all(conflict.resolved_at for conflict in row.conflicts.all()):
            self._unheld.add(row.pk)
        return state

    def _save_ends(self, link: LinkState, before: Mapping[Side, object]) -> None:
        for side, end in link.ends.items():
            if before.get(side) == end:
                continue
            if side in before:
                ends = LinkEnd.objects.filter(link_id=link.id, side=side)
                ends.update(**rows.end_columns(end, self.endpoints[side]))
                continue
            endpoint = self.endpoints[side]
            LinkEnd.objects.create(
                link_id=link.id,
                side=side,
                endpoint=endpoint,
                system_id=endpoint.system_id,
                **rows.end_columns(end, endpoint),
            )

    def _save_intent(self, link: LinkState, before: LinkState | None) -> None:
        if before is not None and before.intent == link.intent:
            return
        if link.intent is None:
            IntentRow.objects.filter(link_id=link.id, kind="item").delete()
            return
        IntentRow.objects.update_or_create(
            link_id=link.id,
            kind="item",
            side=other(link.origin),
            subject=link.ends[link.origin].id,
            defaults={
                "marker": link.intent.marker,
                "started_at": link.intent.started_at,
                "base": rows.intent_json(link.intent),
            },
        )

    def _save_comments(self, link: LinkState, before: LinkState | None) -> None:
        known = before.comments if before else {}
        for side, origin_id in known.keys() - link.comments.keys():
            CommentLink.objects.filter(link_id=link.id, side=side, origin_id=origin_id).delete()
        for key, comment in link.comments.items():
            if known.get(key) is not comment and known.get(key) != comment:
                CommentLink.objects.update_or_create(
                    link_id=link.id,
                    side=comment.side,
                    origin_id=comment.origin_id,
                    defaults=rows.comment_columns(comment),
                )

    def _save_files(self, link: LinkState, before: LinkState | None) -> None:
        known = before.files if before else {}
        for side, origin_id in known.keys() - link.files.keys():
            AttachmentLink.objects.filter(link_id=link.id, side=side, origin_id=origin_id).delete()
        for key, file in link.files.items():
            if known.get(key) is not file and known.get(key) != file:
                AttachmentLink.objects.update_or_create(
                    link_id=link.id,
                    side=file.side,
                    origin_id=file.origin_id,
                    defaults=rows.file_columns(file),
                )

    def _save_holds(self, link: LinkState) -> None:
        """Open, change and close conflict rows; who chose stays in the row."""
        if link.id in self._unheld and not link.holds:
            return
        self._unheld.discard(link.id)
        open_rows = {
            row.field: row for row in Conflict.objects.filter(link_id=link.id, resolved_at=None)
        }
        closed = [row.pk for name, row in open_rows.items() if name not in link.holds]
        if closed:
            Conflict.objects.filter(pk__in=closed).update(resolved_at=Now())
        for name, hold in link.holds.items():
            self._save_hold(link.id, name, hold, open_rows.get(name))

    def _save_hold(self, link: UUID, name: str, hold: Hold, row: Conflict | None) -> None:
        columns = {
            "kind": hold.kind.value,
            "message": hold.message[:500],
            "rev_a": hold.rev_a[:255],
            "rev_b": hold.rev_b[:255],
            "opened_at": hold.at,
        }
        if row is None:
            Conflict.objects.create(link_id=link, field=name, **columns)
        elif any(getattr(row, column) != value for column, value in columns.items()):
            Conflict.objects.filter(pk=row.pk).update(**columns, resolution="")

    def _row(self, link: UUID | None, entry: Entry) -> SyncLog:
        return SyncLog(
            connection_id=self.task.connection_id,
            link_id=link,
            item_id=self.task.item_id,
            direction={"a": "b_to_a", "b": "a_to_b"}[entry.to] if entry.to else "",
            action=entry.action[:20],
            outcome=_OUTCOMES[entry.result],
            message=entry.message[:500],
            fields=list(entry.fields),
            why=self.task.why,
            rules_version=self.version,
            user_id=self.task.requested_by_id,
        )


def _whole(connection_id: UUID) -> QuerySet[Link]:
    """Return the links of a connection with all that hangs on them."""
    return Link.objects.filter(connection_id=connection_id).prefetch_related(*_PARTS)


def load_links(connection_id: UUID, links: Iterable[UUID]) -> dict[UUID, Link]:
    """Read the links of a batch at once: one by one each costs as many statements as all."""
    return {row.pk: row for row in _whole(connection_id).filter(pk__in=list(links))}


def connection_endpoints(connection: Connection) -> dict[Side, Endpoint]:
    """Return the two endpoints of a connection by side."""
    found = connection.endpoints.select_related("system")
    return {rows.as_side(endpoint.side): endpoint for endpoint in found}
