"""A link's state as rows and JSON, and back."""

from collections.abc import Mapping
from dataclasses import astuple
from datetime import datetime
from typing import Any

from integrations.base.items import Version
from integrations.engine.state import (
    CommentState,
    CopyState,
    End,
    FieldState,
    FileCopyState,
    FileState,
    Hold,
    HoldKind,
    Intent,
    LinkPhase,
    LinkState,
    Pending,
    Print,
    Side,
    Written,
)
from integrations.models import AttachmentLink, CommentLink, Conflict, Endpoint, Link, LinkEnd
from integrations.models import Intent as IntentRow

RELEASE = "release"
"""What a person chooses to let a field go on that its fuse stopped."""


def link_state(link: Link) -> LinkState:
    """Return a link with everything that hangs on it."""
    conflicts = [row for row in link.conflicts.all() if row.resolved_at is None]
    released = {row.field for row in conflicts if row.resolution == RELEASE}
    chosen: dict[str, Side] = {
        row.field: as_side(row.resolution) for row in conflicts if row.resolution in {"a", "b"}
    }
    intents = [row for row in link.intents.all() if row.kind == "item"]
    return LinkState(
        id=link.pk,
        origin=as_side(link.origin_side),
        phase=LinkPhase(link.state),
        reason=link.reason,
        ends={as_side(row.side): end_state(row) for row in link.ends.all()},
        fields=_fields(link.fields, chosen),
        holds={row.field: _hold(row) for row in conflicts if row.field not in released},
        comments={
            (as_side(row.side), row.origin_id): comment_state(row) for row in link.comments.all()
        },
        files={
            (as_side(row.side), row.origin_id): file_state(row) for row in link.attachments.all()
        },
        intent=_intent(intents[0]) if intents else None,
        writes={
            name: tuple(_written(write) for write in writes)
            for name, writes in link.fuse.items()
            if name not in released
        },
    )


def as_side(text: str) -> Side:
    """Return a side read from a column."""
    return "a" if text == "a" else "b"


def fields_json(fields: Mapping[str, FieldState]) -> dict[str, Any]:
    """Return the fields of a link as JSON; a person's choice stays in its own row."""
    return {
        name: {
            "a": _print_json(field.a),
            "b": _print_json(field.b),
            "p": pending_json(field.pending),
            "by": field.by,
            "at": field.at.isoformat() if field.at else None,
            "rev": field.rev,
            "v": _version_json(field.version),
        }
        for name, field in fields.items()
    }


def writes_json(writes: Mapping[str, tuple[Written, ...]]) -> dict[str, Any]:
    """Return the writes that a fuse remembers as JSON."""
    return {
        name: [[one.at.isoformat(), one.to, one.print] for one in history]
        for name, history in writes.items()
        if history
    }


def pending_json(pending: Pending | None) -> list[Any] | None:
    """Return a write under way as JSON."""
    if pending is None:
        return None
    told = [pending.side, _print_json(pending.source), _print_json(pending.asked)]
    return told if pending.version is None else [*told, _version_json(pending.version)]


def intent_json(intent: Intent) -> dict[str, Any]:
    """Return the fingerprints and counters of a creation's journal as JSON."""
    return {
        "source": {name: _print_json(mark) for name, mark in intent.source.items()},
        "asked": {name: _print_json(mark) for name, mark in intent.asked.items()},
        "sent_at": intent.sent_at.isoformat(),
        "misses": intent.misses,
    }


def end_state(row: LinkEnd) -> End:
    """Return one end of a link."""
    return End(
        scope=row.scope or row.endpoint.scope,
        id=row.item_id,
        key=row.key,
        url=row.url,
        rev=row.rev,
        status=row.status_name,
        updated_at=row.remote_at,
        gone_since=row.gone_since,
    )


