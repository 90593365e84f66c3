from hashlib import sha256
from io import BytesIO

import pytest
import responses

from integrations.base.errors import (
    TooLargeError,
    UncertainError,
)
from integrations.base.items import Ref, Want
from tests.integrations.connectors.azure_devops.conftest import ENG, MARK, TITLE


def test_attaches_a_file_with_its_digest(connector, ken, bug, read, calls):
    ref = read(bug).ref
    calls.clear()

    made = connector.upload(ref, "log ü.txt", "text/plain", BytesIO(b"line 1\n"))

    assert (made.name, made.size, made.mime) == ("log ü.txt", 7, "text/plain")
    assert made.sha256 == sha256(b"line 1\n").hexdigest()
    assert [file.name for file in ken.attachments(bug.number)] == ["log ü.txt"]
    assert len(calls) == 2


def test_reads_the_digest_again(connector, bug, read):
    made = connector.upload(read(bug).ref, "a.bin", "", BytesIO(b"x"))

    assert list(read(bug, Want(frozenset(), attachments=True)).attachments) == [made]


class Pipe(BytesIO):
    """A stream whose length nobody knows."""

    def seekable(self):
        return False


def test_attaches_a_stream_of_unknown_length(connector, bug, read):
    made = connector.upload(read(bug).ref, "log.txt", "text/plain", Pipe(b"line 1\n"))

    assert made.size == 7


@pytest.mark.parametrize("kind", [BytesIO, Pipe])
def test_sends_no_file_that_is_too_large(connector, bug, read, monkeypatch, kind):
    monkeypatch.setattr("integrations.connectors.azure_devops.upload.MAX_FILE", 5)
    ref = read(bug).ref

    with pytest.raises(TooLargeError):
        connector.upload(ref, "log.txt", "text/plain", kind(b"line 1\n"))


def test_keeps_the_service_s_own_limit(connector, azure, bug, read):
    azure.change_state({"attachment_limit": 5})

    with pytest.raises(TooLargeError, match="TF237082"):
        connector.upload(read(bug).ref, "log.txt", "text/plain", BytesIO(b"line 1\n"))


def upload(connector, **attributes):
    """Attach seven bytes at a server that then tells these attributes of the file."""
    place = "https://tfs.example.com/c"
    file = f"{place}/_apis/wit/attachments/6b2266bf-a155-4582-a475-ca4da68193ef"
    links = [{"rel": "AttachedFile", "url": file, "attributes": attributes}] if attributes else []
    fields = {"System.ChangedDate": "2026-11-22T10:00:00Z"}
    item = {"id": 7, "rev": 2, "fields": fields, "relations": links}
    with responses.RequestsMock() as wire:
        wire.post(f"{place}/p/_apis/wit/attachments", json={"url": file})
        wire.patch(f"{place}/_apis/wit/workitems/7", json=item)
        ref = Ref(connector.system.id, "p", "7")
        return connector.upload(ref, "log.txt", "text/plain", BytesIO(b"line 1\n"))


@pytest.mark.parametrize(
    ("attributes", "words"),
    [
        ({}, "does not show on the work item"),
        ({"name": "log.txt", "resourceSize": 3}, "Of 7 bytes 3 arrived"),
    ],
)
def test_is_in_doubt_about_a_file_that_did_not_arrive(connect, attributes, words):
    with pytest.raises(UncertainError, match=words):
        upload(connect(base_url="https://tfs.example.com/c"), **attributes)


def test_bears_a_server_that_tells_no_size(connect):
    made = upload(connect(base_url="https://tfs.example.com/c"), name="log.txt")

    assert (made.name, made.size) == ("log.txt", 7)


def test_shows_the_counterpart_once(connector, ken, bug, read):
    ref = read(bug).ref

    connector.mention_link(ref, "DEF-1", "https://tm.example/d/1", "Login fails")
    connector.mention_link(ref, "DEF-1", "https://tm.example/d/1", "Login fails")

    [link] = ken.item(bug.number).relations
    assert link["url"] == "https://tm.example/d/1"
    assert link["attributes"]["comment"] == "In sync with DEF-1: Login fails"


def test_changes_the_link_to_the_counterpart(connector, ken, read):
    item = connector.create(ENG, "Bug", {TITLE: "T"}, MARK)
    connector.mention_link(item.ref, "DEF-1", "https://tm.example/d/1", "Old")

    connector.mention_link(item.ref, "DEF-2", "https://tm.example/d/2", "New")

    mark, link = ken.item(int(item.ref.id)).relations
    assert link["attributes"]["comment"] == "In sync with DEF-2: New"
    assert mark["url"].endswith(f"#tp-sync-{MARK}")
    assert read(item).marker == MARK
