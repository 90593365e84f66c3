"""Files of both kinds: streamed, with digests, and seen as a change."""

from hashlib import sha256
from io import BytesIO

import pytest

from integrations.base.errors import GoneError, TooLargeError
from integrations.base.items import Want
from testmgmt.core import attachments
from testmgmt.core.models import Attachment
from tests.integrations.connectors.contract import MARKER
from tests.integrations.connectors.platform.humans import Author, Human

FILES = Want(frozenset(), attachments=True)


@pytest.fixture(params=["Defect", "Test Case"])
def item(request, connector, scope):
    return connector.create(scope, request.param, {"title": "Login"}, MARKER)


def test_tells_the_digest_of_the_bytes(connector, item):
    made = connector.upload(item.ref, "log.txt", "text/plain", BytesIO(b"line 1\n"))

    [read] = connector.fetch([item.ref], FILES)[item.ref].attachments
    assert read == made
    assert read.sha256 == sha256(b"line 1\n").hexdigest()


def test_a_file_that_comes_or_goes_is_a_change(connector, scope, item, ada):
    cursor = connector.changed_since(scope, None, FILES).cursor

    connector.upload(item.ref, "log.txt", "text/plain", BytesIO(b"1"))
    [came] = connector.changed_since(scope, cursor, FILES).items
    attachments.detach(attachment=Attachment.objects.get(), user_id=ada.pk)
    [went] = connector.changed_since(scope, cursor, FILES).items

    assert (len(came.attachments), len(went.attachments)) == (1, 0)
    assert len({item.rev, came.rev}) == 2
    assert went.rev != came.rev
    assert came.updated_at > item.updated_at


def test_a_comment_is_a_change(connector, scope, item, ada, shop):
    cursor = connector.changed_since(scope, None, FILES).cursor
    before = connector.changed_since(scope, cursor, FILES).items

    (Human if item.type == "Defect" else Author)(ada, shop).comment(item.ref.id, "Me too.")

    [after] = connector.changed_since(scope, cursor, FILES).items
    assert [after.rev] != [one.rev for one in before]
    assert after.updated_at > item.updated_at


def test_keeps_the_bytes_of_one_thing_from_another(connector, scope, item):
    other = connector.create(scope, item.type, {"title": "Other"}, MARKER[::-1])
    made = connector.upload(other.ref, "log.txt", "text/plain", BytesIO(b"1"))

    with pytest.raises(GoneError):
        connector.open(item.ref, made)


def test_says_how_large_a_file_may_be(connector, item, settings):
    settings.MAX_UPLOAD_MB = 1

    with pytest.raises(TooLargeError) as refusal:
        connector.upload(item.ref, "a.bin", "x/y", BytesIO(bytes(1024 * 1024 + 1)))

    assert refusal.value.limit == 1024 * 1024
