import pytest

from testmgmt.accounts.models import ApiKey
from testmgmt.core.errors import DomainError, NotFoundError
from testmgmt.core.permissions import Action
from testmgmt.projects.permissions import require, visible_projects
from testmgmt.projects.queries import project_for
from tests.factories.projects import MembershipFactory, ProjectFactory


@pytest.fixture
def bank(tom):
    project = ProjectFactory(key="BANK")
    MembershipFactory(project=project, user=tom, role="tester")
    return project


@pytest.mark.parametrize("named", ["SHOP", "shop", "id"])
def test_finds_a_project_by_id_or_key(shop, tom, named):
    found = project_for(tom, None, shop.pk if named == "id" else named)

    assert found == shop


def test_falls_back_to_the_project_of_the_token(shop, bank, tom):
    token = ApiKey(user=tom, project=bank)

    assert project_for(tom, token, None) == bank
    assert project_for(tom, token, "SHOP") == shop


def test_asks_for_a_project_where_the_token_has_none(tom):
    with pytest.raises(DomainError, match="Name a project") as caught:
        project_for(tom, ApiKey(user=tom), "")

    assert caught.value.field == "project"


def test_tells_a_stranger_that_there_is_no_such_project(shop, sam):
    with pytest.raises(NotFoundError):
        project_for(sam, None, "SHOP")


def test_keeps_a_token_of_one_project_out_of_the_others(shop, bank, tom):
    tom.only_project_id = bank.pk

    assert list(visible_projects(tom)) == [bank]
    with pytest.raises(NotFoundError):
        project_for(tom, None, "SHOP")
    with pytest.raises(NotFoundError):
        require(tom, Action.VIEW, shop.pk)


def test_keeps_even_an_installation_administrator_in_the_project_of_the_token(shop, bank, tom):
    tom.is_superuser = True
    tom.only_project_id = bank.pk

    with pytest.raises(NotFoundError):
        require(tom, Action.VIEW, shop.pk)
