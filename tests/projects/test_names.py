import pytest

from testmgmt.core.errors import DomainError
from testmgmt.projects.models import Choice, Tag
from testmgmt.projects.names import choices_of, member_named, members_of, tags_named
from tests.factories.projects import TagFactory


@pytest.fixture
def statuses(shop):
    return choices_of(shop.pk, "result_status")["result_status"]


@pytest.mark.parametrize("text", ["in-progress", "In progress", " IN PROGRESS "])
def test_finds_a_choice_by_slug_or_name(statuses, text):
    assert statuses.named(text).slug == "in-progress"


def test_names_what_is_offered_instead(statuses):
    with pytest.raises(DomainError, match="choose from: passed, failed") as refusal:
        statuses.named("splendid", field="status")

    assert refusal.value.field == "status"


def test_knows_the_default_and_the_first_of_a_category(shop, statuses):
    assert statuses.default.slug == "untested"
    assert statuses.of_category("failed").slug == "failed"


def test_an_inactive_choice_stands_for_no_category(shop):
    Choice.objects.filter(project=shop, slug="retest").update(is_active=False)

    statuses = choices_of(shop.pk, "result_status")["result_status"]

    assert statuses.of_category("retest") is None


def test_reads_several_fields_in_one_statement(shop, django_assert_num_queries):
    with django_assert_num_queries(1):
        found = choices_of(shop.pk, "priority", "severity")

    assert (found["priority"].default.slug, found["severity"].default.slug) == ("medium", "normal")


def test_finds_members_only(shop, tom, sam):
    assert members_of(shop.pk) == [tom]
    assert member_named(shop.pk, "TOM") == tom
    with pytest.raises(DomainError, match="Nobody in this project"):
        member_named(shop.pk, "sam")


def test_makes_only_the_tags_that_are_missing(shop):
    known = TagFactory(project=shop, name="Login")

    tags = tags_named(shop.pk, ["login", " ui ", "UI", ""])

    assert tags[0] == known
    assert [tag.name.lower() for tag in tags] == ["login", "ui"]
    assert Tag.objects.count() == 2
