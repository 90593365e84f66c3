"""Files both ways: streamed, counted, and fetched from the media host without our credentials."""

import json
from io import BytesIO
from uuid import UUID

import pytest
import responses

from integrations.base.errors import TransientError
from integrations.base.items import Attachment, Ref, Want
from integrations.connectors.jira.times import moment
from tests.integrations.connectors.jira.test_site import connect

ENG = "10000"
FILES = Want(frozenset(), attachments=True)
CLOUD = "https://example.atlassian.net"
ISSUE = Ref(UUID(int=1), ENG, "1")
MEDIA = "https://api.media.example.com/file/1"


@pytest.fixture
def item(connector):
    return connector.create(ENG, "Bug", {"summary": "Login fails"}, "m1")


@pytest.fixture
def cloud_connector():
    return connect(CLOUD, "sync@example.com", account_id="acc-1")


def test_sends_a_file_and_reads_it_back(connector, item):
    content = bytes(range(256)) * 600

    made = connector.upload(item.ref, "Ünï côde.bin", "image/png", BytesIO(content))

    [read] = connector.fetch([item.ref], FILES)[item.ref].attachments
    assert read == made
    assert (read.name, read.size) == ("Ünï côde.bin", len(content))
    with connector.open(item.ref, read) as opened:
        assert opened.read() == content


def test_a_person_s_file_is_read(connector, jira, item):
    jira.as_human("ken").attach(item.key, "trace.txt", b"boom")

    [read] = connector.fetch([item.ref], FILES)[item.ref].attachments

    with connector.open(item.ref, read) as opened:
        assert (read.name, opened.read()) == ("trace.txt", b"boom")


def file(size):
    return {
        "id": "7",
        "filename": "log.txt",
        "size": size,
        "mimeType": "text/plain",
        "created": "2026-05-04T12:00:00.000+0000",
    }


def test_takes_back_a_file_that_did_not_arrive_whole(cloud_connector):
    def cut_short(request):
        assert request.headers["X-Atlassian-Token"] == "no-check"
        assert b"line 1" in b"".join(request.body)
        return 200, {}, json.dumps([file(3)])

    with responses.RequestsMock() as wire:
        wire.add_callback("POST", f"{CLOUD}/rest/api/3/issue/1/attachments", cut_short)
        wire.delete(f"{CLOUD}/rest/api/3/attachment/7", status=204)

        with pytest.raises(TransientError, match="3 of 6 bytes"):
            cloud_connector.upload(ISSUE, "log.txt", "text/plain", BytesIO(b"line 1"))


def test_shows_no_credentials_to_the_media_host(cloud_connector):
    attached = Attachment("7", "log.txt", 3, "text/plain", moment("2026-05-04T12:00:00.000+0000"))
    with responses.RequestsMock() as wire:
        place = f"{CLOUD}/rest/api/3/attachment/content/7"
        wire.get(place, status=303, headers={"Location": MEDIA})
        wire.get(MEDIA, body=b"abc")

        with cloud_connector.open(ISSUE, attached) as opened:
            assert opened.read() == b"abc"

        ours, theirs = (call.request for call in wire.calls)
        assert "Authorization" in ours.headers
        assert "Authorization" not in theirs.headers
