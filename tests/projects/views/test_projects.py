import pytest

from testmgmt.core.permissions import Role
from tests.factories.accounts import UserFactory
from tests.factories.projects import MembershipFactory, ProjectFactory

PAGES = ["/projects/", "/projects/SHOP/", "/projects/SHOP/settings/", "/jobs/", "/search/?q=shop"]


@pytest.fixture
def chief(db):
    return UserFactory(username="chief", is_staff=True)


@pytest.mark.parametrize("path", PAGES)
def test_costs_few_statements(page_of, ada, path, django_assert_max_num_queries):
    for _ in range(10):
        MembershipFactory(project=ProjectFactory(), user=ada, role=Role.ADMIN)
    page = page_of(ada)

    with django_assert_max_num_queries(12):
        assert page.get(path).status_code == 200


@pytest.mark.parametrize("path", PAGES)
def test_asks_strangers_to_sign_in(client, db, path):
    assert client.get(path).url.startswith("/accounts/login/")


@pytest.mark.parametrize("path", ["", "settings/", "settings/members/"])
def test_tells_a_stranger_that_there_is_nothing(page_of, shop, sam, path):
    answer = page_of(sam).get(f"/projects/SHOP/{path}")

    assert answer.status_code == 404
    assert "Web Shop" not in answer.content.decode()


@pytest.mark.parametrize("path", ["settings/", "settings/members/"])
def test_tells_a_tester_which_role_it_takes(page_of, tom, path):
    answer = page_of(tom).get(f"/projects/SHOP/{path}")

    assert answer.status_code == 403
    assert "role admin" in answer.content.decode()


def test_leads_home_to_the_projects(page_of, tom):
    assert page_of(tom).get("/").url == "/projects/"


def test_says_what_to_do_where_there_is_no_project(page_of, sam, chief):
    assert "Ask the administrator" in page_of(sam).get("/projects/").content.decode()
    assert "New project" in page_of(chief).get("/projects/").content.decode()


def test_makes_a_project(page_of, chief):
    answer = page_of(chief).post("/projects/new/", {"name": "Payments", "key": "pay"})

    assert answer.url == "/projects/PAY/"


def test_puts_a_taken_key_at_its_field(page_of, chief, shop):
    answer = page_of(chief).post("/projects/new/", {"name": "Other", "key": "SHOP"})

    assert answer.status_code == 422
    assert "key" in answer.context["form"].errors


def test_lets_only_administrators_of_the_installation_make_one(page_of, ada):
    answer = page_of(ada).post("/projects/new/", {"name": "Payments", "key": "pay"})

    assert answer.status_code == 403


def test_saves_settings(page_of, shop, ada):
    form = {"name": "Shop", "description": "", "revision": 1}

    assert page_of(ada).post("/projects/SHOP/settings/", form).status_code == 302

    shop.refresh_from_db()
    assert shop.name == "Shop"


def test_shows_that_somebody_saved_in_between(page_of, shop, ada):
    form = {"name": "Shop", "description": "", "revision": 7}

    answer = page_of(ada).post("/projects/SHOP/settings/", form)

    assert answer.status_code == 422
    assert "in between" in answer.content.decode()


def test_moves_a_project_into_the_archive_and_back(page_of, shop, ada):
    page = page_of(ada)

    page.post("/projects/SHOP/settings/archive/")
    assert "Web Shop" not in page.get("/projects/").content.decode()
    assert "Web Shop" in page.get("/projects/?archived=1").content.decode()

    page.post("/projects/SHOP/settings/archive/")
    assert "Web Shop" in page.get("/projects/").content.decode()


def _parts(page):
    frame = page.get("/projects/SHOP/").context["frame"]
    return [entry.label for entry in frame.entries]


def test_shows_the_parts_of_a_project_by_role(page_of, ada, vera):
    assert _parts(page_of(ada)) == ["Cases", "Runs", "Defects", "Settings"]
    assert _parts(page_of(vera)) == ["Cases", "Runs", "Defects"]


@pytest.mark.parametrize("part", ["cases", "runs", "defects"])
def test_lights_the_part_that_is_open(page_of, shop, tom, part):
    frame = page_of(tom).get(f"/projects/SHOP/{part}/").context["frame"]

    assert [entry.label.lower() for entry in frame.entries if entry.is_current] == [part]


def test_offers_to_switch_to_the_projects_of_ones_own(page_of, shop, tom):
    ProjectFactory(key="BANK", name="Secret Bank")

    html = page_of(tom).get("/projects/SHOP/").content.decode()

    assert 'href="/projects/SHOP/"' in html
    assert "Secret Bank" not in html


def test_renders_a_description_without_letting_it_run(page_of, shop, tom):
    shop.description = "**bold** <img src=x onerror=alert(1)> [x](javascript:alert(1))"
    shop.save()

    html = page_of(tom).get("/projects/SHOP/").content.decode()

    assert "<strong>bold</strong>" in html
    assert "onerror" not in html
    assert 'href="javascript' not in html


def test_finds_projects_in_the_palette(page_of, shop, tom, sam):
    found = page_of(tom).get("/search/?q=web", HTTP_HX_REQUEST="true").content.decode()
    hidden = page_of(sam).get("/search/?q=web", HTTP_HX_REQUEST="true").content.decode()

    assert 'href="/projects/SHOP/"' in found
    assert "<html" not in found
    assert "Web Shop" not in hidden
