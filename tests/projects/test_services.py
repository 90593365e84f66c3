import pytest

from testmgmt.core.errors import (
    ConflictError,
    DomainError,
    ForbiddenError,
    NotFoundError,
    StaleRevisionError,
)
from testmgmt.core.models import AuditEntry
from testmgmt.projects import services
from testmgmt.projects.models import Choice, Membership, Project
from tests.factories.accounts import UserFactory


@pytest.fixture
def chief(db):
    return UserFactory(username="chief", is_staff=True)


def test_begins_with_choices_and_its_maker_as_administrator(chief):
    project = services.create_project(user=chief, key="pay", name="Payments")

    assert project.key == "PAY"
    assert Membership.objects.get(project=project).role == "admin"
    assert Choice.objects.filter(project=project, field="priority").count() == 4


def test_refuses_a_project_made_by_a_member(ada):
    with pytest.raises(ForbiddenError):
        services.create_project(user=ada, key="PAY", name="Payments")


def test_refuses_a_project_made_with_a_token_of_another(chief, shop):
    chief.only_project_id = shop.pk

    with pytest.raises(ForbiddenError):
        services.create_project(user=chief, key="PAY", name="Payments")


@pytest.mark.parametrize("key", ["", "A", "1AB", "TOOLONGKEYS", "A B", "SHOP"])
def test_refuses_a_key_that_is_malformed_or_taken(chief, shop, key):
    with pytest.raises(DomainError) as caught:
        services.create_project(user=chief, key=key, name="Payments")

    assert caught.value.field == "key"
    assert Project.objects.count() == 1


def test_renames_and_records_what_changed(shop, ada):
    services.update_project(
        user=ada, project_id=shop.pk, changes={"name": "Shop", "description": ""}, revision=1
    )

    shop.refresh_from_db()
    assert (shop.name, shop.revision) == ("Shop", 2)
    assert AuditEntry.objects.get(action="update").changes == {"name": ["Web Shop", "Shop"]}


def test_refuses_to_overwrite_what_was_not_seen(shop, ada):
    services.update_project(user=ada, project_id=shop.pk, changes={"name": "First"}, revision=1)

    with pytest.raises(StaleRevisionError):
        services.update_project(
            user=ada, project_id=shop.pk, changes={"name": "Second"}, revision=1
        )

    shop.refresh_from_db()
    assert shop.name == "First"


def test_refuses_a_name_that_is_too_long(shop, ada):
    with pytest.raises(DomainError) as caught:
        services.update_project(user=ada, project_id=shop.pk, changes={"name": "x" * 151})

    assert caught.value.field == "name"


@pytest.mark.parametrize(
    "change",
    [
        lambda user, pk: services.update_project(user=user, project_id=pk, changes={"name": "x"}),
        lambda user, pk: services.archive_project(user=user, project_id=pk, is_archived=True),
        lambda user, pk: services.set_member(
            user=user, project_id=pk, username="sam", role="viewer"
        ),
        lambda user, pk: services.remove_member(user=user, project_id=pk, username="vera"),
    ],
    ids=["update", "archive", "set_member", "remove_member"],
)
def test_lets_only_administrators_change_a_project(shop, ada, tom, vera, sam, change):
    with pytest.raises(ForbiddenError):
        change(tom, shop.pk)
    with pytest.raises(NotFoundError):
        change(sam, shop.pk)
    change(ada, shop.pk)


def test_adds_a_member_and_changes_the_role_later(shop, ada, sam):
    for role in ("viewer", "lead"):
        services.set_member(user=ada, project_id=shop.pk, username="SAM", role=role)

    assert Membership.objects.get(user=sam).role == "lead"
    changes = AuditEntry.objects.filter(action="member").order_by("pk")
    assert [entry.changes for entry in changes] == [
        {"sam": [None, "viewer"]},
        {"sam": ["viewer", "lead"]},
    ]


@pytest.mark.parametrize(
    ("username", "role", "field"), [("nobody", "lead", "username"), ("sam", "king", "role")]
)
def test_refuses_people_and_roles_that_do_not_exist(shop, ada, sam, username, role, field):
    with pytest.raises(DomainError) as caught:
        services.set_member(user=ada, project_id=shop.pk, username=username, role=role)

    assert caught.value.field == field


def test_keeps_the_last_administrator(shop, ada, tom):
    with pytest.raises(ConflictError):
        services.set_member(user=ada, project_id=shop.pk, username="ada", role="lead")
    with pytest.raises(ConflictError):
        services.remove_member(user=ada, project_id=shop.pk, username="ada")

    services.set_member(user=ada, project_id=shop.pk, username="tom", role="admin")
    services.remove_member(user=ada, project_id=shop.pk, username="ada")

    assert not Membership.objects.filter(user=ada).exists()


def test_does_not_remove_somebody_who_is_not_there(shop, ada, sam):
    with pytest.raises(NotFoundError):
        services.remove_member(user=ada, project_id=shop.pk, username="sam")
