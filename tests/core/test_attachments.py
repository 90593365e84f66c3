from pathlib import Path

import pytest

from testmgmt.core import attachments, events
from testmgmt.core.attachments import FileTooLargeError, path_of
from testmgmt.core.errors import DomainError
from testmgmt.core.models import Attachment, AuditEntry, Blob, TargetKind
from testmgmt.core.targets import Target


@pytest.fixture
def attach(shop, tom):
    def attached(content=b"hello", name="a.txt", pk=1):
        target = Target(TargetKind.CASE, pk, shop.pk)
        return attachments.attach(target=target, user_id=tom.pk, name=name, chunks=content)

    return lambda content=b"hello", **more: attached([content], **more)


def test_keeps_bytes_by_their_digest_outside_of_the_web_root(attach, settings):
    file = attach(b"hello")

    path = path_of(file.blob_id)
    assert path.read_bytes() == b"hello"
    assert path.is_relative_to(settings.MEDIA_ROOT)
    assert not path.is_relative_to(settings.STATIC_ROOT)


def test_keeps_the_same_bytes_once(attach):
    first, second = attach(name="a.txt"), attach(name="b.txt")

    assert first.blob_id == second.blob_id
    assert Blob.objects.count() == 1


def test_reads_what_comes_in_pieces(shop, tom):
    target = Target(TargetKind.CASE, 1, shop.pk)
    pieces = iter([b"\x89PN", b"G\r\n\x1a", b"\n rest"])

    file = attachments.attach(target=target, user_id=tom.pk, name="a", chunks=pieces)

    assert file.mime == "image/png"
    assert file.blob.size == 13


def test_refuses_what_is_too_large_without_reading_all_of_it(shop, tom, settings):
    settings.MAX_UPLOAD_MB = 1
    read = []

    def endless():
        while True:
            read.append(1)
            yield b"x" * 1024 * 1024

    with pytest.raises(FileTooLargeError):
        attachments.attach(
            target=Target(TargetKind.CASE, 1, shop.pk), user_id=tom.pk, name="a", chunks=endless()
        )

    assert len(read) == 2
    assert not list(Path(settings.MEDIA_ROOT).rglob("*.*"))
    assert not any(path.is_file() for path in Path(settings.MEDIA_ROOT).rglob("*"))


def test_refuses_an_empty_file(attach):
    with pytest.raises(DomainError, match="empty"):
        attach(b"")


def test_tells_that_the_files_of_a_thing_changed(attach, monkeypatch):
    heard = []
    monkeypatch.setitem(events._within, "case.files_changed", [heard.append])

    file = attach(pk=7)
    attachments.detach(attachment=file, user_id=None, source="jira")

    assert [(e.object_id, e.data["what"], e.source) for e in heard] == [
        (7, "add", ""),
        (7, "remove", "jira"),
    ]
    assert AuditEntry.objects.filter(kind="attachment").count() == 2


def test_lists_the_files_of_many_things_at_once(attach, django_assert_num_queries):
    for pk in (1, 2, 3):
        attach(str(pk).encode(), pk=pk)

    with django_assert_num_queries(1):
        files = list(attachments.attachments_of(TargetKind.CASE, [1, 3]))
        assert [(file.target_id, file.blob.size) for file in files] == [(1, 1), (3, 1)]


def test_sweeps_only_bytes_that_nobody_needs(attach):
    kept, lost = attach(b"kept"), attach(b"lost")
    twin = attach(b"kept", name="twin")
    attachments.detach(attachment=Attachment.objects.get(pk=lost.pk), user_id=None)
    attachments.detach(attachment=Attachment.objects.get(pk=twin.pk), user_id=None)

    assert attachments.sweep_blobs() == 1
    assert path_of(kept.blob_id).exists()
    assert not path_of(lost.blob_id).exists()
