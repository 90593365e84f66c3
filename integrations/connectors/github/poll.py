"""One page of what changed: two looks that cost nothing, then the lists that have something new."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from integrations.base.answers import Answer
from integrations.connectors.github.client import GitHubClient, following
from integrations.connectors.github.feed import COMMENTS, ISSUES, Cursor, Sweep
from integrations.connectors.github.mapping import is_issue
from integrations.connectors.github.times import moment, written

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Changes:
    """Changed issues, and by number those where only a comment may have changed, with its time."""

    cursor: Cursor
    server_now: datetime
    issues: Sequence[Json] = ()
    commented: Mapping[int, str] = field(default_factory=dict)


def read_page(client: GitHubClient, scope: str, cursor: Cursor) -> Changes:
    """Read the next page of changes."""
    if cursor.is_reading:
        return _read(client, scope, cursor)
    begun, server_now = _look(client, scope, cursor)
    return _read(client, scope, begun) if begun.is_reading else Changes(begun, server_now)


def clock(answer: Answer) -> datetime:
    """Return GitHub's time, ours where it tells none."""
    return answer.server_now or datetime.now(UTC)


def _look(client: GitHubClient, scope: str, cursor: Cursor) -> tuple[Cursor, datetime]:
    issues = client.latest(scope, ISSUES, cursor.issues.etag)
    comments = client.latest(scope, COMMENTS, cursor.comments.etag)
    begun = replace(
        cursor,
        issues=_begun(cursor.issues, issues),
        comments=_begun(cursor.comments, comments),
    )
    return begun, clock(comments)


def _begun(sweep: Sweep, newest: Answer) -> Sweep:
    if newest.status == HTTPStatus.NOT_MODIFIED:
        return sweep
    return sweep.begin(newest.headers.get("ETag", ""), clock(newest))


def _read(client: GitHubClient, scope: str, cursor: Cursor) -> Changes:
    """Read issues to their end before comments, which mostly are on issues just read."""
    if cursor.issues.began:
        answer = _page(client, scope, ISSUES, cursor.issues)
        rows, after = _rows(answer, cursor.issues, cursor.start)
        issues = [row for row in rows if is_issue(row)]
        told = [row["number"] for row in issues]
        return Changes(cursor.read(ISSUES, after, told), clock(answer), issues)
    answer = _page(client, scope, COMMENTS, cursor.comments)
    rows, after = _rows(answer, cursor.comments, cursor.start)
    commented = {
        number: row["updated_at"]
        for row in rows
        if "/pull/" not in row["html_url"] and (number := _number(row)) not in cursor.told
    }
    moved = cursor.read(COMMENTS, after, list(commented))
    return Changes(moved, clock(answer), commented=commented)


def _page(client: GitHubClient, scope: str, kind: str, sweep: Sweep) -> Answer:
    if sweep.link:
        return client.page(sweep.link)
    if kind == COMMENTS:
        return client.comments_since(scope, sweep.since)
    return client.issues(scope, since=sweep.since, sort="updated", direction="asc")


def _rows(answer: Answer, sweep: Sweep, start: str) -> tuple[Sequence[Json], Sweep]:
    rows: Sequence[Json] = answer.json()
    times = [written(moment(row["updated_at"])) for row in rows]
    return rows, sweep.after(times, following(answer), start)


def _number(comment: Json) -> int:
    return int(str(comment["issue_url"]).rpartition("/")[2])
