"""What people say of a case, and the files that hang on it."""

from io import BytesIO

import pytest

from testmgmt.cases import services
from testmgmt.core import attachments, comments
from testmgmt.core.comments import Copied
from testmgmt.core.models import Comment, TargetKind
from testmgmt.core.targets import Target
from tests.factories.cases import CaseFactory


@pytest.fixture
def case(shop):
    return CaseFactory(project=shop)


@pytest.fixture
def target(case):
    return Target(TargetKind.CASE, case.pk, case.project_id)


def test_says_something_of_a_case(page_of, case, tom):
    answer = page_of(tom).post(f"/cases/{case.pk}/comments/", {"body": "Step 2 is **slow**."})

    said = Comment.objects.get()
    assert answer.url == f"/cases/{case.pk}/#comment-{said.pk}"
    body = page_of(tom).get(answer.url).content.decode()
    assert "Step 2 is <strong>slow</strong>." in body


def test_shows_what_a_tracker_says_and_where(page_of, case, target, tom):
    copied = Copied("Ken Ito", "ENG-1", "https://jira.example.com/browse/ENG-1", "m1")
    comments.add_comment(target=target, user_id=None, body="Noted.", copied=copied, source="sync")

    body = page_of(tom).get(f"/cases/{case.pk}/").content.decode()

    assert "Ken Ito" in body
    assert 'href="https://jira.example.com/browse/ENG-1"' in body


def test_shows_the_files_of_a_case(page_of, case, target, tom):
    attachments.attach(target=target, user_id=tom.pk, name="plan.txt", chunks=BytesIO(b"1"))

    assert "plan.txt" in page_of(tom).get(f"/cases/{case.pk}/").content.decode()


def test_asks_for_words(page_of, case, tom):
    answer = page_of(tom).post(f"/cases/{case.pk}/comments/", {"body": " "})

    assert answer.status_code == 422
    assert not Comment.objects.exists()


def test_a_viewer_reads_only(page_of, case, vera, sam):
    assert "Write a comment" not in page_of(vera).get(f"/cases/{case.pk}/").content.decode()
    assert page_of(vera).post(f"/cases/{case.pk}/comments/", {"body": "x"}).status_code == 403
    assert page_of(sam).post(f"/cases/{case.pk}/comments/", {"body": "x"}).status_code == 404


def test_nothing_is_said_of_what_is_in_the_trash(page_of, case, ada):
    services.delete_case(user=ada, case_id=case.pk)

    assert "Write a comment" not in page_of(ada).get(f"/cases/{case.pk}/").content.decode()
    assert page_of(ada).post(f"/cases/{case.pk}/comments/", {"body": "x"}).status_code == 404
