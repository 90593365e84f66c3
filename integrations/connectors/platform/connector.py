"""This product as a tracker. A scope is a project's id; rights and audit hold as for people."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any, BinaryIO, ClassVar

from integrations.base.config import Caps, ConfigField, SystemConfig
from integrations.base.connector import Connector
from integrations.base.errors import (
    AuthFailedError,
    ConnectorError,
    DeniedError,
    GoneError,
    InvalidError,
    ScopeError,
    StaleError,
    TooLargeError,
    UnsupportedError,
)
from integrations.base.items import (
    Attachment,
    Check,
    Comment,
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
from integrations.connectors.platform import mapping
from integrations.connectors.platform.cases import Cases
from integrations.connectors.platform.defects import Defects
from integrations.connectors.platform.kinds import Kind, Row
from integrations.connectors.platform.mapping import Members
from integrations.connectors.platform.reading import Reading
from testmgmt.accounts.models import User
from testmgmt.accounts.service_accounts import account_by_id
from testmgmt.core import attachments, comments
from testmgmt.core.errors import (
    DomainError,
    ForbiddenError,
    NotFoundError,
    StaleRevisionError,
)
from testmgmt.core.permissions import Action
from testmgmt.core.targets import Target
from testmgmt.defects.domain import LIMITS
from testmgmt.projects.permissions import require, visible_projects

PAGE_SIZE = 100
MAX_WORDS = 10
OVERLAP = timedelta(seconds=30)  # a slow transaction commits behind newer ones
SOURCE = Kind.source
KINDS: Sequence[Kind[Any]] = (Defects(), Cases())
Naming = Callable[[DomainError], str]


@contextmanager
def _told(name: Naming = lambda error: error.field) -> Iterator[None]:
    """Turn a broken rule of the product into the error that the engine knows."""
    try:
        yield
    except DomainError as error:
        raise _error_of(error, name(error)) from error


def _error_of(error: DomainError, field: str) -> ConnectorError:
    if isinstance(error, StaleRevisionError):
        return StaleError(error.message)
    if isinstance(error, NotFoundError):
        return GoneError(error.message)
    if isinstance(error, ForbiddenError):
        return DeniedError(error.message, fix="Give the account “Sync” its role in the project.")
    if isinstance(error, attachments.FileTooLargeError):
        limit = attachments.max_bytes()
        return TooLargeError(error.message, field="attachment", limit=limit)
    return InvalidError(error.message, fields={field: error.message} if field else {})


class PlatformConnector(Connector):
    """Defects and cases here, written through the product's services under the sync account."""

    kind: ClassVar[str] = "platform"
    label: ClassVar[str] = "testmgmt"
    config_fields: ClassVar[Sequence[ConfigField]] = ()
    caps: ClassVar[Caps] = Caps(
        has_delete=True, has_strong_rev=True, max_rich=LIMITS["description"], batch_fetch=PAGE_SIZE
    )

    def __init__(self, system: SystemConfig) -> None:
        super().__init__(system)
        self._reading = Reading(system.id, system.base_url)

    # -- discovery

    def verify(self, scope: str = "") -> Verified:
        account = account_by_id(self.system.account_id)
        name = account.name if account else ""
        checks = [Check("Account", account is not None, f"Acting as {name or 'nobody'}.")]
        if scope and account:
            may = all(self._may(account, kind.edit, scope) for kind in KINDS)
            told = "May write defects and cases." if may else "May not write in this project."
            checks.append(Check("Project", may, told, "" if may else "Make “Sync” a tester in it."))
        return Verified(self.system.account_id, name, datetime.now(UTC), "1", checks)

    def scopes(self) -> Iterable[Scope]:
        projects = visible_projects(self._account()).filter(is_archived=False)
        return [Scope(str(project.pk), project.key, project.name) for project in projects]

    def schema(self, scope: str) -> Schema:
        project_id = self._project(scope)
        return Schema([kind.spec(project_id) for kind in KINDS])

    # -- reading

    def changed_since(self, scope: str, cursor: Mapping[str, Any] | None, want: Want) -> Page:
        """Return the next page; what is said or attached counts as a change of its thing."""
        project_id, now = self._project(scope), datetime.now(UTC)
        again = _place(now - OVERLAP, 0)
        if cursor is None:
            return Page([], {kind.letter: again for kind in KINDS}, now, has_more=False)
        items: list[Item] = []
        following: dict[str, Any] = {}
        has_more = False
        for kind in KINDS:
            place = cursor[kind.letter]
            at = datetime.fromisoformat(place["at"])
            found = kind.changed_since(project_id, at, place["id"], PAGE_SIZE)
            is_full = len(found) == PAGE_SIZE
            following[kind.letter] = (
                _place(found[-1].updated_at, found[-1].pk) if is_full else again
            )
            items += self._reading.items(kind, found, want)
            has_more = has_more or is_full
        items.sort(key=lambda item: item.updated_at)
        return Page(items, following, now, has_more=has_more)

    def fetch(self, refs: Sequence[Ref], want: Want) -> Mapping[Ref, Fetched]:
        answer: dict[Ref, Fetched] = {}
        for scope in {ref.scope for ref in refs}:
            project_id = self._project(scope)
            wanted = [ref for ref in refs if ref.scope == scope]
            found = {
                item.ref.id: item
                for kind in KINDS
                if (pks := mapping.rows_of(kind.letter, (ref.id for ref in wanted)))
                for item in self._reading.items(kind, kind.by_id(project_id, pks).values(), want)
            }
            answer |= {ref: found.get(ref.id, Gone()) for ref in wanted}
        return answer

    def census(self, scope: str, query: str) -> Iterable[str]:
        if query:
            raise UnsupportedError("This product has no query language yet; filter in the rules.")
        project_id = self._project(scope)
        return (f"{kind.letter}-{pk}" for kind in KINDS for pk in kind.ids(project_id))

    def search(self, scope: str, text: str, limit: int = 20) -> Sequence[Found]:
        """Find by key (D-12, C-12), by address, or by words of the title."""
        project_id = self._project(scope)
        named = self._reading.item_named(text)
        words = text.split()[:MAX_WORDS]
        if named is None and not words:
            return []
        found = [
            (row.updated_at, self._reading.found(kind, row))
            for kind in KINDS
            for row in (
                kind.titled(project_id, words, limit)
                if named is None
                else kind.by_id(project_id, mapping.rows_of(kind.letter, [named])).values()
            )
        ]
        newest = sorted(found, key=lambda each: each[0], reverse=True)
        return [each for _, each in newest[:limit]]

    def find_people(self, scope: str, text: str) -> Sequence[Person]:
        """Find members by a part of their name, user name or e-mail address."""
        wanted = text.strip().casefold()
        known = Members.of(self._project(scope)).users
        fitting = (
            user
            for user in known
            if any(wanted in each.casefold() for each in (user.name, user.username, user.email))
        )
        return [found for user in fitting if wanted and (found := mapping.person(user))]

    def open(self, ref: Ref, attachment: Attachment) -> AbstractContextManager[BinaryIO]:
        kind, row = self._row(ref)
        files = attachments.attachments_of(kind.target, [row.pk])
        file = next((one for one in files if str(one.pk) == attachment.id), None)
        if file is None:
            raise GoneError("The file does not exist.")
        return attachments.path_of(file.blob_id).open("rb")

    # -- writing

    def normalise(self, field: str, value: Value) -> Value:
        return Rich(value.md.strip()) if field == "comment" and isinstance(value, Rich) else value

    def create(self, scope: str, type_: str, fields: Mapping[str, Value], marker: str) -> Item:
        project_id = self._project(scope)
        kind = next((each for each in KINDS if each.type == type_), None)
        if kind is None:
            raise InvalidError(f"There is no type {type_} here.", fields={"type": type_})
        with _told(lambda error: kind.named(error, fields)):
            pk = kind.create(self._account(), project_id, fields, marker)
        return self._stored(kind, project_id, pk)

    def find(self, scope: str, marker: str, since: datetime) -> Item | None:
        project_id = self._project(scope)
        for kind in KINDS:
            row = kind.by_marker(project_id, marker)
            if row is not None and row.created_at >= since:
                return self._stored(kind, project_id, row.pk)
        return None

    def update(self, base: Item, changes: Mapping[str, Value]) -> Item:
        kind, row = self._row(base.ref)
        with _told(lambda error: kind.named(error, changes)):
            kind.update(self._account(), row, changes, mapping.revision_of(base.rev))
        return self._stored(kind, row.project_id, row.pk)

    def delete(self, ref: Ref) -> None:
        """Put a thing into the trash."""
        with suppress(GoneError), _told():
            kind, row = self._row(ref)
            kind.delete(self._account(), row.pk)

    def add_comment(self, ref: Ref, comment: NewComment) -> Comment:
        with _told():
            made = comments.add_comment(
                target=self._target(ref),
                user_id=self._account().pk,
                body=comment.body.md,
                copied=comments.Copied(
                    author_name=comment.author.name,
                    origin=comment.key,
                    origin_url=comment.url,
                    marker=comment.marker,
                ),
                source=SOURCE,
            )
        return mapping.comment_of(made)

    def find_comment(self, ref: Ref, marker: str) -> Comment | None:
        kind, row = self._row(ref)
        said = comments.comment_by_marker(kind.target, row.pk, marker)
        return mapping.comment_of(said) if said else None

    def edit_comment(self, ref: Ref, comment_id: str, comment: NewComment) -> Comment:
        target = self._target(ref)
        with _told():
            said = comments.edit_comment(
                comment=comments.comment_on(target.kind, target.pk, int(comment_id)),
                user_id=self._account().pk,
                body=comment.body.md,
                source=SOURCE,
            )
        return mapping.comment_of(said)

    def delete_comment(self, ref: Ref, comment_id: str) -> None:
        target = self._target(ref)
        said = comments.comments_of(target.kind, target.pk).filter(pk=int(comment_id)).first()
        if said is not None:
            comments.delete_comment(comment=said, user_id=self._account().pk, source=SOURCE)

    def upload(self, ref: Ref, name: str, mime: str, stream: BinaryIO) -> Attachment:  # noqa: ARG002  sniffed, never believed
        with _told():
            file = attachments.attach(
                target=self._target(ref),
                user_id=self._account().pk,
                name=name,
                chunks=attachments.chunks_of(stream),
                source=SOURCE,
            )
        return mapping.attachment_of(file)

    # -- hooks

    def parse_hook(self, headers: Mapping[str, str], body: bytes, secret: bytes) -> Sequence[Hint]:  # noqa: ARG002  the contract's signature
        raise UnsupportedError("This product tells of its changes inside their own transaction.")

    # -- inside

    def _account(self) -> User:
        account = account_by_id(self.system.account_id)
        if account is None or not account.is_active:
            raise AuthFailedError("The sync account of this installation is gone or inactive.")
        return account

    def _may(self, account: User, action: Action, scope: str) -> bool:
        try:
            require(account, action, int(scope) if scope.isdecimal() else 0)
        except DomainError:
            return False
        return True

    def _project(self, scope: str) -> int:
        known = visible_projects(self._account())
        if not (scope.isdecimal() and known.filter(pk=int(scope)).exists()):
            raise ScopeError(f"There is no project {scope} here, or “Sync” is not in it.")
        return int(scope)

    def _row(self, ref: Ref) -> tuple[Kind[Any], Row]:
        for kind in KINDS:
            pks = mapping.rows_of(kind.letter, [ref.id])
            if pks and (found := kind.by_id(self._project(ref.scope), pks)):
                return kind, found[pks[0]]
        raise GoneError("There is no such defect or case.")

    def _target(self, ref: Ref) -> Target:
        kind, row = self._row(ref)
        with _told():
            require(self._account(), Action.COMMENT, row.project_id)
        return Target(kind.target, row.pk, row.project_id)

    def _stored(self, kind: Kind[Any], project_id: int, pk: int) -> Item:
        """Return a thing as it is now, with every field: the read-back of a write."""
        found = kind.by_id(project_id, [pk])
        if not found:
            raise GoneError(f"The {kind.type.lower()} was deleted.")
        return self._reading.whole(kind, found[pk])


def _place(at: datetime, id_: int) -> dict[str, Any]:
    return {"at": at.isoformat(), "id": id_}
