"""Comments on cases and defects. Whoever owns the thing checks the rights first."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, F, QuerySet, Sum
from django.utils import timezone

from testmgmt.core import audit, events
from testmgmt.core.errors import DomainError, ForbiddenError, NotFoundError, StaleRevisionError
from testmgmt.core.models import Comment, TargetKind
from testmgmt.core.targets import Target

MAX_LENGTH = 100_000


@dataclass(frozen=True, slots=True)
class Copied:
    """Where a comment was first said: by whom, in which tracker, at which address.

    `marker` is the sync's key of the copy; a second copy with the same key is the same comment.
    """

    author_name: str = ""
    origin: str = ""
    origin_url: str = ""
    marker: str | None = None


SAID_HERE = Copied()


def comments_of(kind: TargetKind, pk: int) -> QuerySet[Comment]:
    """Return what was said on a thing, the oldest first, with its authors."""
    comments = Comment.objects.filter(target_kind=kind, target_id=pk, deleted_at=None)
    return comments.select_related("author").order_by("id")


def said_on(kind: TargetKind, pks: Collection[int]) -> dict[int, list[Comment]]:
    """Return what was said on each of these things, the oldest first, in one statement."""
    said: dict[int, list[Comment]] = defaultdict(list)
    comments = Comment.objects.filter(target_kind=kind, target_id__in=pks, deleted_at=None)
    for comment in comments.select_related("author").order_by("id"):
        said[comment.target_id].append(comment)
    return said


def revisions_of(kind: TargetKind, pks: Collection[int]) -> dict[int, str]:
    """Return for each thing a text that changes whenever its comments do, in one statement."""
    rows = Comment.objects.filter(target_kind=kind, target_id__in=pks).order_by()
    counted = rows.values_list("target_id").annotate(Count("pk"), Sum("revision"))
    return {pk: f"{count}.{revisions}" for pk, count, revisions in counted}


def comment_by_marker(kind: TargetKind, pk: int, marker: str) -> Comment | None:
    """Return the copy that the sync made under this marker."""
    return comments_of(kind, pk).filter(marker=marker).first()


def comment_on(kind: TargetKind, pk: int, comment_id: int) -> Comment:
    """Return one comment of a thing."""
    comment = comments_of(kind, pk).filter(pk=comment_id).first()
    if comment is None:
        raise NotFoundError("There is no such comment.")
    return comment


def _checked(body: str) -> str:
    text = body.strip()
    if not text:
        raise DomainError("Write something.", field="body", code="required")
    if len(text) > MAX_LENGTH:
        raise DomainError(f"Keep it below {MAX_LENGTH:,} characters.", field="body")
    return text


def _tell(comment: Comment, what: str, user_id: int | None, source: str) -> None:
    audit.record(
        user_id=user_id, project_id=comment.project_id, action=f"{what} comment", target=comment
    )
    events.publish(
        events.Event(
            f"{comment.target_kind}.commented",
            comment.target_id,
            comment.project_id,
            user_id,
            source,
            {"comment_id": comment.pk, "what": what},
        )
    )


@transaction.atomic
def add_comment(
    *,
    target: Target,
    user_id: int | None,
    body: str,
    copied: Copied = SAID_HERE,
    is_restricted: bool = False,
    source: str = "",
) -> Comment:
    """Say something; a copy of somebody else's words names them and has no author of ours."""
    values = {
        "project_id": target.project_id,
        "target_kind": target.kind,
        "target_id": target.pk,
        "body": _checked(body),
        "author_id": None if copied.author_name else user_id,
        "author_name": copied.author_name,
        "origin": copied.origin,
        "origin_url": copied.origin_url,
        "is_restricted": is_restricted,
    }
    if copied.marker is None:
        comment, is_new = Comment.objects.create(**values), True
    else:
        comment, is_new = Comment.objects.get_or_create(marker=copied.marker, defaults=values)
    if is_new:
        _tell(comment, "add", user_id, source)
    return comment


def _own(comment: Comment, user_id: int | None, source: str) -> None:
    """People change their own words only; a sync (it names its `source`) may follow the tracker."""
    if not source and (comment.author_id is None or comment.author_id != user_id):
        raise ForbiddenError("Only its author may change a comment.")


@transaction.atomic
def edit_comment(
    *,
    comment: Comment,
    user_id: int | None,
    body: str,
    revision: int | None = None,
    source: str = "",
) -> Comment:
    """Say it better; with a revision, only if nobody else has done so in between."""
    _own(comment, user_id, source)
    rows = Comment.objects.filter(pk=comment.pk, deleted_at=None)
    if revision is not None:
        rows = rows.filter(revision=revision)
    changed = rows.update(
        body=_checked(body), revision=F("revision") + 1, updated_at=timezone.now()
    )
    if not changed:
        raise StaleRevisionError("Somebody changed this comment in between. Look at it again.")
    comment.refresh_from_db()
    _tell(comment, "edit", user_id, source)
    return comment


@transaction.atomic
def delete_comment(*, comment: Comment, user_id: int | None, source: str = "") -> None:
    """Take one's words back; the row stays for the sync, its text does not show any more."""
    _own(comment, user_id, source)
    now = timezone.now()
    rows = Comment.objects.filter(pk=comment.pk, deleted_at=None)
    if rows.update(deleted_at=now, updated_at=now, revision=F("revision") + 1):
        _tell(comment, "delete", user_id, source)
