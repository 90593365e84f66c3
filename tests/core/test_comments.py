import pytest

from testmgmt.core import comments, events
from testmgmt.core.comments import Copied
from testmgmt.core.errors import DomainError, ForbiddenError, NotFoundError, StaleRevisionError
from testmgmt.core.models import Comment, TargetKind
from testmgmt.core.targets import Target


@pytest.fixture
def target(shop):
    return Target(TargetKind.DEFECT, 77, shop.pk)


@pytest.fixture
def heard(monkeypatch):
    found = []
    monkeypatch.setitem(events._within, "defect.commented", [found.append])
    return found


@pytest.fixture
def copied(target):
    origin = Copied("Eve in Jira", "jira", "https://jira.example/1", "c-1")
    return lambda: comments.add_comment(
        target=target, user_id=None, body="Seen", copied=origin, source="jira"
    )


def test_says_something(target, tom, heard):
    said = comments.add_comment(target=target, user_id=tom.pk, body="  Seen it. ")

    assert (said.body, said.author) == ("Seen it.", tom)
    assert [(e.object_id, e.data["what"]) for e in heard] == [(77, "add")]


@pytest.mark.parametrize("body", ["", "  \n", "x" * 100_001], ids=["none", "blank", "long"])
def test_refuses_nothing_and_too_much(target, tom, body):
    with pytest.raises(DomainError) as caught:
        comments.add_comment(target=target, user_id=tom.pk, body=body)

    assert caught.value.field == "body"


def test_names_the_author_of_a_copy_and_none_of_ours(copied):
    comment = copied()

    assert (comment.author, comment.author_name, comment.origin) == (None, "Eve in Jira", "jira")


def test_makes_a_copy_once(copied, heard):
    assert copied().pk == copied().pk
    assert len(heard) == 1
    assert heard[0].source == "jira"


def test_lets_only_its_author_change_a_comment(target, tom, vera):
    said = comments.add_comment(target=target, user_id=tom.pk, body="One")

    with pytest.raises(ForbiddenError):
        comments.edit_comment(comment=said, user_id=vera.pk, body="Two")
    with pytest.raises(ForbiddenError):
        comments.delete_comment(comment=said, user_id=vera.pk)
    assert comments.edit_comment(comment=said, user_id=tom.pk, body="Two").body == "Two"


def test_lets_people_keep_their_hands_off_copies_and_the_sync_follow_them(copied, tom):
    comment = copied()

    with pytest.raises(ForbiddenError):
        comments.edit_comment(comment=comment, user_id=tom.pk, body="Forged")
    with pytest.raises(ForbiddenError):
        comments.edit_comment(comment=comment, user_id=None, body="Forged")
    edited = comments.edit_comment(comment=comment, user_id=None, body="More", source="jira")

    assert (edited.body, edited.revision) == ("More", 2)


def test_refuses_to_overwrite_what_was_not_seen(target, tom):
    said = comments.add_comment(target=target, user_id=tom.pk, body="One")
    comments.edit_comment(comment=said, user_id=tom.pk, body="Two", revision=1)

    with pytest.raises(StaleRevisionError):
        comments.edit_comment(comment=said, user_id=tom.pk, body="Three", revision=1)


def test_hides_a_deleted_comment_and_keeps_its_row(target, tom, heard):
    said = comments.add_comment(target=target, user_id=tom.pk, body="One")

    comments.delete_comment(comment=said, user_id=tom.pk)
    comments.delete_comment(comment=said, user_id=tom.pk)

    assert not comments.comments_of(TargetKind.DEFECT, 77).exists()
    assert Comment.objects.filter(pk=said.pk).exists()
    assert [event.data["what"] for event in heard] == ["add", "delete"]
    with pytest.raises(NotFoundError):
        comments.comment_on(TargetKind.DEFECT, 77, said.pk)


def test_finds_a_comment_only_on_its_own_thing(target, tom):
    said = comments.add_comment(target=target, user_id=tom.pk, body="One")

    with pytest.raises(NotFoundError):
        comments.comment_on(TargetKind.DEFECT, 78, said.pk)


def test_lists_with_authors_in_one_statement(target, tom, vera, django_assert_num_queries):
    for user in (tom, vera):
        comments.add_comment(target=target, user_id=user.pk, body=user.username)

    with django_assert_num_queries(1):
        said = list(comments.comments_of(TargetKind.DEFECT, 77))
        assert [comment.author.username for comment in said] == ["tom", "vera"]