def end_columns(end: End, endpoint: Endpoint) -> dict[str, Any]:
    """Return the columns of one end of a link."""
    return {
        "item_id": end.id,
        "scope": "" if end.scope == endpoint.scope else end.scope,
        "key": end.key[:255],
        "url": end.url[:1000],
        "rev": end.rev[:255],
        "status_name": end.status[:100],
        "remote_at": end.updated_at,
        "gone_since": end.gone_since,
    }


def comment_state(row: CommentLink) -> CommentState:
    """Return the state of a comment's copy."""
    return CommentState(
        side=as_side(row.side),
        origin_id=row.origin_id,
        origin_print=row.fp_origin,
        state=CopyState(row.state),
        copy_id=row.copy_id,
        copy_print=row.fp_copy,
        sent_at=row.sent_at,
        pending=_pending(row.pending),
    )


def comment_columns(comment: CommentState) -> dict[str, Any]:
    """Return the columns of a comment's copy."""
    return {
        "copy_id": comment.copy_id,
        "fp_origin": comment.origin_print,
        "fp_copy": comment.copy_print,
        "state": comment.state.value,
        "sent_at": comment.sent_at,
        "pending": pending_json(comment.pending),
    }


def file_state(row: AttachmentLink) -> FileState:
    """Return the state of a file's copy."""
    return FileState(
        side=as_side(row.side),
        origin_id=row.origin_id,
        digest=row.digest,
        size=row.size,
        state=FileCopyState(row.state),
        copy_id=row.copy_id,
        reason=row.reason,
        sent_at=row.sent_at,
    )


def file_columns(file: FileState) -> dict[str, Any]:
    """Return the columns of a file's copy."""
    return {
        "copy_id": file.copy_id,
        "digest": file.digest,
        "size": file.size,
        "state": file.state.value,
        "reason": file.reason[:500],
        "sent_at": file.sent_at,
    }


def _fields(stored: Mapping[str, Any], chosen: Mapping[str, Side]) -> dict[str, FieldState]:
    names = [*stored, *(name for name in chosen if name not in stored)]
    return {name: _field(stored.get(name, {}), chosen.get(name)) for name in names}


def _field(stored: Mapping[str, Any], chosen: Side | None) -> FieldState:
    at, by = stored.get("at"), stored.get("by")
    return FieldState(
        a=_print(stored.get("a")),
        b=_print(stored.get("b")),
        pending=_pending(stored.get("p")),
        resolution=chosen,
        by=as_side(by) if by else None,
        at=datetime.fromisoformat(at) if at else None,
        rev=stored.get("rev", ""),
        version=_version(stored.get("v")),
    )


def _hold(row: Conflict) -> Hold:
    return Hold(HoldKind(row.kind), row.message, row.opened_at, row.rev_a, row.rev_b)


def _intent(row: IntentRow) -> Intent:
    sent_at = datetime.fromisoformat(row.base["sent_at"])
    return Intent(
        marker=row.marker,
        started_at=row.started_at,
        sent_at=sent_at,
        source={name: _known(mark) for name, mark in row.base["source"].items()},
        asked={name: _known(mark) for name, mark in row.base["asked"].items()},
        misses=row.base["misses"],
    )


def _written(stored: list[str]) -> Written:
    at, to, mark = stored
    return Written(datetime.fromisoformat(at), as_side(to), mark)


def _pending(stored: list[Any] | None) -> Pending | None:
    if stored is None:
        return None
    side, source, asked, *version = stored
    return Pending(as_side(side), _known(source), _known(asked), *map(_version, version))


def _version(stored: list[Any] | None) -> Version | None:
    return None if stored is None else Version(*stored)


def _version_json(version: Version | None) -> list[Any] | None:
    return None if version is None else list(astuple(version))


def _known(stored: str | list[str]) -> Print:
    return frozenset(stored) if isinstance(stored, list) else stored


def _print(stored: str | list[str] | None) -> Print | None:
    return None if stored is None else _known(stored)


def _print_json(mark: Print | None) -> str | list[str] | None:
    return sorted(mark) if isinstance(mark, frozenset) else mark
