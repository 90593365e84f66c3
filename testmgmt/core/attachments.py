"""Files by content hash, outside the web root. Whoever owns the thing checks the rights first."""

import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Max, QuerySet

from testmgmt.core import audit, events
from testmgmt.core.errors import DomainError
from testmgmt.core.files import HEAD_LENGTH, safe_name, sniffed
from testmgmt.core.models import Attachment, Blob, TargetKind
from testmgmt.core.targets import Target

MEGABYTE = 1024 * 1024
CHUNK = 256 * 1024


class FileTooLargeError(DomainError):
    """The file is larger than this installation takes."""

    code = "file_too_large"
    status = 413


def path_of(sha256: str) -> Path:
    """Return where the bytes of a digest are."""
    return Path(settings.MEDIA_ROOT) / "blobs" / sha256[:2] / sha256[2:4] / sha256


@dataclass(frozen=True, slots=True)
class _Draft:
    """Bytes that have arrived and have no name yet."""

    path: Path
    sha256: str
    size: int
    mime: str


def _written(path: Path, chunks: Iterable[bytes]) -> _Draft:
    digest, size, head = hashlib.sha256(), 0, b""
    with path.open("wb") as file:
        for chunk in chunks:
            size += len(chunk)
            if size > max_bytes():
                raise FileTooLargeError(f"Files end at {settings.MAX_UPLOAD_MB} MB.", field="file")
            digest.update(chunk)
            head += chunk[: HEAD_LENGTH - len(head)]
            file.write(chunk)
    if not size:
        raise DomainError("The file is empty.", field="file", code="empty_file")
    return _Draft(path, digest.hexdigest(), size, sniffed(head))


@contextmanager
def _received(chunks: Iterable[bytes]) -> Iterator[_Draft]:
    """Take bytes in as they come, before any transaction: a slow sender holds nobody up."""
    incoming = Path(settings.MEDIA_ROOT) / "incoming"
    incoming.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=incoming)
    os.close(descriptor)
    try:
        yield _written(Path(name), chunks)
    finally:
        Path(name).unlink(missing_ok=True)


def _keep(draft: _Draft) -> Blob:
    """Put bytes under their digest, once. The row is locked first: `sweep_blobs` waits for it."""
    rows = Blob.objects.select_for_update()
    blob, _ = rows.get_or_create(sha256=draft.sha256, defaults={"size": draft.size})
    target = path_of(draft.sha256)
    target.parent.mkdir(parents=True, exist_ok=True)
    draft.path.replace(target)
    return blob


def chunks_of(file: IO[bytes]) -> Iterable[bytes]:
    """Read an open file piece by piece."""
    while chunk := file.read(CHUNK):
        yield chunk


def attachments_of(kind: TargetKind, pks: Iterable[int]) -> QuerySet[Attachment]:
    """Return the files of these things, the oldest first."""
    files = Attachment.objects.filter(target_kind=kind, target_id__in=list(pks))
    return files.select_related("blob", "created_by").order_by("id")


def revisions_of(kind: TargetKind, pks: Iterable[int]) -> dict[int, str]:
    """Return for each thing a text that changes whenever its files do, in one statement."""
    rows = Attachment.objects.filter(target_kind=kind, target_id__in=list(pks)).order_by()
    counted = rows.values_list("target_id").annotate(Count("pk"), Max("pk"))
    return {pk: f"{count}.{newest}" for pk, count, newest in counted}


def max_bytes() -> int:
    """Return how large a file may be here."""
    return int(settings.MAX_UPLOAD_MB) * MEGABYTE


def _tell(attachment: Attachment, what: str, user_id: int | None, source: str) -> None:
    audit.record(
        user_id=user_id, project_id=attachment.project_id, action=f"{what} file", target=attachment
    )
    events.publish(
        events.Event(
            f"{attachment.target_kind}.files_changed",
            attachment.target_id,
            attachment.project_id,
            user_id,
            source,
            {"attachment_id": attachment.pk, "what": what},
        )
    )


def attach(
    *,
    target: Target,
    user_id: int | None,
    name: str,
    chunks: Iterable[bytes],
    source: str = "",
) -> Attachment:
    """Hang a file on a thing; what kind of file it is is read from its bytes."""
    with _received(chunks) as draft, transaction.atomic():
        attachment = Attachment.objects.create(
            project_id=target.project_id,
            target_kind=target.kind,
            target_id=target.pk,
            blob=_keep(draft),
            name=safe_name(name),
            mime=draft.mime,
            created_by_id=user_id,
        )
        _tell(attachment, "add", user_id, source)
    return attachment


@transaction.atomic
def detach(*, attachment: Attachment, user_id: int | None, source: str = "") -> None:
    """Take a file off a thing; its bytes stay until `sweep_blobs` finds that nobody needs them."""
    _tell(attachment, "remove", user_id, source)
    attachment.delete()


def sweep_blobs() -> int:
    """Delete bytes that nothing hangs on any more; return how many files went."""
    digests = Blob.objects.filter(attachments=None).values_list("sha256", flat=True)
    return sum(_forget(sha256) for sha256 in list(digests))


@transaction.atomic
def _forget(sha256: str) -> bool:
    blob = Blob.objects.select_for_update().filter(sha256=sha256).first()
    if blob is None or blob.attachments.exists():
        return False
    path_of(sha256).unlink(missing_ok=True)
    blob.delete()
    return True
