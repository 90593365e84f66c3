import pytest
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from testmgmt.api.revisions import RevisionRequiredError, revised, sent_revision
from testmgmt.core.errors import StaleRevisionError


def asking(tag=None, query=""):
    headers = {} if tag is None else {"If-Match": tag}
    return Request(APIRequestFactory().patch(f"/{query}", headers=headers))


def test_answers_with_the_revision_as_its_etag():
    assert revised({"revision": 3}, 201).headers["ETag"] == '"3"'


@pytest.mark.parametrize(
    ("tag", "revision"), [('"3"', 3), ('W/"3"', 3), ("3", 3), ("*", None), (None, None)], ids=str
)
def test_reads_the_revision_that_a_change_insists_on(tag, revision):
    assert sent_revision(asking(tag)) == revision


def test_refuses_a_tag_that_is_not_ours():
    with pytest.raises(StaleRevisionError):
        sent_revision(asking('"abc"'))


def test_a_strict_caller_has_to_send_one():
    with pytest.raises(RevisionRequiredError):
        sent_revision(asking(query="?strict=1"))
