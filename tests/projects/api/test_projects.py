import pytest

from testmgmt.projects.models import Project
from tests.factories.accounts import UserFactory
from tests.factories.projects import MembershipFactory, ProjectFactory


@pytest.fixture
def chief(db):
    return UserFactory(username="chief", is_staff=True)


def test_lists_only_what_the_caller_may_see(api_of, shop, tom, sam):
    ProjectFactory(key="BANK")

    assert [p["key"] for p in api_of(tom).get("/api/projects").json()["results"]] == ["SHOP"]
    assert api_of(sam).get("/api/projects").json()["count"] == 0


def test_costs_few_statements(api_of, tom, django_assert_max_num_queries):
    for _ in range(20):
        MembershipFactory(project=ProjectFactory(), user=tom, role="viewer")

    with django_assert_max_num_queries(6):
        answer = api_of(tom).get("/api/projects?limit=20")

    assert len(answer.json()["results"]) == 20


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("search=sho", ["SHOP"]),
        ("key=bank", ["BANK"]),
        ("is_archived=true", ["OLD"]),
        ("is_archived=false&ordering=-key", ["SHOP", "BANK"]),
    ],
)
def test_filters_and_orders(api_of, shop, tom, query, found):
    for key in ("BANK", "OLD"):
        project = ProjectFactory(key=key, is_archived=key == "OLD")
        MembershipFactory(project=project, user=tom, role="viewer")

    results = api_of(tom).get(f"/api/projects?{query}").json()["results"]

    assert [project["key"] for project in results] == found


def test_names_the_filter_that_does_not_exist(api_of, tom):
    answer = api_of(tom).get("/api/projects?owner=ada")

    assert answer.status_code == 400
    assert "owner" in answer.json()["errors"]


@pytest.mark.parametrize("path", ["/api/projects", "/api/projects/", "/api/v1/projects"])
def test_makes_a_project_with_or_without_the_last_slash(api_of, chief, path):
    answer = api_of(chief).post(path, {"key": "PAY", "name": "Payments"})

    assert answer.status_code == 201
    assert answer.json()["key"] == "PAY"
    assert answer["ETag"] == '"1"'


def test_refuses_a_project_from_a_member(api_of, ada):
    answer = api_of(ada).post("/api/projects", {"key": "PAY", "name": "Payments"})

    assert answer.status_code == 403
    assert answer.json()["code"] == "forbidden"


@pytest.mark.parametrize("named", ["SHOP", "shop", "id"])
def test_finds_a_project_by_key_or_id(api_of, shop, vera, named):
    answer = api_of(vera).get(f"/api/projects/{shop.pk if named == 'id' else named}")

    assert answer.json()["name"] == "Web Shop"


def test_answers_a_stranger_as_if_it_did_not_exist(api_of, shop, sam):
    there = api_of(sam).get("/api/projects/SHOP")
    nowhere = api_of(sam).get("/api/projects/NOPE")

    assert (there.status_code, nowhere.status_code) == (404, 404)
    assert there.json()["code"] == nowhere.json()["code"]


def test_changes_what_was_seen_and_shows_what_is_there_otherwise(api_of, shop, ada):
    ada_api = api_of(ada)

    first = ada_api.patch("/api/projects/SHOP", {"name": "One"}, headers={"If-Match": '"1"'})
    second = ada_api.patch("/api/projects/SHOP", {"name": "Two"}, headers={"If-Match": '"1"'})

    assert (first.status_code, first["ETag"]) == (200, '"2"')
    assert second.status_code == 412
    assert second.json()["current"]["name"] == "One"


def test_refuses_a_new_key_by_naming_it(api_of, shop, ada):
    answer = api_of(ada).patch("/api/projects/SHOP", {"key": "STORE"})

    assert answer.status_code == 400
    assert "key" in answer.json()["errors"]


def test_archives_instead_of_deleting(api_of, shop, ada, tom):
    assert api_of(tom).delete("/api/projects/SHOP").status_code == 403
    assert api_of(ada).delete("/api/projects/SHOP").status_code == 204
    assert Project.objects.get().is_archived
