"""GitHub as a connector."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, BinaryIO

from integrations.base.config import Caps, ConfigField, SystemConfig
from integrations.base.connector import Connector
from integrations.base.errors import (
    ConnectorError,
    GoneError,
    SkippableError,
    UncertainError,
    UnsupportedError,
)
from integrations.base.http import Observer
from integrations.base.items import (
    Attachment,
    Comment,
    Fetched,
    Found,
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
from integrations.connectors.github import finding, webhook
from integrations.connectors.github.body import MAX_RICH, Body
from integrations.connectors.github.client import PAGE, Json
from integrations.connectors.github.dialect import BUDGETS
from integrations.connectors.github.feed import Cursor
from integrations.connectors.github.listing import filters_of
from integrations.connectors.github.mapping import (
    Before,
    copied,
    fields_of,
    is_issue,
    item_id,
    number_of,
    title,
)
from integrations.connectors.github.poll import read_page
from integrations.connectors.github.reading import Reading
from integrations.connectors.github.shapes import FIELDS, PLAIN_TYPE, STATE, STATUSES, type_specs
from integrations.connectors.github.site import Site
from integrations.connectors.github.times import moment
from integrations.connectors.github.verify import Verification

_FIELDS = (
    ConfigField(
        name="token",
        label="Token",
        help="A fine-grained personal access token (Issues: read and write), or a classic one.",
        is_secret=True,
    ),
    ConfigField(
        name="branch",
        label="Branch",
        help="Where links to builds and files point to; leave empty for the default branch.",
        is_required=False,
        placeholder="main",
    ),
    ConfigField(
        name="new_labels",
        label="New labels",
        help="Leave empty to let the sync make labels that are missing, or enter “existing”.",
        is_required=False,
    ),
)
_EVERYTHING = Want(frozenset(FIELDS), comments=True, attachments=True)


class GitHubConnector(Connector):
    """One GitHub. A scope is a repository by the name it had; an item is number and id."""

    kind = "github"
    label = "GitHub"
    config_fields = _FIELDS
    caps = Caps(
        has_attachments=False,
        read_after_write=timedelta(seconds=30),
        max_rich=MAX_RICH,
        batch_fetch=PAGE,
        budgets=BUDGETS,
    )

    def __init__(self, system: SystemConfig, observer: Observer | None = None) -> None:
        super().__init__(system)
        self.site = Site(system, observer)
        self.reading = Reading(self.site)

    # -- discovery

    def verify(self, scope: str = "") -> Verified:
        """Go down the checklist; never raises."""
        return Verification(self.site).run(scope)

    def scopes(self) -> Iterable[Scope]:
        """List the repositories that our token reaches, without those that take no issues."""
        for row in self.site.client.repositories():
            if row.get("has_issues", True) and not row.get("archived"):
                yield Scope(row["full_name"], row["full_name"], row["name"])

    def schema(self, scope: str) -> Schema:
        """Describe plain issues and the organisation's types; they have the same fields."""
        client = self.site.client
        with self.reading.inside(scope):
            labels = [row["name"] for row in client.labels(scope)]
            milestones = [row["title"] for row in client.milestones(scope)]
            return Schema(type_specs(client.issue_types(scope), labels, milestones))

    # -- reading

    def changed_since(self, scope: str, cursor: Mapping[str, Any] | None, want: Want) -> Page:
        """Return the next page of changes, oldest first; a None cursor starts now."""
        with self.reading.inside(scope):
            if cursor is None:
                now = self.reading.server_now(scope)
                return Page([], Cursor.now(now).dump(), now, has_more=False)
            found = read_page(self.site.client, scope, Cursor.load(cursor))
            items = [self.reading.item(raw, scope, want) for raw in found.issues]
            items += self.reading.commented(scope, found.commented, want)
        following = found.cursor
        return Page(items, following.dump(), found.server_now, has_more=following.is_reading)

    def fetch(self, refs: Sequence[Ref], want: Want) -> Mapping[Ref, Fetched]:
        """Return the present state of each ref, or why there is none."""
        answers: dict[Ref, Fetched] = {}
        for scope in dict.fromkeys(ref.scope for ref in refs):
            here = [ref for ref in refs if ref.scope == scope]
            answers |= self.reading.fetch(scope, here, want)
        return answers

    def census(self, scope: str, query: str) -> Iterable[str]:
        """Yield the ids of all issues of a repository (that pass the list's filters, if any)."""
        order = {"sort": "created", "direction": "asc"}
        with self.reading.inside(scope):
            for raw in self.site.client.all_issues(scope, **order, **filters_of(query)):
                if is_issue(raw):
                    yield item_id(raw)

    def search(self, scope: str, text: str, limit: int = 20) -> Sequence[Found]:
        """Find issues by number, by address or by words of the title, best first."""
        client = self.site.client
        with self.reading.inside(scope):
            name = client.name(scope)
            number = finding.number_in(text, name)
            if number is not None:
                rows = self.reading.numbered(scope, number) if number else []
            else:
                query = finding.words_query(text, name)
                rows = client.search(query, limit) if query else []
        return [self.site.reader.found(raw, scope) for raw in rows]

    def find_people(self, scope: str, text: str) -> Sequence[Person]:
        """Find accounts that issues of the repository can be assigned to, by login or name."""
        with self.reading.inside(scope):
            return self.site.find_people(scope, text)

    def open(self, ref: Ref, attachment: Attachment) -> AbstractContextManager[BinaryIO]:
        """Refuse: issues have no files."""
        del ref, attachment
        raise UnsupportedError("Issues of GitHub have no files.")

    # -- writing

    def create(self, scope: str, type_: str, fields: Mapping[str, Value], marker: str) -> Item:
        """Create an issue that carries `marker` from its first moment."""
        values = {"title": None, "body": None, **fields}
        with self.reading.inside(scope):
            sent = fields_of(values, self.site.places(scope), Before(Body("", marker)))
            state = {name: sent.pop(name) for name in STATE if name in sent}
            sent |= {} if type_ == PLAIN_TYPE else {"type": type_}
            raw = self.site.client.create(scope, sent)
        try:
            raw = self._closed(scope, raw, state)
        except ConnectorError as error:
            # It exists: any other error would make the engine create it once more.
            raise UncertainError(f"Created, but not closed: {error.message}") from error
        return self.reading.item(raw, scope, Want(frozenset(fields) | {"state"}))

    def find(self, scope: str, marker: str, since: datetime) -> Item | None:
        """Look for our own creation with this marker among those made since then."""
        order = {"creator": self.site.me["login"], "sort": "created", "direction": "desc"}
        with self.reading.inside(scope):
            for raw in self.site.client.all_issues(scope, **order):
                if moment(raw["created_at"]) < since.replace(microsecond=0):
                    return None
                if is_issue(raw) and Body.read(raw.get("body")).marker == marker:
                    return self.reading.item(raw, scope, _EVERYTHING)
        return None

    def normalise(self, field: str, value: Value) -> Value:
        """Predict how GitHub will store a value."""
        if isinstance(value, Rich):
            return Body.write(value.md).rich or Rich("")
        if field == "title" and value:
            return title(value)
        return value

    def update(self, base: Item, changes: Mapping[str, Value]) -> Item:
        """Write changes; the answer of the one call is the read-back."""
        scope, number = base.ref.scope, number_of(base.ref.id)
        before = self.site.before(base, changes)
        sent = fields_of(changes, self.site.places(scope), before)
        raw = self.site.client.edit(scope, number, sent)
        raw = self._with_reason(base, raw, sent)
        return self.reading.item(raw, scope, Want(frozenset(base.fields) | set(changes)))

    def mention_link(self, ref: Ref, key: str, url: str, title: str) -> None:
        """Show below the issue's text which item of the other side it belongs to."""
        number = number_of(ref.id)
        body = self.site.learn(self.site.client.issue(ref.scope, number))
        linked = body.mentioning(key, url, title)
        if linked != body:
            changed = self.site.client.edit(ref.scope, number, {"body": linked.dump("body")})
            self.site.learn(changed)

    def add_comment(self, ref: Ref, comment: NewComment) -> Comment:
        """Add a copy of a comment that names its author and carries its marker."""
        text = copied(comment)
        raw = self.site.client.add_comment(ref.scope, number_of(ref.id), text)
        return replace(self.site.reader.comment(raw), marker=comment.marker)

    def find_comment(self, ref: Ref, marker: str) -> Comment | None:
        """Look for our comment with this marker."""
        rows = self.site.client.comments(ref.scope, number_of(ref.id))
        comments = map(self.site.reader.comment, rows)
        return next((comment for comment in comments if comment.marker == marker), None)

    def edit_comment(self, ref: Ref, comment_id: str, comment: NewComment) -> Comment:
        """Replace the text of our copy."""
        raw = self.site.client.edit_comment(ref.scope, comment_id, copied(comment))
        return replace(self.site.reader.comment(raw), marker=comment.marker)

    def delete_comment(self, ref: Ref, comment_id: str) -> None:
        """Delete our comment; one that is already gone is fine."""
        with suppress(GoneError):
            self.site.client.delete_comment(ref.scope, comment_id)

    def upload(self, ref: Ref, name: str, mime: str, stream: BinaryIO) -> Attachment:
        """Refuse: GitHub takes files in its pages only."""
        del ref, mime, stream
        raise UnsupportedError(f"GitHub takes no files from programs, so “{name}” was left out.")

    # -- hooks

    def parse_hook(self, headers: Mapping[str, str], body: bytes, secret: bytes) -> Sequence[Hint]:
        """Check the signature, then give the ids; no secret means that the caller vouches."""
        if secret:
            webhook.check(headers, body, secret)
        return webhook.hints(body)

    # -- inside

    def _closed(self, scope: str, raw: Json, state: Mapping[str, Any]) -> Json:
        """Close a new issue where it is to be closed; a refusal shows in what is read back."""
        if state.get("state") == "closed":
            with suppress(SkippableError):
                return self.site.client.edit(scope, str(raw["number"]), state)
        return raw

    def _with_reason(self, base: Item, raw: Json, sent: Mapping[str, Any]) -> Json:
        """Give another reason for being closed, which GitHub hears when it closes only."""
        is_closed_anew = base.fields.get("state") == STATUSES[0].name
        reason = raw.get("state_reason") or "completed"
        if is_closed_anew or sent.get("state_reason", reason) == reason:
            return raw
        scope, number = base.ref.scope, number_of(base.ref.id)
        self.site.client.edit(scope, number, {"state": "open"})
        return self.site.client.edit(scope, number, {name: sent[name] for name in STATE})
