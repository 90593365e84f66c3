"""Jira as a connector: Cloud and Data Center behind one face."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, BinaryIO

from integrations.base.config import Caps, SystemConfig
from integrations.base.connector import Connector
from integrations.base.errors import (
    ConnectorError,
    DeniedError,
    GoneError,
    InvalidError,
    ScopeError,
    SkippableError,
    TransientError,
    UncertainError,
)
from integrations.base.http import Observer
from integrations.base.items import (
    Attachment,
    Comment,
    Denied,
    Fetched,
    Found,
    Gone,
    Hint,
    Item,
    NewComment,
    Page,
    Person,
    Ref,
    Rich,
    Schema,
    Scope,
    Value,
    Verified,
    Want,
)
from integrations.base.meter import Budget
from integrations.base.multipart import Multipart
from integrations.base.pagination import CursorPages
from integrations.connectors.jira import jql, webhook
from integrations.connectors.jira.endpoints import PAGE, Json, server_info
from integrations.connectors.jira.feed import OVERLAP, Cursor
from integrations.connectors.jira.finding import Finder
from integrations.connectors.jira.mapping import (
    BASE_FIELDS,
    MAX_RICH,
    Shapes,
    marked,
    marker_in,
    mention,
    normal,
    place_of,
    placed,
    refuse_unknown,
)
from integrations.connectors.jira.shapes import SYSTEM, type_spec
from integrations.connectors.jira.site import FIELDS, Site
from integrations.connectors.jira.times import millis
from integrations.connectors.jira.verify import Verification
from integrations.connectors.jira.workflow import Place

_BY_WORKFLOW = {"status", "resolution"}
_STATUS = Want(frozenset({"status"}))


class JiraConnector(Connector):
    """One Jira."""

    kind = "jira"
    label = "Jira"
    config_fields = FIELDS
    caps = Caps(
        has_delete=True,
        read_after_write=timedelta(milliseconds=OVERLAP),
        max_rich=MAX_RICH,
        batch_fetch=PAGE,
        parallel=4,
        budgets={"site": Budget(capacity=50, per_second=25)},
    )

    def __init__(self, system: SystemConfig, observer: Observer | None = None) -> None:
        super().__init__(system)
        self.site = Site(system, observer)
        self._finder = Finder(self.site)

    # -- discovery

    def verify(self, scope: str = "") -> Verified:
        return Verification(self.site.anonymous, self.site.client_for).run(scope)

    def scopes(self) -> Iterable[Scope]:
        for project in self.site.client.projects():
            yield Scope(str(project["id"]), project["key"], project["name"])

    def schema(self, scope: str) -> Schema:
        """Describe the types that we may create, sub-tasks left out: they need a parent."""
        client = self.site.client
        with self._inside(scope):
            statuses = {each["id"]: each["statuses"] for each in client.statuses(scope)}
            return Schema(
                [
                    type_spec(
                        type_,
                        client.create_fields(scope, str(type_["id"])),
                        statuses.get(type_["id"], []),
                    )
                    for type_ in client.issue_types(scope)
                    if not type_.get("subtask")
                ]
            )

    # -- reading

    def changed_since(self, scope: str, cursor: Mapping[str, Any] | None, want: Want) -> Page:
        if cursor is None:
            now = server_info(self.site.anonymous).server_now or datetime.now(UTC)
            return Page([], Cursor.now(now).dump(), now, has_more=False)
        place = Cursor.load(cursor)
        with self._inside(scope):
            found = self.site.client.search(
                jql.changed(scope, place.at), self.site.columns(want), place.token
            )
        server_now = found.server_now or datetime.now(UTC)
        following = place.after(found, server_now)
        items = self._items(found.issues, want, made_since=place.at)
        return Page(items, following.dump(), server_now, has_more=found.token is not None)

    def fetch(self, refs: Sequence[Ref], want: Want) -> Mapping[Ref, Fetched]:
        found: dict[str, Item] = {}
        for start in range(0, len(refs), PAGE):
            ids = [ref.id for ref in refs[start : start + PAGE]]
            issues = self.site.client.issues(ids, self.site.columns(want))
            found |= {item.ref.id: item for item in self._items(list(issues), want)}
        missing = [ref for ref in refs if ref.id not in found]
        is_open = {scope: self._is_open(scope) for scope in {ref.scope for ref in missing}}
        return {
            ref: placed(ref, found[ref.id])
            if ref.id in found
            else self._probe(ref, want, is_open=is_open[ref.scope])
            for ref in refs
        }

    def census(self, scope: str, query: str) -> Iterable[str]:
        """Yield the ids of all issues of a project (that match the JQL, if any)."""
        client, where = self.site.client, jql.within(scope, query)

        def fetch(token: str | None) -> tuple[Sequence[Json], str | None]:
            found = client.search(where, ["id"], token, client.census_page)
            return found.issues, found.token

        with self._inside(scope):
            for issue in CursorPages(fetch):
                yield str(issue["id"])

    def search(self, scope: str, text: str, limit: int = 20) -> Sequence[Found]:
        """Find issues by key, by address or by words of the summary, the newest change first."""
        with self._inside(scope):
            return self._finder.issues(scope, text, limit)

    def find_people(self, scope: str, text: str) -> Sequence[Person]:
        """Find accounts that issues can be given to, by the start of a name or e-mail address."""
        with self._inside(scope):
            return self._finder.people(scope, text)

    def open(self, ref: Ref, attachment: Attachment) -> AbstractContextManager[BinaryIO]:
        del ref
        return self.site.client.content(attachment.id, attachment.name)

    # -- writing

    def create(self, scope: str, type_: str, fields: Mapping[str, Value], marker: str) -> Item:
        shapes = self.site.shapes(fields)
        refuse_unknown(fields, shapes)
        place = {"project": place_of(scope), "issuetype": {"name": type_}}
        values = {id_: value for id_, value in fields.items() if id_ not in _BY_WORKFLOW}
        body = {
            "fields": {**self.site.writer.fields(values, shapes), **place},
            "properties": [marked(marker)],
        }
        with self._inside(scope):
            id_ = self.site.client.create(body)
        try:
            return self._made(id_, fields)
        except ConnectorError as error:
            # It exists: any other error would make the engine create it once more.
            raise UncertainError(f"Created, but not read back: {error.message}") from error

    def find(self, scope: str, marker: str, since: datetime) -> Item | None:
        client, where = self.site.client, jql.created_by_us(scope, millis(since))

        def fetch(token: str | None) -> tuple[Sequence[Json], str | None]:
            found = client.search(where, BASE_FIELDS, token)
            return client.with_markers(found.issues, self.site.us, 0), found.token

        with self._inside(scope):
            for issue in CursorPages(fetch):
                if marker_in(issue.get("properties")) == marker:
                    return self._whole(str(issue["id"]))
        return None

    def normalise(self, field: str, value: Value) -> Value:
        if isinstance(value, Rich):
            return self.site.text.read(self.site.text.write(value.md)) or Rich("")
        return normal(field, value)

    def update(self, base: Item, changes: Mapping[str, Value]) -> Item:
        """Write changes; a status moves through the workflow, after all the rest."""
        want = Want(frozenset(base.fields) | set(changes))
        shapes = self.site.shapes(want.fields)
        refuse_unknown(changes, shapes)
        is_moving = "status" in changes
        values = {
            id_: value for id_, value in changes.items() if not (is_moving and id_ in _BY_WORKFLOW)
        }
        issue: Json | None = None
        if values:
            body = self.site.writer.change(base, values, shapes)
            issue = self.site.client.edit(base.ref.id, body, self.site.columns(want))
        if is_moving:
            self._move(base, changes)
        if is_moving or issue is None:
            issue = self.site.client.issue(base.ref.id, self.site.columns(want))
        return replace(self._item(issue, shapes, want), marker=base.marker)

    def delete(self, ref: Ref) -> None:
        """Delete an issue for good: Jira has no bin."""
        with suppress(GoneError):
            self.site.client.delete(ref.id)

    def mention_link(self, ref: Ref, key: str, url: str, title: str) -> None:
        """Show our item among the issue's links to other systems."""
        self.site.client.link(ref.id, mention(key, url, title))

    def add_comment(self, ref: Ref, comment: NewComment) -> Comment:
        raw = self.site.client.add_comment(ref.id, self.site.writer.comment(comment))
        return replace(self.site.reader.comment(raw), marker=comment.marker)

    def find_comment(self, ref: Ref, marker: str) -> Comment | None:
        comments = map(self.site.reader.comment, self.site.client.comments(ref.id))
        return next((comment for comment in comments if comment.marker == marker), None)

    def edit_comment(self, ref: Ref, comment_id: str, comment: NewComment) -> Comment:
        raw = self.site.client.edit_comment(ref.id, comment_id, self.site.writer.comment(comment))
        return replace(self.site.reader.comment(raw), marker=comment.marker)

    def delete_comment(self, ref: Ref, comment_id: str) -> None:
        with suppress(GoneError):
            self.site.client.delete_comment(ref.id, comment_id)

    def upload(self, ref: Ref, name: str, mime: str, stream: BinaryIO) -> Attachment:
        """Attach a file, streamed; one that did not arrive whole is taken away again."""
        form = Multipart("file", name, mime, stream)
        made = self.site.reader.attachment(self.site.client.attach(ref.id, form))
        if made.size == form.sent:
            return made
        with suppress(SkippableError):
            self.site.client.detach(made.id)
        raise TransientError(f"{name} arrived with {made.size:,} of {form.sent:,} bytes.")

    # -- hooks

    def parse_hook(self, headers: Mapping[str, str], body: bytes, secret: bytes) -> Sequence[Hint]:
        """Check the signature, then give the ids; no secret means that the caller vouches.

        Data Center may not sign: there the secret stands in the URL that was called.
        """
        if secret:
            webhook.check(headers, body, secret)
        return webhook.hints(body)

    # -- inside

    def _items(self, issues: Sequence[Json], want: Want, made_since: int = 0) -> list[Item]:
        shapes = self.site.shapes(want.fields)
        marked_issues = self.site.client.with_markers(issues, self.site.us, made_since)
        return [self._item(issue, shapes, want) for issue in marked_issues]

    def _item(self, issue: Json, shapes: Shapes, want: Want) -> Item:
        """Return an item whose comments are complete: a search gives the newest only."""
        comments = issue["fields"].get("comment") or {}
        if want.comments and comments.get("total", 0) > len(comments["comments"]):
            whole = list(self.site.client.comments(str(issue["id"])))
            issue = {**issue, "fields": {**issue["fields"], "comment": {"comments": whole}}}
        return self.site.reader.item(issue, shapes, want)

    def _read(self, id_: str, want: Want) -> Item:
        issue = self.site.client.issue(id_, self.site.columns(want))
        return self._item(issue, self.site.shapes(want.fields), want)

    def _whole(self, id_: str) -> Item:
        shapes = self.site.all_shapes
        want = Want(frozenset(shapes), comments=True, attachments=True)
        return self._item(self.site.client.issue(id_, ["*all"]), shapes, want)

    def _made(self, id_: str, fields: Mapping[str, Value]) -> Item:
        want = Want(frozenset(fields) | {"status"})
        item = self._read(id_, want)
        if fields.get("status") in {None, item.fields["status"]}:
            return item
        # The issue exists: a status out of reach shows in what is read back.
        with suppress(SkippableError):
            self._move(item, fields)
        return self._read(id_, want)

    def _move(self, item: Item, changes: Mapping[str, Value]) -> None:
        given = {id_: value for id_, value in changes.items() if id_ == "resolution"}
        here = item.fields.get("status") or self._read(item.ref.id, _STATUS).fields["status"]
        self.site.workflows.move(
            Place(item.ref.scope, item.type),
            item.ref.id,
            (str(here), str(changes["status"])),
            self.site.writer.fields(given, SYSTEM),
        )

    def _probe(self, ref: Ref, want: Want, *, is_open: bool) -> Fetched:
        """Say why an issue was left out: Cloud hides what is closed as if it were gone."""
        if not is_open:
            return Denied("The project is closed to our account.")
        try:
            return placed(ref, self._read(ref.id, want))
        except GoneError:
            return Gone()
        except DeniedError as error:
            return Denied(error.message)

    def _is_open(self, scope: str) -> bool:
        try:
            self.site.client.project(scope)
        except (GoneError, DeniedError):
            return False
        return True

    @contextmanager
    def _inside(self, scope: str) -> Iterator[None]:
        """Tell a project that is closed to us from any other refusal."""
        try:
            yield
        except (InvalidError, GoneError, DeniedError) as error:
            if self._is_open(scope):
                raise
            raise ScopeError(
                f"The project {scope} does not exist or is closed to our account.",
                fix="Give the account the permission “Browse projects”, or choose another one.",
            ) from error
