import pytest

MEMBERS = "/api/projects/SHOP/members"


def test_lists_who_is_in_a_project(api_of, ada, tom, vera):
    results = api_of(vera).get(MEMBERS).json()["results"]

    assert [(m["username"], m["role"]) for m in results] == [
        ("ada", "admin"),
        ("tom", "tester"),
        ("vera", "viewer"),
    ]


def test_costs_few_statements(api_of, ada, tom, vera, django_assert_max_num_queries):
    with django_assert_max_num_queries(6):
        api_of(vera).get(MEMBERS)


def test_adds_changes_and_removes(api_of, ada, sam):
    api = api_of(ada)

    assert api.post(MEMBERS, {"username": "sam", "role": "viewer"}).status_code == 201
    assert api.patch(f"{MEMBERS}/sam/", {"role": "lead"}).json()["role"] == "lead"
    assert api.delete(f"{MEMBERS}/sam").status_code == 204
    assert api.get(MEMBERS).json()["count"] == 1


def test_keeps_the_last_administrator(api_of, ada):
    answer = api_of(ada).delete(f"{MEMBERS}/ada")

    assert answer.status_code == 409
    assert answer.json()["code"] == "last_admin"


@pytest.mark.parametrize("role", ["tester", "viewer"])
def test_refuses_everybody_else(api_of, shop, tom, vera, sam, role):
    member = {"tester": tom, "viewer": vera}[role]

    assert api_of(member).post(MEMBERS, {"username": "sam", "role": "lead"}).status_code == 403
    assert api_of(sam).get(MEMBERS).status_code == 404
    assert api_of(sam).post(MEMBERS, {"username": "sam", "role": "lead"}).status_code == 404
