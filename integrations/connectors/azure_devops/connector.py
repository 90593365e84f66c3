"""Azure DevOps as a connector: one organisation, or one collection of a server."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, BinaryIO

from integrations.base.config import Caps, ConfigField, SystemConfig
from integrations.base.connector import Connector
from integrations.base.errors import (
    ConnectorError,
    DeniedError,
    GoneError,
    InvalidError,
    ScopeError,
    SkippableError,
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
    Moved,
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
from integrations.connectors.azure_devops import lookup, richtext, webhook, wiql
from integrations.connectors.azure_devops.calls import Json
from integrations.connectors.azure_devops.client import BATCH, MOST_IDS
from integrations.connectors.azure_devops.comments import Comments
from integrations.connectors.azure_devops.dialect import BUCKET
from integrations.connectors.azure_devops.feed import Cursor, latest
from integrations.connectors.azure_devops.files import MAX_FILES, attach
from integrations.connectors.azure_devops.mention import mentioned
from integrations.connectors.azure_devops.reading import marker_in
from integrations.connectors.azure_devops.schema import described
from integrations.connectors.azure_devops.shapes import STATE
from integrations.connectors.azure_devops.site import Site
from integrations.connectors.azure_devops.upload import MAX_FILE
from integrations.connectors.azure_devops.verify import Verification
from integrations.connectors.azure_devops.writing import MAX_RICH, normal

_FIELDS = (
    ConfigField(
        name="token",
        label="Personal access token",
        help="With the scope “Work Items: Read & write”, made for this organisation.",
        is_secret=True,
    ),
)


class AzureDevOpsConnector(Connector):
    """One organisation."""

    kind = "azure_devops"
    label = "Azure DevOps"
    config_fields = _FIELDS
    caps = Caps(
        has_delete=True,
        has_feed=True,
        has_strong_rev=True,
        read_after_write=timedelta(seconds=30),
        max_rich=MAX_RICH,
        max_attachment=MAX_FILE,
        max_attachments=MAX_FILES,
        batch_fetch=BATCH,
        batch_update=BATCH,
        parallel=4,
        budgets={BUCKET: Budget(capacity=50, per_second=10)},
    )

    def __init__(self, system: SystemConfig, observer: Observer | None = None) -> None:
        super().__init__(system)
        self.site = Site(system, observer)
        self.comments = Comments(self.site)

    # -- discovery

    def verify(self, scope: str = "") -> Verified:
        """Go down the checklist; never raises."""
        return Verification(self.site.client, self.site.base_url).run(scope)

    def scopes(self) -> Iterable[Scope]:
        """List the projects that our account sees."""
        for project in self.site.client.projects():
            yield Scope(str(project["id"]).lower(), project["name"], project["name"])

    def schema(self, scope: str) -> Schema:
        """Describe the types that people create; those of tools are left out."""
        with self._inside(scope):
            return described(self.site, scope)

    # -- reading

    def changed_since(self, scope: str, cursor: Mapping[str, Any] | None, want: Want) -> Page:
        """Return the next page of changes, oldest first; a None cursor starts now."""
        self.site.client.pace.keep()
        if cursor is None:
            with self._inside(scope):
                now = self.site.client.project(scope).server_now or datetime.now(UTC)
            return Page([], Cursor.now(now).dump(), now, has_more=False)
        place = Cursor.load(cursor)
        is_bare = want == Want(frozenset())
        with self._inside(scope):
            answer = self.site.client.revisions(scope, place.params(is_bare=is_bare))
        page = answer.json()
        rows = [_at(scope, row) for row in latest(page)]
        return Page(
            self._bare(rows) if is_bare else self._read_rows(rows, want),
            place.after(page).dump(),
            answer.server_now or datetime.now(UTC),
            has_more=not page.get("isLastBatch", True),
        )

    def fetch(self, refs: Sequence[Ref], want: Want) -> Mapping[Ref, Fetched]:
        """Return the present state of each ref, or why there is none."""
        self.site.client.pace.keep()
        found = self._read([ref.id for ref in refs], want)
        missing = [ref for ref in refs if ref.id not in found]
        is_open = {scope: self._is_open(scope) for scope in {ref.scope for ref in missing}}
        return {
            ref: _placed(ref, found[ref.id])
            if ref.id in found
            else self._probe(ref, want, is_open=is_open[ref.scope])
            for ref in refs
        }

    def census(self, scope: str, query: str) -> Iterable[str]:
        """Yield the ids of all work items of a project (that match the WIQL, if any)."""
        above = "0"
        while True:
            with self._inside(scope):
                ids = self.site.client.query(scope, wiql.within(query, above))
            yield from ids
            if len(ids) < MOST_IDS:
                return
            above = ids[-1]

    def search(self, scope: str, text: str, limit: int = 20) -> Sequence[Found]:
        """Find work items by number, by address or by words of the title, best first."""
        with self._inside(scope):
            return lookup.search(self.site, scope, text, min(limit, BATCH))

    def find_people(self, scope: str, text: str) -> Sequence[Person]:
        """Find members of the project's teams by e-mail address or name."""
        with self._inside(scope):
            return self.site.people.find(scope, text)

    def open(self, ref: Ref, attachment: Attachment) -> AbstractContextManager[BinaryIO]:
        """Stream an attachment's bytes."""
        return self.site.client.content(ref.scope, attachment.id, attachment.name)

    # -- writing

    def create(self, scope: str, type_: str, fields: Mapping[str, Value], marker: str) -> Item:
        """Create a work item that carries `marker` from its first moment."""
        self.site.client.pace.keep()
        try:
            with self._inside(scope):
                raw, is_unmoved = self.site.edits.create((scope, type_), fields, marker)
        except GoneError as error:
            raise InvalidError(error.message, fix="Choose another type.") from error
        want = Want(frozenset(fields) | {STATE}, comments=True)
        try:
            made = self._item(_at(scope, raw), want, [])
            return replace(self._moved(made, fields) if is_unmoved else made, marker=marker)
        except ConnectorError as error:
            # It exists: any other error would make the engine create it once more.
            raise UncertainError(f"Created, but not read back: {error.message}") from error

    def find(self, scope: str, marker: str, since: datetime) -> Item | None:
        """Look for our own creation with this marker among those made since then."""
        client = self.site.client
        with self._inside(scope):
            ids = client.query(scope, wiql.created_by_us(since))
            for start in range(0, len(ids), BATCH):
                items = client.items(ids[start : start + BATCH])
                for raw in items.values():
                    if marker_in(raw.get("relations")) == marker:
                        return self._whole(raw)
        return None

    def normalise(self, field: str, value: Value) -> Value:
        """Predict how Azure DevOps will store a value."""
        if isinstance(value, Rich):
            is_markdown = self.site.edits.has_markdown
            text = richtext.write(value.md, is_markdown=is_markdown)
            return richtext.read(text, is_markdown=is_markdown)
        return normal(field, value)

    def update(self, base: Item, changes: Mapping[str, Value]) -> Item:
        """Write changes in one call; a state that is not next is reached step by step."""
        self.site.client.pace.keep()
        return self._written(base, changes, self.site.edits.one(base, changes))

    def update_many(
        self, updates: Sequence[tuple[Item, Mapping[str, Value]]]
    ) -> Sequence[Item | ConnectorError]:
        """Write up to 200 items in one call: for each its read-back or its error."""
        self.site.client.pace.keep()
        answers = zip(updates, self.site.edits.many(updates), strict=True)
        return [
            answer if isinstance(answer, ConnectorError) else self._written(base, changes, answer)
            for (base, changes), answer in answers
        ]

    def delete(self, ref: Ref) -> None:
        """Move an item to the recycle bin; one that is gone is fine."""
        with suppress(GoneError):
            self.site.client.delete(ref.id)

    def add_comment(self, ref: Ref, comment: NewComment) -> Comment:
        """Add a copy of a comment that names its author and carries its marker."""
        return self.comments.add(ref, comment)

    def find_comment(self, ref: Ref, marker: str) -> Comment | None:
        """Look for our comment with this marker."""
        return self.comments.find(ref, marker)

    def edit_comment(self, ref: Ref, comment_id: str, comment: NewComment) -> Comment:
        """Replace the text of our copy."""
        return self.comments.edit(ref, comment_id, comment)

    def delete_comment(self, ref: Ref, comment_id: str) -> None:
        """Delete our comment; one that is already gone is fine."""
        self.comments.delete(ref, comment_id)

    def upload(self, ref: Ref, name: str, mime: str, stream: BinaryIO) -> Attachment:
        """Attach a file, streamed; its size is compared with what arrived."""
        del mime  # told by the name
        return attach(self.site.client, ref, name, stream)

    def mention_link(self, ref: Ref, key: str, url: str, title: str) -> None:
        """Show on an item, as a link, which item of the other side it belongs to."""
        raw = self.site.client.item(ref.id)
        patch = mentioned(raw, key, url, title)
        if patch:
            self.site.client.edit_links(ref.id, patch)

    # -- hooks

    def parse_hook(self, headers: Mapping[str, str], body: bytes, secret: bytes) -> Sequence[Hint]:
        """Check the secret, then give the id; no secret means that the caller vouches."""
        if secret:
            webhook.check(headers, secret)
        return webhook.hints(body)

    # -- inside

    def _bare(self, rows: Iterable[Json]) -> list[Item]:
        return [self.site.reader.item(row, {}, Want(frozenset())) for row in rows]

    def _read_rows(self, rows: Sequence[Json], want: Want) -> list[Item]:
        """Return items with what is wanted; of a deleted one the feed knows the least only."""
        found = self._read([str(row["id"]) for row in rows], want)
        return [found.get(str(row["id"])) or self._bare([row])[0] for row in rows]

    def _read(self, ids: Sequence[str], want: Want) -> dict[str, Item]:
        found: dict[str, Item] = {}
        for start in range(0, len(ids), BATCH):
            items = self.site.client.items(ids[start : start + BATCH])
            found |= {id_: self._complete(raw, want) for id_, raw in items.items()}
        return found

    def _complete(self, raw: Json, want: Want) -> Item:
        """Return an item with its comments, which are a call of their own where there are any."""
        comments: Sequence[Comment] = ()
        if want.comments and raw["fields"].get("System.CommentCount") != 0:
            ref = Ref(self.system.id, self.site.scope_of(raw), str(raw["id"]))
            comments = self.comments.of(ref)
        return self._item(raw, want, comments)

    def _item(self, raw: Json, want: Want, comments: Sequence[Comment] | None = None) -> Item:
        return self.site.reader.item(raw, self.site.shapes(want.fields), want, comments)

    def _whole(self, raw: Json) -> Item:
        want = Want(frozenset(self.site.all_shapes), comments=True, attachments=True)
        return self._complete(raw, want)

    def _written(self, base: Item, changes: Mapping[str, Value], raw: Json) -> Item:
        want = Want(frozenset(base.fields) | set(changes))
        return replace(self._item(_at(base.ref.scope, raw), want), marker=base.marker)

    def _moved(self, made: Item, fields: Mapping[str, Value]) -> Item:
        """Move what was just created; a state out of reach shows in what is read back."""
        with suppress(SkippableError):
            moved = self._written(made, {}, self.site.edits.one(made, {STATE: fields[STATE]}))
            return replace(moved, comments=[])
        return made

    def _probe(self, ref: Ref, want: Want, *, is_open: bool) -> Fetched:
        """Say why an item was left out: only what lies in the bin is surely deleted."""
        if not is_open:
            return Denied("The project is closed to our account.")
        with suppress(GoneError, DeniedError):
            self.site.client.in_bin(ref.scope, ref.id)
            return Gone()
        try:
            return _placed(ref, self._complete(self.site.client.item(ref.id), want))
        except (GoneError, DeniedError) as error:
            return Denied(error.message)

    def _is_open(self, scope: str) -> bool:
        try:
            self.site.client.project(scope)
        except (GoneError, DeniedError, InvalidError):
            return False
        return True

    @contextmanager
    def _inside(self, scope: str) -> Iterator[None]:
        """Tell a project that is closed to us from any other refusal."""
        try:
            yield
        except (InvalidError, GoneError, DeniedError) as error:
            is_about_a_field = isinstance(error, InvalidError) and error.fields
            if is_about_a_field or self._is_open(scope):
                raise
            raise ScopeError(
                f"The project {scope} does not exist or is closed to our account.",
                fix="Add the account to the project's group “Contributors”, or choose another one.",
            ) from error


def _at(scope: str, raw: Json) -> Json:
    """Return an item that is known to be of a project, whatever its address tells."""
    return {**raw, "url": f"/{scope}/_apis/wit/workItems/{raw['id']}"}


def _placed(ref: Ref, item: Item) -> Fetched:
    """Return an item, or where it went: its id stays when it moves to another project."""
    return item if item.ref.scope == ref.scope.lower() else Moved(item.ref)
