"""This product as a tracker. A scope is a project's id; rights and audit hold as for people."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, BinaryIO, ClassVar

from integrations.base.config import Caps, ConfigField
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
    Gone,
    Hint,
    Item,
    NewComment,
    Page,
    Ref,
    Rich,
    Schema,
    Scope,
    Value,
    Verified,
    Want,
)
from integrations.connectors.platform import mapping
from testmgmt.accounts.models import User
from testmgmt.accounts.service_accounts import account_by_id
from testmgmt.core import attachments, comments
from testmgmt.core.errors import (
    DomainError,
    ForbiddenError,
    NotFoundError,
    StaleRevisionError,
)
from testmgmt.core.models import Attachment as File
from testmgmt.core.models import Comment as Said
from testmgmt.core.models import TargetKind
from testmgmt.core.permissions import Action
from testmgmt.core.targets import Target
from testmgmt.defects import queries, services
from testmgmt.defects.domain import LIMITS
from testmgmt.defects.models import Defect
from testmgmt.projects.names import choices_of, members_of
from testmgmt.projects.permissions import require, visible_projects

PAGE_SIZE = 100
OVERLAP = timedelta(seconds=30)  # a slow transaction commits behind newer ones
KIND = TargetKind.DEFECT
SOURCE = "sync"


@contextmanager
def _told() -> Iterator[None]:
    """Turn a broken rule of the product into the error that the engine knows."""
    try:
        yield
    except DomainError as error:
        raise _error_of(error) from error


def _error_of(error: DomainError) -> ConnectorError:
    if isinstance(error, StaleRevisionError):
        return StaleError(error.message)
    if isinstance(error, NotFoundError):
        return GoneError(error.message)
    if isinstance(error, ForbiddenError):
        return DeniedError(error.message, fix="Give the account “Sync” its role in the project.")
    if isinstance(error, attachments.FileTooLargeError):
        return TooLargeError(error.message, field="attachment", limit=0)
    return InvalidError(error.message, fields={error.field: error.message} if error.field else {})


class PlatformConnector(Connector):
    """Defects here, written through the product's services under the sync account."""

    kind: ClassVar[str] = "platform"
    label: ClassVar[str] = "testmgmt"
    config_fields: ClassVar[Sequence[ConfigField]] = ()
    caps: ClassVar[Caps] = Caps(
        has_strong_rev=True, max_rich=LIMITS["description"], batch_fetch=PAGE_SIZE
    )

    # -- discovery

    def verify(self, scope: str = "") -> Verified:
        account = account_by_id(self.system.account_id)
        name = account.name if account else ""
        checks = [Check("Account", account is not None, f"Acting as {name or 'nobody'}.")]
        if scope and account:
            may = self._may_write(account, scope)
            told = "May write defects." if may else "May not write defects in this project."
            checks.append(Check("Project", may, told, "" if may else "Make “Sync” a tester in it."))
        return Verified(self.system.account_id, name, datetime.now(UTC), "1", checks)

    def scopes(self) -> Iterable[Scope]:
        projects = visible_projects(self._account()).filter(is_archived=False)
        return [Scope(str(project.pk), project.key, project.name) for project in projects]

    def schema(self, scope: str) -> Schema:
        choices = choices_of(self._project(scope), *mapping.CHOICES.values())
        return Schema([mapping.type_spec(choices)])

    # -- reading

    def changed_since(self, scope: str, cursor: Mapping[str, Any] | None, want: Want) -> Page:
        project_id, now = self._project(scope), datetime.now(UTC)
        if cursor is None:
            return Page([], _cursor(now - OVERLAP, 0, now - OVERLAP, 0), now, has_more=False)
        at, said_at = (datetime.fromisoformat(cursor[name]) for name in ("at", "said_at"))
        found = queries.changed_since(project_id, at, int(cursor["id"]), PAGE_SIZE)
        said = comments.changed_since(project_id, KIND, said_at, int(cursor["said_id"]), PAGE_SIZE)
        known = {defect.pk: defect for defect in found}
        late = {comment.target_id for comment in said} - known.keys()
        known |= queries.defects_by_id(project_id, late)
        items = self._items(known, want, sorted(known, key=lambda pk: known[pk].updated_at))
        return Page(items, _next(found, said, now), now, has_more=_is_full(found, said))

    def fetch(self, refs: Sequence[Ref], want: Want) -> Mapping[Ref, Fetched]:
        answer: dict[Ref, Fetched] = {}
        for scope in {ref.scope for ref in refs}:
            pks = {ref: mapping.defect_id(ref.id) for ref in refs if ref.scope == scope}
            wanted = [pk for pk in pks.values() if pk is not None]
            found = queries.defects_by_id(self._project(scope), wanted)
            by_id = {item.ref.id: item for item in self._items(found, want, found)}
            answer |= {ref: by_id.get(ref.id, Gone()) for ref in pks}
        return answer

    def census(self, scope: str, query: str) -> Iterable[str]:
        if query:
            raise UnsupportedError("This product has no query language yet; filter in the rules.")
        return (mapping.item_id(pk) for pk in queries.living_ids(self._project(scope)).iterator())

    def open(self, ref: Ref, attachment: Attachment) -> AbstractContextManager[BinaryIO]:
        with _told():
            _defect, files = self._defect(ref), self._files(ref)
            file = next((one for one in files if str(one.pk) == attachment.id), None)
            if file is None:
                raise GoneError("The file does not exist.")
            return attachments.path_of(file.blob_id).open("rb")

    # -- writing

    def normalise(self, field: str, value: Value) -> Value:
        return Rich(value.md.strip()) if field == "comment" and isinstance(value, Rich) else value

    def create(self, scope: str, type_: str, fields: Mapping[str, Value], marker: str) -> Item:
        project_id = self._project(scope)
        if type_ != mapping.TYPE:
            raise InvalidError(f"There is no type {type_} here.", fields={"type": type_})
        with _told():
            made = services.create_defect(
                user=self._account(),
                project_id=project_id,
                defect=mapping.new_defect(fields, self._usernames(project_id)),
                source=SOURCE,
                marker=marker,
            )
        return self._stored(project_id, made.pk)

    def find(self, scope: str, marker: str, since: datetime) -> Item | None:
        project_id = self._project(scope)
        defect = queries.defect_by_marker(project_id, marker)
        if defect is None or defect.created_at < since:
            return None
        return self._stored(project_id, defect.pk)

    def update(self, base: Item, changes: Mapping[str, Value]) -> Item:
        project_id, pk = self._project(base.ref.scope), mapping.defect_id(base.ref.id)
        if pk is None:
            raise GoneError("There is no such defect.")
        with _told():
            services.update_defect(
                user=self._account(),
                defect_id=pk,
                change=mapping.change_of(changes, self._usernames(project_id)),
                revision=mapping.revision_of(base.rev),
                source=SOURCE,
            )
        return self._stored(project_id, pk)

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
        with _told():
            said = comments.comment_by_marker(KIND, self._defect(ref).pk, marker)
        return mapping.comment_of(said) if said else None

    def edit_comment(self, ref: Ref, comment_id: str, comment: NewComment) -> Comment:
        with _told():
            said = comments.edit_comment(
                comment=comments.comment_on(KIND, self._target(ref).pk, int(comment_id)),
                user_id=self._account().pk,
                body=comment.body.md,
                source=SOURCE,
            )
        return mapping.comment_of(said)

    def delete_comment(self, ref: Ref, comment_id: str) -> None:
        target = self._target(ref)
        said = comments.comments_of(KIND, target.pk).filter(pk=int(comment_id)).first()
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

    def _may_write(self, account: User, scope: str) -> bool:
        try:
            require(account, Action.EDIT_DEFECTS, int(scope) if scope.isdecimal() else 0)
        except DomainError:
            return False
        return True

    def _project(self, scope: str) -> int:
        known = visible_projects(self._account())
        if not (scope.isdecimal() and known.filter(pk=int(scope)).exists()):
            raise ScopeError(f"There is no project {scope} here, or “Sync” is not in it.")
        return int(scope)

    def _usernames(self, project_id: int) -> dict[str, str]:
        return {str(user.pk): user.username for user in members_of(project_id)}

    def _defect(self, ref: Ref) -> Defect:
        pk = mapping.defect_id(ref.id)
        found = queries.defects_by_id(self._project(ref.scope), [pk] if pk else [])
        if pk not in found:
            raise GoneError("There is no such defect.")
        return found[pk]

    def _target(self, ref: Ref) -> Target:
        defect = self._defect(ref)
        with _told():
            require(self._account(), Action.COMMENT, defect.project_id)
        return Target(KIND, defect.pk, defect.project_id)

    def _files(self, ref: Ref) -> Iterable[File]:
        return attachments.attachments_of(KIND, [mapping.defect_id(ref.id) or 0])

    def _stored(self, project_id: int, pk: int) -> Item:
        """Return a defect as it is now, with every field: the read-back of a write."""
        found = queries.defects_by_id(project_id, [pk])
        if pk not in found:
            raise GoneError("The defect was deleted.")
        fields = {name for name, *_ in mapping.FIELDS}
        return self._items(found, Want(frozenset(fields)), [pk])[0]

    def _items(
        self, defects: Mapping[int, Defect], want: Want, order: Collection[int]
    ) -> list[Item]:
        revs = comments.revisions_of(KIND, defects.keys())
        said: Mapping[int, list[Said]] = (
            comments.said_on(KIND, defects.keys()) if want.comments else {}
        )
        files = self._files_by_defect(defects.keys()) if want.attachments else {}
        place = (self.system.id, self.system.base_url)
        return [
            mapping.item_of(
                defects[pk],
                place=place,
                fields=mapping.values_of(defects[pk], want.fields),
                said_rev=revs.get(pk, ""),
                comments=[mapping.comment_of(c) for c in said.get(pk, [])]
                if want.comments
                else None,
                attachments=files.get(pk, []) if want.attachments else None,
            )
            for pk in order
        ]

    def _files_by_defect(self, pks: Collection[int]) -> dict[int, list[Attachment]]:
        files: dict[int, list[Attachment]] = {}
        for file in attachments.attachments_of(KIND, pks):
            files.setdefault(file.target_id, []).append(mapping.attachment_of(file))
        return files


def _cursor(at: datetime, id_: int, said_at: datetime, said_id: int) -> dict[str, Any]:
    return {"at": at.isoformat(), "id": id_, "said_at": said_at.isoformat(), "said_id": said_id}


def _is_full(*pages: Sequence[Any]) -> bool:
    return any(len(page) == PAGE_SIZE for page in pages)


def _next(found: Sequence[Defect], said: Sequence[Said], now: datetime) -> dict[str, Any]:
    """Go on behind a full page; once all is read, begin again a little before now."""
    again = now - OVERLAP
    at, id_ = (found[-1].updated_at, found[-1].pk) if _is_full(found) else (again, 0)
    said_at, said_id = (said[-1].updated_at, said[-1].pk) if _is_full(said) else (again, 0)
    return _cursor(at, id_, said_at, said_id)
