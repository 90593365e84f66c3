import pytest

from testmgmt.core.errors import ForbiddenError, NotFoundError
from testmgmt.core.permissions import Action
from testmgmt.projects.permissions import require, visible_projects


def test_lets_a_tester_execute(shop, tom):
    require(tom, Action.EXECUTE, shop.pk)


def test_refuses_a_viewer_by_naming_the_role(shop, vera):
    with pytest.raises(ForbiddenError, match="role tester"):
        require(vera, Action.EXECUTE, shop.pk)


def test_tells_a_stranger_nothing(shop, sam):
    with pytest.raises(NotFoundError):
        require(sam, Action.VIEW, shop.pk)


def test_lists_only_projects_of_ones_own(shop, tom, sam):
    assert list(visible_projects(tom)) == [shop]
    assert not visible_projects(sam).exists()
